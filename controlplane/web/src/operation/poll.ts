// How often to look at apps: closely while something happens, now and then otherwise.

import type { AppView } from "../api/types";

const busyMillis = 2_000;
const calmMillis = 10_000;

/** Milliseconds until the next look. */
export function pollMillis(apps: readonly AppView[] | undefined): number {
  return apps?.some(inTransition) ? busyMillis : calmMillis;
}

function inTransition({ state }: AppView): boolean {
  switch (state) {
    case "installing":
    case "starting":
    case "stopping":
    case "removing":
      return true;
    case "ready":
    case "sleeping":
    case "stopped":
    case "failed":
      return false;
  }
}
