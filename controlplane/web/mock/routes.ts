// Finds the handler of a call by method and path, such as `GET /apps/{app}`.

import type { World } from "./world.ts";

export interface Call {
  world: World;
  request: Request;
  query: URLSearchParams;
  /** The values of the path's holes, by name. */
  path: Record<string, string>;
  /** The JSON that was sent, or nothing. */
  body: Record<string, unknown>;
}

type Handler = (call: Call) => Response;

interface Match {
  handler: Handler;
  path: Record<string, string>;
}

export class Routes {
  readonly #rows: { method: string; pattern: RegExp; handler: Handler }[] = [];

  on(route: string, handler: Handler): void {
    const [method = "", path = ""] = route.split(" ");
    const pattern = new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    this.#rows.push({ method, pattern, handler });
  }

  find(method: string, path: string): Match | null {
    for (const row of this.#rows) {
      const match = row.method === method ? row.pattern.exec(path) : null;
      if (match) return { handler: row.handler, path: { ...match.groups } };
    }
    return null;
  }
}
