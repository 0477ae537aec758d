// A server for component tests: answers `fetch` from a pretended world, and speaks on the event stream when the test says so.

import { vi } from "vitest";
import { World } from "./world";

export { aDocument, fact, newId } from "./world";

export class FakeServer extends World {
  install(): void {
    vi.stubGlobal("fetch", (request: Request) => this.answer(request));
    vi.stubGlobal("EventSource", FakeEventSource);
    FakeEventSource.last = undefined;
  }

  /** Says something on the open event stream. */
  emit(event: string, data: unknown): void {
    FakeEventSource.last?.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }
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
