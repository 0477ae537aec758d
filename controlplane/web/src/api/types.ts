// Names for the shapes of the API, so that screens read `AppView` and not a path into the generated file.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type AccessTokenView = Schemas["AccessTokenView"];
export type AppState = Schemas["AppState"];
export type AppView = Schemas["AppView"];
export type AuditEvent = Schemas["AuditEventView"];
export type AuditView = Schemas["AuditView"];
export type BlockedView = Schemas["BlockedView"];
export type CatalogueEntry = Schemas["CatalogueEntry"];
export type CatalogueService = Schemas["CatalogueService"];
export type EgressView = Schemas["EgressView"];
export type GrantView = Schemas["GrantView"];
export type LauncherApp = Schemas["LauncherApp"];
export type LogLine = Schemas["LogLine"];
export type Operation = Schemas["Operation"];
export type PolicyView = Schemas["PolicyView"];
export type ReachedView = Schemas["ReachedView"];
export type ServiceStatus = Schemas["ServiceStatus"];
export type SessionView = Schemas["SessionView"];
export type StatusView = Schemas["StatusView"];
export type Step = Schemas["Step"];
export type UserView = Schemas["UserView"];
export type Verification = Schemas["Verification"];
export type WireProblem = Schemas["Problem"];
