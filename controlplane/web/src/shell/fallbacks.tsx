// What stands in for a screen: while it loads, when it fails, when there is none.

import { Button, Container, Group, Skeleton, Stack } from "@mantine/core";
import { type ErrorComponentProps } from "@tanstack/react-router";
import { Page } from "../parts/page";
import { ButtonLink } from "../parts/links";
import { ProblemAlert } from "../parts/problem-alert";

export function Loading() {
  return (
    <Stack p="xl" aria-busy aria-label="Loading">
      <Skeleton height={30} maw={260} />
      <Skeleton height={16} maw={420} />
    </Stack>
  );
}

export function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <Container size="sm" py="xl">
      <Stack>
        <ProblemAlert error={error} />
        <Group>
          <Button variant="default" onClick={reset}>
            Try again
          </Button>
        </Group>
      </Stack>
    </Container>
  );
}

export function NotFound() {
  return (
    <Page title="Nothing here" lead="This address leads nowhere in the console.">
      <Home />
    </Page>
  );
}

export function NotAllowed() {
  return (
    <Page
      title="For administrators"
      lead="Your account cannot open this screen. Ask an administrator if you need it."
    >
      <Home />
    </Page>
  );
}

function Home() {
  return (
    <Group>
      <ButtonLink to="/">Your apps</ButtonLink>
    </Group>
  );
}
