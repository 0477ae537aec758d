// What can be done with the selected documents; there while anything is selected.

import { Button, CloseButton, Group, Menu, Paper, Text } from "@mantine/core";
import { IconArrowBackUp, IconDownload, IconRefresh, IconTag, IconTrash } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useBulk } from "../api/changes";
import { useCategories } from "../api/queries";
import type { BulkAction, Filter } from "../api/types";
import { Dot } from "../parts/category-chips";
import { Confirm } from "../parts/confirm";
import { count } from "../parts/format";
import { say, sayFailure } from "../parts/notify";
import classes from "./bulk-bar.module.css";
import { asRequest, isAnything } from "./selection";
import { useZip } from "./use-zip";
import type { SelectionControl } from "./use-selection";

interface Props {
  selection: SelectionControl;
  filter: Filter;
  /** How many documents the filter matches, where that is known. */
  total: number | undefined;
  shown: number;
}

export function BulkBar({ selection, filter, total, shown }: Props) {
  if (!isAnything(selection.selected)) return null;
  return (
    <Paper className={classes.bar} shadow="lg" withBorder role="region" aria-label="Selected documents">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <CloseButton aria-label="Select nothing" onClick={selection.clear} />
        <Text fw={600} size="sm" role="status" className={classes.count}>
          {howMany(selection, total)} selected
        </Text>
        {selection.selected.kind === "some" && (total === undefined || total > 1) && (
          <Button variant="subtle" size="compact-sm" onClick={selection.selectAll} className={classes.all}>
            {everything(total ?? shown, total !== undefined)}
          </Button>
        )}
      </Group>
      <Actions selection={selection} filter={filter} />
    </Paper>
  );
}

function Actions({ selection, filter }: { selection: SelectionControl; filter: Filter }) {
  const bulk = useBulk();
  const zip = useZip();
  const [asking, setAsking] = useState(false);
  const request = asRequest(selection.selected, filter);
  const run = (action: BulkAction, done: string) => {
    bulk.mutate(
      { selection: request, action },
      {
        onSuccess: (changed) => {
          say(`${done}: ${count(changed, "document")}.`);
          setAsking(false);
          if (action === "trash" || action === "restore" || action === "delete") selection.clear();
        },
        onError: sayFailure,
      },
    );
  };
  const button = (label: string, icon: ReactNode, onClick: () => void, busy = false) => (
    <Button
      key={label}
      variant="default"
      size="xs"
      leftSection={icon}
      loading={busy}
      disabled={bulk.isPending}
      onClick={onClick}
    >
      {label}
    </Button>
  );
  const download = button(
    "Download",
    <IconDownload size={16} stroke={1.8} />,
    () => {
      zip.mutate(request, { onError: sayFailure });
    },
    zip.isPending,
  );
  if (filter.trashed) {
    return (
      <Group gap="xs">
        {button("Restore", <IconArrowBackUp size={16} stroke={1.8} />, () => {
          run("restore", "Restored");
        })}
        {button("Delete for good", <IconTrash size={16} stroke={1.8} />, () => {
          setAsking(true);
        })}
        <Confirm
          opened={asking}
          title="Delete these documents for good?"
          words="Their files and their texts are deleted. You cannot undo this."
          action="Delete for good"
          error={bulk.error}
          busy={bulk.isPending}
          onConfirm={() => {
            run("delete", "Deleted");
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      </Group>
    );
  }
  return (
    <Group gap="xs">
      <CategoryMenu onRun={run} disabled={bulk.isPending} />
      {button("Read again", <IconRefresh size={16} stroke={1.8} />, () => {
        run("process", "Put in line to be read again");
      })}
      {download}
      {button("Move to trash", <IconTrash size={16} stroke={1.8} />, () => {
        run("trash", "Moved to the trash");
      })}
    </Group>
  );
}

interface CategoryMenuProps {
  onRun: (action: BulkAction, done: string) => void;
  disabled: boolean;
}

function CategoryMenu({ onRun, disabled }: CategoryMenuProps) {
  const categories = useCategories().data ?? [];
  const item = (id: string, name: string, colour: string, action: BulkAction, done: string) => (
    <Menu.Item
      key={id}
      leftSection={<Dot colour={colour} />}
      onClick={() => {
        onRun(action, done);
      }}
    >
      {name}
    </Menu.Item>
  );
  return (
    <Menu shadow="md" position="top-start" width={240}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconTag size={16} stroke={1.8} />}
          disabled={disabled}
        >
          Categories
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {categories.length === 0 && <Menu.Label>You have no categories yet.</Menu.Label>}
        {categories.length > 0 && <Menu.Label>Add</Menu.Label>}
        {categories.map(({ id, name, colour }) =>
          item(id, name, colour, { add_categories: [id] }, `Added to “${name}”`),
        )}
        {categories.length > 0 && <Menu.Label>Remove</Menu.Label>}
        {categories.map(({ id, name, colour }) =>
          item(id, name, colour, { remove_categories: [id] }, `Removed from “${name}”`),
        )}
        <Menu.Divider />
        <Menu.Item component="a" href="#/categories">
          Manage categories
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function howMany({ selected }: SelectionControl, total: number | undefined): string {
  if (selected.kind === "some") return selected.ids.size.toLocaleString("en-GB");
  return total === undefined ? "Everything" : `All ${total.toLocaleString("en-GB")}`;
}

function everything(number: number, exact: boolean): string {
  return exact ? `Select all ${number.toLocaleString("en-GB")}` : "Select everything that matches";
}
