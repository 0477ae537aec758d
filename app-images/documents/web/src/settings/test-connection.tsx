// Asks the provider one small thing, with what is in the form, saved or not.

import { Button, Group, Text } from "@mantine/core";
import { IconAlertCircle, IconCheck, IconPlugConnected } from "@tabler/icons-react";
import { useTestSettings } from "../api/changes";
import { duration } from "../parts/format";
import type { SettingsDraft, TestAnswer } from "../api/types";

export function TestConnection({ draft }: { draft: SettingsDraft }) {
  const test = useTestSettings();
  const good = test.data?.ok === true;
  const words = test.error?.message ?? (test.data && inWords(test.data));
  return (
    <Group gap="sm" wrap="nowrap" align="start">
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={18} stroke={1.8} />}
        loading={test.isPending}
        flex="none"
        onClick={() => {
          test.mutate(draft);
        }}
      >
        Test connection
      </Button>
      <Text size="sm" role="status" pt={6} style={{ overflowWrap: "anywhere" }}>
        {words !== undefined && !test.isPending && (
          <>
            {good ? (
              <IconCheck size={16} stroke={2.2} aria-hidden />
            ) : (
              <IconAlertCircle size={16} stroke={1.8} aria-hidden />
            )}{" "}
            {words}
          </>
        )}
      </Text>
    </Group>
  );
}

function inWords({ message, took_ms, cost, egress_line }: TestAnswer): string {
  const details = [duration(took_ms), cost ? `cost ${cost}` : undefined].filter(Boolean).join(", ");
  const cure = egress_line ? ` The operator has to add: ${egress_line}` : "";
  return `${message} (${details})${cure}`;
}
