// Webhooks: programs that are told of finished documents.

import { body, done, http } from "./call";
import type { NewWebhook, Webhook, WebhookAttempt } from "./types";

export function listWebhooks(signal?: AbortSignal): Promise<Webhook[]> {
  return body(http.GET("/api/webhooks", { signal }));
}

export function createWebhook(webhook: NewWebhook): Promise<Webhook> {
  return body(http.POST("/api/webhooks", { body: webhook }));
}

/** Has something sent to it now; says how that ended. */
export function testWebhook(id: string): Promise<WebhookAttempt> {
  return body(http.POST("/api/webhooks/{id}/test", { params: { path: { id } } }));
}

export async function deleteWebhook(id: string): Promise<void> {
  await done(http.DELETE("/api/webhooks/{id}", { params: { path: { id } } }));
}
