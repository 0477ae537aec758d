// Search, filters, order and saved views above the list.

import { Group, NativeSelect } from "@mantine/core";
import type { Ref } from "react";
import type { ChangeFilter } from "../address/filter";
import type { Filter, Sort } from "../api/types";
import { SORTS, sortName } from "../parts/words";
import { FilterPanel } from "./filter-panel";
import { SavedViews } from "./saved-views";
import classes from "./library.module.css";
import { SearchField } from "./search-field";

interface Props {
  filter: Filter;
  onChange: ChangeFilter;
  searchRef: Ref<HTMLInputElement>;
}

export function Toolbar({ filter, onChange, searchRef }: Props) {
  const sorts = SORTS.filter((sort) => sort !== "relevance" || filter.q);
  return (
    <div className={classes.toolbar} role="search">
      <SearchField
        words={filter.q ?? ""}
        onChange={(words) => {
          onChange({ q: words || undefined, ...(words ? {} : withoutRelevance(filter)) });
        }}
        inputRef={searchRef}
      />
      <Group gap="xs" wrap="nowrap">
        <NativeSelect
          size="md"
          aria-label="Order"
          className={classes.sort}
          value={filter.sort ?? defaultSort(filter)}
          data={sorts.map((sort) => ({ value: sort, label: sortName(sort) }))}
          onChange={({ currentTarget }) => {
            const sort = currentTarget.value as Sort;
            onChange({ sort: sort === defaultSort(filter) ? undefined : sort });
          }}
        />
        <FilterPanel filter={filter} onChange={onChange} />
        <SavedViews filter={filter} />
      </Group>
    </div>
  );
}

/** The order where none was chosen. */
export function defaultSort(filter: Filter): Sort {
  return filter.q ? "relevance" : "newest";
}

function withoutRelevance(filter: Filter): { sort?: undefined } {
  return filter.sort === "relevance" ? { sort: undefined } : {};
}
