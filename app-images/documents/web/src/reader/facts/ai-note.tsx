// What the AI provider did for a document, and what that took.

import { Text } from "@mantine/core";
import type { DocumentView } from "../../api/types";
import { duration } from "../../parts/format";

export function AiNote({ document: { ai } }: { document: DocumentView }) {
  const words = inWords(ai);
  if (words === undefined) return null;
  return (
    <Text size="xs" c={ai.status === "failed" ? undefined : "dimmed"} role="status">
      {words}
    </Text>
  );
}

function inWords(ai: DocumentView["ai"]): string | undefined {
  switch (ai.status) {
    case "off":
      return undefined;
    case "waiting":
      return ai.reason ? `The AI will be asked again: ${ai.reason}` : "The AI is being asked…";
    case "failed":
      return `The AI could not be asked: ${ai.reason ?? "it gave no reason"}`;
    case "done":
      return `Read by ${[ai.provider, ai.model].filter(Boolean).join(", ") || "the AI"}${cost(ai)}.`;
  }
}

function cost({ took_ms, input_tokens, output_tokens }: DocumentView["ai"]): string {
  const tokens = (input_tokens ?? 0) + (output_tokens ?? 0);
  return [
    took_ms == null ? "" : ` in ${duration(took_ms)}`,
    tokens === 0 ? "" : `, ${tokens.toLocaleString("en-GB")} tokens`,
  ].join("");
}
