// Adding a person.

import { Button, Group, Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { placeProblem } from "../../api/form";
import type { UserView } from "../../api/types";
import { passwordFault } from "../../parts/password";
import { ProblemAlert } from "../../parts/problem-alert";
import { RoleChoice } from "../../parts/role-choice";

interface CreateUserProps {
  opened: boolean;
  onClose: () => void;
}

export function CreateUser({ opened, onClose }: CreateUserProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add user" centered>
      <CreateUserForm onClose={onClose} />
    </Modal>
  );
}

function CreateUserForm({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", email: "", password: "", role: "member" as UserView["role"] },
    validate: {
      name: (name) => (name.trim() ? null : "Enter a name."),
      email: (email) => (email.includes("@") ? null : "Enter an email address."),
      password: passwordFault,
    },
  });
  const create = api.useMutation("post", "/api/v1/users", {
    onSuccess: async (user) => {
      onClose();
      notifications.show({ message: `${user.name} was added.` });
      await cache.invalidateQueries();
    },
    onError: (error) => {
      setProblem(placeProblem(form, error));
    },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((body) => {
        setProblem(null);
        create.mutate({ body });
      })}
    >
      <Stack>
        <ProblemAlert error={problem} />
        <TextInput
          label="Name"
          autoComplete="off"
          data-autofocus
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        <TextInput
          label="Email"
          type="email"
          autoComplete="off"
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label="First password"
          description="At least 12 characters. Hand it over in person; it can be changed in the profile."
          autoComplete="new-password"
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        <RoleChoice key={form.key("role")} {...form.getInputProps("role")} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add user
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
