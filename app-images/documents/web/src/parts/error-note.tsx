// Says what went wrong, and offers to try again.

import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { wordsOf } from "../api/problem";

interface Props {
  title: string;
  error: Error;
  onRetry: () => void;
}

export function ErrorNote({ title, error, onRetry }: Props) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={title} role="alert">
      <Group justify="space-between" align="end">
        <Text size="sm">{wordsOf(error)}</Text>
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}
