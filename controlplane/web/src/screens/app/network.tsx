// Where an app may go, and what it was kept from. Nothing here widens the policy: it only says what to write.

import { Button, Card, Code, CopyButton, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api/client";
import type { BlockedView, EgressView, ReachedView } from "../../api/types";
import { ProblemAlert } from "../../parts/problem-alert";
import { Rows, type Column } from "../../parts/rows";
import { Section } from "../../parts/section";
import { bytes } from "../../parts/units";
import { When } from "../../parts/when";

const refreshMillis = 10_000;

export function Network({ app, title }: { app: string; title: string }) {
  const egress = api.useQuery(
    "get",
    "/api/v1/apps/{app}/egress",
    { params: { path: { app } } },
    { refetchInterval: refreshMillis },
  );
  const [chosen, setChosen] = useState<BlockedView | null>(null);
  if (!egress.data) {
    return egress.isPending ? <Skeleton height={160} radius="lg" /> : <ProblemAlert error={egress.error} />;
  }
  return (
    <Stack gap="xl">
      <ProblemAlert error={egress.error} />
      <Section title="May reach" lead="As its entry in the allowlist says. Everything else is refused.">
        <Allowed egress={egress.data} />
      </Section>
      <Section title="Reached" lead="By host, the latest first.">
        <Reached egress={egress.data} />
      </Section>
      <Section title="Was kept from">
        <Blocked egress={egress.data} choose={setChosen} />
      </Section>
      <Allow
        app={app}
        title={title}
        blocked={chosen}
        onClose={() => {
          setChosen(null);
        }}
      />
    </Stack>
  );
}

function Allowed({ egress }: { egress: EgressView }) {
  return (
    <Card withBorder>
      <Group gap={6}>
        {egress.allowed.map(({ host, port }) => (
          <Code key={`${host}:${port}`}>
            {host}:{port}
          </Code>
        ))}
        {egress.allowed.length === 0 && <Text>Nothing outside its island.</Text>}
      </Group>
    </Card>
  );
}

function Reached({ egress }: { egress: EgressView }) {
  const total = (
    <Text size="sm" c="dimmed">
      In all {egress.reached} {egress.reached === 1 ? "connection" : "connections"},{" "}
      {bytes(egress.sent_bytes)} out, {bytes(egress.received_bytes)} in since <When at={egress.since} />.
    </Text>
  );
  if (egress.hosts.length === 0) {
    return total;
  }
  return (
    <Stack gap="xs">
      <Rows
        label="Reached hosts"
        rows={egress.hosts}
        rowKey={(reached) => reached.target}
        columns={reachedColumns}
      />
      {total}
    </Stack>
  );
}

const reachedColumns: Column<ReachedView>[] = [
  { header: "Target", cell: (reached) => <Code>{reached.target}</Code> },
  { header: "Connections", cell: (reached) => reached.connections },
  { header: "Out", cell: (reached) => bytes(reached.sent_bytes) },
  { header: "In", cell: (reached) => bytes(reached.received_bytes) },
  { header: "Last", cell: (reached) => <When at={reached.last_at} /> },
];

function Blocked({ egress, choose }: { egress: EgressView; choose: (blocked: BlockedView) => void }) {
  if (egress.blocked.length === 0) {
    return (
      <Text c="dimmed">
        Nothing since <When at={egress.since} />.
      </Text>
    );
  }
  return (
    <Rows
      label="Blocked attempts"
      rows={egress.blocked}
      rowKey={(blocked) => blocked.target}
      columns={blockedColumns(choose)}
    />
  );
}

function blockedColumns(choose: (blocked: BlockedView) => void): Column<BlockedView>[] {
  return [
    { header: "Target", cell: (blocked) => <Code>{blocked.target}</Code> },
    {
      header: "Why",
      cell: ({ reason }) => (reason === "unlisted" ? "not on the list" : "leads to an inside address"),
    },
    { header: "Attempts", cell: (blocked) => blocked.attempts },
    { header: "Last", cell: (blocked) => <When at={blocked.last_at} /> },
    {
      header: "Actions",
      actions: true,
      cell: (blocked) =>
        blocked.line && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={`Allow ${blocked.target}`}
            onClick={() => {
              choose(blocked);
            }}
          >
            Allow…
          </Button>
        ),
    },
  ];
}

interface AllowProps {
  app: string;
  title: string;
  blocked: BlockedView | null;
  onClose: () => void;
}

function Allow({ app, title, blocked, onClose }: AllowProps) {
  const line = blocked?.line ?? "";
  return (
    <Modal
      opened={blocked !== null}
      onClose={onClose}
      title={`Let ${title} reach ${blocked?.target ?? ""}`}
      centered
    >
      <Stack>
        <Text>
          The console cannot change the allowlist. Add this line to it, under <Code>egress:</Code> of{" "}
          <Code>{app}</Code>, if the app should reach this host:
        </Text>
        <Code block style={{ whiteSpace: "pre-wrap" }}>
          {line}
        </Code>
        <Text c="dimmed" size="sm">
          The allowlist is read again by itself. Where it is signed, sign it anew.
        </Text>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={line}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
