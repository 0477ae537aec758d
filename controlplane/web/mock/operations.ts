// Pretended operations: they go forward one step at a time, when told to.

import type { Operation, Step } from "../src/api/types";

const plans: Record<Operation["kind"], [name: Step["name"], title: string][]> = {
  install: [
    ["policy", "Read the policy"],
    ["images", "Fetch the images"],
    ["network", "Create the network"],
    ["volumes", "Create the volumes"],
    ["containers", "Create the containers"],
    ["start", "Start the services"],
    ["verify", "Compare with what was asked for"],
    ["ready", "Wait until it answers"],
  ],
  start: [
    ["start", "Start the services"],
    ["verify", "Compare with what was asked for"],
    ["ready", "Wait until it answers"],
  ],
  stop: [["stop", "Stop the services"]],
  remove: [
    ["stop", "Stop the services"],
    ["remove_containers", "Remove the containers"],
    ["remove_network", "Remove the network"],
    ["remove_volumes", "Remove the volumes"],
    ["forget", "Forget the app"],
  ],
};

const imageBytes = 48 * 1024 ** 2;

export function newOperation(id: string, kind: Operation["kind"], app: string, actor: string): Operation {
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
export function advance(operation: Operation): void {
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
    if (next.name === "images") next.progress = { done: 0, total: imageBytes, unit: "bytes" };
    return;
  }
  operation.state = "succeeded";
  operation.finished_at = new Date().toISOString();
}

/** Ends an operation at its current step. */
export function fail(operation: Operation, message: string, cure: string): void {
  const step = operation.steps.find((candidate) => candidate.state !== "done");
  if (step) step.state = "failed";
  for (const later of operation.steps) if (later.state === "pending") later.state = "skipped";
  operation.state = "failed";
  operation.error = { message, cure };
  operation.finished_at = new Date().toISOString();
}

export function finished(operation: Operation): boolean {
  return operation.state === "succeeded" || operation.state === "failed";
}

function moreBytes(step: Step): boolean {
  const progress = step.progress;
  if (!progress?.total || progress.done >= progress.total) return false;
  progress.done = Math.min(progress.total, progress.done + imageBytes / 6);
  return true;
}
