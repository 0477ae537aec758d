// What an app may do, complete, in the allowlist's words.

import { Badge, Card, Code, Group, List, SimpleGrid, Stack, Text } from "@mantine/core";
import type { CatalogueEntry, CatalogueService } from "../../api/types";
import { OutsideLink } from "../../parts/outside-link";
import { Rows, type Column } from "../../parts/rows";
import { Section } from "../../parts/section";
import { bytes } from "../../parts/units";
import classes from "./catalogue.module.css";
import { Prose } from "../../parts/prose";

export function Permissions({ entry }: { entry: CatalogueEntry }) {
  return (
    <Stack gap="xl">
      <Section title="Containers" lead="Each with fixed limits, on a network of the app's own.">
        <Rows
          label="Containers"
          rows={entry.services}
          rowKey={(service) => service.name}
          columns={serviceColumns}
        />
      </Section>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Section title="Ways out">
          <Card withBorder>
            {entry.egress.length === 0 ? (
              <Text>None. It reaches neither the internet nor the local network.</Text>
            ) : (
              <Stack gap="xs">
                <Text>It may connect to these hosts and to no others:</Text>
                <List spacing={4}>
                  {entry.egress.map((host) => (
                    <List.Item key={host}>
                      <Code>{host}</Code>
                    </List.Item>
                  ))}
                </List>
              </Stack>
            )}
          </Card>
        </Section>
        <Section title="Relaxed rules">
          <Card withBorder>
            {entry.relax.length === 0 ? (
              <Text>None. Every rule of a sealed room holds.</Text>
            ) : (
              <Stack gap="sm">
                {entry.relax.map((relaxed) => (
                  <div key={`${relaxed.service ?? ""} ${relaxed.rule}`}>
                    <Group gap="xs">
                      <Code>{relaxed.rule}</Code>
                      <Text size="sm" c="dimmed">
                        {relaxed.service ? `in ${relaxed.service}` : "for the whole app"}
                      </Text>
                    </Group>
                    <Text mt={2}>
                      <Prose text={relaxed.reason} />
                    </Text>
                  </div>
                ))}
              </Stack>
            )}
          </Card>
        </Section>
        <Section title="Roles">
          <Card withBorder>
            <List spacing={4}>
              {entry.roles.map((role) => (
                <List.Item key={role.id}>
                  {role.title} <Code>{role.id}</Code>
                  {role.default && " (default)"}
                </List.Item>
              ))}
            </List>
          </Card>
        </Section>
        <Section title="About">
          <Card withBorder>
            <Facts entry={entry} />
          </Card>
        </Section>
      </SimpleGrid>
    </Stack>
  );
}

const serviceColumns: Column<CatalogueService>[] = [
  { header: "Service", cell: (service) => <Text fw={600}>{service.name}</Text> },
  {
    header: "Image",
    cell: (service) => (
      <Group gap={6}>
        <Code>{service.image}</Code>
        {!service.pinned && (
          <Badge variant="light" color="red" tt="none">
            No pin
          </Badge>
        )}
      </Group>
    ),
  },
  { header: "CPU", cell: (service) => service.cpu },
  { header: "Memory", cell: (service) => bytes(service.memory_bytes) },
  { header: "Processes", cell: (service) => service.pids },
  { header: "User", cell: (service) => <Code>{service.user}</Code> },
  {
    header: "Volumes",
    cell: (service) => (service.volumes.length > 0 ? service.volumes.join(", ") : "none"),
  },
];

function Facts({ entry }: { entry: CatalogueEntry }) {
  return (
    <dl className={classes.facts}>
      <dt>App id</dt>
      <dd>
        <Code>{entry.app}</Code>
      </dd>
      <dt>Category</dt>
      <dd>{entry.category}</dd>
      {entry.licenses && (
        <>
          <dt>Licence</dt>
          <dd>{entry.licenses}</dd>
        </>
      )}
      {entry.source && (
        <>
          <dt>Source</dt>
          <dd>
            <OutsideLink href={entry.source}>{entry.source}</OutsideLink>
          </dd>
        </>
      )}
      {entry.documentation && (
        <>
          <dt>Documentation</dt>
          <dd>
            <OutsideLink href={entry.documentation}>{entry.documentation}</OutsideLink>
          </dd>
        </>
      )}
    </dl>
  );
}
