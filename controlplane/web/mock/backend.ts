// A control plane that only pretends: it answers the API's calls from a world in memory.
//
// `npm run dev:mock` serves it beside the page, and the tests put it in the place of `fetch`. It keeps the rules that
// screens depend on (who is signed in, what is a conflict, how an operation goes on) and no others.

import type { AppView, OperationView, WireProblem } from "../src/api/types";
import { advance, fail, finished, newOperation } from "./operations.ts";
import { password, type World } from "./world.ts";

type Reply = Response | Promise<Response>;
type Handler = (call: Call) => Reply;

interface Call {
  world: World;
  request: Request;
  url: URL;
  parameters: Record<string, string>;
  body: Record<string, unknown>;
}

export class MockBackend {
  readonly world: World;
  readonly #followers = new Map<string, Set<() => void>>();
  readonly #routes: [method: string, pattern: RegExp, handler: Handler][] = [];

  constructor(world: World) {
    this.world = world;
    this.#addRoutes();
  }

  /** Answers one request. */
  readonly handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/api\/v1/, "");
    for (const [method, pattern, handler] of this.#routes) {
      const match = method === request.method ? pattern.exec(path) : null;
      if (!match) continue;
      const open = path === "/setup" || (path === "/session" && method === "POST");
      if (!open && !this.world.session) return problem(401, "signed-out", "Nobody is signed in");
      const text = await request.text();
      const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
      return handler({ world: this.world, request, url, parameters: match.groups ?? {}, body });
    }
    return problem(404, "unknown-path", "Nothing here", `${request.method} ${path} is not part of the API.`);
  };

  /** Moves a running operation on by one change and tells everybody who follows it. */
  advance(id: string): void {
    const operation = this.world.operations.find((candidate) => candidate.id === id);
    if (!operation) return;
    advance(operation);
    this.#settle(operation);
  }

  /** Fails a running operation. */
  fail(id: string, message: string, cure: string): void {
    const operation = this.world.operations.find((candidate) => candidate.id === id);
    if (!operation) return;
    fail(operation, message, cure);
    this.#settle(operation);
  }

  #on(route: string, handler: Handler): void {
    const [method = "", path = ""] = route.split(" ");
    this.#routes.push([method, new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`), handler]);
  }

  #addRoutes(): void {
    this.#addDoor();
    this.#addApps();
    this.#addPeople();
    this.#on("GET /launcher", ({ world }) => json({ apps: launcher(world) }));
    this.#on("GET /policy", ({ world }) => json(world.status.policy));
    this.#on("GET /status", ({ world }) => json(world.status));
    this.#on("GET /audit", ({ world, url }) => audit(world, url));
    this.#on("GET /icons/{app}", ({ parameters }) => icon(parameters.app ?? ""));
  }

  #addDoor(): void {
    this.#on("GET /setup", ({ world }) => json({ needed: world.setupNeeded }));
    this.#on("POST /setup", ({ world, body }) => {
      if (!world.setupNeeded) return problem(409, "already-set-up", "Atoll is set up already");
      if (body.code !== "setup-code") {
        return problem(
          403,
          "setup-code-wrong",
          "The code is not right",
          "It may be older than an hour.",
          "Print a new one.",
        );
      }
      world.setupNeeded = false;
      world.session = addUser(world, { ...body, role: "admin" }).id;
      return json(session(world), 201);
    });
    this.#on("POST /session", ({ world, body }) => {
      const user = world.users.find((candidate) => candidate.email === body.email && !candidate.disabled);
      if (!user || world.passwords.get(user.id) !== body.password) {
        return problem(
          401,
          "wrong-credentials",
          "Email or password is not right",
          "Check both and try again.",
        );
      }
      world.session = user.id;
      return json(session(world));
    });
    this.#on("GET /session", ({ world }) => json(session(world)));
    this.#on("DELETE /session", ({ world }) => {
      world.session = null;
      return nothing();
    });
    this.#on("GET /profile", ({ world }) => json(session(world).user));
    this.#on("PATCH /profile", ({ world, body }) => json(Object.assign(session(world).user, body)));
    this.#on("PUT /profile/password", ({ world, body }) => {
      if (body.current !== world.passwords.get(world.session ?? "")) {
        return problem(403, "wrong-credentials", "The current password is not right");
      }
      world.passwords.set(world.session ?? "", String(body.new));
      return nothing();
    });
  }

  #addApps(): void {
    this.#on("GET /catalogue", ({ world }) => json({ apps: world.catalogue }));
    this.#on("GET /catalogue/{app}", ({ world, parameters }) =>
      found(world.catalogue, "app", parameters.app),
    );
    this.#on("GET /apps", ({ world }) => json({ apps: world.apps }));
    this.#on("GET /apps/{app}", ({ world, parameters }) => found(world.apps, "app", parameters.app));
    this.#on("POST /apps", ({ body }) => this.#install(String(body.app)));
    this.#on("POST /apps/{app}/start", ({ parameters }) => this.#begin("start", parameters.app));
    this.#on("POST /apps/{app}/stop", ({ parameters }) => this.#begin("stop", parameters.app));
    this.#on("DELETE /apps/{app}", ({ parameters }) => this.#begin("remove", parameters.app));
    this.#on("GET /apps/{app}/logs/stream", ({ request, url }) =>
      logStream(request, url.searchParams.get("service")),
    );
    this.#on("GET /operations", ({ world, url }) => {
      const app = url.searchParams.get("app");
      const all = world.operations.filter((operation) => !app || operation.app === app);
      return json({ operations: all.slice(0, Number(url.searchParams.get("limit") ?? 50)) });
    });
    this.#on("GET /operations/{id}", ({ world, parameters }) => found(world.operations, "id", parameters.id));
    this.#on("GET /operations/{id}/events", ({ parameters, request }) =>
      this.#follow(parameters.id, request),
    );
  }

  #addPeople(): void {
    this.#on("GET /users", ({ world }) => json({ users: world.users }));
    this.#on("POST /users", ({ world, body }) => {
      if (world.users.some((user) => user.email === body.email)) {
        return problem(409, "email-taken", "The address is taken", "Another user has this email address.");
      }
      return json(addUser(world, body), 201);
    });
    this.#on("GET /users/{id}", ({ world, parameters }) => found(world.users, "id", parameters.id));
    this.#on("PATCH /users/{id}", ({ world, parameters, body }) => {
      const user = world.users.find((candidate) => candidate.id === parameters.id);
      if (!user) return problem(404, "unknown-user", "No such user");
      const loses = (body.role === "member" || body.disabled === true) && user.role === "admin";
      if (loses && onlyAdministrator(world)) return lastAdministrator();
      return json(Object.assign(user, body));
    });
    this.#on("DELETE /users/{id}", ({ world, parameters }) => {
      const user = world.users.find((candidate) => candidate.id === parameters.id);
      if (user?.role === "admin" && onlyAdministrator(world)) return lastAdministrator();
      world.users = world.users.filter((candidate) => candidate !== user);
      world.grants = world.grants.filter((grant) => grant.user_id !== user?.id);
      return nothing();
    });
    this.#on("PUT /users/{id}/password", () => nothing());
    this.#on("GET /users/{id}/grants", ({ world, parameters }) =>
      json({ grants: world.grants.filter((grant) => grant.user_id === parameters.id) }),
    );
    this.#on("GET /apps/{app}/grants", ({ world, parameters }) =>
      json({ grants: world.grants.filter((grant) => grant.app === parameters.app) }),
    );
    this.#on("PUT /apps/{app}/grants/{user}", ({ world, parameters, body }) =>
      setGrant(world, parameters, body),
    );
    this.#on("DELETE /apps/{app}/grants/{user}", ({ world, parameters }) => {
      world.grants = world.grants.filter(
        (grant) => grant.app !== parameters.app || grant.user_id !== parameters.user,
      );
      return nothing();
    });
  }

  #install(id: string): Reply {
    const entry = this.world.catalogue.find((candidate) => candidate.app === id);
    if (!entry) return problem(404, "unknown-app", "No such app", `${id} is not on the allowlist.`);
    if (entry.installed) return problem(409, "already-installed", `${entry.title} is installed already`);
    entry.installed = true;
    this.world.apps.push({
      app: id,
      title: entry.title,
      version: entry.version,
      icon_url: entry.icon_url,
      url: `http://${id}.atoll.localhost:8080/`,
      desired: "running",
      state: "installing",
      services: entry.services.map(({ name, image }) => ({
        name,
        image,
        state: "created",
        started_at: null,
        restarts: 0,
      })),
      installed_at: new Date().toISOString(),
    });
    return this.#begin("install", id);
  }

  #begin(kind: OperationView["kind"], id: string | undefined): Reply {
    const { world } = this;
    const app = world.apps.find((candidate) => candidate.app === id);
    if (!app) return problem(404, "unknown-app", "No such app");
    const operation = newOperation(crypto.randomUUID(), kind, app.app, session(world).user.email);
    world.operations.unshift(operation);
    app.operation = operation;
    app.state = ({ install: "installing", start: "starting", stop: "stopping", remove: "removing" } as const)[
      kind
    ];
    return json(operation, 202);
  }

  /** Lets the app show what its operation came to. */
  #settle(operation: OperationView): void {
    const app = this.world.apps.find((candidate) => candidate.app === operation.app);
    if (app && finished(operation)) conclude(this.world, app, operation);
    this.#followers.get(operation.id)?.forEach((tell) => {
      tell();
    });
  }

  #follow(id: string | undefined, request: Request): Reply {
    const operation = this.world.operations.find((candidate) => candidate.id === id);
    if (!operation) return problem(404, "unknown-operation", "No such operation");
    return events(request, (send, close) => {
      const followers = this.#followers.get(operation.id) ?? new Set();
      this.#followers.set(operation.id, followers);
      const tell = () => {
        send("operation", operation);
        if (finished(operation)) close();
      };
      followers.add(tell);
      tell();
      return () => followers.delete(tell);
    });
  }
}

