// The conditions that a list can have besides words.

import {
  Autocomplete,
  Button,
  Group,
  Indicator,
  NativeSelect,
  Popover,
  Stack,
  TextInput,
} from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useState } from "react";
import { conditionCount, type ChangeFilter } from "../address/filter";
import { useCategories, useFacets } from "../api/queries";
import type { DocumentStatus, DocumentType, Filter } from "../api/types";
import { DOCUMENT_TYPES, STATUSES, statusName, typeName } from "../parts/words";
import classes from "./library.module.css";

interface Props {
  filter: Filter;
  onChange: ChangeFilter;
}

export function FilterPanel({ filter, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const number = conditionCount(filter);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={340} trapFocus>
      <Indicator disabled={number === 0} label={number} size={18} offset={4} color="lagoon.8">
        <Popover.Target>
          <Button
            variant="default"
            size="md"
            px="sm"
            aria-label={number === 0 ? "Filters" : `Filters, ${number} set`}
            onClick={() => {
              setOpened(!opened);
            }}
          >
            <IconAdjustmentsHorizontal size={18} stroke={1.8} aria-hidden />
            <span className={classes.wide}>&nbsp;Filters</span>
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown maw="calc(100vw - 24px)" aria-label="Filters">
        <Conditions filter={filter} onChange={onChange} shown={opened} />
        <Group justify="space-between" mt="md">
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={number === 0}
            onClick={() => {
              onChange(NO_CONDITIONS);
            }}
          >
            Clear
          </Button>
          <Button
            size="compact-sm"
            onClick={() => {
              setOpened(false);
            }}
          >
            Done
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Takes every condition away, the words and the order not. */
export const NO_CONDITIONS = {
  status: undefined,
  type: undefined,
  category: undefined,
  tag: undefined,
  sender: undefined,
  from: undefined,
  to: undefined,
  min: undefined,
  max: undefined,
} satisfies Parameters<ChangeFilter>[0];

function Conditions({ filter, onChange, shown }: Props & { shown: boolean }) {
  const facets = useFacets(shown).data;
  const categories = useCategories().data ?? [];
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Type"
        value={filter.type ?? ""}
        data={[
          { value: "", label: "Any" },
          ...DOCUMENT_TYPES.map((type) => counted(type, typeName(type), facets?.types)),
        ]}
        onChange={({ currentTarget }) => {
          onChange({ type: (currentTarget.value as DocumentType | "") || undefined });
        }}
      />
      <NativeSelect
        label="Category"
        value={filter.category ?? ""}
        data={[
          { value: "", label: "Any" },
          { value: "none", label: "Without a category" },
          ...categories.map(({ id, name }) => counted(id, name, facets?.categories)),
        ]}
        onChange={({ currentTarget }) => {
          onChange({ category: currentTarget.value || undefined });
        }}
      />
      <Autocomplete
        label="Sender"
        value={filter.sender ?? ""}
        data={facets?.senders.map(({ name }) => name) ?? []}
        comboboxProps={{ withinPortal: false }}
        limit={8}
        onChange={(sender) => {
          onChange({ sender: sender || undefined });
        }}
      />
      <Range filter={filter} onChange={onChange} />
      <NativeSelect
        label="Status"
        value={filter.status ?? ""}
        data={[
          { value: "", label: "Any" },
          ...STATUSES.map((status) => counted(status, statusName(status), facets?.statuses)),
        ]}
        onChange={({ currentTarget }) => {
          onChange({ status: (currentTarget.value as DocumentStatus | "") || undefined });
        }}
      />
    </Stack>
  );
}

/** A choice with how many documents there are of it, once that is known. */
function counted(value: string, name: string, counts: Record<string, number> | undefined) {
  const number = counts && (counts[value] ?? 0);
  return { value, label: number === undefined ? name : `${name} (${number.toLocaleString("en-GB")})` };
}

function Range({ filter, onChange }: Props) {
  return (
    <>
      <Group grow gap="sm">
        <TextInput
          type="date"
          label="Date from"
          value={filter.from ?? ""}
          onChange={({ currentTarget }) => {
            onChange({ from: currentTarget.value || undefined });
          }}
        />
        <TextInput
          type="date"
          label="Date to"
          value={filter.to ?? ""}
          onChange={({ currentTarget }) => {
            onChange({ to: currentTarget.value || undefined });
          }}
        />
      </Group>
      <Group grow gap="sm">
        <Amount
          label="Amount from"
          value={filter.min}
          onChange={(min) => {
            onChange({ min });
          }}
        />
        <Amount
          label="Amount to"
          value={filter.max}
          onChange={(max) => {
            onChange({ max });
          }}
        />
      </Group>
    </>
  );
}

interface AmountProps {
  label: string;
  value: string | null | undefined;
  onChange: (value: string | undefined) => void;
}

function Amount({ label, value, onChange }: AmountProps) {
  return (
    <TextInput
      type="number"
      inputMode="decimal"
      step="any"
      label={label}
      value={value ?? ""}
      onChange={({ currentTarget }) => {
        onChange(currentTarget.value || undefined);
      }}
    />
  );
}
