// The line that the operator has to add, so that the provider can be reached.

import { ActionIcon, Alert, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import classes from "./settings.module.css";

interface Props {
  line: string | undefined;
  /** A test has shown that the line is not there. */
  missing: boolean;
}

export function Egress({ line, missing }: Props) {
  if (line === undefined) return null;
  return (
    <Alert
      color={missing ? "yellow" : "gray"}
      title={missing ? "The operator has to add a line" : "For the operator"}
      classNames={{ body: classes.shrinking }}
    >
      <Text size="sm" mb="xs">
        {missing
          ? "The platform does not let this app reach the provider. Ask for this line "
          : "Apps reach only hosts that the operator has listed. If the provider cannot be reached, ask for this line "}
        in this app’s entry in <Code>allowlist.yaml</Code>:
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1} className={classes.shrinking}>
          {line}
        </Code>
        <CopyButton value={line} timeout={1600}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={copied ? "Copied" : "Copy the line"}
              onClick={copy}
            >
              {copied ? <IconCheck size={18} stroke={2} /> : <IconCopy size={18} stroke={1.8} />}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
