// An operation, step by step, while it happens: never a wheel that turns without saying at what.

import { Alert, Card, Group, Progress, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconLoader2,
  IconMinus,
  IconX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Operation, Step } from "../api/types";
import { ProblemAlert } from "../parts/problem-alert";
import { bytes, elapsed } from "../parts/units";
import classes from "./operation-panel.module.css";
import { useOperation } from "./use-operation";
import { headline } from "./words";
import { Prose } from "../parts/prose";

interface OperationPanelProps {
  /** The operation as last known; the panel follows it from there. */
  operation: Operation;
  /** The app's title. */
  title: string;
  /** What can be done once it has succeeded. */
  whenDone?: ReactNode;
  /** What can be done once it has failed. */
  whenFailed?: ReactNode;
}

export function OperationPanel({ operation: known, title, whenDone, whenFailed }: OperationPanelProps) {
  const { operation, line, problem } = useOperation(known);
  const current = operation.steps.find((step) => step.state === "running");
  return (
    <Card component="section" withBorder aria-labelledby={`operation-${operation.id}`}>
      <Stack>
        <Group justify="space-between">
          <Title order={2} fz="lg" id={`operation-${operation.id}`}>
            {headline(operation, title)}
          </Title>
          {line === "lost" && (
            <Text size="sm" c="dimmed">
              Connection lost. Trying again…
            </Text>
          )}
        </Group>
        <VisuallyHidden role="status">
          {headline(operation, title)}
          {current && `: ${current.title}`}
        </VisuallyHidden>
        {operation.error && (
          <Alert
            role="alert"
            color="red"
            icon={<IconAlertTriangle aria-hidden />}
            title={<Prose text={operation.error.message} />}
          >
            <Prose text={operation.error.cure} />
          </Alert>
        )}
        <ProblemAlert error={problem} />
        <ol className={classes.steps}>
          {operation.steps.map((step) => (
            <StepRow key={step.name} step={withoutEcho(step, operation)} />
          ))}
        </ol>
        {operation.state === "succeeded" && whenDone && <Group>{whenDone}</Group>}
        {operation.state === "failed" && whenFailed && <Group>{whenFailed}</Group>}
      </Stack>
    </Card>
  );
}

/** A failed step may repeat the operation's error, which stands above it already. */
function withoutEcho(step: Step, operation: Operation): Step {
  return step.state === "failed" && step.detail === operation.error?.message
    ? { ...step, detail: null }
    : step;
}

const stateWords: Record<Step["state"], string> = {
  pending: "waiting",
  running: "in progress",
  done: "done",
  failed: "failed",
  skipped: "not done",
};

function StepRow({ step }: { step: Step }) {
  return (
    <li className={classes.step} data-state={step.state}>
      <span className={classes.bullet}>
        <StepIcon state={step.state} />
      </span>
      <div>
        <Text component="span" fw={step.state === "running" ? 600 : 450}>
          {step.title}
        </Text>
        <VisuallyHidden>, {stateWords[step.state]}</VisuallyHidden>
        {step.detail && (
          <Text size="sm" c="dimmed">
            {step.detail}
          </Text>
        )}
        {step.state === "running" && <StepProgress step={step} />}
      </div>
      <Text size="sm" c="dimmed">
        {step.started_at && step.finished_at && elapsed(step.started_at, step.finished_at)}
      </Text>
    </li>
  );
}

function StepIcon({ state }: { state: Step["state"] }) {
  switch (state) {
    case "pending":
      return <IconCircleDashed size={20} aria-hidden />;
    case "running":
      return <IconLoader2 size={20} aria-hidden className={classes.ring} />;
    case "done":
      return <IconCheck size={20} aria-hidden />;
    case "failed":
      return <IconX size={20} aria-hidden />;
    case "skipped":
      return <IconMinus size={20} aria-hidden />;
  }
}

function StepProgress({ step }: { step: Step }) {
  const { progress } = step;
  if (!progress) return null;
  const count = (value: number) => (progress.unit === "bytes" ? bytes(value) : String(value));
  if (!progress.total) {
    return (
      <Text size="sm" c="dimmed">
        {count(progress.done)}
      </Text>
    );
  }
  return (
    <Stack gap={4} mt={6} maw={420}>
      <Progress value={Math.round((100 * progress.done) / progress.total)} aria-label={step.title} />
      <Text size="sm" c="dimmed">
        {count(progress.done)} of {count(progress.total)}
      </Text>
    </Stack>
  );
}
