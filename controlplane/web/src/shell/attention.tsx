// What an administrator has to know on every screen: a refused policy, an engine that does not answer.

import { Alert, Button, Code, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { api } from "../api/client";
import type { PolicyView, StatusView } from "../api/types";
import { Prose } from "../parts/prose";
import { sentence } from "../parts/sentence";

export const statusPollMillis = 15_000;

type PolicyError = NonNullable<PolicyView["error"]>;

export function Attention() {
  const status = api.useQuery("get", "/api/v1/status", {}, { refetchInterval: statusPollMillis });
  if (!status.data) return null;
  const { engine, policy } = status.data;
  if (engine.reachable && !policy.error) return null;
  return (
    <Stack gap="sm" mb="lg">
      {!engine.reachable && <EngineAlert engine={engine} onRetry={() => void status.refetch()} />}
      {policy.error && <PolicyAlert error={policy.error} />}
    </Stack>
  );
}

interface EngineAlertProps {
  engine: StatusView["engine"];
  onRetry: () => void;
}

function EngineAlert({ engine, onRetry }: EngineAlertProps) {
  return (
    <Alert
      role="alert"
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title="The container engine does not answer"
    >
      <Stack gap="xs" align="flex-start">
        {engine.error && (
          <Text size="sm">
            <Prose text={sentence(engine.error)} />
          </Text>
        )}
        <Text size="sm">
          Apps that run go on; nothing can be installed, started or stopped. Run <Code>atoll doctor</Code> on
          the host.
        </Text>
        <Button size="xs" variant="default" onClick={onRetry}>
          Look again
        </Button>
      </Stack>
    </Alert>
  );
}

function PolicyAlert({ error }: { error: PolicyError }) {
  const place = [error.file, error.line, error.column]
    .filter((part) => part !== null && part !== undefined)
    .join(":");
  return (
    <Alert
      role="alert"
      color="amber"
      icon={<IconAlertTriangle aria-hidden />}
      title="The newest allowlist was refused; the one before stays in force"
    >
      <Stack gap={4}>
        <Text size="sm">
          <Code>{place}</Code>
        </Text>
        <Text size="sm">
          <Prose text={sentence(error.message)} />
        </Text>
        {error.hint && (
          <Text size="sm" fw={550}>
            <Prose text={sentence(error.hint)} />
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
