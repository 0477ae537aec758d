// The list. However long it is, only the rows near the screen exist; the next part is asked for before its rows are.

import { Loader, Text } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from "react";
import type { ListedDocument } from "../api/types";
import classes from "./document-list.module.css";
import { DocumentRow, type RowActions } from "./document-row";
import { isSelected, type Selected } from "./selection";

/** What a row is high, as long as it was not measured, in pixels. */
const ROW_HEIGHT = 85;
/** How many rows before the end the next part is asked for. */
const AHEAD = 30;

interface Props {
  documents: readonly ListedDocument[];
  label: string;
  selected: Selected;
  actions: RowActions;
  more: boolean;
  onMore: () => void;
  /** Receives how to put the focus on a row. */
  focusRef: Ref<(index: number) => void>;
}

export function DocumentList({ documents, label, selected, actions, more, onMore, focusRef }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const rows = useRows(documents, list);
  useFocusRow(rows, list, focusRef);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= documents.length - AHEAD) onMore();
  }, [more, last, documents.length, onMore]);
  return (
    <div className={classes.box}>
      <ul ref={list} className={classes.list} aria-label={label} style={{ height: rows.getTotalSize() }}>
        {shown.map((row) => {
          const document = documents[row.index];
          if (!document) return null;
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className={classes.item}
              style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
              aria-posinset={row.index + 1}
              aria-setsize={more ? -1 : documents.length}
            >
              <DocumentRow
                document={document}
                selected={isSelected(selected, document.id)}
                actions={actions}
              />
            </li>
          );
        })}
      </ul>
      {more && (
        <Text size="sm" c="dimmed" className={classes.more}>
          <Loader size={14} /> Loading more…
        </Text>
      )}
    </div>
  );
}

function useRows(documents: readonly ListedDocument[], list: React.RefObject<HTMLUListElement | null>) {
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above the list (uploads, filters) comes and goes, and the list moves with it.
  useLayoutEffect(() => {
    const measure = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      setScrollMargin(Math.round(top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => {
      observer.disconnect();
    };
  }, [list]);
  return useWindowVirtualizer({
    count: documents.length,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => documents[index]?.id ?? index,
    overscan: 8,
    scrollMargin,
  });
}

function useFocusRow(
  rows: ReturnType<typeof useRows>,
  list: React.RefObject<HTMLUListElement | null>,
  focusRef: Ref<(index: number) => void>,
): void {
  useImperativeHandle(
    focusRef,
    () => (index: number) => {
      rows.scrollToIndex(index, { align: "auto" });
      // The row may have to be drawn first.
      requestAnimationFrame(() => {
        requestAnimationFrame(() => {
          const link = list.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
          link?.focus({ preventScroll: true });
        });
      });
    },
    [rows, list],
  );
}
