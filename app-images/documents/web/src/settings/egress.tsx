// The line that the operator has to add, so that the stored provider can be reached.

import { ActionIcon, Alert, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

export function Egress({ line }: { line: string | undefined }) {
  if (line === undefined) return null;
  return (
    <Alert color="gray" title="For the operator">
      <Text size="sm" mb="xs">
        Apps reach only hosts that the operator has listed. If the provider cannot be reached, ask for this
        line under <Code>egress</Code> of this app in <Code>allowlist.yaml</Code>:
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1}>
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
