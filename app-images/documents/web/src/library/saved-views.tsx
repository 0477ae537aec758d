// Saved views: the list's filter and order under a name.

import { Button, Group, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { filterQuery } from "../address/filter";
import { goTo } from "../address/location";
import { useDeleteView, useSaveView } from "../api/changes";
import { useViews } from "../api/queries";
import type { Filter, SavedView } from "../api/types";
import { Dialog } from "../parts/dialog";
import { say, sayFailure } from "../parts/notify";
import classes from "./library.module.css";

export function SavedViews({ filter }: { filter: Filter }) {
  const views = useViews().data ?? [];
  const [naming, setNaming] = useState(false);
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={280}>
        <Menu.Target>
          <Button variant="default" size="md" px="sm" aria-label="Saved views">
            <IconBookmark size={18} stroke={1.8} aria-hidden />
            <span className={classes.wide}>&nbsp;Views</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && (
            <Menu.Label>Save a search with its filters here, and come back to it with a click.</Menu.Label>
          )}
          {views.map((view) => (
            <ViewItem key={view.id} view={view} />
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconPlus size={16} stroke={1.8} />}
            onClick={() => {
              setNaming(true);
            }}
          >
            Save this view
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        opened={naming}
        filter={filter}
        onClose={() => {
          setNaming(false);
        }}
      />
    </>
  );
}

function ViewItem({ view }: { view: SavedView }) {
  const remove = useDeleteView();
  return (
    <Group gap={0} wrap="nowrap">
      <Menu.Item
        flex={1}
        onClick={() => {
          goTo(`/${filterQuery(view.filter)}`);
        }}
      >
        {view.name}
      </Menu.Item>
      <Menu.Item
        flex="none"
        w="auto"
        aria-label={`Delete the view ${view.name}`}
        closeMenuOnClick={false}
        onClick={() => {
          remove.mutate(view.id, { onError: sayFailure });
        }}
      >
        <IconTrash size={16} stroke={1.8} />
      </Menu.Item>
    </Group>
  );
}

interface NameDialogProps {
  opened: boolean;
  filter: Filter;
  onClose: () => void;
}

function NameDialog({ opened, filter, onClose }: NameDialogProps) {
  const [name, setName] = useState("");
  const save = useSaveView();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate(
      { name: name.trim(), filter },
      {
        onSuccess: () => {
          say(`Saved the view “${name.trim()}”.`);
          setName("");
          onClose();
        },
      },
    );
  };
  return (
    <Dialog opened={opened} onClose={onClose} title="Save this view">
      <form onSubmit={submit}>
        <TextInput
          label="Name"
          placeholder="Unpaid invoices"
          description="It keeps the search, the filters and the order."
          maxLength={60}
          required
          data-autofocus
          value={name}
          error={save.error?.message}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
          }}
        />
        <Group justify="end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ""} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
