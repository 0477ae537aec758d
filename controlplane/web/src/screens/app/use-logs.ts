// The newest lines of an app's log, as they are written.

import { useCallback, useEffect, useRef, useState } from "react";
import { followEvents, type Line } from "../../api/events";
import type { Problem } from "../../api/problem";
import type { LogLine } from "../../api/types";

/** How many lines are asked for at first. */
const tail = 200;
/** How many lines are kept: enough to read, few enough for a phone. */
const kept = 2_000;

export interface NumberedLine extends LogLine {
  /** Counts up from the first line that arrived; a key for the list. */
  number: number;
}

interface FollowedLog {
  lines: readonly NumberedLine[];
  line: Line;
  problem: Problem | null;
  clear: () => void;
}

/** Follows the log of one service, or of all when `service` is null. While `paused`, lines collect unseen. */
export function useLogs(app: string, service: string | null, paused: boolean): FollowedLog {
  const [lines, setLines] = useState<readonly NumberedLine[]>([]);
  const [line, setLine] = useState<Line>("connecting");
  const [problem, setProblem] = useState<Problem | null>(null);
  const waiting = useRef<NumberedLine[]>([]);
  const held = useRef(paused);

  const show = useCallback(() => {
    if (held.current || waiting.current.length === 0) return;
    const fresh = waiting.current;
    waiting.current = [];
    setLines((shown) => [...shown, ...fresh].slice(-kept));
  }, []);

  useEffect(() => {
    held.current = paused;
    show();
  }, [paused, show]);

  useEffect(() => {
    const gone = new AbortController();
    const seen = new Seen();
    let number = 0;
    let frame = 0;
    const query = new URLSearchParams({ tail: String(tail), ...(service && { service }) });
    void followEvents(`/api/v1/apps/${encodeURIComponent(app)}/logs/stream?${query}`, "line", {
      signal: gone.signal,
      isOver: () => false,
      onLine: setLine,
      onProblem: setProblem,
      onEvent: (data) => {
        // After a break the server sends its last lines again.
        if (!seen.add(data)) return;
        waiting.current.push({ ...(JSON.parse(data) as LogLine), number: (number += 1) });
        if (waiting.current.length > kept) waiting.current.shift();
        // A burst of lines is shown once per picture.
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          show();
        });
      },
    });
    return () => {
      gone.abort();
      cancelAnimationFrame(frame);
      waiting.current = [];
      setLines([]);
      setProblem(null);
    };
  }, [app, service, show]);

  const clear = useCallback(() => {
    waiting.current = [];
    setLines([]);
  }, []);
  return { lines, line, problem, clear };
}

/** Remembers the newest events, so that one sent twice is shown once. */
class Seen {
  readonly #events = new Set<string>();

  /** Whether the event is new. */
  add(event: string): boolean {
    if (this.#events.has(event)) return false;
    this.#events.add(event);
    if (this.#events.size > 2 * tail) {
      const [oldest = ""] = this.#events;
      this.#events.delete(oldest);
    }
    return true;
  }
}