function conclude(world: World, app: AppView, operation: OperationView): void {
  app.operation = null;
  if (operation.state === "failed" || operation.kind === "remove") {
    if (operation.kind === "install" || operation.kind === "remove") {
      world.apps = world.apps.filter((candidate) => candidate !== app);
      const entry = world.catalogue.find((candidate) => candidate.app === app.app);
      if (entry) entry.installed = false;
      return;
    }
    app.state = "failed";
    app.failure = operation.error ?? null;
    return;
  }
  const running = operation.kind !== "stop";
  app.desired = running ? "running" : "stopped";
  app.state = running ? "ready" : "stopped";
  app.verification = running
    ? { verdict: "verified", checked_at: new Date().toISOString(), differences: [] }
    : null;
  for (const service of app.services) {
    service.state = running ? "running" : "exited";
    service.started_at = running ? new Date().toISOString() : null;
  }
  const me = session(world).user;
  if (operation.kind === "install") {
    world.grants.push({
      app: app.app,
      user_id: me.id,
      name: me.name,
      email: me.email,
      role: "admin",
      granted_at: app.installed_at,
    });
  }
}

function session(world: World) {
  const user = world.users.find((candidate) => candidate.id === world.session);
  if (!user) throw new Error("the session names no user");
  return { user, expires_at: "2026-11-24T00:00:00Z" };
}

