// Asks before something that cannot be undone.

import { Button, Group, Text } from "@mantine/core";
import { Dialog } from "./dialog";
import { Failure } from "./failure";

interface Props {
  opened: boolean;
  title: string;
  words: string;
  /** What the button says that does it. */
  action: string;
  error: Error | null;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ opened, title, words, action, error, busy, onConfirm, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title} above>
      <Text style={{ overflowWrap: "anywhere" }}>{words}</Text>
      <Failure error={error} />
      <Group justify="end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep
        </Button>
        <Button color="red" onClick={onConfirm} loading={busy}>
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
