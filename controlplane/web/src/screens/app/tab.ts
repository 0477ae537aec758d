// The parts of an app's page, as they stand in its address.

const tabs = ["overview", "access", "network", "logs"] as const;

export type Tab = (typeof tabs)[number];

/** The tab that was asked for, or the first. */
export function parseTab(wanted: unknown): Tab {
  return tabs.find((tab) => tab === wanted) ?? "overview";
}
