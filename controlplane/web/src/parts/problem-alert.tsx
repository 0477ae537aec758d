// Shows a failure: what happened, why, what to do next, and the number to quote when asking for help.

import { Alert, Code, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { asProblem } from "../api/problem";
import { Prose } from "./prose";

interface ProblemAlertProps {
  /** Whatever was thrown. Nothing is shown for `null`. */
  error: unknown;
}

export function ProblemAlert({ error }: ProblemAlertProps) {
  if (error === null || error === undefined) return null;
  const problem = asProblem(error);
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle aria-hidden />} title={problem.title}>
      <Stack gap={6}>
        {problem.detail && (
          <Text size="sm">
            <Prose text={problem.detail} />
          </Text>
        )}
        {Object.entries(problem.fields).map(([field, message]) => (
          <Text size="sm" key={field}>
            {field}: <Prose text={message} />
          </Text>
        ))}
        {problem.cure && (
          <Text size="sm" fw={550}>
            <Prose text={problem.cure} />
          </Text>
        )}
        {problem.requestId && (
          <Text size="xs">
            Request <Code>{problem.requestId}</Code>
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
