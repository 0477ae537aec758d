// One document in the list. The whole row opens it; the checkbox and the buttons do not.

import { ActionIcon, Checkbox, Text } from "@mantine/core";
import { IconArrowBackUp, IconDownload, IconTrash } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import { readerHref } from "../address/document";
import { fileUrl } from "../api/documents";
import type { DocumentView, ListedDocument } from "../api/types";
import { CategoryChips } from "../parts/category-chips";
import { count, day, fileSize, money, when } from "../parts/format";
import { titleOf } from "../parts/title";
import { typeName } from "../parts/words";
import classes from "./document-row.module.css";
import { Highlights } from "./highlights";
import { Status } from "./status";
import { Thumbnail } from "./thumbnail";

/** What rows can ask for; the same object for all rows, so that a row is drawn anew only when its document changes. */
export interface RowActions {
  toggle: (id: string, range: boolean) => void;
  trash: (document: DocumentView) => void;
  restore: (document: DocumentView) => void;
  delete: (document: DocumentView) => void;
}

interface Props {
  document: ListedDocument;
  selected: boolean;
  actions: RowActions;
}

export const DocumentRow = memo(function DocumentRow({ document, selected, actions }: Props) {
  const title = titleOf(document);
  return (
    <div className={classes.row} data-selected={selected || undefined}>
      <Checkbox
        className={classes.check}
        size="sm"
        checked={selected}
        aria-label={`Select ${title}`}
        onChange={(event) => {
          const shift = (event.nativeEvent as MouseEvent).shiftKey;
          actions.toggle(document.id, shift);
        }}
      />
      <Thumbnail document={document} />
      <div className={classes.words}>
        <a href={readerHref(document.id)} className={classes.name} title={document.name}>
          {title}
        </a>
        <Text component="p" size="sm" c="dimmed" className={classes.facts}>
          {facts(document)}
        </Text>
        <Under document={document} />
      </div>
      <div className={classes.end}>
        {document.classification.total && (
          <Text component="span" size="sm" className={classes.amount}>
            {money(document.classification.total.value)}
          </Text>
        )}
        {document.status !== "ready" && <Status document={document} />}
      </div>
      <Actions document={document} title={title} actions={actions} />
    </div>
  );
});

function Under({ document }: { document: ListedDocument }) {
  if (document.failure) {
    return (
      <Text component="p" size="sm" className={classes.failure}>
        This file {document.failure.reason}.
      </Text>
    );
  }
  if (document.snippet?.some(({ match }) => match)) return <Highlights pieces={document.snippet} />;
  return <CategoryChips categories={document.categories} />;
}

function Actions({
  document,
  title,
  actions,
}: {
  document: DocumentView;
  title: string;
  actions: RowActions;
}) {
  const trashed = Boolean(document.trashed_at);
  return (
    <div className={classes.actions}>
      {trashed ? (
        <RowButton
          label="Restore"
          of={title}
          onClick={() => {
            actions.restore(document);
          }}
        >
          <IconArrowBackUp size={18} stroke={1.8} />
        </RowButton>
      ) : (
        <RowButton label="Download" of={title} href={fileUrl(document.id)}>
          <IconDownload size={18} stroke={1.8} />
        </RowButton>
      )}
      <RowButton
        label={trashed ? "Delete for good" : "Move to trash"}
        of={title}
        onClick={() => {
          if (trashed) actions.delete(document);
          else actions.trash(document);
        }}
      >
        <IconTrash size={18} stroke={1.8} />
      </RowButton>
    </div>
  );
}

interface RowButtonProps {
  label: string;
  of: string;
  href?: string;
  onClick?: () => void;
  children: ReactNode;
}

function RowButton({ label, of, href, onClick, children }: RowButtonProps) {
  // A title of the browser's own, because a tooltip for each button of each row would slow scrolling down.
  const looks = { variant: "subtle", color: "gray", c: "dimmed", size: "lg", title: label } as const;
  return href === undefined ? (
    <ActionIcon {...looks} aria-label={`${label}: ${of}`} onClick={onClick}>
      {children}
    </ActionIcon>
  ) : (
    <ActionIcon {...looks} component="a" href={href} aria-label={`${label}: ${of}`}>
      {children}
    </ActionIcon>
  );
}

/** What is known of its content; until something is, what is known of the file. */
function facts({ classification, pages, bytes, uploaded_at }: DocumentView): string {
  const { sender, date, document_type: type } = classification;
  const content = [
    sender?.value,
    date && day(date.value),
    type && type.value !== "other" ? typeName(type.value) : undefined,
  ].filter((fact) => fact);
  if (content.length > 0) return content.join(" · ");
  const file = [pages ? count(pages, "page") : undefined, fileSize(bytes), when(uploaded_at)];
  return file.filter((fact) => fact !== undefined).join(" · ");
}
