// Notices when the session has ended: everything else on the page would fail from then on.

import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { hashKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { keys } from "../api/cache";
import { RequestError } from "../api/problem";

export function SessionGuard({ children }: { children: ReactNode }) {
  const ended = useSessionEnded();
  if (!ended) return children;
  return (
    <Center mih="100dvh" p="lg">
      <Stack align="center" gap="xs" maw={420} ta="center">
        <Title order={1} size="h2">
          You are signed out
        </Title>
        <Text c="dimmed">Your session has ended. Your documents are safe.</Text>
        <Button
          mt="sm"
          onClick={() => {
            window.location.reload();
          }}
        >
          Sign in again
        </Button>
      </Stack>
    </Center>
  );
}

function useSessionEnded(): boolean {
  const cache = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(
    () =>
      cache.getQueryCache().subscribe(({ query }) => {
        const error: unknown = query.state.error;
        // Settings are for administrators: being refused there is no end of the session.
        if (query.queryHash === hashKey(keys.settings)) return;
        // 403 is the gateway's answer once the permission to open this app was taken away.
        if (error instanceof RequestError && (error.status === 401 || error.status === 403)) setEnded(true);
      }),
    [cache],
  );
  return ended;
}
