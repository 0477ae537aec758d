// Who did what, newest first. The server chains the rows, so none can be changed or taken out unseen.

import { Badge, Button, Code, Group, Skeleton, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { http } from "../../api/client";
import type { AuditEvent, AuditView } from "../../api/types";
import { Empty } from "../../parts/empty";
import { Page } from "../../parts/page";
import { ProblemAlert } from "../../parts/problem-alert";
import { Rows, type Column } from "../../parts/rows";
import { When } from "../../parts/when";
import { Mentions } from "./mentions";

const pageSize = 50;

/** Where the next older page begins. */
type Cursor = NonNullable<AuditView["next"]>;

export function Audit() {
  const audit = useAudit();
  const events = audit.data?.pages.flatMap((page) => page.events);
  return (
    <Page title="Audit" lead="Every change, in a chain that shows tampering">
      <ProblemAlert error={audit.error} />
      {audit.isPending && <Skeleton height={240} radius="lg" />}
      {events?.length === 0 && <Empty title="Nothing yet" text="Changes appear here as they are made." />}
      {events && events.length > 0 && (
        <Rows label="Audit events" rows={events} rowKey={(event) => event.id} columns={columns} />
      )}
      {audit.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={audit.isFetchingNextPage}
            onClick={() => void audit.fetchNextPage()}
          >
            Show older
          </Button>
        </Group>
      )}
    </Page>
  );
}

function useAudit() {
  return useInfiniteQuery({
    queryKey: ["get", "/api/v1/audit"],
    initialPageParam: undefined as Cursor | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: pageSize, ...(pageParam !== undefined && { before: pageParam }) };
      const { data } = await http.GET("/api/v1/audit", { params: { query }, signal });
      return data ?? { events: [], next: null };
    },
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

const outcomeWords: Record<AuditEvent["outcome"], string> = {
  success: "Done",
  refused: "Refused",
  failure: "Failed",
};

/** Somebody deleted since is still told apart by their id. */
function Actor({ event: { actor, token } }: { event: AuditEvent }) {
  if (!actor) return <Text c="dimmed">no user</Text>;
  return (
    <div>
      {actor.name ? <Text>{actor.name}</Text> : <Code>{actor.id}</Code>}
      {token && (
        <Text size="sm" c="dimmed" title={token}>
          by token <Code>{token.slice(-8)}</Code>
        </Text>
      )}
    </div>
  );
}

const columns: Column<AuditEvent>[] = [
  {
    header: "When",
    cell: (event) => <When at={event.at} />,
  },
  { header: "Who", cell: (event) => <Actor event={event} /> },
  { header: "Did", cell: (event) => <Code>{event.action}</Code> },
  {
    header: "To",
    cell: (event) => (
      <div>
        <Mentions text={event.subject} />
        {event.detail && (
          <Text size="sm" c="dimmed">
            <Mentions text={event.detail} />
          </Text>
        )}
      </div>
    ),
  },
  {
    header: "Outcome",
    cell: (event) => (
      <Badge variant="light" color={event.outcome === "success" ? "lagoon" : "red"} tt="none" fw={600}>
        {outcomeWords[event.outcome]}
      </Badge>
    ),
  },
  {
    header: "Chain",
    cell: (event) => <Code title={event.hash}>{event.hash.slice(0, 8)}</Code>,
  },
];
