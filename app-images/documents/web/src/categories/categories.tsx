// A person's categories: make, rename, paint, fill by rules, delete.

import { Button, Group, Loader, Stack, Text } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { filterQuery } from "../address/filter";
import { useDeleteCategory } from "../api/changes";
import { useCategories } from "../api/queries";
import type { Category } from "../api/types";
import { Dot } from "../parts/category-chips";
import { Confirm } from "../parts/confirm";
import { ErrorNote } from "../parts/error-note";
import { count } from "../parts/format";
import { PlaceDialog } from "../parts/place-dialog";
import { ruleFieldName } from "../parts/words";
import rows from "../parts/rows.module.css";
import { QuietAction } from "../parts/quiet-action";
import { CategoryEditor } from "./category-editor";

export function CategoriesDialog() {
  return (
    <PlaceDialog address="#/categories" title="Categories">
      <Categories />
    </PlaceDialog>
  );
}

function Categories() {
  const categories = useCategories();
  const [editing, setEditing] = useState<Category | "new">();
  const [deleting, setDeleting] = useState<Category>();
  if (categories.error) {
    return (
      <ErrorNote
        title="The categories could not be loaded"
        error={categories.error}
        onRetry={() => void categories.refetch()}
      />
    );
  }
  if (!categories.data) return <Loader />;
  if (editing) {
    return (
      <CategoryEditor
        category={editing === "new" ? undefined : editing}
        onDone={() => {
          setEditing(undefined);
        }}
      />
    );
  }
  return (
    <Stack>
      {categories.data.length === 0 && (
        <Text c="dimmed">
          Categories are your own drawers. A document may be in several, and a rule such as “sender contains
          Stadtwerke” fills one by itself.
        </Text>
      )}
      {categories.data.length > 0 && (
        <ul className={rows.list} aria-label="Categories">
          {categories.data.map((category) => (
            <Row key={category.id} category={category} onEdit={setEditing} onDelete={setDeleting} />
          ))}
        </ul>
      )}
      <Group>
        <Button
          leftSection={<IconPlus size={18} stroke={1.8} />}
          onClick={() => {
            setEditing("new");
          }}
        >
          New category
        </Button>
      </Group>
      <DeleteDialog
        category={deleting}
        onClose={() => {
          setDeleting(undefined);
        }}
      />
    </Stack>
  );
}

interface RowProps {
  category: Category;
  onEdit: (category: Category) => void;
  onDelete: (category: Category) => void;
}

function Row({ category, onEdit, onDelete }: RowProps) {
  return (
    <li className={rows.row}>
      <Dot colour={category.colour} />
      <div className={rows.words}>
        <a href={`/${filterQuery({ category: category.id })}`} className={rows.name}>
          {category.name}
        </a>
        <Text size="sm" c="dimmed" truncate>
          {rulesInWords(category)}
        </Text>
      </div>
      <QuietAction
        label={`Edit ${category.name}`}
        onClick={() => {
          onEdit(category);
        }}
      >
        <IconPencil size={18} stroke={1.8} />
      </QuietAction>
      <QuietAction
        label={`Delete ${category.name}`}
        onClick={() => {
          onDelete(category);
        }}
      >
        <IconTrash size={18} stroke={1.8} />
      </QuietAction>
    </li>
  );
}

function rulesInWords({ rules }: Category): string {
  const [first, ...others] = rules;
  if (!first) return "Filled by hand";
  const words = `${ruleFieldName(first.field)} contains “${first.contains}”`;
  return others.length === 0 ? words : `${words}, and ${count(others.length, "more rule")}`;
}

function DeleteDialog({ category, onClose }: { category: Category | undefined; onClose: () => void }) {
  const remove = useDeleteCategory();
  return (
    <Confirm
      opened={category !== undefined}
      title="Delete this category?"
      words={`The documents in “${category?.name ?? ""}” stay; only the category and its rules go.`}
      action="Delete"
      error={remove.error}
      busy={remove.isPending}
      onConfirm={() => {
        if (category) remove.mutate(category.id, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}