function launcher(world: World) {
  return world.grants
    .filter((grant) => grant.user_id === world.session)
    .flatMap((grant) => {
      const app = world.apps.find((candidate) => candidate.app === grant.app);
      const entry = world.catalogue.find((candidate) => candidate.app === grant.app);
      if (!app || !entry) return [];
      const { title, description, category, icon_url } = entry;
      return [
        {
          app: app.app,
          title,
          description,
          category,
          icon_url,
          url: app.url,
          state: app.state,
          role: grant.role,
        },
      ];
    });
}

function addUser(world: World, body: Record<string, unknown>) {
  const user = {
    id: crypto.randomUUID(),
    name: String(body.name),
    email: String(body.email),
    role: body.role === "admin" ? ("admin" as const) : ("member" as const),
    disabled: false,
    created_at: new Date().toISOString(),
    last_login_at: null,
  };
  world.users.push(user);
  world.passwords.set(user.id, typeof body.password === "string" ? body.password : password);
  return user;
}

function setGrant(world: World, parameters: Record<string, string>, body: Record<string, unknown>): Response {
  const user = world.users.find((candidate) => candidate.id === parameters.user);
  const app = parameters.app ?? "";
  if (!user) return problem(404, "unknown-user", "No such user");
  world.grants = world.grants.filter((grant) => grant.app !== app || grant.user_id !== user.id);
  const { id: user_id, name, email } = user;
  const grant = {
    app,
    user_id,
    name,
    email,
    role: String(body.role),
    granted_at: new Date().toISOString(),
  };
  world.grants.push(grant);
  return json(grant);
}

