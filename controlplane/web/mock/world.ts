// The pretended installation that the mock starts from. Everything is typed by the API document, so it cannot drift.

import type {
  AccessTokenView,
  AppView,
  AuditEvent,
  CatalogueEntry,
  EgressView,
  GrantView,
  LogLine,
  Operation,
  SessionView,
  StatusView,
  UserView,
} from "../src/api/types";

export interface World {
  /** Whether the first administrator is still missing. The code is `setup-code`. */
  setupNeeded: boolean;
  /** Who is signed in. One person at a time is enough here. */
  session: string | null;
  users: UserView[];
  passwords: Map<string, string>;
  /** By whose they are. */
  tokens: Map<string, AccessTokenView[]>;
  catalogue: CatalogueEntry[];
  apps: AppView[];
  /** Of every app alike. */
  egress: EgressView;
  grants: GrantView[];
  operations: Operation[];
  audit: AuditEvent[];
  status: StatusView;
  log: LogLine[];
}

const day = "2026-11-23T";
export const password = "correct horse battery";

const ada: UserView = {
  id: "019ab000-0000-7000-8000-000000000001",
  name: "Ada Moana",
  email: "ada@example.org",
  role: "admin",
  disabled: false,
  created_at: `${day}08:00:00Z`,
  last_login_at: `${day}09:12:00Z`,
};
const ben: UserView = {
  ...ada,
  id: "019ab000-0000-7000-8000-000000000002",
  name: "Ben Okafor",
  email: "ben@example.org",
  role: "member",
};
const chen: UserView = {
  ...ada,
  id: "019ab000-0000-7000-8000-000000000003",
  name: "Chen Li",
  email: "chen@example.org",
  role: "member",
  disabled: true,
  last_login_at: null,
};

const documents: CatalogueEntry = {
  app: "documents",
  version: "1.0.0",
  title: "Documents",
  description: "Upload, read, classify and find PDF documents.",
  category: "documents",
  icon_url: "/api/v1/icons/documents",
  vendor: "Atoll",
  source: "https://example.org/atoll",
  documentation: null,
  licenses: "Apache-2.0",
  services: [
    {
      name: "web",
      image: "atoll/documents:1.0.0",
      pinned: true,
      cpu: 1,
      memory_bytes: 512 * 1024 ** 2,
      pids: 128,
      user: "10001:10001",
      volumes: ["data"],
    },
  ],
  roles: [
    { id: "user", title: "Can use", default: true },
    { id: "admin", title: "Can manage", default: false },
  ],
  egress: [],
  relax: [],
  rating: "sealed",
  installed: true,
  problem: null,
};

const board: CatalogueEntry = {
  ...documents,
  app: "board",
  version: "2.3.1",
  title: "Board",
  description: "Plan work on a shared board, with a database of its own.",
  category: "planning",
  icon_url: "/api/v1/icons/board",
  vendor: "Reef Works",
  services: [
    {
      name: "web",
      image: "reef/board:2.3.1",
      pinned: true,
      cpu: 0.5,
      memory_bytes: 256 * 1024 ** 2,
      pids: 64,
      user: "10002:10002",
      volumes: [],
    },
    {
      name: "db",
      image: "postgres:18.1",
      pinned: true,
      cpu: 1,
      memory_bytes: 1024 ** 3,
      pids: 128,
      user: "999:999",
      volumes: ["db"],
    },
  ],
  egress: ["api.example.org:443", "*.mail.example.org:587"],
  relax: [
    {
      service: "db",
      rule: "readOnlyRootFilesystem",
      reason: "The database writes its socket beside its binaries.",
    },
  ],
  rating: "loosened",
  installed: false,
};

const sketch: CatalogueEntry = {
  ...documents,
  app: "sketch",
  version: "0.9.0",
  title: "Sketch",
  description: "Draw together on an endless page.",
  category: "drawing",
  icon_url: "/api/v1/icons/sketch",
  services: documents.services.map((service) => ({
    ...service,
    image: "reef/sketch:0.9.0",
    pinned: false,
    volumes: [],
  })),
  installed: false,
  problem: "Image reef/sketch:0.9.0 has no pin. Run `atoll allowlist lock`.",
};

const installed: AppView = {
  app: "documents",
  title: "Documents",
  version: "1.0.0",
  icon_url: documents.icon_url,
  url: "http://documents.atoll.localhost:8080/",
  desired: "running",
  state: "ready",
  failure: null,
  verification: { verdict: "verified", checked_at: `${day}09:15:04Z`, differences: [] },
  services: [
    {
      name: "web",
      state: "running",
      image: "atoll/documents:1.0.0",
      started_at: `${day}09:15:02Z`,
      restarts: 0,
    },
  ],
  operation: null,
  installed_at: `${day}09:14:58Z`,
};

