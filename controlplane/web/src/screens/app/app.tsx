// One installed app: its state, who may use it, where it goes, what it says.

import { Alert, Group, Skeleton, Tabs } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { api } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { AppView } from "../../api/types";
import { OperationPanel } from "../../operation/operation-panel";
import { pollMillis } from "../../operation/poll";
import { isFinished } from "../../operation/use-operation";
import { AppIcon } from "../../parts/app-icon";
import { Empty } from "../../parts/empty";
import { ButtonLink, TextLink } from "../../parts/links";
import { Page } from "../../parts/page";
import { ProblemAlert } from "../../parts/problem-alert";
import { StateBadge } from "../../parts/state-badge";
import { Access } from "./access";
import { Lifecycle } from "./lifecycle";
import { Logs } from "./logs";
import { Network } from "./network";
import { Overview } from "./overview";
import { parseTab } from "./tab";
import { Prose } from "../../parts/prose";

const route = "/signed-in/admin/apps/$app";

export function App() {
  const { app: id } = useParams({ from: route });
  const tab = parseTab(useSearch({ from: route }).tab);
  const navigate = useNavigate();
  const app = api.useQuery(
    "get",
    "/api/v1/apps/{app}",
    { params: { path: { app: id } } },
    { refetchInterval: (query) => pollMillis(query.state.data && [query.state.data]) },
  );
  if (app.error && asProblem(app.error).status === 404) return <Gone id={id} />;
  if (!app.data) {
    return (
      <Page title="App" back={<BackToApps />}>
        {app.isPending ? <Skeleton height={240} radius="lg" /> : <ProblemAlert error={app.error} />}
      </Page>
    );
  }
  const { title, version, icon_url, operation } = app.data;
  return (
    <Page
      title={title}
      lead={
        <Group gap="xs">
          {version} <StateBadge state={app.data.state} />
        </Group>
      }
      icon={<AppIcon src={icon_url} title={title} size={60} />}
      back={<BackToApps />}
      actions={<Lifecycle app={app.data} />}
    >
      <ProblemAlert error={app.error} />
      {operation && !isFinished(operation) && (
        <OperationPanel key={operation.id} operation={operation} title={title} />
      )}
      <Failure app={app.data} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => void navigate({ to: ".", search: { tab: parseTab(next) }, replace: true })}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="access">Who may use it</Tabs.Tab>
          <Tabs.Tab value="network">Network</Tabs.Tab>
          <Tabs.Tab value="logs">Log</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview app={app.data} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <Access app={id} title={title} />
        </Tabs.Panel>
        <Tabs.Panel value="network">
          <Network app={id} title={title} />
        </Tabs.Panel>
        <Tabs.Panel value="logs">
          <Logs app={id} services={app.data.services.map((service) => service.name)} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function BackToApps() {
  return (
    <TextLink to="/admin/apps" size="sm">
      Installed apps
    </TextLink>
  );
}

/** What broke and what to do, from the app itself or else from its last operation. */
function Failure({ app }: { app: AppView }) {
  const failure = app.failure ?? (app.operation?.state === "failed" ? app.operation.error : null);
  if (!failure) return null;
  return (
    <Alert
      role="alert"
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={<Prose text={failure.message} />}
    >
      <Prose text={failure.cure} />
    </Alert>
  );
}

/** The app was removed, here or elsewhere, or never was. */
function Gone({ id }: { id: string }) {
  return (
    <Page title={id} back={<BackToApps />}>
      <Empty
        title="Not installed"
        text="This app is not installed, or no longer."
        action={
          <ButtonLink to="/admin/catalogue" variant="default">
            Catalogue
          </ButtonLink>
        }
      />
    </Page>
  );
}
