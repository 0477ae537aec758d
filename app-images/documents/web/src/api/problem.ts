// What went wrong, in the server's words where it said any.

import type { Problem } from "./types";

/** A request that did not do what it should. */
export class RequestError extends Error {
  readonly status: number;
  /** The problem's stable code (`too-large`), or "" if the answer was none of ours. */
  readonly code: string;
  readonly cure: string | undefined;
  /** The document that is already there, for a file that is uploaded again. */
  readonly existingId: string | undefined;

  constructor(status: number, problem?: Partial<Problem>) {
    super(problem?.detail ?? fallback(status));
    this.name = "RequestError";
    this.status = status;
    this.code = problem?.type?.replace("urn:atoll:problem:", "") ?? "";
    this.cure = problem?.cure ?? undefined;
    this.existingId = problem?.document_id ?? undefined;
  }
}

function fallback(status: number): string {
  if (status === 0) return "The connection broke.";
  if (status === 413) return "The file is larger than the platform lets through.";
  return `The server answered with status ${status}.`;
}

/** What went wrong and, where it is known, what to do about it. */
export function wordsOf(error: Error): string {
  const cure = error instanceof RequestError ? error.cure : undefined;
  return cure ? `${error.message} ${cure}` : error.message;
}

/** Whether a value has the one member that every problem has. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "detail" in value && typeof value.detail === "string";
}
