// Asks for the password of a locked file.

import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import classes from "./reader.module.css";

interface Props {
  /** What becomes of the password. */
  words: string;
  error: string | undefined;
  busy: boolean;
  onSubmit: (password: string) => void;
}

export function PasswordForm({ words, error, busy, onSubmit }: Props) {
  const [password, setPassword] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit(password);
  };
  return (
    <form onSubmit={submit} className={classes.password}>
      <Stack gap="sm" w="min(340px, 100%)">
        <IconLock size={28} stroke={1.5} aria-hidden />
        <Text size="sm" c="dimmed">
          {words}
        </Text>
        <PasswordInput
          label="Password"
          autoComplete="off"
          required
          value={password}
          error={error}
          visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
          onChange={({ currentTarget }) => {
            setPassword(currentTarget.value);
          }}
        />
        <Button type="submit" disabled={password === ""} loading={busy}>
          Open
        </Button>
      </Stack>
    </form>
  );
}
