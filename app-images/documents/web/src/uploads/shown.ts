// Of many uploads, those that are worth a line: a folder may bring ten thousand.

import type { Upload } from "./queue";

/** How many of those that wait, and of those that failed, have a line. */
const MOST_WAITING = 3;
const MOST_FAILED = 50;

export interface Shown {
  lines: Upload[];
  /** How many more wait. */
  waiting: number;
  /** How many more failed. */
  failed: number;
}

export function shownOf(open: readonly Upload[]): Shown {
  let [waiting, failed] = [0, 0];
  const lines = open.filter(({ state }) => {
    if (state.kind === "waiting") return (waiting += 1) <= MOST_WAITING;
    if (state.kind === "failed") return (failed += 1) <= MOST_FAILED;
    return true;
  });
  return {
    lines,
    waiting: Math.max(0, waiting - MOST_WAITING),
    failed: Math.max(0, failed - MOST_FAILED),
  };
}
