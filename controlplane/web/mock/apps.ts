// The catalogue, installed apps and what operations do to them.

import type { AppView, Operation } from "../src/api/types";
import { finished, newOperation } from "./operations.ts";
import { found, json, problem } from "./reply.ts";
import type { Call, Routes } from "./routes.ts";
import { session, type World } from "./world.ts";

export function addApps(routes: Routes): void {
  routes.on("GET /launcher", ({ world }) => json({ apps: launcher(world) }));
  routes.on("GET /catalogue", ({ world }) => json({ apps: world.catalogue }));
  routes.on("GET /catalogue/{app}", ({ world, path }) => found(world.catalogue, "app", path.app));
  routes.on("GET /apps", ({ world }) => json({ apps: world.apps }));
  routes.on("GET /apps/{app}/egress", ({ world }) => json(world.egress));
  routes.on("GET /apps/{app}", ({ world, path }) => found(world.apps, "app", path.app));
  routes.on("POST /apps", install);
  routes.on("POST /apps/{app}/start", ({ world, path }) => begin(world, "start", path.app));
  routes.on("POST /apps/{app}/stop", ({ world, path }) => begin(world, "stop", path.app));
  routes.on("DELETE /apps/{app}", ({ world, path }) => begin(world, "remove", path.app));
  routes.on("GET /icons/{app}", ({ path }) => icon(path.app ?? ""));
}

function install({ world, body }: Call): Response {
  const entry = world.catalogue.find((candidate) => candidate.app === body.app);
  if (!entry) return problem(404, "unknown-app", "No such app", "It is not on the allowlist.");
  if (entry.installed) return problem(409, "already-installed", `${entry.title} is installed already`);
  entry.installed = true;
  world.apps.push({
    app: entry.app,
    title: entry.title,
    version: entry.version,
    icon_url: entry.icon_url,
    url: `http://${entry.app}.atoll.localhost:8080/`,
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
  return begin(world, "install", entry.app);
}

function begin(world: World, kind: Operation["kind"], id: string | undefined): Response {
  const app = world.apps.find((candidate) => candidate.app === id);
  if (!app) return problem(404, "unknown-app", "No such app");
  const operation = newOperation(crypto.randomUUID(), kind, app.app, session(world).user.email);
  world.operations.unshift(operation);
  app.operation = operation;
  const states = { install: "installing", start: "starting", stop: "stopping", remove: "removing" } as const;
  app.state = states[kind];
  return json(operation, 202);
}

/** Lets an app show what its operation came to, once that has ended. */
export function conclude(world: World, operation: Operation): void {
  const app = world.apps.find((candidate) => candidate.app === operation.app);
  if (!app || !finished(operation)) return;
  app.operation = null;
  const failed = operation.state === "failed";
  if (operation.kind === "remove" || (operation.kind === "install" && failed)) {
    forget(world, app);
  } else if (failed) {
    app.state = "failed";
    app.failure = operation.error ?? null;
  } else {
    settle(app, operation.kind !== "stop");
    if (operation.kind === "install") grantInstaller(world, app);
  }
}

function forget(world: World, app: AppView): void {
  world.apps = world.apps.filter((candidate) => candidate !== app);
  const entry = world.catalogue.find((candidate) => candidate.app === app.app);
  if (entry) entry.installed = false;
}

function settle(app: AppView, running: boolean): void {
  const now = new Date().toISOString();
  app.desired = running ? "running" : "stopped";
  app.state = running ? "ready" : "stopped";
  app.failure = null;
  app.verification = running ? { verdict: "verified", checked_at: now, differences: [] } : null;
  for (const service of app.services) {
    service.state = running ? "running" : "stopped";
    service.started_at = running ? now : null;
  }
}

function grantInstaller(world: World, app: AppView): void {
  const { id, name, email } = session(world).user;
  world.grants.push({ app: app.app, user_id: id, name, email, role: "admin", granted_at: app.installed_at });
}

function launcher(world: World) {
  return world.grants
    .filter((grant) => grant.user_id === world.session)
    .flatMap((grant) => {
      const app = world.apps.find((candidate) => candidate.app === grant.app);
      const entry = world.catalogue.find((candidate) => candidate.app === grant.app);
      if (!app || !entry) return [];
      const { title, description, category, icon_url } = entry;
      const { url, state } = app;
      return [{ app: app.app, title, description, category, icon_url, url, state, role: grant.role }];
    });
}

function icon(app: string): Response {
  const hue = Array.from(app).reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0) % 360;
  const back = `<rect width="48" height="48" rx="12" fill="hsl(${hue} 45% 42%)"/>`;
  const sheet = `<path d="M15 13h13l6 6v16H15z" fill="#fff" fill-opacity=".92"/>`;
  const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">${back}${sheet}</svg>`;
  return new Response(body, { headers: { "content-type": "image/svg+xml" } });
}
