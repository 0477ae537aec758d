// The field in which a fact is corrected: Enter saves, Escape leaves it as it was.

import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState, type SubmitEvent, type KeyboardEvent } from "react";
import { useChangeDocument } from "../../api/changes";
import type { DocumentView } from "../../api/types";
import { DOCUMENT_TYPES, typeName } from "../../parts/words";
import classes from "./facts.module.css";
import { parseTyped, type Field } from "./fields";

interface Props {
  document: DocumentView;
  field: Field;
  draft: string;
  onDone: () => void;
}

export function FactEditor({ document, field, draft, onDone }: Props) {
  const [typed, setTyped] = useState(draft);
  const [problem, setProblem] = useState<string>();
  const change = useChangeDocument(document.id);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.trim() === draft) {
      onDone();
      return;
    }
    const answer = parseTyped(field, typed);
    if ("problem" in answer) setProblem(answer.problem);
    else change.mutate(answer.patch, { onSuccess: onDone });
  };
  return (
    <form onSubmit={save} className={classes.editor}>
      <Input
        field={field}
        typed={typed}
        error={problem ?? change.error?.message}
        onType={(text) => {
          setTyped(text);
          setProblem(undefined);
        }}
        onEscape={onDone}
      />
      <Group gap={6} mt={6}>
        <Button type="submit" size="compact-sm" loading={change.isPending}>
          Save
        </Button>
        <Button variant="default" size="compact-sm" onClick={onDone}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}

interface InputProps {
  field: Field;
  typed: string;
  error: string | undefined;
  onType: (text: string) => void;
  onEscape: () => void;
}

function Input({ field, typed, error, onType, onEscape }: InputProps) {
  const shared = {
    label: field.label,
    value: typed,
    error,
    size: "sm",
    autoFocus: true,
    // Escape is for the field here, not for the document above which it is.
    "data-mantine-stop-propagation": true,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape") onEscape();
    },
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => {
      onType(currentTarget.value);
    },
  } as const;
  switch (field.input) {
    case "lines":
      return <Textarea {...shared} autosize minRows={3} maxRows={10} />;
    case "type":
      return (
        <NativeSelect
          {...shared}
          data={[
            { value: "", label: "Choose" },
            ...DOCUMENT_TYPES.map((type) => ({ value: type, label: typeName(type) })),
          ]}
        />
      );
    case "date":
      return <TextInput {...shared} type="date" />;
    case "money":
      return <TextInput {...shared} placeholder="486.00 EUR" />;
    case "line":
      return <TextInput {...shared} />;
  }
}
