import { expect, test, vi } from "vitest";
import { RequestError } from "../src/api/problem";
import type { DocumentView } from "../src/api/types";
import { aDocument } from "./world";
import { UploadQueue, type Send } from "../src/uploads/queue";
import { shownOf } from "../src/uploads/shown";

function file(name: string, bytes = 10): File {
  return new File(["x".repeat(bytes)], name, { type: "application/pdf" });
}

function stored(name: string): DocumentView {
  return aDocument({ id: name, name, status: "queued" });
}

/** A server whose answers the test gives by hand, by file name. */
function heldServer() {
  const answers = new Map<
    string,
    { store: () => void; refuse: (error: RequestError) => void; progress: (n: number) => void }
  >();
  const send: Send = (sent, progress, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(new RequestError(0));
      });
      answers.set(sent.name, {
        store: () => {
          resolve(stored(sent.name));
        },
        refuse: reject,
        progress,
      });
    });
  return { send, answers };
}

function kinds(queue: UploadQueue): Record<string, string> {
  return Object.fromEntries(queue.snapshot().map(({ name, state }) => [name, state.kind]));
}

test("two files are sent at a time, in order", async () => {
  const { send, answers } = heldServer();
  const queue = new UploadQueue(send);
  queue.add([file("a"), file("b"), file("c")]);
  expect(kinds(queue)).toEqual({ a: "sending", b: "sending", c: "waiting" });
  answers.get("a")?.store();
  await vi.waitFor(() => {
    expect(kinds(queue)).toEqual({ a: "stored", b: "sending", c: "sending" });
  });
});

test("progress is told to listeners", () => {
  const { send, answers } = heldServer();
  const queue = new UploadQueue(send);
  queue.add([file("a")]);
  const heard = vi.fn();
  queue.subscribe(heard);
  answers.get("a")?.progress(7);
  expect(heard).toHaveBeenCalledOnce();
  expect(queue.snapshot()[0]?.state).toEqual({ kind: "sending", sent: 7 });
});

test("a broken connection can be tried again, a refused file cannot", async () => {
  const { send, answers } = heldServer();
  const queue = new UploadQueue(send);
  queue.add([file("broken"), file("refused")]);
  answers.get("broken")?.refuse(new RequestError(0));
  answers.get("refused")?.refuse(new RequestError(415));
  await vi.waitFor(() => {
    expect(kinds(queue)).toEqual({ broken: "failed", refused: "failed" });
  });
  const [broken, refused] = queue.snapshot();
  if (!broken || !refused) throw new Error("both are still listed");
  expect([queue.canRetry(broken), queue.canRetry(refused)]).toEqual([true, false]);
  queue.retry(broken.key);
  expect(kinds(queue)).toEqual({ broken: "sending", refused: "failed" });
});

test("a file above the limit is not sent at all", () => {
  const send = vi.fn<Send>();
  const queue = new UploadQueue(send);
  queue.add([file("big.pdf", 11)], { bytes: 10, message: "is larger than 10 B." });
  expect(send).not.toHaveBeenCalled();
  const state = queue.snapshot()[0]?.state;
  expect(state?.kind === "failed" && state.error.message).toBe("“big.pdf” is larger than 10 B.");
});

test("stopping one makes room for the next", async () => {
  const { send } = heldServer();
  const queue = new UploadQueue(send);
  queue.add([file("a"), file("b"), file("c")]);
  queue.remove(queue.snapshot()[0]?.key ?? 0);
  await vi.waitFor(() => {
    expect(kinds(queue)).toEqual({ b: "sending", c: "sending" });
  });
});

test("of ten thousand uploads a few lines are shown, and those that wait are stopped at once", () => {
  const { send } = heldServer();
  const queue = new UploadQueue(send);
  queue.add(Array.from({ length: 10_000 }, (_, number) => file(`${number}`)));
  const shown = shownOf(queue.snapshot());
  expect(shown.lines.map(({ name }) => name)).toEqual(["0", "1", "2", "3", "4"]);
  expect(shown.waiting).toBe(9995);
  queue.removeAll("waiting");
  expect(kinds(queue)).toEqual({ 0: "sending", 1: "sending" });
});

test("of many that failed only the first have a line", () => {
  const { send } = heldServer();
  const queue = new UploadQueue(send);
  queue.add(
    Array.from({ length: 80 }, (_, number) => file(`${number}`, 20)),
    { bytes: 10, message: "is too large." },
  );
  expect(shownOf(queue.snapshot())).toMatchObject({ waiting: 0, failed: 30 });
  queue.removeAll("failed");
  expect(queue.snapshot()).toEqual([]);
});
