// A person's webhooks: add, try, see whether they work, delete.

import { Button, Group, Loader, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useDeleteWebhook, useTestWebhook } from "../api/changes";
import { useWebhooks } from "../api/queries";
import type { Webhook } from "../api/types";
import { Confirm } from "../parts/confirm";
import { ErrorNote } from "../parts/error-note";
import { when } from "../parts/format";
import { sayFailure } from "../parts/notify";
import { PlaceDialog } from "../parts/place-dialog";
import rows from "../parts/rows.module.css";
import { QuietAction } from "../parts/quiet-action";
import { WebhookForm } from "./webhook-form";

export function WebhooksDialog() {
  return (
    <PlaceDialog address="#/webhooks" title="Webhooks">
      <Webhooks />
    </PlaceDialog>
  );
}

function Webhooks() {
  const webhooks = useWebhooks();
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<Webhook>();
  if (webhooks.isLoadingError) {
    return (
      <ErrorNote
        title="The webhooks could not be loaded"
        error={webhooks.error}
        onRetry={() => void webhooks.refetch()}
      />
    );
  }
  if (!webhooks.data) return <Loader aria-label="Loading the webhooks" />;
  if (adding) {
    return (
      <WebhookForm
        onDone={() => {
          setAdding(false);
        }}
      />
    );
  }
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        A webhook tells another program in this app’s own network of each document that is finished: a signed
        request with what is known of it. One that is not taken is sent again, six times within three hours.
      </Text>
      {webhooks.data.length > 0 && (
        <ul className={rows.list} aria-label="Webhooks">
          {webhooks.data.map((webhook) => (
            <Row key={webhook.id} webhook={webhook} onDelete={setDeleting} />
          ))}
        </ul>
      )}
      <Group>
        <Button
          leftSection={<IconPlus size={18} stroke={1.8} />}
          onClick={() => {
            setAdding(true);
          }}
        >
          New webhook
        </Button>
      </Group>
      <DeleteDialog
        webhook={deleting}
        onClose={() => {
          setDeleting(undefined);
        }}
      />
    </Stack>
  );
}

function Row({ webhook, onDelete }: { webhook: Webhook; onDelete: (webhook: Webhook) => void }) {
  const test = useTestWebhook();
  return (
    <li className={rows.row}>
      <div className={rows.words}>
        <span className={rows.name}>{webhook.url}</span>
        <Text size="sm" c={webhook.last?.problem ? "red" : "dimmed"} className={rows.wrapped} role="status">
          {lastInWords(webhook)}
        </Text>
      </div>
      <Button
        variant="default"
        size="xs"
        flex="none"
        aria-label={`Test ${webhook.url}`}
        loading={test.isPending}
        onClick={() => {
          test.mutate(webhook.id, { onError: sayFailure });
        }}
      >
        Test
      </Button>
      <QuietAction
        label={`Delete ${webhook.url}`}
        onClick={() => {
          onDelete(webhook);
        }}
      >
        <IconTrash size={18} stroke={1.8} />
      </QuietAction>
    </li>
  );
}

function lastInWords({ last }: Webhook): string {
  if (!last) return "Nothing was sent yet";
  return last.problem ? `Failed (${when(last.at)}): ${last.problem}` : `Delivered (${when(last.at)})`;
}

function DeleteDialog({ webhook, onClose }: { webhook: Webhook | undefined; onClose: () => void }) {
  const remove = useDeleteWebhook();
  return (
    <Confirm
      opened={webhook !== undefined}
      title="Delete this webhook?"
      words={`${webhook?.url ?? ""} is told nothing more, nor what was still to be sent.`}
      action="Delete"
      error={remove.error}
      busy={remove.isPending}
      onConfirm={() => {
        if (webhook) remove.mutate(webhook.id, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}
