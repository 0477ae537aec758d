// One request that sends much. XMLHttpRequest, because `fetch` does not tell how much was sent.

import { isProblem, RequestError } from "../api/problem";
import type { DocumentView, Uploaded } from "../api/types";

export interface Transfer {
  method: "POST" | "PATCH";
  url: string;
  headers?: Record<string, string>;
  body: FormData | Blob;
  signal: AbortSignal;
  onProgress: (sent: number) => void;
  /** Hears the answer grow, where it is a long one. */
  onAnswer?: (soFar: string) => void;
}

export interface Received {
  status: number;
  body: unknown;
  header: (name: string) => string | null;
}

/** Sends it; rejects with a `RequestError` for anything but success. */
export function transfer(asked: Transfer): Promise<Received> {
  const { method, url, headers, body, signal, onProgress, onAnswer } = asked;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      onProgress(event.loaded);
    };
    request.onprogress = () => {
      if (request.status === 200) onAnswer?.(request.responseText);
    };
    request.onload = () => {
      const { status } = request;
      const answer = parsed(request.responseText);
      if (status < 200 || status > 299)
        reject(new RequestError(status, isProblem(answer) ? answer : undefined));
      else resolve({ status, body: answer, header: (name) => request.getResponseHeader(name) });
    };
    request.onerror = () => {
      reject(new RequestError(0));
    };
    request.onabort = () => {
      reject(new RequestError(0, { detail: "Stopped." }));
    };
    signal.addEventListener("abort", () => {
      request.abort();
    });
    request.send(body);
  });
}

/** What a text says as JSON; nothing, if it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The stored document in an answer. */
export function uploaded({ status, body }: Received): DocumentView {
  const document = (body as Uploaded | undefined)?.documents[0];
  if (!document) throw new RequestError(status);
  return document;
}
