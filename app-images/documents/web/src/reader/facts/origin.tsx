// Where a fact comes from, and how sure its source is.

import { Text, Tooltip } from "@mantine/core";
import type { Source } from "../../api/types";
import { sourceName } from "../../parts/words";
import classes from "./facts.module.css";

const EXPLANATIONS: Record<Source, string> = {
  user: "You said so. Reading the document again does not change it.",
  e_invoice: "From the electronic invoice inside the file: exact.",
  ai: "From the AI provider that your administrator chose.",
  rules: "From built-in rules, without any network.",
};

export function Origin({ source, confidence }: { source: Source; confidence: number }) {
  const sure = source === "user" || source === "e_invoice" ? "" : ` ${confidence}%`;
  return (
    <Tooltip label={EXPLANATIONS[source]} multiline w={240} openDelay={300} events={TOUCH_TOO}>
      <Text component="span" size="xs" className={classes.origin} data-source={source}>
        {sourceName(source)}
        {sure}
      </Text>
    </Tooltip>
  );
}

const TOUCH_TOO = { hover: true, focus: true, touch: true };
