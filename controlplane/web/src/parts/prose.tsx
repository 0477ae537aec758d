// A sentence from the server. What stands between backticks is something to type or to find, and is shown as such.

import { Code } from "@mantine/core";
import { Fragment } from "react";

interface ProseProps {
  text: string;
}

export function Prose({ text }: ProseProps) {
  const parts = text.split(/`([^`]+)`/);
  // Every second part stood between backticks. Positions are stable: the text is cut anew when it changes.
  return parts.map((part, index) => (
    <Fragment key={index}>{index % 2 === 1 ? <Code>{part}</Code> : part}</Fragment>
  ));
}
