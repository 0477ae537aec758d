// The categories of a document, and those that seem to fit: one click takes them on.

import { Button, Group, MultiSelect, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys, putDocument } from "../../api/cache";
import { createCategory } from "../../api/categories";
import { useChangeDocument } from "../../api/changes";
import { changeDocument } from "../../api/documents";
import { useCategories } from "../../api/queries";
import type { Category, DocumentView } from "../../api/types";
import { colourFor } from "../../categories/colours";
import { Dot } from "../../parts/category-chips";
import { sayFailure } from "../../parts/notify";

export function CategoriesField({ document }: { document: DocumentView }) {
  const all = useCategories().data ?? [];
  const change = useChangeDocument(document.id);
  const ids = document.categories.map(({ id }) => id);
  return (
    <div>
      <MultiSelect
        label="Categories"
        placeholder={ids.length === 0 ? "None" : ""}
        size="sm"
        searchable
        nothingFoundMessage="No such category"
        data={all.map(({ id, name }) => ({ value: id, label: name }))}
        value={ids}
        disabled={change.isPending}
        renderOption={({ option }) => (
          <Group gap={8} wrap="nowrap">
            <Dot colour={all.find(({ id }) => id === option.value)?.colour ?? "transparent"} />
            {option.label}
          </Group>
        )}
        onChange={(categories) => {
          change.mutate({ categories }, { onError: sayFailure });
        }}
      />
      <Suggestions document={document} all={all} />
    </div>
  );
}

function Suggestions({ document, all }: { document: DocumentView; all: Category[] }) {
  const accept = useAccept(document, all);
  const has = new Set(document.categories.map(({ name }) => name.toLowerCase()));
  const open = document.classification.suggested_categories.filter(
    ({ value }) => !has.has(value.toLowerCase()),
  );
  if (open.length === 0) return null;
  return (
    <Group gap={6} mt={8} role="group" aria-label="Suggested categories">
      <Text size="xs" c="dimmed">
        Suggested
      </Text>
      {open.map(({ value, confidence }) => (
        <Button
          key={value}
          size="compact-xs"
          variant="light"
          leftSection={<IconPlus size={13} stroke={2} />}
          aria-label={`Add the category ${value}, ${confidence}% sure`}
          loading={accept.isPending && accept.variables === value}
          onClick={() => {
            accept.mutate(value, { onError: sayFailure });
          }}
        >
          {value}
        </Button>
      ))}
    </Group>
  );
}

/** Adds a category by its name; makes it where there is none. */
function useAccept(document: DocumentView, all: Category[]) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      const known = all.find((category) => category.name.toLowerCase() === name.toLowerCase());
      const category = known ?? (await createCategory({ name, colour: colourFor(name), rules: [] }));
      const categories = [...document.categories.map(({ id }) => id), category.id];
      return changeDocument(document.id, { categories });
    },
    onSuccess: (changed) => {
      putDocument(cache, changed);
      void cache.invalidateQueries({ queryKey: keys.categories });
    },
  });
}
