// Asks the provider one small thing, with what is in the form, saved or not.

import { Button, Group, Text } from "@mantine/core";
import { IconAlertCircle, IconCheck, IconPlugConnected } from "@tabler/icons-react";
import { useTestSettings } from "../api/changes";
import { wordsOf } from "../api/problem";
import type { SettingsDraft, TestAnswer } from "../api/types";
import { duration } from "../parts/format";
import { Egress } from "./egress";
import classes from "./settings.module.css";

interface Props {
  draft: SettingsDraft;
  /** The line that the stored provider needs in the allowlist, whether it is there or not. */
  storedLine: string | undefined;
}

export function TestConnection({ draft, storedLine }: Props) {
  const test = useTestSettings();
  const missing = test.data?.egress_line ?? undefined;
  return (
    <>
      <Egress line={missing ?? storedLine} missing={missing !== undefined} />
      <Group gap="sm" align="start">
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
        <div role="status" className={classes.result}>
          {test.isPending || <Result answer={test.data} error={test.error} />}
        </div>
      </Group>
    </>
  );
}

function Result({ answer, error }: { answer: TestAnswer | undefined; error: Error | null }) {
  const words = error ? wordsOf(error) : answer?.message;
  if (words === undefined) return null;
  const good = !error && answer?.ok === true;
  return (
    <>
      {good ? (
        <IconCheck size={18} stroke={2.2} className={classes.good} aria-hidden />
      ) : (
        <IconAlertCircle size={18} stroke={1.8} className={classes.bad} aria-hidden />
      )}
      <Text size="sm" className={classes.words}>
        {words}
        {good && (
          <Text span inherit c="dimmed">
            {" "}
            {details(answer)}
          </Text>
        )}
      </Text>
    </>
  );
}

/** What it took: time, and money where the settings hold prices. */
function details({ took_ms, cost }: TestAnswer): string {
  return [duration(took_ms), cost ? `cost ${cost}` : undefined].filter(Boolean).join(", ");
}
