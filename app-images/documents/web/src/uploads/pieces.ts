// Sends a large file in pieces. After a break it asks how far the server came and goes on from there; so does a later try.

import { body, done, http } from "../api/call";
import { RequestError } from "../api/problem";
import type { DocumentView } from "../api/types";
import type { Send } from "./queue";
import { digestOfBeginning } from "./beginning";
import { begunUpload, forgetUpload, rememberUpload } from "./begun";
import { transfer, uploaded, type Received } from "./transfer";

/** What is sent in one request, in bytes. */
const PIECE = 8 * 2 ** 20;
/** The pauses before each further try of a piece, in milliseconds. */
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000];

/** Uploads that are being sent, so that of two files that look alike the second does not go on with the first one's. */
const underWay = new Set<string>();

export const sendInPieces: Send = async (file, onProgress, signal) => {
  const { id, offset } = await begin(file);
  try {
    return await sendFrom(file, id, offset, onProgress, signal);
  } catch (error) {
    if (signal.aborted) await giveUp(id);
    throw error;
  } finally {
    underWay.delete(id);
  }
};

async function sendFrom(
  file: File,
  id: string,
  start: number,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<DocumentView> {
  let offset = start;
  let failures = 0;
  for (;;) {
    onProgress(offset);
    try {
      const answer = await sendPiece(file, id, offset, onProgress, signal);
      if (answer.status === 201) {
        forgetUpload(id);
        return uploaded(answer);
      }
      offset = offsetOf(answer);
      failures = 0;
    } catch (error) {
      const pause = PAUSES[failures];
      if (signal.aborted || pause === undefined || !isWorthAnother(error)) throw error;
      failures += 1;
      await sleep(pause);
      // The server may have more than it could tell; if it cannot be asked either, the next try fails and is counted.
      offset = await serverOffset(id).catch(() => offset);
    }
  }
}

function sendPiece(
  file: File,
  id: string,
  offset: number,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Received> {
  return transfer({
    method: "PATCH",
    url: `/api/uploads/${id}`,
    headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    body: file.slice(offset, offset + PIECE),
    signal,
    onProgress: (sent) => {
      onProgress(Math.min(offset + sent, file.size));
    },
  });
}

/** Goes on with an upload of the file, or begins one. Its id is among those under way from then on. */
async function begin(file: File): Promise<{ id: string; offset: number }> {
  const id = begunUpload(file);
  const offset = id === undefined || underWay.has(id) ? undefined : await takeUp(file, id);
  if (id !== undefined && offset !== undefined) return { id, offset };
  const fresh = await body(http.POST("/api/uploads", { body: { name: file.name, bytes: file.size } }));
  underWay.add(fresh.id);
  rememberUpload(file, fresh.id);
  return fresh;
}

/** Where to go on with an upload, or nothing if it cannot be gone on with: the server has forgotten it, or the part that it has
 * cannot be compared with the file. */
async function takeUp(file: File, id: string): Promise<number | undefined> {
  // Before anything is waited for, so that nobody else takes it up meanwhile.
  underWay.add(id);
  try {
    const offset = await compared(file, id);
    if (offset === undefined) underWay.delete(id);
    return offset;
  } catch (error) {
    underWay.delete(id);
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

/** How far the server came, or 0 if that is the beginning of another file. */
async function compared(file: File, id: string, failures = 0): Promise<number | undefined> {
  const offset = await serverOffset(id);
  const digest = await digestOfBeginning(file, offset);
  if (digest === undefined) return undefined;
  const params = { path: { id } };
  try {
    return (await body(http.POST("/api/uploads/{id}/resume", { params, body: { offset, digest } }))).offset;
  } catch (error) {
    // What was sent before may still be on its way to the disk.
    const pause = PAUSES[failures];
    if (!(error instanceof RequestError) || error.status !== 409 || pause === undefined) throw error;
    await sleep(pause);
    return compared(file, id, failures + 1);
  }
}

async function serverOffset(id: string): Promise<number> {
  return (await body(http.GET("/api/uploads/{id}", { params: { path: { id } } }))).offset;
}

/** Tells the server that the rest will not come. If it does not hear it, the upload expires by itself. */
async function giveUp(id: string): Promise<void> {
  forgetUpload(id);
  await done(http.DELETE("/api/uploads/{id}", { params: { path: { id } } })).catch(() => undefined);
}

function offsetOf(answer: Received): number {
  const offset = Number(answer.header("Upload-Offset"));
  if (!Number.isSafeInteger(offset)) throw new RequestError(answer.status);
  return offset;
}

/** A broken connection, a server in trouble, or one that has another offset in mind. */
function isWorthAnother(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  return error.status === 0 || error.status === 409 ? error.existingId === undefined : error.status >= 500;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
