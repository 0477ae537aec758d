// A server for component tests: answers `fetch`, and speaks on the event stream when the test says so.

import { vi } from "vitest";
import type { DocumentView } from "../src/api/types";

export class FakeServer {
  documents: DocumentView[] = [];
  texts = new Map<string, string[]>();
  /** Every request so far: "GET /api/documents". */
  requests: string[] = [];
  /** Answers every request with this status instead. */
  down: number | undefined;

  install(): void {
    vi.stubGlobal("fetch", (request: Request) => Promise.resolve(this.answer(request)));
    vi.stubGlobal("EventSource", FakeEventSource);
    FakeEventSource.last = undefined;
  }

  /** Says something on the open event stream. */
  emit(event: string, data: unknown): void {
    FakeEventSource.last?.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }

  private answer(request: Request): Response {
    const { pathname } = new URL(request.url);
    this.requests.push(`${request.method} ${pathname}`);
    if (this.down) return problem(this.down, "internal", "It is down.");
    const [, , resource, id, part] = pathname.split("/");
    if (resource === "person") {
      return Response.json({
        name: "Anna Petersen",
        home_url: "http://atoll.localhost",
        max_upload_bytes: 1000,
      });
    }
    if (!id) return Response.json({ documents: this.documents });
    const document = this.documents.find((each) => each.id === id);
    if (!document) return problem(404, "no-such-document", "There is no such document.");
    if (request.method === "DELETE") {
      this.documents = this.documents.filter((each) => each.id !== id);
      return new Response(null, { status: 204 });
    }
    return Response.json(part === "text" ? { pages: this.texts.get(id) ?? [] } : document);
  }
}

function problem(status: number, code: string, detail: string): Response {
  const headers = { "content-type": "application/problem+json" };
  return Response.json({ type: `urn:atoll:problem:${code}`, title: "", status, detail }, { status, headers });
}

class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static last: FakeEventSource | undefined;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 1;

  constructor() {
    super();
    FakeEventSource.last = this;
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }
}

let counter = 0;

export function aDocument(changes: Partial<DocumentView> = {}): DocumentView {
  counter += 1;
  return {
    id: `01a20863-0000-7000-8000-${String(counter).padStart(12, "0")}`,
    name: "invoice.pdf",
    bytes: 4661,
    sha256: "00",
    status: "ready",
    pages: 1,
    uploaded_at: "2026-10-12T09:00:00Z",
    ...changes,
  };
}