/** A fresh installation with one app, three people and a little history. */
export function newWorld(): World {
  const users = [ada, ben, chen];
  return structuredClone({
    setupNeeded: false,
    session: ada.id,
    users,
    passwords: new Map(users.map((user) => [user.id, password])),
    tokens: new Map([
      [
        ada.id,
        [
          {
            id: "019ab000-0000-7000-8000-000000000100",
            name: "Backup job",
            scopes: ["api:read", "app:documents"],
            created_at: `${day}09:00:00Z`,
            expires_at: "2027-02-21T09:00:00Z",
            last_used_at: `${day}09:30:00Z`,
          },
        ],
      ],
      [
        ben.id,
        [
          {
            id: "019ab000-0000-7000-8000-000000000101",
            name: "Phone",
            scopes: ["app:documents"],
            created_at: `${day}09:00:00Z`,
          },
        ],
      ],
    ]),
    catalogue: [documents, board, sketch],
    apps: [installed],
    egress: {
      since: `${day}08:00:00Z`,
      allowed: [{ host: "api.example.com", port: 443 }],
      reached: 12,
      sent_bytes: 48_213,
      received_bytes: 1_203_944,
      hosts: [
        {
          target: "api.example.com:443",
          connections: 12,
          sent_bytes: 48_213,
          received_bytes: 1_203_944,
          last_at: `${day}09:30:00Z`,
        },
      ],
      blocked: [
        {
          target: "updates.example.net:443",
          reason: "unlisted",
          detail: "`updates.example.net:443` is not on the app's egress list",
          attempts: 4,
          last_at: `${day}09:40:00Z`,
          line: "- {host: updates.example.net, port: 443}",
        },
        {
          target: "api.example.com:443",
          reason: "not-public",
          detail: "`api.example.com:443` leads to an address that is not on the open internet",
          attempts: 1,
          last_at: `${day}09:12:00Z`,
        },
      ],
    },
    grants: [
      {
        app: "documents",
        user_id: ada.id,
        name: ada.name,
        email: ada.email,
        role: "admin",
        granted_at: `${day}09:15:04Z`,
      },
      {
        app: "documents",
        user_id: ben.id,
        name: ben.name,
        email: ben.email,
        role: "user",
        granted_at: `${day}09:20:00Z`,
      },
    ],
    operations: [],
    log: Array.from({ length: 24 }, (_, index) => logLine(index + 1)),
    audit: history(),
    status: {
      version: "0.1.0",
      uptime_secs: 93_784,
      engine: { reachable: true, name: "Docker", version: "20.10.24", api_version: "1.41", error: null },
      policy: { revision: 7, apps: 3, loaded_at: `${day}08:00:01Z`, error: null },
      instances: { ready: 1, changing: 0, sleeping: 0, failed: 0, stopped: 0 },
    },
  });
}

function history(): AuditEvent[] {
  const rows: [action: string, subject: string, outcome: AuditEvent["outcome"], detail: string][] = [
    ["setup.complete", `user:${ada.id}`, "success", ""],
    ["session.sign_in", `user:${ada.id}`, "success", ""],
    ["app.install", "app:documents", "success", "version 1.0.0"],
    ["grant.give", "app:documents", "success", `user:${ben.id}, role user`],
    ["session.sign_in", "platform", "refused", "the account is disabled"],
  ];
  return rows
    .map(([action, subject, outcome, detail], index) => ({
      id: `019ab111-0000-7000-8000-00000000000${index + 1}`,
      at: `${day}09:1${index}:00Z`,
      actor: index === 4 ? null : { id: ada.id, name: ada.name },
      action,
      subject,
      outcome,
      detail,
      hash: `${index}f3a9c`.padEnd(64, "0b7e"),
    }))
    .reverse();
}

/** A line as an app might print it; every seventh goes to the error output. */
export function logLine(number: number): LogLine {
  const warning = number % 7 === 0;
  return {
    service: "web",
    stream: warning ? "stderr" : "stdout",
    time: new Date(Date.parse(`${day}09:20:00Z`) + number * 900).toISOString(),
    line: warning
      ? `WARN upload ${number} is larger than usual (18.2 MiB)`
      : `GET /documents/${number} 200 in ${3 + (number % 9)} ms`,
  };
}

/** The session of whoever is signed in. */
export function session(world: World): SessionView {
  const user = world.users.find((candidate) => candidate.id === world.session);
  if (!user) throw new Error("the session names no user");
  return { user, expires_at: "2026-11-24T00:00:00Z" };
}

/** Adds a user as the API's `POST /users` describes one. */
export function addUser(world: World, body: Record<string, unknown>): UserView {
  const user: UserView = {
    id: crypto.randomUUID(),
    name: String(body.name),
    email: String(body.email),
    role: body.role === "admin" ? "admin" : "member",
    disabled: false,
    created_at: new Date().toISOString(),
    last_login_at: null,
  };
  world.users.push(user);
  world.passwords.set(user.id, String(body.password));
  return user;
}

export function tokensOf(world: World, user: string | null | undefined): AccessTokenView[] {
  return world.tokens.get(user ?? "") ?? [];
}

export function dropToken(world: World, user: string | null | undefined, id: string | undefined): void {
  world.tokens.set(
    user ?? "",
    tokensOf(world, user).filter((token) => token.id !== id),
  );
}
