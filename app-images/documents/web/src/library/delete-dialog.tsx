// Asks before a document is deleted: there is no way back.

import { Button, Group, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useDeleteDocument } from "../api/queries";
import type { DocumentView } from "../api/types";

interface Props {
  document: DocumentView | undefined;
  onClose: () => void;
  onDeleted: (id: string) => void;
}

export function DeleteDialog({ document, onClose, onDeleted }: Props) {
  const remove = useDeleteDocument();
  const confirm = () => {
    if (!document) return;
    remove.mutate(document.id, {
      onSuccess: () => {
        notifications.show({
          message: `Deleted “${document.name}”.`,
          closeButtonProps: { "aria-label": "Dismiss" },
        });
        onDeleted(document.id);
        onClose();
      },
    });
  };
  return (
    <Modal
      opened={document !== undefined}
      onClose={onClose}
      onExitTransitionEnd={() => {
        remove.reset();
      }}
      title="Delete this document?"
      centered
      zIndex={400}
    >
      <Text style={{ overflowWrap: "anywhere" }}>
        “{document?.name}” and its text are deleted for good. You cannot undo this.
      </Text>
      {remove.error && (
        <Text c="red" size="sm" mt="sm" role="alert">
          {remove.error.message}
        </Text>
      )}
      <Group justify="end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red" onClick={confirm} loading={remove.isPending}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
