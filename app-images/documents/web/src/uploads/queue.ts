// Sends files one after the other and remembers what became of each, independent of any component.

import { RequestError } from "../api/problem";
import type { DocumentView } from "../api/types";

export type UploadState =
  | { kind: "waiting" }
  | { kind: "sending"; sent: number }
  | { kind: "stored"; document: DocumentView }
  | { kind: "failed"; error: RequestError };

export interface Upload {
  key: number;
  name: string;
  bytes: number;
  state: UploadState;
}

/** Sends one file; rejects with a `RequestError`. */
export type Send = (
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
) => Promise<DocumentView>;

/** How many files are sent at the same time. */
const AT_ONCE = 2;

export class UploadQueue {
  private uploads: readonly Upload[] = [];
  private readonly files = new Map<number, File>();
  private readonly aborts = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private nextKey = 1;
  private readonly send: Send;

  constructor(send: Send) {
    this.send = send;
  }

  /** For `useSyncExternalStore`: the same array until something changes. */
  readonly snapshot = (): readonly Upload[] => this.uploads;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Puts files at the end. One that is too large for the server (limit in bytes, if known) fails at once. */
  add(files: Iterable<File>, limit?: { bytes: number; message: string }): void {
    const added = Array.from(files, (file): Upload => {
      const key = this.nextKey++;
      if (limit && file.size > limit.bytes) {
        const error = new RequestError(413, { detail: `“${file.name}” ${limit.message}` });
        return { key, name: file.name, bytes: file.size, state: { kind: "failed", error } };
      }
      this.files.set(key, file);
      return { key, name: file.name, bytes: file.size, state: { kind: "waiting" } };
    });
    this.publish([...this.uploads, ...added]);
    this.work();
  }

  /** Stops an upload if it is under way, and forgets it. */
  remove(key: number): void {
    this.aborts.get(key)?.abort();
    this.files.delete(key);
    this.publish(this.uploads.filter((upload) => upload.key !== key));
    this.work();
  }

  /** Forgets all that wait, or all that failed. */
  removeAll(kind: "waiting" | "failed"): void {
    const isMeant = ({ state }: Upload) => state.kind === kind;
    for (const { key } of this.uploads.filter(isMeant)) this.files.delete(key);
    this.publish(this.uploads.filter((upload) => !isMeant(upload)));
  }

  /** Tries a failed upload again. */
  retry(key: number): void {
    if (!this.files.has(key)) return;
    this.change(key, { kind: "waiting" });
    this.work();
  }

  /** Whether a failed upload can be tried again with any hope. */
  canRetry(upload: Upload): boolean {
    return upload.state.kind === "failed" && this.files.has(upload.key) && !isFinal(upload.state.error);
  }

  private work(): void {
    for (const { key, state } of this.uploads) {
      if (this.aborts.size >= AT_ONCE) return;
      const file = this.files.get(key);
      if (state.kind === "waiting" && file) void this.sendOne(key, file);
    }
  }

  private async sendOne(key: number, file: File): Promise<void> {
    const abort = new AbortController();
    this.aborts.set(key, abort);
    this.change(key, { kind: "sending", sent: 0 });
    try {
      const document = await this.send(
        file,
        (sent) => {
          this.change(key, { kind: "sending", sent });
        },
        abort.signal,
      );
      this.files.delete(key);
      this.change(key, { kind: "stored", document });
    } catch (error) {
      const known = error instanceof RequestError ? error : new RequestError(0);
      this.change(key, { kind: "failed", error: known });
    } finally {
      this.aborts.delete(key);
      this.work();
    }
  }

  private change(key: number, state: UploadState): void {
    this.publish(this.uploads.map((upload) => (upload.key === key ? { ...upload, state } : upload)));
  }

  private publish(uploads: readonly Upload[]): void {
    this.uploads = uploads;
    for (const listener of this.listeners) listener();
  }
}

/** The server looked at the file and said no: it would say no again. */
function isFinal(error: RequestError): boolean {
  return [409, 413, 415].includes(error.status);
}
