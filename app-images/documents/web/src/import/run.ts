// An import under way: the archive is sent, then its documents are taken one after the other.

import type { Imported } from "../api/types";
import { transfer } from "../uploads/transfer";

export type ImportState =
  | { kind: "choosing" }
  | { kind: "sending"; sent: number; bytes: number }
  | { kind: "taking"; taken: number; documents: number }
  | { kind: "done"; result: Imported }
  | { kind: "failed"; error: Error };

/** Sends an archive; tells each step, the end included. */
export async function runImport(
  archive: File,
  onState: (state: ImportState) => void,
  signal: AbortSignal,
): Promise<void> {
  let steps: Steps = NONE;
  try {
    const { body } = await transfer({
      method: "POST",
      url: "/api/import",
      headers: { "Content-Type": "application/zip" },
      body: archive,
      signal,
      onProgress: (sent) => {
        onState({ kind: "sending", sent: Math.min(sent, archive.size), bytes: archive.size });
      },
      onAnswer: (soFar) => {
        steps = readSteps(soFar, steps);
        onState({ kind: "taking", taken: steps.taken, documents: steps.documents });
      },
    });
    if (!isImported(body)) throw new Error(CUT_SHORT);
    onState({ kind: "done", result: body });
  } catch (error) {
    onState({ kind: "failed", error: error instanceof Error ? error : new Error(CUT_SHORT) });
  }
}

const CUT_SHORT =
  "The connection broke before the end. Import the same file again: what has come is not taken twice.";

/** What a growing answer says so far. */
export interface Steps {
  documents: number;
  taken: number;
  /** How much of the answer was looked at. */
  read: number;
}

export const NONE: Steps = { documents: 0, taken: 0, read: 0 };

/** Looks at what has come since the last time: each document is a line of its own. */
export function readSteps(answer: string, before: Steps): Steps {
  const end = answer.lastIndexOf("\n") + 1;
  const lines = answer.slice(before.read, end).split("\n");
  const taken = lines.filter((line) => line.startsWith('{"name"')).length;
  const documents = before.documents || Number(/^\{"documents":(\d+)/.exec(answer)?.[1] ?? 0);
  return { documents, taken: before.taken + taken, read: Math.max(end, before.read) };
}

function isImported(body: unknown): body is Imported {
  return typeof body === "object" && body !== null && "refused" in body;
}
