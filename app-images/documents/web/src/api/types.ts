// The interface's shapes under short names; all generated from its OpenAPI document.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type AiDraft = Schemas["AiDraft"];
export type BulkAction = Schemas["BulkAction"];
export type Category = Schemas["CategoryView"];
export type CategoryMark = Schemas["CategoryMark"];
export type Classification = Schemas["ClassificationView"];
export type Dialect = Schemas["Dialect"];
export type DocumentPage = Schemas["DocumentList"];
export type DocumentPatch = Schemas["DocumentPatch"];
export type DocumentStatus = Schemas["DocumentStatus"];
export type DocumentType = Schemas["DocumentType"];
export type ListedDocument = Schemas["ListedView"];
export type DocumentView = Schemas["DocumentView"];
export type Facets = Schemas["FacetsView"];
/** A list's filter as this page writes it: stricter than the interface, which takes any text and checks it. */
export interface Filter {
  q?: string;
  status?: DocumentStatus;
  type?: DocumentType;
  /** A category's id, or `none`. */
  category?: string;
  tag?: string;
  from?: string;
  to?: string;
  sender?: string;
  min?: string;
  max?: string;
  trashed?: boolean;
  sort?: Sort;
}
export type FilterQuery = Schemas["FilterQuery"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type Imported = Schemas["Imported"];
export type ImportedFile = Schemas["ImportedFile"];
export type Money = Schemas["Money"];
export type NewCategory = Schemas["NewCategory"];
export type NewWebhook = Schemas["NewWebhook"];
export type Person = Schemas["Person"];
export type Piece = Schemas["Piece"];
export type Problem = Schemas["Problem"];
export type Rule = Schemas["Rule"];
export type RuleField = Schemas["RuleField"];
export type SavedView = Schemas["ViewView"];
/** Which documents: by their ids, or all that a filter matches. */
export type Selection = { ids: string[] } | { filter: Filter };
export type Settings = Schemas["SettingsView"];
export type SettingsDraft = Schemas["SettingsDraft"];
/** The orders of a list; the interface has them as plain text. */
export type Sort = "newest" | "oldest" | "-date" | "date" | "title" | "sender" | "amount" | "relevance";
export type Source = Schemas["Source"];
export type TestAnswer = Schemas["TestView"];
export type Uploaded = Schemas["Uploaded"];
export type Webhook = Schemas["WebhookView"];
export type WebhookAttempt = Schemas["AttemptView"];
