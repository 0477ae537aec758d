// The apps a person may open.

import { Group, Skeleton, Text } from "@mantine/core";
import { api } from "../../api/client";
import type { AppState, LauncherApp } from "../../api/types";
import { AppIcon } from "../../parts/app-icon";
import { Empty } from "../../parts/empty";
import { ButtonLink } from "../../parts/links";
import { Page } from "../../parts/page";
import { ProblemAlert } from "../../parts/problem-alert";
import { StateBadge } from "../../parts/state-badge";
import { useUser } from "../../session/session";
import classes from "./launcher.module.css";

export function Launcher() {
  const user = useUser();
  const launcher = api.useQuery("get", "/api/v1/launcher", {}, { refetchInterval: 10_000 });
  const apps = launcher.data?.apps;
  return (
    <Page title="Your apps" lead={`Signed in as ${user.name}`}>
      <ProblemAlert error={launcher.error} />
      {launcher.isPending && <Skeleton height={108} maw={380} radius="lg" />}
      {apps?.length === 0 && <NoApps admin={user.role === "admin"} />}
      {apps && apps.length > 0 && (
        <ul className={classes.list}>
          {apps.map((app) => (
            <li key={app.app}>
              <Tile app={app} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

/** Why an app that is not ready cannot be opened, in the words of somebody who did not install it. */
const closed: Record<Exclude<AppState, "ready" | "sleeping">, string> = {
  installing: "Being installed. It opens when that is done.",
  starting: "Starting. It opens in a moment.",
  stopping: "Being stopped by an administrator.",
  stopped: "Stopped. An administrator can start it.",
  removing: "Being removed by an administrator.",
  failed: "Not running because of a fault. Tell an administrator.",
};

/** Opening an app that sleeps wakes it. */
function opens(state: AppState): state is "ready" | "sleeping" {
  return state === "ready" || state === "sleeping";
}

function Tile({ app }: { app: LauncherApp }) {
  const words = (
    <>
      <AppIcon src={app.icon_url} title={app.title} size={52} />
      <div>
        <Group gap="xs" mb={4}>
          <Text fw={650} fz="lg">
            {app.title}
          </Text>
          {app.state !== "ready" && <StateBadge state={app.state} />}
        </Group>
        <Text size="sm" c="dimmed">
          {opens(app.state) ? app.description : closed[app.state]}
        </Text>
      </div>
    </>
  );
  if (!opens(app.state)) return <div className={classes.tile}>{words}</div>;
  return (
    <a className={`${classes.tile} ${classes.open} mantine-focus-auto`} href={app.url}>
      {words}
    </a>
  );
}

function NoApps({ admin }: { admin: boolean }) {
  if (!admin) {
    return (
      <Empty title="No apps yet" text="Apps appear here as soon as an administrator gives them to you." />
    );
  }
  return (
    <Empty
      title="No apps yet"
      text="Install one from the catalogue, or give yourself access to one that is installed."
      action={<ButtonLink to="/admin/catalogue">Open the catalogue</ButtonLink>}
    />
  );
}
