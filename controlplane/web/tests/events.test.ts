// Following a stream of events over a line that breaks.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followEvents, type Line } from "../src/api/events";
import type { Problem } from "../src/api/problem";

type Answer = () => Promise<Response>;

const stream =
  (text: string): Answer =>
  () =>
    Promise.resolve(new Response(text, { headers: { "content-type": "text/event-stream" } }));
const refuse =
  (status: number): Answer =>
  () =>
    Promise.resolve(
      Response.json({ type: "urn:atoll:problem:not-found", title: "Not found", status }, { status }),
    );
const broken: Answer = () => Promise.reject(new TypeError("Failed to fetch"));

/** Follows until it ends, over answers given in turn; tells what was seen. */
async function follow(answers: Answer[], isOver: (events: string[]) => boolean) {
  const events: string[] = [];
  const lines: Line[] = [];
  const problems: Problem[] = [];
  const waits: number[] = [];
  let last = Date.now();
  const queue = [...answers];
  vi.stubGlobal("fetch", () => {
    waits.push(Date.now() - last);
    last = Date.now();
    return (queue.shift() ?? broken)();
  });
  const gone = new AbortController();
  const done = followEvents("/api/v1/things/events", "thing", {
    signal: gone.signal,
    onEvent: (data) => events.push(data),
    onLine: (line) => lines.push(line),
    onProblem: (problem) => problems.push(problem),
    isOver: () => isOver(events),
  });
  await vi.advanceTimersByTimeAsync(60_000);
  gone.abort();
  await vi.advanceTimersByTimeAsync(0);
  await done;
  return { events, lines, problems, waits, asked: waits.length };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("following events", () => {
  it("reads the events it asked for and leaves out others and comments", async () => {
    const text = ": hello\n\nevent: thing\ndata: 1\n\nevent: other\ndata: 2\n\nevent: thing\ndata: 3\n\n";
    const seen = await follow([stream(text)], () => true);
    expect(seen.events).toEqual(["1", "3"]);
    expect(seen.lines).toEqual(["live", "ended"]);
    expect(seen.asked).toBe(1);
  });

  it("comes back when the line breaks before the end", async () => {
    const seen = await follow(
      [stream("event: thing\ndata: 1\n\n"), broken, refuse(503), stream("event: thing\ndata: 2\n\n")],
      (events) => events.includes("2"),
    );
    expect(seen.events).toEqual(["1", "2"]);
    expect(seen.lines).toEqual(["live", "lost", "lost", "lost", "live", "ended"]);
    expect(seen.problems).toEqual([]);
  });

  it("waits longer after each failure, up to ten seconds", async () => {
    const seen = await follow([], () => false);
    expect(seen.waits.slice(0, 8)).toEqual([0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it("gives up at a refusal that waiting does not cure, and says why", async () => {
    const seen = await follow([refuse(404)], () => false);
    expect(seen.asked).toBe(1);
    expect(seen.problems.map((problem) => problem.title)).toEqual(["Not found"]);
    expect(seen.lines).toEqual(["ended"]);
  });
});
