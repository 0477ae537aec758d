// Set-up, login, profile.

import { json, nothing, problem } from "./reply.ts";
import type { Routes } from "./routes.ts";
import { addUser, dropToken, session, tokensOf } from "./world.ts";

/** The one-time code that the mock takes. */
const code = "setup-code";

export function addDoor(routes: Routes): void {
  addSetup(routes);
  addSession(routes);
  routes.on("GET /profile", ({ world }) => json(session(world).user));
  routes.on("PATCH /profile", ({ world, body }) => json(Object.assign(session(world).user, body)));
  routes.on("PUT /profile/password", ({ world, body }) => {
    if (body.current !== world.passwords.get(world.session ?? "")) {
      return problem(403, "wrong-credentials", "The current password is not right");
    }
    world.passwords.set(world.session ?? "", String(body.new));
    return nothing();
  });
  addTokens(routes);
}

function addTokens(routes: Routes): void {
  routes.on("GET /profile/tokens", ({ world }) => json({ tokens: tokensOf(world, world.session) }));
  routes.on("POST /profile/tokens", ({ world, body }) => {
    const token = {
      id: `019ab000-0000-7000-8000-00000000011${String(tokensOf(world, world.session).length)}`,
      name: String(body.name),
      scopes: body.scopes as string[],
      created_at: new Date().toISOString(),
      ...(body.expires_in_days ? { expires_at: "2027-02-21T09:00:00Z" } : {}),
    };
    world.tokens.set(world.session ?? "", [...tokensOf(world, world.session), token]);
    return json({ secret: "atoll_pat_7Qm2Xw9Lr4Tz8Kc1Vb6Nd3Ph5Jf0Gs2YaUe4Ro", token }, 201);
  });
  routes.on("DELETE /profile/tokens/{id}", ({ world, path }) => {
    dropToken(world, world.session, path.id);
    return nothing();
  });
}

function addSetup(routes: Routes): void {
  routes.on("GET /setup", ({ world }) => json({ needed: world.setupNeeded }));
  routes.on("POST /setup", ({ world, body }) => {
    if (!world.setupNeeded) return problem(409, "already-set-up", "Atoll is set up already");
    if (body.code !== code) {
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
}

function addSession(routes: Routes): void {
  routes.on("POST /session", ({ world, body }) => {
    const user = world.users.find((candidate) => candidate.email === body.email && !candidate.disabled);
    if (!user || world.passwords.get(user.id) !== body.password) {
      return problem(401, "wrong-credentials", "Email or password is not right", "Check both and try again.");
    }
    world.session = user.id;
    return json(session(world));
  });
  routes.on("GET /session", ({ world }) => json(session(world)));
  routes.on("DELETE /session", ({ world }) => {
    world.session = null;
    return nothing();
  });
}
