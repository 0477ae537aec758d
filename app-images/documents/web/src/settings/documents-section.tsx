// How documents are taken, read and kept.

import { NumberInput, TagsInput } from "@mantine/core";
import type { FormProps } from "./provider-section";
import { Section } from "./section";

export function DocumentsSection({ form, onChange }: FormProps) {
  return (
    <Section title="Documents" words="These hold for everybody who uses this app.">
      <TagsInput
        label="Languages of scans"
        description="As Tesseract names them: eng, deu. Each must be installed in the app’s image."
        value={form.languages}
        maxTags={8}
        onChange={(languages) => {
          onChange({ languages });
        }}
      />
      <NumberInput
        label="Largest file, in MiB"
        min={0.001}
        max={5120}
        value={form.maxFileMebibytes}
        onChange={(value) => {
          if (typeof value === "number") onChange({ maxFileMebibytes: value });
        }}
      />
      <NumberInput
        label="Days in the trash"
        description="Then a document is deleted for good."
        min={1}
        max={3650}
        allowDecimal={false}
        value={form.trashDays}
        onChange={(value) => {
          if (typeof value === "number") onChange({ trashDays: value });
        }}
      />
      <TagsInput
        label="Categories that are never sent"
        description="The AI provider never sees documents in a category of one of these names, whoever’s it is."
        value={form.neverSend}
        onChange={(neverSend) => {
          onChange({ neverSend });
        }}
      />
    </Section>
  );
}
