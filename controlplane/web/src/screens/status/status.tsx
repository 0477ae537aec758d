// How the platform itself is doing.

import { Badge, Card, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { api } from "../../api/client";
import type { StatusView } from "../../api/types";
import { Page } from "../../parts/page";
import { ProblemAlert } from "../../parts/problem-alert";
import { Section } from "../../parts/section";
import { duration } from "../../parts/units";
import { When } from "../../parts/when";
import { statusPollMillis } from "../../shell/attention";
import classes from "../catalogue/catalogue.module.css";

export function Status() {
  const status = api.useQuery("get", "/api/v1/status", {}, { refetchInterval: statusPollMillis });
  return (
    <Page title="System" lead="The control plane, its engine and its policy">
      <ProblemAlert error={status.error} />
      {status.isPending && <Skeleton height={240} radius="lg" />}
      {status.data && <Cards status={status.data} />}
    </Page>
  );
}

function Cards({ status }: { status: StatusView }) {
  const { engine, policy, instances } = status;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <StatusCard
        title="Engine"
        good={engine.reachable}
        word={engine.reachable ? "Reachable" : "Unreachable"}
      >
        <dt>Engine</dt>
        <dd>{[engine.name, engine.version].filter(Boolean).join(" ") || "unknown"}</dd>
        <dt>API version</dt>
        <dd>{engine.api_version ?? "unknown"}</dd>
        {engine.error && (
          <>
            <dt>Error</dt>
            <dd>{engine.error}</dd>
          </>
        )}
      </StatusCard>
      <StatusCard
        title="Policy"
        good={!policy.error}
        word={policy.error ? "Newest file refused" : "In force"}
      >
        <dt>Revision</dt>
        <dd>{policy.revision}</dd>
        <dt>Apps</dt>
        <dd>{policy.apps}</dd>
        <dt>Loaded</dt>
        <dd>
          <When at={policy.loaded_at} />
        </dd>
      </StatusCard>
      <StatusCard
        title="Apps"
        good={instances.failed === 0}
        word={instances.failed === 0 ? "No failures" : `${instances.failed} failed`}
      >
        <dt>Ready</dt>
        <dd>{instances.ready}</dd>
        <dt>Changing</dt>
        <dd>{instances.changing}</dd>
        <dt>Sleeping</dt>
        <dd>{instances.sleeping}</dd>
        <dt>Stopped</dt>
        <dd>{instances.stopped}</dd>
        <dt>Failed</dt>
        <dd>{instances.failed}</dd>
      </StatusCard>
      {status.tls && (
        <StatusCard
          title="TLS"
          good={status.tls.problems.length === 0}
          word={status.tls.problems.length === 0 ? "No problems" : "Needs attention"}
        >
          <dt>Certificates</dt>
          <dd>{status.tls.source === "acme" ? "Fetched by ACME" : "From files"}</dd>
          {status.tls.problems.map(({ message, cure }) => (
            <Fragment key={message}>
              <dt>Problem</dt>
              <dd>
                {message} {cure}
              </dd>
            </Fragment>
          ))}
        </StatusCard>
      )}
      <StatusCard title="Control plane" good word="Running">
        <dt>Version</dt>
        <dd>{status.version}</dd>
        <dt>Up for</dt>
        <dd>{duration(status.uptime_secs)}</dd>
      </StatusCard>
    </SimpleGrid>
  );
}

interface StatusCardProps {
  title: string;
  good: boolean;
  word: string;
  children: ReactNode;
}

function StatusCard({ title, good, word, children }: StatusCardProps) {
  return (
    <Section title={title}>
      <Card withBorder h="100%">
        <Stack gap="sm">
          <Group>
            <Badge variant="light" color={good ? "lagoon" : "red"} tt="none" fw={600}>
              {word}
            </Badge>
          </Group>
          <Text component="div">
            <dl className={classes.facts}>{children}</dl>
          </Text>
        </Stack>
      </Card>
    </Section>
  );
}
