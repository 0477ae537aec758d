// The tokens by which a person's programs use the API and open apps.

import { Button, Group, Skeleton, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../api/client";
import { ProblemAlert } from "../../parts/problem-alert";
import { Section } from "../../parts/section";
import { TokenList } from "../../parts/token-list";
import { CreateToken } from "./create-token";

export function Tokens() {
  const tokens = api.useQuery("get", "/api/v1/profile/tokens");
  const revoke = api.useMutation("delete", "/api/v1/profile/tokens/{id}");
  const [creating, dialog] = useDisclosure(false);
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
        <TokenList
          label="Tokens"
          tokens={list}
          revocation={{
            revoke: (id, done) => {
              revoke.mutate({ params: { path: { id } } }, { onSuccess: done });
            },
            pending: revoke.isPending,
            error: revoke.error,
          }}
        />
      )}
      <Group>
        <Button variant="default" onClick={dialog.open}>
          Create token
        </Button>
      </Group>
      <CreateToken opened={creating} onClose={dialog.close} />
    </Section>
  );
}
