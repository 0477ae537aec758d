// A control plane that only pretends: it answers the API's calls from a world in memory.
//
// `npm run dev:mock` serves it beside the page, and the tests put it in the place of `fetch`. It keeps the rules that
// screens depend on (who is signed in, what is a conflict, how an operation goes on) and no others. Nothing moves by
// itself: operations advance and logs print when told to.

import type { LogLine, Operation } from "../src/api/types";
import { addApps, conclude } from "./apps.ts";
import { addDoor } from "./door.ts";
import { advance, fail, finished } from "./operations.ts";
import { addPeople } from "./people.ts";
import { found, json, problem } from "./reply.ts";
import { Routes, type Call } from "./routes.ts";
import { Streams } from "./streams.ts";
import type { World } from "./world.ts";

export class MockBackend {
  readonly world: World;
  readonly #routes = new Routes();
  readonly #operations = new Map<string, Streams>();
  readonly #log = new Streams();

  constructor(world: World) {
    this.world = world;
    addDoor(this.#routes);
    addApps(this.#routes);
    addPeople(this.#routes);
    this.#addOperations();
    this.#addSystem();
  }

  /** Answers one request. */
  readonly handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/api\/v1/, "");
    const match = this.#routes.find(request.method, path);
    if (!match)
      return problem(
        404,
        "unknown-path",
        "Nothing here",
        `${request.method} ${path} is not part of the API.`,
      );
    const open = path === "/setup" || (path === "/session" && request.method === "POST");
    if (!open && !this.world.session) return problem(401, "signed-out", "Nobody is signed in");
    const text = await request.text();
    return match.handler({
      world: this.world,
      request,
      query: url.searchParams,
      path: match.path,
      body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
    });
  };

  /** Moves an operation on by one change and tells everybody who follows it. */
  advance(id: string): void {
    this.#change(id, advance);
  }

  /** Fails an operation at its current step. */
  fail(id: string, message: string, cure: string): void {
    this.#change(id, (operation) => {
      fail(operation, message, cure);
    });
  }

  /** Prints a line of an app's log. */
  print(line: LogLine): void {
    this.world.log.push(line);
    this.#log.send("line", line);
  }

  /** Breaks the line to everybody who follows something. */
  hangUp(): void {
    this.#log.close();
    for (const streams of this.#operations.values()) streams.close();
  }

  #change(id: string, how: (operation: Operation) => void): void {
    const operation = this.world.operations.find((candidate) => candidate.id === id);
    if (!operation) return;
    how(operation);
    conclude(this.world, operation);
    this.#streams(id).send("operation", operation);
    if (finished(operation)) this.#streams(id).close();
  }

  #streams(id: string): Streams {
    const streams = this.#operations.get(id) ?? new Streams();
    this.#operations.set(id, streams);
    return streams;
  }

  #addOperations(): void {
    this.#routes.on("GET /operations", ({ world, query }) => {
      const app = query.get("app");
      const all = world.operations.filter((operation) => !app || operation.app === app);
      return json({ operations: all.slice(0, Number(query.get("limit") ?? 50)) });
    });
    this.#routes.on("GET /operations/{id}", ({ world, path }) => found(world.operations, "id", path.id));
    this.#routes.on("GET /operations/{id}/events", ({ world, path, request }) => {
      const operation = world.operations.find((candidate) => candidate.id === path.id);
      if (!operation) return problem(404, "unknown-operation", "No such operation");
      const streams = this.#streams(operation.id);
      return streams.follow(request, (send) => {
        send("operation", operation);
      });
    });
  }

  #addSystem(): void {
    this.#routes.on("GET /policy", ({ world }) => json(world.status.policy));
    this.#routes.on("GET /status", ({ world }) => json(world.status));
    this.#routes.on("GET /audit", audit);
    this.#routes.on("GET /apps/{app}/logs/stream", ({ world, request, query }) => {
      const service = query.get("service");
      return this.#log.follow(request, (send) => {
        const lines = world.log.filter((line) => !service || line.service === service);
        for (const line of lines.slice(-Number(query.get("tail") ?? 200))) send("line", line);
      });
    });
  }
}

/** Pages count from the newest: `before` is the place of the first row that was not yet given. */
function audit({ world, query }: Call): Response {
  const from = Number(query.get("before") ?? 0);
  const to = from + Number(query.get("limit") ?? 50);
  return json({ events: world.audit.slice(from, to), next: to < world.audit.length ? to : null });
}
