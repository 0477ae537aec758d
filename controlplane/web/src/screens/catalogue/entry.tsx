// One app of the allowlist: what it is, what it may do, and its installation as it happens.

import { Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client";
import type { CatalogueEntry, Operation } from "../../api/types";
import { OperationPanel } from "../../operation/operation-panel";
import { isFinished } from "../../operation/use-operation";
import { AppIcon } from "../../parts/app-icon";
import { Page } from "../../parts/page";
import { ButtonLink, TextLink } from "../../parts/links";
import { ProblemAlert } from "../../parts/problem-alert";
import { useInstall, latestOperationQuery } from "./install";
import { Permissions } from "./permissions";
import { Rating } from "./rating";
import { Prose } from "../../parts/prose";

export function Entry() {
  const { app } = useParams({ from: "/signed-in/admin/catalogue/$app" });
  const entry = api.useQuery("get", "/api/v1/catalogue/{app}", { params: { path: { app } } });
  const install = useInstall();
  const operation = useShownInstallation(app, entry.data);
  const start = () => {
    install.mutate({ body: { app } });
  };

  if (!entry.data) {
    return (
      <Page title="Catalogue" lead={<BackToCatalogue />}>
        {entry.isPending ? <Skeleton height={240} radius="lg" /> : <ProblemAlert error={entry.error} />}
      </Page>
    );
  }
  const { title, version, vendor, description, icon_url, problem, installed } = entry.data;
  const busy = operation !== null && !isFinished(operation);
  return (
    <Page
      title={title}
      lead={[version, vendor].filter(Boolean).join(" · ")}
      icon={<AppIcon src={icon_url} title={title} size={60} />}
      back={<BackToCatalogue />}
      actions={
        installed ? (
          <ButtonLink to="/admin/apps/$app" params={{ app }} variant="default">
            Manage
          </ButtonLink>
        ) : (
          <Button onClick={start} loading={install.isPending} disabled={busy || Boolean(problem)}>
            Install
          </Button>
        )
      }
    >
      <ProblemAlert error={entry.error ?? install.error} />
      {problem && (
        <Alert color="amber" icon={<IconAlertTriangle aria-hidden />} title="Cannot be installed as it is">
          <Prose text={problem} />
        </Alert>
      )}
      {operation && (
        <OperationPanel
          key={operation.id}
          operation={operation}
          title={title}
          whenDone={<AfterInstall app={app} title={title} />}
          whenFailed={
            <Button variant="default" onClick={start} loading={install.isPending}>
              Try again
            </Button>
          }
        />
      )}
      <Stack gap="xs">
        <Text maw={640}>{description}</Text>
        <Group>
          <Rating rating={entry.data.rating} />
        </Group>
      </Stack>
      <Permissions entry={entry.data} />
    </Page>
  );
}

function BackToCatalogue() {
  return (
    <TextLink to="/admin/catalogue" size="sm">
      Catalogue
    </TextLink>
  );
}

/** Links to the app itself: its own page for people, and its page for administrators. */
function AfterInstall({ app, title }: { app: string; title: string }) {
  const installed = api.useQuery("get", "/api/v1/apps/{app}", { params: { path: { app } } });
  return (
    <>
      {installed.data && (
        <Button component="a" href={installed.data.url}>
          Open {title}
        </Button>
      )}
      <ButtonLink to="/admin/apps/$app" params={{ app }} search={{ tab: "access" }} variant="default">
        Choose who may use it
      </ButtonLink>
    </>
  );
}

/**
 * The installation to show: one under way, one that failed and left the app out, or one that was under way when this
 * screen was opened, so that its end is seen.
 */
function useShownInstallation(app: string, entry: CatalogueEntry | undefined): Operation | null {
  const [seen, setSeen] = useState<string | null>(null);
  const latest = useQuery(latestOperationQuery(app)).data?.operations[0];
  if (latest?.kind !== "install" || !entry) return null;
  const running = !isFinished(latest);
  if (running && seen !== latest.id) setSeen(latest.id);
  const failed = latest.state === "failed" && !entry.installed;
  return running || failed || seen === latest.id ? latest : null;
}
