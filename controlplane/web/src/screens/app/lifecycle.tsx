// Open, start, stop, remove.

import { Button, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { AppView } from "../../api/types";
import { isFinished } from "../../operation/use-operation";
import { Confirm } from "../../parts/confirm";
import { ProblemAlert } from "../../parts/problem-alert";

export function Lifecycle({ app }: { app: AppView }) {
  const cache = useQueryClient();
  const [stopping, stopDialog] = useDisclosure(false);
  const [removing, removeDialog] = useDisclosure(false);
  const refresh = () => cache.invalidateQueries();
  const start = api.useMutation("post", "/api/v1/apps/{app}/start", { onSuccess: refresh });
  const busy = app.operation ? !isFinished(app.operation) : false;
  const runs = app.desired === "running" && app.state !== "failed";
  const params = { path: { app: app.app } };
  return (
    <>
      <ProblemAlert error={start.error} />
      {(app.state === "ready" || app.state === "sleeping") && (
        <Button component="a" href={app.url}>
          Open
        </Button>
      )}
      {runs ? (
        <Button variant="default" disabled={busy} onClick={stopDialog.open}>
          Stop
        </Button>
      ) : (
        <Button
          disabled={busy}
          loading={start.isPending}
          onClick={() => {
            start.mutate({ params });
          }}
        >
          Start
        </Button>
      )}
      <Button variant="subtle" color="red" disabled={busy} onClick={removeDialog.open}>
        Remove
      </Button>
      <StopDialog app={app} opened={stopping} onClose={stopDialog.close} />
      <RemoveDialog key={String(removing)} app={app} opened={removing} onClose={removeDialog.close} />
    </>
  );
}

interface DialogProps {
  app: AppView;
  opened: boolean;
  onClose: () => void;
}

function StopDialog({ app, opened, onClose }: DialogProps) {
  const cache = useQueryClient();
  const stop = api.useMutation("post", "/api/v1/apps/{app}/stop", {
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries();
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Stop ${app.title}?`}
      action="Stop"
      pending={stop.isPending}
      error={stop.error}
      onConfirm={() => {
        stop.mutate({ params: { path: { app: app.app } } });
      }}
    >
      <Text>People who are using it are cut off. Its data stays, and it can be started again.</Text>
    </Confirm>
  );
}

function RemoveDialog({ app, opened, onClose }: DialogProps) {
  const cache = useQueryClient();
  const [volumes, setVolumes] = useState<"keep" | "delete">("keep");
  const [typed, setTyped] = useState("");
  const remove = api.useMutation("delete", "/api/v1/apps/{app}", {
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries();
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Remove ${app.title}?`}
      action={volumes === "keep" ? "Remove" : "Remove with data"}
      destructive
      incomplete={volumes === "delete" && typed !== app.app}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => {
        remove.mutate({ params: { path: { app: app.app }, query: { volumes } } });
      }}
    >
      <Radio.Group
        label="Its data"
        value={volumes}
        onChange={(value) => {
          setVolumes(value === "delete" ? "delete" : "keep");
        }}
      >
        <Stack gap="sm" mt="xs">
          <Radio
            value="keep"
            label="Keep it"
            description="It is there again when the app is installed again."
          />
          <Radio value="delete" label="Delete it" description="Nobody can bring it back." />
        </Stack>
      </Radio.Group>
      {volumes === "delete" && (
        <TextInput
          label={`Type ${app.app} to delete its data`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      )}
    </Confirm>
  );
}
