// Somebody's tokens, each with a way to end it.

import { Button, Code, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccessTokenView } from "../api/types";
import { Confirm } from "./confirm";
import { Rows, type Column } from "./rows";
import { When } from "./when";

/** The call that ends one: whose tokens these are decides which. */
interface Revocation {
  revoke: (id: string, done: () => void) => void;
  pending: boolean;
  error: unknown;
}

export function TokenList({
  label,
  tokens,
  revocation,
}: {
  label: string;
  tokens: AccessTokenView[];
  revocation: Revocation;
}) {
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<AccessTokenView | null>(null);
  return (
    <>
      <Rows label={label} rows={tokens} rowKey={(token) => token.id} columns={columns(setChosen)} />
      <Confirm
        opened={chosen !== null}
        onClose={() => {
          setChosen(null);
        }}
        title={`Revoke ${chosen?.name ?? ""}?`}
        action="Revoke"
        destructive
        pending={revocation.pending}
        error={revocation.error}
        onConfirm={() => {
          if (!chosen) return;
          revocation.revoke(chosen.id, () => {
            setChosen(null);
            notifications.show({ message: "Token revoked." });
            void cache.invalidateQueries();
          });
        }}
      >
        <Text>Whatever uses it is shut out at once, and what it has open closes.</Text>
      </Confirm>
    </>
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
