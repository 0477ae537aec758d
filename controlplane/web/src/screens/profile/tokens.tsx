// The tokens by which a person's programs use the API and open apps.

import { Button, Code, Group, Skeleton, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { AccessTokenView } from "../../api/types";
import { Confirm } from "../../parts/confirm";
import { ProblemAlert } from "../../parts/problem-alert";
import { Rows, type Column } from "../../parts/rows";
import { Section } from "../../parts/section";
import { When } from "../../parts/when";
import { CreateToken } from "./create-token";

export function Tokens() {
  const tokens = api.useQuery("get", "/api/v1/profile/tokens");
  const [creating, dialog] = useDisclosure(false);
  const [revoked, setRevoked] = useState<AccessTokenView | null>(null);
  const list = tokens.data?.tokens;
  return (
    <Section
      title="Tokens"
      lead="For programs that cannot sign in: scripts on the API, calendars, file managers, git. A token does what you may, within its scopes."
    >
      <ProblemAlert error={tokens.error} />
      {tokens.isPending && <Skeleton height={60} radius="lg" />}
      {list?.length === 0 && <Text c="dimmed">You have no tokens.</Text>}
      {list && list.length > 0 && (
        <Rows label="Tokens" rows={list} rowKey={(token) => token.id} columns={columns(setRevoked)} />
      )}
      <Group>
        <Button variant="default" onClick={dialog.open}>
          Create token
        </Button>
      </Group>
      <CreateToken opened={creating} onClose={dialog.close} />
      <RevokeToken
        token={revoked}
        onClose={() => {
          setRevoked(null);
        }}
      />
    </Section>
  );
}

function columns(revoke: (token: AccessTokenView) => void): Column<AccessTokenView>[] {
  return [
    { header: "Name", cell: (token) => <Text fw={600}>{token.name}</Text> },
    {
      header: "Scopes",
      cell: (token) => (
        <Group gap={6}>
          {token.scopes.map((scope) => (
            <Code key={scope}>{scope}</Code>
          ))}
        </Group>
      ),
    },
    { header: "Ends", cell: (token) => <When at={token.expires_at} never="when revoked" /> },
    { header: "Last used", cell: (token) => <When at={token.last_used_at} /> },
    {
      header: "Actions",
      actions: true,
      cell: (token) => (
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={`Revoke ${token.name}`}
          onClick={() => {
            revoke(token);
          }}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

function RevokeToken({ token, onClose }: { token: AccessTokenView | null; onClose: () => void }) {
  const cache = useQueryClient();
  const revoke = api.useMutation("delete", "/api/v1/profile/tokens/{id}", {
    onSuccess: async () => {
      onClose();
      notifications.show({ message: "Token revoked." });
      await cache.invalidateQueries();
    },
  });
  return (
    <Confirm
      opened={token !== null}
      onClose={onClose}
      title={`Revoke ${token?.name ?? ""}?`}
      action="Revoke"
      destructive
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => {
        if (token) revoke.mutate({ params: { path: { id: token.id } } });
      }}
    >
      <Text>Whatever uses it is shut out at once, and what it has open closes.</Text>
    </Confirm>
  );
}
