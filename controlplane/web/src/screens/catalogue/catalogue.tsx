// Every app on the allowlist.

import { Button, Card, Group, Skeleton, Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../api/client";
import type { CatalogueEntry } from "../../api/types";
import { AppIcon } from "../../parts/app-icon";
import { Empty } from "../../parts/empty";
import { ButtonLink, TextLink } from "../../parts/links";
import { Page } from "../../parts/page";
import { ProblemAlert } from "../../parts/problem-alert";
import classes from "./catalogue.module.css";
import { useInstall } from "./install";
import { Rating } from "./rating";
import { Prose } from "../../parts/prose";

export function Catalogue() {
  const navigate = useNavigate();
  const catalogue = api.useQuery("get", "/api/v1/catalogue");
  const install = useInstall((app) => void navigate({ to: "/admin/catalogue/$app", params: { app } }));
  const apps = catalogue.data?.apps;
  return (
    <Page title="Catalogue" lead="The apps that the allowlist permits">
      <ProblemAlert error={catalogue.error ?? install.error} />
      {catalogue.isPending && <Skeleton height={190} maw={400} radius="lg" />}
      {apps?.length === 0 && (
        <Empty title="The allowlist is empty" text="Add an app to it, and it appears here." />
      )}
      {apps && apps.length > 0 && (
        <ul className={classes.list}>
          {apps.map((entry) => (
            <li key={entry.app}>
              <EntryCard
                entry={entry}
                installing={install.isPending && install.variables.body.app === entry.app}
                onInstall={() => {
                  install.mutate({ body: { app: entry.app } });
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

interface EntryCardProps {
  entry: CatalogueEntry;
  installing: boolean;
  onInstall: () => void;
}

function EntryCard({ entry, installing, onInstall }: EntryCardProps) {
  return (
    <Card component="article" withBorder className={classes.card} aria-labelledby={`entry-${entry.app}`}>
      <Group wrap="nowrap" align="flex-start">
        <AppIcon src={entry.icon_url} title={entry.title} size={52} />
        <div>
          <Title order={2} fz="lg" id={`entry-${entry.app}`}>
            <TextLink
              to="/admin/catalogue/$app"
              params={{ app: entry.app }}
              inherit
              c="inherit"
              underline="hover"
            >
              {entry.title}
            </TextLink>
          </Title>
          <Text size="sm" c="dimmed">
            {entry.version}
            {entry.vendor && ` · ${entry.vendor}`}
          </Text>
        </div>
      </Group>
      <Text>{entry.description}</Text>
      {entry.problem && !entry.installed && (
        <Text size="sm" c="var(--mantine-color-error)">
          <Prose text={entry.problem} />
        </Text>
      )}
      <Group justify="space-between" className={classes.foot}>
        <Rating rating={entry.rating} />
        {entry.installed ? (
          <ButtonLink
            to="/admin/apps/$app"
            params={{ app: entry.app }}
            variant="subtle"
            leftSection={<IconCheck size={16} aria-hidden />}
            aria-label={`${entry.title} is installed: manage it`}
          >
            Installed
          </ButtonLink>
        ) : (
          <Button
            onClick={onInstall}
            loading={installing}
            disabled={Boolean(entry.problem)}
            aria-label={`Install ${entry.title}`}
          >
            Install
          </Button>
        )}
      </Group>
    </Card>
  );
}
