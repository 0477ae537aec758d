// One category: its name, its colour, and the rules that fill it.

import { Button, ColorInput, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useSaveCategory } from "../api/changes";
import type { Category, NewCategory, Rule, RuleField } from "../api/types";
import { Failure } from "../parts/failure";
import { DOCUMENT_TYPES, RULE_FIELDS, ruleFieldName, typeName } from "../parts/words";
import { QuietAction } from "../parts/quiet-action";
import { COLOURS } from "./colours";

interface Props {
  /** None, for a new one. */
  category: Category | undefined;
  onDone: () => void;
}

export function CategoryEditor({ category, onDone }: Props) {
  const [draft, setDraft] = useState<Required<NewCategory>>({
    name: category?.name ?? "",
    colour: category?.colour ?? COLOURS[0],
    rules: category?.rules ?? [],
  });
  const save = useSaveCategory();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const rules = draft.rules.filter(({ contains }) => contains.trim() !== "");
    save.mutate({ id: category?.id, category: { ...draft, rules } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} aria-label={category ? `Edit ${category.name}` : "New category"}>
      <Stack>
        <TextInput
          label="Name"
          required
          maxLength={60}
          data-autofocus
          value={draft.name}
          onChange={({ currentTarget }) => {
            setDraft({ ...draft, name: currentTarget.value });
          }}
        />
        <ColorInput
          label="Colour"
          format="hex"
          swatches={[...COLOURS]}
          swatchesPerRow={9}
          popoverProps={{ withinPortal: false }}
          eyeDropperButtonProps={{ "aria-label": "Pick a colour from the screen" }}
          value={draft.colour}
          onChange={(colour) => {
            setDraft({ ...draft, colour });
          }}
        />
        <Rules
          rules={draft.rules}
          onChange={(rules) => {
            setDraft({ ...draft, rules });
          }}
        />
        <Failure error={save.error} />
        <Group justify="end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={draft.name.trim() === ""}>
            {category ? "Save" : "Create"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Rules({ rules, onChange }: { rules: Rule[]; onChange: (rules: Rule[]) => void }) {
  return (
    <fieldset style={{ margin: 0, padding: 0, border: 0 }}>
      <Text component="legend" size="sm" fw={500}>
        Rules
      </Text>
      <Text size="xs" c="dimmed" mb="xs">
        A document that fits any of them is put in here by itself. Case and accents do not matter.
      </Text>
      <Stack gap="xs">
        {rules.map((rule, index) => (
          <RuleRow
            key={index}
            rule={rule}
            number={index + 1}
            onChange={(changed) => {
              onChange(rules.with(index, changed));
            }}
            onRemove={() => {
              onChange(rules.toSpliced(index, 1));
            }}
          />
        ))}
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={16} stroke={1.8} />}
            onClick={() => {
              onChange([...rules, { field: "sender", contains: "" }]);
            }}
          >
            Add a rule
          </Button>
        </Group>
      </Stack>
    </fieldset>
  );
}

interface RuleRowProps {
  rule: Rule;
  number: number;
  onChange: (rule: Rule) => void;
  onRemove: () => void;
}

function RuleRow({ rule, number, onChange, onRemove }: RuleRowProps) {
  return (
    <Group gap="xs" wrap="nowrap" role="group" aria-label={`Rule ${number}`}>
      <NativeSelect
        w={110}
        aria-label="Look at"
        value={rule.field}
        data={RULE_FIELDS.map((field) => ({ value: field, label: ruleFieldName(field) }))}
        onChange={({ currentTarget }) => {
          const field = currentTarget.value as RuleField;
          onChange({ field, contains: field === "type" ? "invoice" : rule.contains });
        }}
      />
      <Text size="sm" visibleFrom="xs">
        {rule.field === "type" ? "is" : "contains"}
      </Text>
      {rule.field === "type" ? (
        <NativeSelect
          flex={1}
          aria-label="Type"
          value={rule.contains}
          data={DOCUMENT_TYPES.map((type) => ({ value: type, label: typeName(type) }))}
          onChange={({ currentTarget }) => {
            onChange({ ...rule, contains: currentTarget.value });
          }}
        />
      ) : (
        <TextInput
          flex={1}
          miw={0}
          aria-label="Words"
          placeholder="Stadtwerke"
          maxLength={200}
          value={rule.contains}
          onChange={({ currentTarget }) => {
            onChange({ ...rule, contains: currentTarget.value });
          }}
        />
      )}
      <QuietAction label={`Remove rule ${number}`} size="md" onClick={onRemove}>
        <IconX size={16} stroke={1.8} />
      </QuietAction>
    </Group>
  );
}
