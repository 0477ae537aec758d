// Follows a stream of server-sent events, and comes back when the line breaks.
//
// Over `fetch` and not `EventSource`, because that one hides the server's answer: a refusal has to reach the person
// with its cause and cure.

import { EventSourceParserStream } from "eventsource-parser/stream";
import { Problem, problemFrom, unreachable } from "./problem";

/** `live`: events arrive. `lost`: the line broke and is being tried again. `ended`: nothing more will come. */
export type Line = "connecting" | "live" | "lost" | "ended";

interface Follower {
  /** Called with the data of each event called `event`. */
  onEvent: (data: string) => void;
  onLine: (line: Line) => void;
  /** Called once when the server refuses for good. */
  onProblem: (problem: Problem) => void;
  /** Asked when the server closes the stream: whether that was the end of the story. */
  isOver: () => boolean;
  signal: AbortSignal;
}

const firstWaitMillis = 500;
const longestWaitMillis = 10_000;

/** Follows until the signal, the end of the story, or a refusal that waiting does not cure. */
export async function followEvents(path: string, event: string, follower: Follower): Promise<void> {
  let waitMillis = firstWaitMillis;
  const gone = () => follower.signal.aborted;
  for (;;) {
    try {
      for await (const data of readEvents(path, event, follower)) {
        waitMillis = firstWaitMillis;
        follower.onEvent(data);
      }
    } catch (error) {
      if (gone()) return;
      const problem = error instanceof Problem ? error : unreachable(error);
      if (!problem.passing) {
        follower.onLine("ended");
        follower.onProblem(problem);
        return;
      }
    }
    if (gone()) return;
    if (follower.isOver()) {
      follower.onLine("ended");
      return;
    }
    follower.onLine("lost");
    await pause(waitMillis, follower.signal);
    if (gone()) return;
    waitMillis = Math.min(waitMillis * 2, longestWaitMillis);
  }
}

async function* readEvents(
  path: string,
  event: string,
  { onLine, signal }: Follower,
): AsyncGenerator<string> {
  const request = new Request(new URL(path, window.location.origin), {
    headers: { accept: "text/event-stream" },
    signal,
  });
  const response = await globalThis.fetch(request);
  if (!response.ok) throw await problemFrom(response);
  if (!response.body) return;
  onLine("live");
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.event === event) yield value.data;
    }
  } finally {
    // Because a reader that is dropped keeps the connection, and browsers allow six for each origin.
    await reader.cancel().catch(() => undefined);
  }
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
