// The conditions that are set, each with a way to take it away.

import { Button, Group, Pill } from "@mantine/core";
import { conditionCount, type ChangeFilter } from "../address/filter";
import { useCategories } from "../api/queries";
import type { Category, Filter } from "../api/types";
import { day } from "../parts/format";
import { statusName, typeName } from "../parts/words";
import { NO_CONDITIONS } from "./filter-panel";

interface Props {
  filter: Filter;
  onChange: ChangeFilter;
}

export function ConditionsSet({ filter, onChange }: Props) {
  const categories = useCategories().data;
  if (conditionCount(filter) === 0) return null;
  return (
    <Group gap={6} role="group" aria-label="Filters that are set">
      {inWords(filter, categories).map(([name, words]) => (
        <Pill
          key={name}
          size="md"
          withRemoveButton
          removeButtonProps={{
            "aria-label": `Remove the filter ${words}`,
            "aria-hidden": false,
            tabIndex: 0,
          }}
          onRemove={() => {
            onChange({ [name]: undefined });
          }}
        >
          {words}
        </Pill>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => {
          onChange(NO_CONDITIONS);
        }}
      >
        Clear all
      </Button>
    </Group>
  );
}

function inWords(filter: Filter, categories: Category[] | undefined): [keyof Filter, string][] {
  const category = (id: string) =>
    id === "none" ? "Without a category" : (categories?.find((each) => each.id === id)?.name ?? "Category");
  const words: [keyof Filter, string | null | undefined][] = [
    ["type", filter.type && typeName(filter.type)],
    ["category", filter.category && category(filter.category)],
    ["tag", filter.tag && `Tag “${filter.tag}”`],
    ["sender", filter.sender && `From “${filter.sender}”`],
    ["from", filter.from && `Since ${day(filter.from)}`],
    ["to", filter.to && `Until ${day(filter.to)}`],
    ["min", filter.min && `At least ${filter.min}`],
    ["max", filter.max && `At most ${filter.max}`],
    ["status", filter.status && statusName(filter.status)],
  ];
  return words.flatMap(([name, text]) => (text ? [[name, text]] : []));
}
