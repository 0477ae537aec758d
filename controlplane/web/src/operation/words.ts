// How operations are spoken of.

import type { Operation } from "../api/types";

type Kind = Operation["kind"];

const doing: Record<Kind, string> = {
  install: "Installing",
  start: "Starting",
  stop: "Stopping",
  remove: "Removing",
};
const done: Record<Kind, string> = {
  install: "installed",
  start: "started",
  stop: "stopped",
  remove: "removed",
};

/** One line about an operation, for its heading and for a screen reader. */
export function headline(operation: Operation, title: string): string {
  switch (operation.state) {
    case "queued":
    case "running":
      return `${doing[operation.kind]} ${title}`;
    case "succeeded":
      return `${title} is ${done[operation.kind]}`;
    case "failed":
      return `${title} could not be ${done[operation.kind]}`;
  }
}
