// What an app's services print, live.

import { Button, Group, Select, Stack, Switch, Text, VisuallyHidden } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useLayoutEffect, useRef, useState } from "react";
import { ProblemAlert } from "../../parts/problem-alert";
import classes from "./logs.module.css";
import { useLogs, type NumberedLine } from "./use-logs";

interface LogsProps {
  app: string;
  services: readonly string[];
}

const all = "all services";

export function Logs({ app, services }: LogsProps) {
  const [service, setService] = useState<string | null>(null);
  const [paused, setPaused] = useState(false);
  const [follow, setFollow] = useState(true);
  const { lines, line, problem, clear } = useLogs(app, service, paused);
  return (
    <Stack gap="sm">
      <ProblemAlert error={problem} />
      <Group justify="space-between">
        <Group>
          {services.length > 1 && (
            <Select
              aria-label="Service"
              size="sm"
              w={170}
              allowDeselect={false}
              data={[all, ...services]}
              value={service ?? all}
              onChange={(value) => {
                setService(value === all ? null : value);
              }}
            />
          )}
          <Button
            variant="default"
            size="sm"
            leftSection={
              paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
            }
            onClick={() => {
              setPaused(!paused);
            }}
          >
            {paused ? "Resume" : "Pause"}
          </Button>
          <Button variant="subtle" size="sm" onClick={clear}>
            Clear
          </Button>
          <Switch
            label="Follow"
            checked={follow}
            onChange={(event) => {
              setFollow(event.currentTarget.checked);
            }}
          />
        </Group>
        <Text size="sm" c="dimmed" role="status">
          {status(line, paused)}
        </Text>
      </Group>
      <LogText lines={lines} follow={follow} onFollow={setFollow} />
    </Stack>
  );
}

function status(line: ReturnType<typeof useLogs>["line"], paused: boolean): string {
  if (line === "connecting") return "Connecting…";
  if (line === "lost") return "Connection lost. Trying again…";
  if (line === "ended") return "Ended";
  return paused ? "Paused. New lines are kept." : "Live";
}

interface LogTextProps {
  lines: readonly NumberedLine[];
  follow: boolean;
  onFollow: (follow: boolean) => void;
}

/** Scrolling up stops following; scrolling to the end takes it up again. */
function LogText({ lines, follow, onFollow }: LogTextProps) {
  const box = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follow]);
  const watch = ({ scrollTop, scrollHeight, clientHeight }: HTMLDivElement) => {
    const atEnd = scrollHeight - scrollTop - clientHeight < 8;
    if (follow && !atEnd && scrollTop < lastTop.current) onFollow(false);
    if (!follow && atEnd && scrollTop > lastTop.current) onFollow(true);
    lastTop.current = scrollTop;
  };
  return (
    <div
      ref={box}
      className={classes.log}
      role="log"
      aria-live="off"
      aria-label="Log"
      // The focus makes the box scrollable with the keyboard.
      // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={(event) => {
        watch(event.currentTarget);
      }}
    >
      {lines.length === 0 && (
        <Text c="dimmed" px="md" size="sm">
          Nothing has been printed yet.
        </Text>
      )}
      {lines.map((line) => (
        <div key={line.number} className={classes.line} data-stream={line.stream}>
          <time className={classes.time} dateTime={line.time} title={line.time}>
            {clock.format(new Date(line.time))}
          </time>
          <span className={classes.service}>{line.service}</span>
          <span className={classes.text}>
            {line.stream === "stderr" && <VisuallyHidden>error output: </VisuallyHidden>}
            {line.line}
          </span>
        </div>
      ))}
    </div>
  );
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
