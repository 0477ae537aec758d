// What a document is about, to read and to correct.

import { Stack, Title } from "@mantine/core";
import type { DocumentView } from "../../api/types";
import { AiNote } from "./ai-note";
import { CategoriesField } from "./categories-field";
import { FactRow } from "./fact-row";
import classes from "./facts.module.css";
import { FIELDS } from "./fields";
import { FileFacts } from "./file-facts";
import { History } from "./history";
import { TagsField } from "./tags-field";

interface Props {
  document: DocumentView;
  /** Begins with the cursor in the title. */
  editing: boolean;
}

export function FactsPanel({ document, editing }: Props) {
  return (
    <section className={classes.panel} aria-label="About this document">
      <Stack gap="lg">
        <div>
          <Title order={3} size="h5" mb={6}>
            About this document
          </Title>
          {FIELDS.map((field) => (
            <FactRow
              key={`${document.id} ${field.name}`}
              document={document}
              field={field}
              editing={editing && field.name === "title"}
            />
          ))}
        </div>
        <CategoriesField document={document} />
        <TagsField document={document} />
        <AiNote document={document} />
        <FileFacts document={document} />
        <History key={document.id} id={document.id} />
      </Stack>
    </section>
  );
}
