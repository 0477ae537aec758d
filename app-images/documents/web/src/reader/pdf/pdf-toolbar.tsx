// What can be done while reading: go to a page, zoom, search, show small pictures.

import { ActionIcon, Group, NumberInput, Text, TextInput, Tooltip } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronUp,
  IconLayoutSidebar,
  IconSearch,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./pdf.module.css";
import type { Find } from "./use-find";

const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];

interface Props {
  page: number;
  pages: number;
  onPage: (index: number) => void;
  zoom: number;
  onZoom: (zoom: number) => void;
  find: Find;
  thumbnails: boolean;
  onThumbnails: (shown: boolean) => void;
}

export function PdfToolbar(props: Props) {
  const { page, pages, onPage, zoom, onZoom, find, thumbnails, onThumbnails } = props;
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="Reading">
      <Group gap={4} wrap="nowrap">
        {pages > 1 && (
          <Tool
            label="Page thumbnails"
            pressed={thumbnails}
            onClick={() => {
              onThumbnails(!thumbnails);
            }}
          >
            <IconLayoutSidebar size={18} stroke={1.8} />
          </Tool>
        )}
        <NumberInput
          size="xs"
          w={52}
          hideControls
          min={1}
          max={pages}
          allowDecimal={false}
          aria-label={`Page, of ${pages}`}
          value={page + 1}
          onChange={(value) => {
            if (typeof value === "number" && value >= 1 && value <= pages) onPage(value - 1);
          }}
        />
        <Text size="sm" c="dimmed" className={classes.of}>
          of {pages.toLocaleString("en-GB")}
        </Text>
        <Tool
          label="Smaller"
          onClick={() => {
            onZoom(ZOOMS.findLast((step) => step < zoom) ?? zoom);
          }}
        >
          <IconZoomOut size={18} stroke={1.8} />
        </Tool>
        <Tool
          label="Larger"
          onClick={() => {
            onZoom(ZOOMS.find((step) => step > zoom) ?? zoom);
          }}
        >
          <IconZoomIn size={18} stroke={1.8} />
        </Tool>
      </Group>
      <FindField find={find} />
    </div>
  );
}

function FindField({ find }: { find: Find }) {
  return (
    <Group gap={2} wrap="nowrap" miw={0} flex="0 1 300px">
      <TextInput
        size="xs"
        flex={1}
        miw={0}
        aria-label="Search in this document"
        placeholder="Search in this document"
        leftSection={<IconSearch size={15} stroke={1.8} aria-hidden />}
        value={find.words}
        // So that Escape empties the field instead of closing the document.
        data-mantine-stop-propagation={find.words !== ""}
        onChange={({ currentTarget }) => {
          find.setWords(currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") find.step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") find.setWords("");
        }}
      />
      <Text size="xs" c="dimmed" role="status" className={classes.of}>
        {found(find)}
      </Text>
      <Tool
        label="Previous match"
        disabled={find.matches.length === 0}
        onClick={() => {
          find.step(-1);
        }}
      >
        <IconChevronUp size={16} stroke={1.8} />
      </Tool>
      <Tool
        label="Next match"
        disabled={find.matches.length === 0}
        onClick={() => {
          find.step(1);
        }}
      >
        <IconChevronDown size={16} stroke={1.8} />
      </Tool>
    </Group>
  );
}

function found({ words, matches, current, busy }: Find): string {
  if (words.trim() === "") return "";
  if (busy) return "…";
  return matches.length === 0 ? "None" : `${current + 1}/${matches.length}`;
}

interface ToolProps {
  label: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, pressed, disabled, onClick, children }: ToolProps) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        variant={pressed ? "light" : "subtle"}
        color="gray"
        c="dimmed"
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
