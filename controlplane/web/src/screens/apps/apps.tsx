// The apps that are installed.

import { Group, Skeleton, Text } from "@mantine/core";
import { api } from "../../api/client";
import type { AppView } from "../../api/types";
import { pollMillis } from "../../operation/poll";
import { AppIcon } from "../../parts/app-icon";
import { Empty } from "../../parts/empty";
import { ButtonLink, TextLink } from "../../parts/links";
import { Page } from "../../parts/page";
import { ProblemAlert } from "../../parts/problem-alert";
import { Rows, type Column } from "../../parts/rows";
import { StateBadge } from "../../parts/state-badge";
import { VerdictBadge } from "../../parts/verdict-badge";
import { When } from "../../parts/when";

export function Apps() {
  const apps = api.useQuery(
    "get",
    "/api/v1/apps",
    {},
    { refetchInterval: (query) => pollMillis(query.state.data?.apps) },
  );
  const list = apps.data?.apps;
  return (
    <Page
      title="Installed apps"
      lead="Each on its own island"
      actions={
        <ButtonLink to="/admin/catalogue" variant="default">
          Catalogue
        </ButtonLink>
      }
    >
      <ProblemAlert error={apps.error} />
      {apps.isPending && <Skeleton height={120} radius="lg" />}
      {list?.length === 0 && <Empty title="Nothing is installed" text="Choose an app from the catalogue." />}
      {list && list.length > 0 && (
        <Rows label="Installed apps" rows={list} rowKey={(app) => app.app} columns={columns} />
      )}
    </Page>
  );
}

const columns: Column<AppView>[] = [
  {
    header: "App",
    cell: (app) => (
      <Group wrap="nowrap" gap="sm">
        <AppIcon src={app.icon_url} title={app.title} size={36} />
        <div>
          <TextLink to="/admin/apps/$app" params={{ app: app.app }} fw={600} c="inherit">
            {app.title}
          </TextLink>
          <Text size="sm" c="dimmed">
            {app.version}
          </Text>
        </div>
      </Group>
    ),
  },
  { header: "State", cell: (app) => <StateBadge state={app.state} /> },
  { header: "Island", cell: (app) => <VerdictBadge verification={app.verification ?? null} /> },
  { header: "Restarts", cell: (app) => app.services.reduce((sum, service) => sum + service.restarts, 0) },
  { header: "Installed", cell: (app) => <When at={app.installed_at} /> },
];
