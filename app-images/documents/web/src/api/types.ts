// The interface's shapes under short names; all generated from its OpenAPI document.

import type { components } from "./schema";

export type DocumentView = components["schemas"]["DocumentView"];
export type DocumentStatus = components["schemas"]["DocumentStatus"];
export type Person = components["schemas"]["Person"];
export type Problem = components["schemas"]["Problem"];
export type Uploaded = components["schemas"]["Uploaded"];
