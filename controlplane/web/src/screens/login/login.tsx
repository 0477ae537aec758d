// Signing in.

import { Button, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { api } from "../../api/client";
import { Door } from "../../brand/door";
import { ProblemAlert } from "../../parts/problem-alert";
import { leaveTo } from "../../session/leave";
import { safeReturnPath } from "../../session/return-path";

interface LoginProps {
  /** Where the person wanted to go. Comes from the address, so it is not trusted. */
  to?: string | undefined;
}

export function Login({ to }: LoginProps) {
  useDocumentTitle("Sign in · Atoll");
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (email.trim() ? null : "Enter your email address."),
      password: (password) => (password ? null : "Enter your password."),
    },
  });
  const signIn = api.useMutation("post", "/api/v1/session", {
    // A whole navigation, because the path may belong to the server (the way into an app), not to this page.
    onSuccess: () => {
      leaveTo(safeReturnPath(to));
    },
    onError: () => {
      form.setFieldValue("password", "");
    },
  });

  return (
    <Door>
      <form
        noValidate
        onSubmit={form.onSubmit((body) => {
          signIn.mutate({ body });
        })}
      >
        <Stack>
          <Title order={1} fz={26}>
            Sign in
          </Title>
          <ProblemAlert error={signIn.error} />
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          <Button type="submit" size="md" mt="xs" loading={signIn.isPending || signIn.isSuccess}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
