// The settings that administrators change.

import { body, http } from "./call";
import type { Settings, SettingsDraft, TestAnswer } from "./types";

export function readSettings(signal?: AbortSignal): Promise<Settings> {
  return body(http.GET("/admin/api/settings", { signal }));
}

export function writeSettings(settings: SettingsDraft): Promise<Settings> {
  return body(http.PUT("/admin/api/settings", { body: settings }));
}

/** Asks the provider one small thing with these settings; what it answers is in its own words. */
export function testSettings(settings: SettingsDraft): Promise<TestAnswer> {
  return body(http.POST("/admin/api/settings/test", { body: settings }));
}
