// A new webhook: where it goes, and the secret that signs what it is told.

import { Button, CopyButton, Group, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useCreateWebhook } from "../api/changes";
import { Failure } from "../parts/failure";
import { say } from "../parts/notify";

/** As the interface takes it. */
const LEAST_SECRET = 16;

export function WebhookForm({ onDone }: { onDone: () => void }) {
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState(newSecret);
  const create = useCreateWebhook();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    create.mutate(
      { url: url.trim(), secret },
      {
        onSuccess: () => {
          say("The webhook is there. Test it before you rely on it.");
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} aria-label="New webhook">
      <Stack>
        <TextInput
          label="Address"
          description="It begins with http:// and leads to a private network address."
          placeholder="http://bookkeeping:8080/documents"
          required
          maxLength={1000}
          data-autofocus
          value={url}
          onChange={({ currentTarget }) => {
            setUrl(currentTarget.value);
          }}
        />
        <Group align="end" gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            miw={0}
            label="Secret"
            description="Copy it to the receiver now: it is never shown again. It signs each request (header Documents-Signature)."
            required
            minLength={LEAST_SECRET}
            maxLength={200}
            value={secret}
            onChange={({ currentTarget }) => {
              setSecret(currentTarget.value);
            }}
          />
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} flex="none">
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Failure error={create.error} />
        <Group justify="end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={url.trim() === ""}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** 256 random bits, in hexadecimal. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
