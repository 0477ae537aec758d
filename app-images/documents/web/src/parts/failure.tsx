// What went wrong with what was just tried, below it.

import { Text } from "@mantine/core";
import { wordsOf } from "../api/problem";

export function Failure({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <Text c="red" size="sm" role="alert">
      {wordsOf(error)}
    </Text>
  );
}
