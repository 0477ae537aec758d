// What an administrator can do to an account, each with its question first.

import { Button, PasswordInput, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client";
import type { UserView } from "../../api/types";
import { Confirm } from "../../parts/confirm";
import { passwordFault } from "../../parts/password";
import { ProblemAlert } from "../../parts/problem-alert";

interface DialogProps {
  user: UserView;
  opened: boolean;
  onClose: () => void;
}

export function SetPassword(props: DialogProps) {
  // A new key each time, so that a password typed earlier is not there again.
  return <SetPasswordDialog key={String(props.opened)} {...props} />;
}

function SetPasswordDialog({ user, opened, onClose }: DialogProps) {
  const [password, setPassword] = useState("");
  const set = api.useMutation("put", "/api/v1/users/{id}/password", {
    onSuccess: () => {
      onClose();
      notifications.show({ message: `${user.name} has a new password.` });
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Set the password of ${user.name}`}
      action="Set password"
      incomplete={passwordFault(password) !== null}
      pending={set.isPending}
      error={set.error}
      onConfirm={() => {
        set.mutate({ params: { path: { id: user.id } }, body: { new: password } });
      }}
    >
      <PasswordInput
        label="New password"
        description="At least 12 characters. Hand it over in person. Ends all sessions and tokens of this person."
        autoComplete="new-password"
        data-autofocus
        value={password}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
    </Confirm>
  );
}

export function DisableUser({ user, opened, onClose }: DialogProps) {
  const change = useDisable(onClose);
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Disable ${user.name}?`}
      action="Disable"
      destructive
      pending={change.isPending}
      error={change.error}
      onConfirm={() => {
        change.mutate({ params: { path: { id: user.id } }, body: { disabled: true } });
      }}
    >
      <Text>
        {user.name} is signed out everywhere at once and cannot sign in until enabled again. Access to apps is
        kept.
      </Text>
    </Confirm>
  );
}

export function EnableUser({ user }: { user: UserView }) {
  const change = useDisable();
  return (
    <>
      <Button
        variant="default"
        loading={change.isPending}
        onClick={() => {
          change.mutate({ params: { path: { id: user.id } }, body: { disabled: false } });
        }}
      >
        Enable
      </Button>
      <ProblemAlert error={change.error} />
    </>
  );
}

function useDisable(onChanged?: () => void) {
  const cache = useQueryClient();
  return api.useMutation("patch", "/api/v1/users/{id}", {
    onSuccess: async () => {
      onChanged?.();
      await cache.invalidateQueries();
    },
  });
}

export function DeleteUser({ user, opened, onClose }: DialogProps) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const remove = api.useMutation("delete", "/api/v1/users/{id}", {
    onSuccess: async () => {
      onClose();
      notifications.show({ message: `${user.name} was deleted.` });
      await navigate({ to: "/admin/users" });
      await cache.invalidateQueries();
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${user.name}?`}
      action="Delete"
      destructive
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => {
        remove.mutate({ params: { path: { id: user.id } } });
      }}
    >
      <Text>
        The account and its access to apps are deleted. What {user.name} stored in apps stays there.
      </Text>
    </Confirm>
  );
}
