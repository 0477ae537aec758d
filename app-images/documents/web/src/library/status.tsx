// How far a document's text is, as a word with a sign; never by colour alone.

import { Loader, Text } from "@mantine/core";
import { IconAlertCircle, IconCheck, IconClock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { DocumentView } from "../api/types";
import classes from "./status.module.css";

export function Status({ document }: { document: DocumentView }) {
  switch (document.status) {
    case "queued":
      return <Line sign={<IconClock size={16} stroke={1.8} />} word={waiting(document)} />;
    case "extracting":
      return <Line sign={<Loader size={14} />} word="Reading" />;
    case "ready":
      return <Line sign={<IconCheck size={16} stroke={2.2} />} word="Ready" tone="good" />;
    case "failed":
      return <Line sign={<IconAlertCircle size={16} stroke={1.8} />} word="No text" tone="warning" />;
  }
}

function waiting({ position }: DocumentView): string {
  return position ? `Waiting, no. ${position.toLocaleString("en-GB")}` : "Waiting";
}

function Line({
  sign,
  word,
  tone = "quiet",
}: {
  sign: ReactNode;
  word: string;
  tone?: "quiet" | "good" | "warning";
}) {
  return (
    <Text component="span" size="sm" className={classes.line} data-tone={tone}>
      <span aria-hidden className={classes.sign}>
        {sign}
      </span>
      <span>{word}</span>
    </Text>
  );
}
