// Categories and saved views: what a person sorts by.

import { body, done, http } from "./call";
import type { Category, Filter, NewCategory, SavedView } from "./types";

export function listCategories(signal?: AbortSignal): Promise<Category[]> {
  return body(http.GET("/api/categories", { signal }));
}

export function createCategory(category: NewCategory): Promise<Category> {
  return body(http.POST("/api/categories", { body: category }));
}

export function changeCategory(id: string, change: NewCategory): Promise<Category> {
  return body(http.PATCH("/api/categories/{id}", { params: { path: { id } }, body: change }));
}

export async function deleteCategory(id: string): Promise<void> {
  await done(http.DELETE("/api/categories/{id}", { params: { path: { id } } }));
}

export function listViews(signal?: AbortSignal): Promise<SavedView[]> {
  return body(http.GET("/api/views", { signal }));
}

export function createView(name: string, filter: Filter): Promise<SavedView> {
  return body(http.POST("/api/views", { body: { name, filter } }));
}

export async function deleteView(id: string): Promise<void> {
  await done(http.DELETE("/api/views/{id}", { params: { path: { id } } }));
}
