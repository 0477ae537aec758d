// The settings of this app, for its administrators.

import { Alert, Button, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useSaveSettings } from "../api/changes";
import { RequestError, wordsOf } from "../api/problem";
import { useSettings } from "../api/queries";
import type { Settings } from "../api/types";
import { ErrorNote } from "../parts/error-note";
import { say } from "../parts/notify";
import { CircuitNote } from "./circuit-note";
import { DocumentsSection } from "./documents-section";
import { toDraft, toForm } from "./form";
import { ProviderSection } from "./provider-section";
import classes from "./settings.module.css";
import { TestConnection } from "./test-connection";

export function SettingsScreen() {
  const settings = useSettings();
  return (
    <Stack gap="lg" className={classes.screen}>
      <Title order={1} size="h2">
        Settings
      </Title>
      {settings.isPending && <Loader aria-label="Loading the settings" />}
      {settings.error && <Refused error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.data && <Form key={settings.data.version} settings={settings.data} />}
    </Stack>
  );
}

function Refused({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof RequestError && error.status === 403) {
    return (
      <Alert color="yellow" title="Settings are for administrators" role="alert">
        Ask somebody who manages this app to give you the role “Can manage”.
      </Alert>
    );
  }
  return <ErrorNote title="The settings could not be loaded" error={error} onRetry={onRetry} />;
}

function Form({ settings }: { settings: Settings }) {
  const [form, setForm] = useState(() => toForm(settings));
  const save = useSaveSettings();
  const draft = toDraft(form, settings.version);
  const change = (changes: Partial<typeof form>) => {
    setForm({ ...form, ...changes });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate(draft, {
      onSuccess: () => {
        say("Saved. The new settings hold from now on.");
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        {settings.problem && <BrokenFile problem={settings.problem} />}
        <ProviderSection form={form} onChange={change} maskedKey={settings.ai?.api_key ?? undefined}>
          <CircuitNote circuit={settings.circuit} />
          <TestConnection draft={draft} storedLine={settings.egress_line ?? undefined} />
        </ProviderSection>
        <DocumentsSection form={form} onChange={change} />
        {save.error && <SaveFailure error={save.error} />}
        <Group justify="end">
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function BrokenFile({ problem }: { problem: string }) {
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle size={20} />}
      title="The settings file is broken"
      role="alert"
    >
      {problem} Saving here writes the file anew.
    </Alert>
  );
}

function SaveFailure({ error }: { error: Error }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle size={20} />} title="Not saved" role="alert">
      <Text size="sm">{wordsOf(error)}</Text>
    </Alert>
  );
}
