// The tokens by which a person's programs act for them, as an administrator sees them: to end, not to make.

import { Skeleton, Text } from "@mantine/core";
import { api } from "../../api/client";
import type { UserView } from "../../api/types";
import { ProblemAlert } from "../../parts/problem-alert";
import { TokenList } from "../../parts/token-list";

export function Tokens({ user }: { user: UserView }) {
  const tokens = api.useQuery("get", "/api/v1/users/{id}/tokens", { params: { path: { id: user.id } } });
  const revoke = api.useMutation("delete", "/api/v1/users/{id}/tokens/{token_id}");
  const list = tokens.data?.tokens;
  return (
    <>
      <ProblemAlert error={tokens.error} />
      {tokens.isPending && <Skeleton height={60} radius="lg" />}
      {list?.length === 0 && <Text c="dimmed">{user.name} has no tokens.</Text>}
      {list && list.length > 0 && (
        <TokenList
          label={`Tokens of ${user.name}`}
          tokens={list}
          revocation={{
            revoke: (token_id, done) => {
              revoke.mutate({ params: { path: { id: user.id, token_id } } }, { onSuccess: done });
            },
            pending: revoke.isPending,
            error: revoke.error,
          }}
        />
      )}
    </>
  );
}
