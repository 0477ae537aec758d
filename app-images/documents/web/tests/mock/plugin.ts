// `npm run dev:mock`: the page in front of a pretended service, to look at it without building anything.

import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { aWorld } from "./documents.ts";

const SAMPLE = new URL("../../../samples/rechnung-rn-2026-0417.pdf", import.meta.url);

export function mockService(): Plugin {
  const world = aWorld();
  const listeners = new Set<ServerResponse>();
  world.onChange = (event, data) => {
    for (const listener of listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const path = request.url ?? "/";
    if (!/^\/(admin\/)?api\//.test(path)) {
      next();
    } else if (path.startsWith("/api/events")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("event: reload\ndata: {}\n\n");
      listeners.add(response);
      request.on("close", () => listeners.delete(response));
    } else if (path.endsWith("/file")) {
      response.writeHead(200, { "content-type": "application/pdf" });
      response.end(readFileSync(SAMPLE));
    } else if (path.endsWith("/thumbnail")) {
      response.writeHead(200, { "content-type": "image/svg+xml" });
      response.end(SHEET);
    } else {
      void pass(world, request, response);
    }
  };
  return {
    name: "mock-service",
    configureServer: ({ middlewares }) => {
      middlewares.use(serve);
    },
  };
}

async function pass(world: ReturnType<typeof aWorld>, request: IncomingMessage, response: ServerResponse) {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = pieces.length > 0 ? Buffer.concat(pieces).toString() : undefined;
  const answer = await world.answer(
    new Request(`http://mock${request.url ?? ""}`, { method: request.method, ...(body ? { body } : {}) }),
  );
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

const SHEET = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 80"><rect width="60" height="80" fill="#fff"/>
<g fill="#b9c6c8"><rect x="8" y="8" width="22" height="4"/><rect x="8" y="22" width="44" height="2"/>
<rect x="8" y="28" width="40" height="2"/><rect x="8" y="34" width="44" height="2"/><rect x="8" y="48" width="30" height="2"/>
<rect x="34" y="60" width="18" height="3"/></g></svg>`;