function onlyAdministrator(world: World): boolean {
  return world.users.filter((user) => user.role === "admin" && !user.disabled).length === 1;
}

function lastAdministrator(): Response {
  return problem(
    409,
    "last-administrator",
    "Somebody must administer Atoll",
    "This is the only administrator who can sign in.",
    "Make somebody else an administrator first.",
  );
}

function audit(world: World, url: URL): Response {
  const limit = Number(url.searchParams.get("limit") ?? 50);
  const before = Number(url.searchParams.get("before") ?? Infinity);
  const older = world.audit.filter((event) => event.id < before);
  const page = older.slice(0, limit);
  return json({ events: page, next: older.length > limit ? page.at(-1)?.id : null });
}

function found<T>(rows: T[], key: keyof T, value: string | undefined): Response {
  const row = rows.find((candidate) => candidate[key] === value);
  return row ? json(row) : problem(404, "not-found", "Not found", `There is no ${value ?? ""}.`);
}

function icon(app: string): Response {
  const hue = Array.from(app).reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0) % 360;
  const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="12" fill="hsl(${hue} 45% 42%)"/><path d="M15 13h13l6 6v16H15z" fill="#fff" fill-opacity=".92"/></svg>`;
  return new Response(body, { headers: { "content-type": "image/svg+xml" } });
}

function logStream(request: Request, service: string | null): Response {
  return events(request, (send) => {
    let count = 0;
    const line = () => {
      count += 1;
      send("line", {
        service: service ?? "web",
        stream: count % 7 === 0 ? "stderr" : "stdout",
        time: new Date().toISOString(),
        line:
          count % 7 === 0
            ? `WARN upload ${count} is larger than usual (18.2 MiB)`
            : `GET /documents/${count} 200 in ${3 + (count % 9)} ms`,
      });
    };
    for (let past = 0; past < 24; past++) line();
    const timer = setInterval(line, 900);
    return () => {
      clearInterval(timer);
    };
  });
}

type Start = (send: (event: string, data: unknown) => void, close: () => void) => () => void;

/** A stream of events that ends when the reader goes or `close` is called. */
function events(request: Request, start: Start): Response {
  const encoder = new TextEncoder();
  let stop: (() => void) | undefined;
  let open = true;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const close = () => {
        if (!open) return;
        open = false;
        stop?.();
        controller.close();
      };
      request.signal.addEventListener("abort", close);
      stop = start((event, data) => {
        if (open) controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      }, close);
      if (!open) stop();
    },
    cancel() {
      open = false;
      stop?.();
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

function nothing(): Response {
  return new Response(null, { status: 204 });
}

function problem(status: number, code: string, title: string, detail?: string, cure?: string): Response {
  const body: WireProblem = {
    type: `urn:atoll:problem:${code}`,
    title,
    status,
    detail,
    cure,
    request_id: "019ab1c2-mock",
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
