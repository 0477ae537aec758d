// Asks before something that cannot be taken back with a click.

import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemAlert } from "./problem-alert";

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  onConfirm: () => void;
  pending: boolean;
  error: unknown;
  /** Marks what destroys something. */
  destructive?: boolean;
  /** Whether the person still has to choose or type something. */
  incomplete?: boolean;
}

export function Confirm(props: ConfirmProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.incomplete) props.onConfirm();
        }}
      >
        <Stack>
          {props.children}
          <ProblemAlert error={props.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={props.pending}
              disabled={props.incomplete ?? false}
              {...(props.destructive && { color: "red" })}
            >
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
