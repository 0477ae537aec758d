// One fact: its value, where it comes from, and a field to correct it.

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useChangeDocument } from "../../api/changes";
import type { DocumentView } from "../../api/types";
import { sayFailure } from "../../parts/notify";
import { FactEditor } from "./fact-editor";
import classes from "./facts.module.css";
import { shown, type Field } from "./fields";
import { Origin } from "./origin";

interface Props {
  document: DocumentView;
  field: Field;
  /** Begins with the cursor in the field. */
  editing?: boolean;
}

export function FactRow({ document, field, editing: begin = false }: Props) {
  const [editing, setEditing] = useState(begin);
  const change = useChangeDocument(document.id);
  const fact = shown(document.classification, field);
  if (editing) {
    return (
      <div className={classes.row}>
        <FactEditor
          document={document}
          field={field}
          draft={fact?.draft ?? ""}
          onDone={() => {
            setEditing(false);
          }}
        />
      </div>
    );
  }
  return (
    <div className={classes.row}>
      <span className={classes.label} id={`fact-${field.name}`}>
        {field.label}
      </span>
      <button
        type="button"
        className={classes.value}
        aria-label={fact ? `${field.label}: ${fact.words}. Edit` : `Add ${field.label}`}
        data-empty={!fact || undefined}
        onClick={() => {
          setEditing(true);
        }}
      >
        <span>{fact?.words ?? "Add"}</span>
        <IconPencil size={18} stroke={1.8} aria-hidden className={classes.pencil} />
      </button>
      {fact && <Origin source={fact.source} confidence={fact.confidence} />}
      {fact?.source === "user" && (
        <Tooltip label="Use what was read instead" openDelay={300}>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="dimmed"
            size="sm"
            aria-label={`${field.label}: use what was read instead`}
            loading={change.isPending}
            onClick={() => {
              change.mutate({ [field.name]: null }, { onError: sayFailure });
            }}
          >
            <IconArrowBackUp size={14} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
