// Serves the mock beside the page, in development and over the built page.
//
// Over the built page it also does what the control plane does for `index.html`: a fresh nonce and the content
// policy, so that a violation shows here first.

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import type { Connect, Plugin } from "vite";
import { MockBackend } from "./backend.ts";
import { finished } from "./operations.ts";
import { logLine, newWorld } from "./world.ts";

const stepMillis = 700;

export function mockBackend(): Plugin {
  return {
    name: "atoll-mock-backend",
    configureServer(server) {
      server.middlewares.use(apiOf(newRunningBackend()));
    },
    configurePreviewServer(server) {
      server.middlewares.use(apiOf(newRunningBackend()));
      server.middlewares.use(
        pageOf(path.resolve(server.config.root, server.config.build.outDir, "index.html")),
      );
    },
  };
}

function newRunningBackend(): MockBackend {
  const backend = new MockBackend(newWorld());
  setInterval(() => {
    for (const operation of backend.world.operations) if (!finished(operation)) backend.advance(operation.id);
    backend.print({ ...logLine(backend.world.log.length + 1), time: new Date().toISOString() });
  }, stepMillis).unref();
  return backend;
}

function apiOf(backend: MockBackend): Connect.NextHandleFunction {
  return (request, response, next) => {
    if (!request.url?.startsWith("/api/")) {
      next();
      return;
    }
    void answer(backend, request, response);
  };
}

async function answer(
  backend: MockBackend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const reply = await backend.handle(
    new Request(`http://mock${request.url ?? "/"}`, {
      method: request.method ?? "GET",
      body: chunks.length > 0 ? Buffer.concat(chunks) : null,
      signal: gone.signal,
    }),
  );
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  if (reply.body)
    Readable.fromWeb(reply.body as never)
      .on("error", () => response.end())
      .pipe(response);
  else response.end();
}

function pageOf(file: string): Connect.NextHandleFunction {
  return (request, response, next) => {
    if (path.extname(request.url?.split("?")[0] ?? "") !== "") {
      next();
      return;
    }
    void readFile(file, "utf8").then((page) => {
      const nonce = randomBytes(16).toString("base64");
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.setHeader("content-security-policy", contentPolicy(nonce));
      response.end(page.replaceAll("__ATOLL_CSP_NONCE__", nonce));
    }, next);
  };
}

function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
