// Pretended operations: they go forward one step at a time, when told to.

import type { OperationView, StepView } from "../src/api/types";

const plans: Record<OperationView["kind"], [name: string, title: string][]> = {
  install: [
    ["image", "Fetch the image"],
    ["network", "Create the network"],
    ["volumes", "Create the volumes"],
    ["containers", "Create the containers"],
    ["start", "Start the services"],
    ["ready", "Wait until it answers"],
    ["verify", "Compare with what was asked"],
  ],
  start: [
    ["start", "Start the services"],
    ["ready", "Wait until it answers"],
    ["verify", "Compare with what was asked"],
  ],
  stop: [["stop", "Stop the services"]],
  remove: [
    ["stop", "Stop the services"],
    ["containers", "Remove the containers"],
    ["network", "Remove the network"],
    ["volumes", "Volumes"],
  ],
};

const imageBytes = 48 * 1024 ** 2;

export function newOperation(
  id: string,
  kind: OperationView["kind"],
  app: string,
  actor: string,
): OperationView {
  return {
    id,
    kind,
    app,
    state: "queued",
    steps: plans[kind].map(([name, title]) => ({
      name,
      title,
      state: "pending",
      detail: null,
      progress: null,
      started_at: null,
      finished_at: null,
    })),
    error: null,
    created_by: actor,
    created_at: new Date().toISOString(),
    finished_at: null,
  };
}

/** Moves an operation on by one visible change. */
export function advance(operation: OperationView): void {
  if (finished(operation)) return;
  operation.state = "running";
  const running = operation.steps.find((step) => step.state === "running");
  if (running && moreBytes(running)) return;
  if (running) {
    running.state = "done";
    running.finished_at = new Date().toISOString();
  }
  const next = operation.steps.find((step) => step.state === "pending");
  if (next) {
    next.state = "running";
    next.started_at = new Date().toISOString();
    if (next.name === "image") next.progress = { done: 0, total: imageBytes, unit: "bytes" };
    return;
  }
  operation.state = "succeeded";
  operation.finished_at = new Date().toISOString();
}

/** Ends an operation at its current step. */
export function fail(operation: OperationView, message: string, cure: string): void {
  const step = operation.steps.find((candidate) => candidate.state !== "done");
  if (step) step.state = "failed";
  for (const later of operation.steps) if (later.state === "pending") later.state = "skipped";
  operation.state = "failed";
  operation.error = { message, cure };
  operation.finished_at = new Date().toISOString();
}

export function finished(operation: OperationView): boolean {
  return operation.state === "succeeded" || operation.state === "failed";
}

function moreBytes(step: StepView): boolean {
  const progress = step.progress;
  if (!progress?.total || progress.done >= progress.total) return false;
  progress.done = Math.min(progress.total, progress.done + imageBytes / 6);
  return true;
}
