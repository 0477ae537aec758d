// Whether an app runs, and whether it runs as it was asked to.

import { Anchor, Card, Code, Group, Stack, Text } from "@mantine/core";
import type { AppView, ServiceStatus, Verification } from "../../api/types";
import { Rows, type Column } from "../../parts/rows";
import { Section } from "../../parts/section";
import { VerdictBadge } from "../../parts/verdict-badge";
import { When } from "../../parts/when";

export function Overview({ app }: { app: AppView }) {
  return (
    <Stack gap="xl">
      <Section title="Services">
        <Rows
          label="Services"
          rows={app.services}
          rowKey={(service) => service.name}
          columns={serviceColumns}
        />
      </Section>
      <Section
        title="Island"
        lead="After each start the live containers and their network are compared with what was asked for."
      >
        <Island verification={app.verification ?? null} />
      </Section>
      <Section title="Address">
        <Card withBorder>
          <Anchor href={app.url}>{app.url}</Anchor>
          <Text size="sm" c="dimmed">
            Installed <When at={app.installed_at} />
          </Text>
        </Card>
      </Section>
    </Stack>
  );
}

const serviceColumns: Column<ServiceStatus>[] = [
  { header: "Service", cell: (service) => <Text fw={600}>{service.name}</Text> },
  { header: "State", cell: (service) => service.state },
  { header: "Image", cell: (service) => <Code>{service.image}</Code> },
  { header: "Started", cell: (service) => <When at={service.started_at} never="–" /> },
  { header: "Restarts", cell: (service) => service.restarts },
];

type Difference = Verification["differences"][number];

function Island({ verification }: { verification: Verification | null }) {
  return (
    <Stack gap="sm">
      <Card withBorder>
        <Group gap="sm">
          <VerdictBadge verification={verification} />
          <Text>{verdict(verification)}</Text>
        </Group>
        {verification && (
          <Text size="sm" c="dimmed" mt={4}>
            Checked <When at={verification.checked_at} />
          </Text>
        )}
      </Card>
      {verification && verification.differences.length > 0 && (
        <Rows
          label="Differences"
          rows={verification.differences}
          rowKey={(difference) => `${difference.service} ${difference.field}`}
          columns={differenceColumns}
        />
      )}
    </Stack>
  );
}

function verdict(verification: Verification | null): string {
  if (!verification) return "It is checked when it starts.";
  const count = verification.differences.length;
  if (verification.verdict === "verified") return "Everything is as it was asked for.";
  return count === 1
    ? "One thing is not as it was asked for."
    : `${count} things are not as they were asked for.`;
}

const differenceColumns: Column<Difference>[] = [
  { header: "Service", cell: (difference) => difference.service },
  { header: "Field", cell: (difference) => <Code>{difference.field}</Code> },
  { header: "Asked for", cell: (difference) => <Code>{difference.expected}</Code> },
  {
    header: "Found",
    cell: (difference) => <Code color="var(--mantine-color-red-light)">{difference.actual}</Code>,
  },
];
