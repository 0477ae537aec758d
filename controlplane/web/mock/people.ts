// Users, and who may use which app.

import type { UserView } from "../src/api/types";
import { found, json, nothing, problem } from "./reply.ts";
import type { Call, Routes } from "./routes.ts";
import { addUser, dropToken, tokensOf, type World } from "./world.ts";

export function addPeople(routes: Routes): void {
  routes.on("GET /users", ({ world }) => json({ users: world.users }));
  routes.on("POST /users", ({ world, body }) => {
    if (world.users.some((user) => user.email === body.email)) {
      return problem(409, "email-taken", "The address is taken", "Another user has this email address.");
    }
    return json(addUser(world, body), 201);
  });
  routes.on("GET /users/{id}", ({ world, path }) => found(world.users, "id", path.id));
  routes.on("PATCH /users/{id}", changeUser);
  routes.on("DELETE /users/{id}", deleteUser);
  routes.on("PUT /users/{id}/password", ({ world, path, body }) => {
    world.passwords.set(path.id ?? "", String(body.new));
    return nothing();
  });
  routes.on("GET /users/{id}/tokens", ({ world, path }) => json({ tokens: tokensOf(world, path.id) }));
  routes.on("DELETE /users/{id}/tokens/{token}", ({ world, path }) => {
    dropToken(world, path.id, path.token);
    return nothing();
  });
  addGrants(routes);
}

function addGrants(routes: Routes): void {
  routes.on("GET /users/{id}/grants", ({ world, path }) =>
    json({ grants: world.grants.filter((grant) => grant.user_id === path.id) }),
  );
  routes.on("GET /apps/{app}/grants", ({ world, path }) =>
    json({ grants: world.grants.filter((grant) => grant.app === path.app) }),
  );
  routes.on("PUT /apps/{app}/grants/{user}", setGrant);
  routes.on("DELETE /apps/{app}/grants/{user}", ({ world, path }) => {
    world.grants = world.grants.filter((grant) => grant.app !== path.app || grant.user_id !== path.user);
    return nothing();
  });
}

function changeUser({ world, path, body }: Call): Response {
  const user = world.users.find((candidate) => candidate.id === path.id);
  if (!user) return problem(404, "unknown-user", "No such user");
  const stepsDown = body.role === "member" || body.disabled === true;
  if (stepsDown && isLastAdministrator(world, user)) return lastAdministrator();
  return json(Object.assign(user, body));
}

function deleteUser({ world, path }: Call): Response {
  const user = world.users.find((candidate) => candidate.id === path.id);
  if (!user) return problem(404, "unknown-user", "No such user");
  if (isLastAdministrator(world, user)) return lastAdministrator();
  world.users = world.users.filter((candidate) => candidate !== user);
  world.grants = world.grants.filter((grant) => grant.user_id !== user.id);
  return nothing();
}

function setGrant({ world, path, body }: Call): Response {
  const user = world.users.find((candidate) => candidate.id === path.user);
  const app = path.app ?? "";
  if (!user) return problem(404, "unknown-user", "No such user");
  world.grants = world.grants.filter((grant) => grant.app !== app || grant.user_id !== user.id);
  const { id: user_id, name, email } = user;
  const grant = { app, user_id, name, email, role: String(body.role), granted_at: new Date().toISOString() };
  world.grants.push(grant);
  return json(grant);
}

function isLastAdministrator(world: World, user: UserView): boolean {
  return (
    user.role === "admin" &&
    world.users.filter((other) => other.role === "admin" && !other.disabled).length === 1
  );
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
