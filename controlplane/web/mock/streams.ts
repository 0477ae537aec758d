// Streams of server-sent events that can be written to, and cut.

type Send = (event: string, data: unknown) => void;

/** Everybody who follows one thing. */
export class Streams {
  readonly #open = new Set<{ send: Send; close: () => void }>();

  /** A new follower's answer. `first` writes what it gets at once. */
  follow(request: Request, first: (send: Send) => void): Response {
    const encoder = new TextEncoder();
    let leave: (() => void) | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const follower = {
          send: (event: string, data: unknown) => {
            controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
          },
          close: () => {
            if (this.#open.delete(follower)) controller.close();
          },
        };
        leave = () => {
          this.#open.delete(follower);
        };
        this.#open.add(follower);
        request.signal.addEventListener("abort", follower.close);
        first(follower.send);
      },
      cancel: () => {
        leave?.();
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }

  send(event: string, data: unknown): void {
    for (const follower of this.#open) follower.send(event, data);
  }

  /** Ends every stream, as a server does when it has told all, and as a broken line looks from here. */
  close(): void {
    for (const follower of [...this.#open]) follower.close();
  }
}
