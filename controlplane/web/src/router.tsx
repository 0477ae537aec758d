// Every address of the console, and who may be there.

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { http } from "./api/client";
import { asProblem } from "./api/problem";
import { parseTab, type Tab } from "./screens/app/tab";
import { Launcher } from "./screens/launcher/launcher";
import { Login } from "./screens/login/login";
import { Setup } from "./screens/setup/setup";
import { sessionQuery, useUser } from "./session/session";
import { Failed, Loading, NotAllowed, NotFound } from "./shell/fallbacks";
import { Shell } from "./shell/shell";

interface Context {
  cache: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const setup = createRoute({ getParentRoute: () => root, path: "/setup", component: Setup });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search): { to?: string } => (typeof search.to === "string" ? { to: search.to } : {}),
  component: function LoginRoute() {
    return <Login to={login.useSearch().to} />;
  },
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.cache.query({ ...sessionQuery(), staleTime: "static" });
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      const { data } = await http.GET("/api/v1/setup");
      if (data?.needed) throw redirect({ to: "/setup" });
      throw redirect({ to: "/login", search: location.href === "/" ? {} : { to: location.href } });
    }
  },
  component: Shell,
});

const launcher = createRoute({ getParentRoute: () => signedIn, path: "/", component: Launcher });

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: "/profile",
  component: lazyRouteComponent(() => import("./screens/profile/profile"), "Profile"),
});

const admin = createRoute({
  getParentRoute: () => signedIn,
  path: "/admin",
  // The server refuses members anyway; this only spares them a screen full of refusals.
  component: function AdminRoute() {
    return useUser().role === "admin" ? <Outlet /> : <NotAllowed />;
  },
});

const catalogue = createRoute({
  getParentRoute: () => admin,
  path: "/catalogue",
  component: lazyRouteComponent(() => import("./screens/catalogue/catalogue"), "Catalogue"),
});

const entry = createRoute({
  getParentRoute: () => admin,
  path: "/catalogue/$app",
  // Another app is another screen: nothing typed or opened for one may stay for the next.
  remountDeps: ({ params }) => params,
  component: lazyRouteComponent(() => import("./screens/catalogue/entry"), "Entry"),
});

const apps = createRoute({
  getParentRoute: () => admin,
  path: "/apps",
  component: lazyRouteComponent(() => import("./screens/apps/apps"), "Apps"),
});

const app = createRoute({
  getParentRoute: () => admin,
  path: "/apps/$app",
  validateSearch: (search): { tab?: Tab } => {
    const tab = parseTab(search.tab);
    return tab === "overview" ? {} : { tab };
  },
  remountDeps: ({ params }) => params,
  component: lazyRouteComponent(() => import("./screens/app/app"), "App"),
});

const users = createRoute({
  getParentRoute: () => admin,
  path: "/users",
  component: lazyRouteComponent(() => import("./screens/users/users"), "Users"),
});

const user = createRoute({
  getParentRoute: () => admin,
  path: "/users/$user",
  remountDeps: ({ params }) => params,
  component: lazyRouteComponent(() => import("./screens/user/user"), "User"),
});

const audit = createRoute({
  getParentRoute: () => admin,
  path: "/audit",
  component: lazyRouteComponent(() => import("./screens/audit/audit"), "Audit"),
});

const status = createRoute({
  getParentRoute: () => admin,
  path: "/status",
  component: lazyRouteComponent(() => import("./screens/status/status"), "Status"),
});

// Inside the frame, so that a mistyped address still shows the way around.
const nowhere = createRoute({ getParentRoute: () => signedIn, path: "$", component: NotFound });

const routes = root.addChildren([
  setup,
  login,
  signedIn.addChildren([
    launcher,
    profile,
    nowhere,
    admin.addChildren([catalogue, entry, apps, app, users, user, audit, status]),
  ]),
]);

export function createConsoleRouter(cache: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { cache },
    defaultPendingComponent: Loading,
    defaultErrorComponent: Failed,
    defaultNotFoundComponent: NotFound,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
