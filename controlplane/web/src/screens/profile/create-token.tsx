// Making a token: what for, for how long, and then the secret, once.

import {
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Modal,
  Radio,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { placeProblem } from "../../api/form";
import { ProblemAlert } from "../../parts/problem-alert";

interface CreateTokenProps {
  opened: boolean;
  onClose: () => void;
}

const untyped = {
  name: "",
  apps: [] as string[],
  platform: "none" as "none" | "read" | "write",
  /** In days; empty for no end. */
  days: "90",
};

type Typed = typeof untyped;

export function CreateToken({ opened, onClose }: CreateTokenProps) {
  // A new key each time, so that no secret is there again.
  return <CreateTokenDialog key={String(opened)} opened={opened} onClose={onClose} />;
}

function CreateTokenDialog({ opened, onClose }: CreateTokenProps) {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={secret ? "Copy the token now" : "Create token"}
      centered
      // One click beside the dialog must not lose what is shown once.
      closeOnClickOutside={secret === null}
    >
      {secret ? (
        <Secret secret={secret} onClose={onClose} />
      ) : (
        <TokenForm onMade={setSecret} onClose={onClose} />
      )}
    </Modal>
  );
}

function TokenForm({ onMade, onClose }: { onMade: (secret: string) => void; onClose: () => void }) {
  const cache = useQueryClient();
  const launcher = api.useQuery("get", "/api/v1/launcher");
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({
    initialValues: untyped,
    validate: {
      name: (name) => (name.trim() ? null : "Enter a name."),
      apps: (apps, { platform }) =>
        apps.length === 0 && platform === "none" ? "Choose an app, or some of the API." : null,
      days: (days, { platform }) =>
        days === "" && platform !== "none" ? "A token for the API needs an end." : null,
    },
  });
  const create = api.useMutation("post", "/api/v1/profile/tokens", {
    onSuccess: async (made) => {
      onMade(made.secret);
      await cache.invalidateQueries();
    },
    onError: (error) => {
      setProblem(placeProblem(form, error));
    },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((typed) => {
        setProblem(null);
        create.mutate({ body: asBody(typed) });
      })}
    >
      <Stack>
        <ProblemAlert error={problem} />
        <TextInput
          label="Name"
          description="What will use it."
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Checkbox.Group
          label="Apps"
          description="Clients that ask for a user name take any; the token is the password."
          {...form.getInputProps("apps")}
        >
          <Stack gap="xs" mt={6}>
            {launcher.data?.apps.map((app) => (
              <Checkbox key={app.app} value={app.app} label={app.title} />
            ))}
            {launcher.data?.apps.length === 0 && <Text c="dimmed">You have no apps yet.</Text>}
          </Stack>
        </Checkbox.Group>
        <Radio.Group label="API" {...form.getInputProps("platform")}>
          <Stack gap="xs" mt={6}>
            <Radio value="none" label="Nothing" />
            <Radio value="read" label="Read" description="See what you may see." />
            <Radio value="write" label="Read and change" description="Also change what you may change." />
          </Stack>
        </Radio.Group>
        <Select
          label="Ends"
          data={[
            { value: "30", label: "After 30 days" },
            { value: "90", label: "After 90 days" },
            { value: "366", label: "After a year" },
            { value: "", label: "When revoked" },
          ]}
          allowDeselect={false}
          {...form.getInputProps("days")}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function asBody({ name, apps, platform, days }: Typed) {
  const scopes = apps.map((app) => `app:${app}`);
  if (platform !== "none") scopes.push(`api:${platform}`);
  return { name, scopes, ...(days !== "" && { expires_in_days: Number(days) }) };
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Stack>
      <Text>It is not shown again. If it gets lost, revoke it and make another.</Text>
      <Code block aria-label="Token" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {secret}
      </Code>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} data-autofocus>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
