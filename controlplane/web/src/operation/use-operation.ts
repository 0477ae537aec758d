// One operation as it goes on.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { followEvents, type Line } from "../api/events";
import type { Problem } from "../api/problem";
import type { Operation } from "../api/types";

/** Whether nothing more will happen. */
export function isFinished(operation: Operation): boolean {
  return operation.state === "succeeded" || operation.state === "failed";
}

interface FollowedOperation {
  operation: Operation;
  line: Line;
  problem: Problem | null;
}

/**
 * Follows an operation from the state that is known. When it ends, everything the page knows is asked again, because
 * an operation may change apps, grants and the launcher at once.
 */
export function useOperation(known: Operation): FollowedOperation {
  const cache = useQueryClient();
  const [followed, setFollowed] = useState<Operation>(known);
  const [line, setLine] = useState<Line>("connecting");
  const [problem, setProblem] = useState<Problem | null>(null);
  const operation = followed.id === known.id && !isFinished(known) ? followed : known;
  const { id } = known;
  const over = isFinished(known);

  useEffect(() => {
    if (over) return;
    const gone = new AbortController();
    let latest: Operation | null = null;
    void followEvents(`/api/v1/operations/${encodeURIComponent(id)}/events`, "operation", {
      signal: gone.signal,
      isOver: () => latest !== null && isFinished(latest),
      onLine: setLine,
      onProblem: setProblem,
      onEvent: (data) => {
        latest = JSON.parse(data) as Operation;
        setFollowed(latest);
        if (isFinished(latest)) void cache.invalidateQueries();
      },
    });
    return () => {
      gone.abort();
    };
  }, [id, over, cache]);

  return { operation, line, problem };
}
