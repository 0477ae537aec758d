// One document in the list. The whole row opens it; the buttons at its end do not.

import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { fileUrl } from "../api/client";
import type { DocumentView } from "../api/types";
import { count, fileSize, when } from "../parts/format";
import { readerHref } from "../reader/address";
import classes from "./document-row.module.css";
import { Status } from "./status";

interface Props {
  document: DocumentView;
  onDelete: (document: DocumentView) => void;
}

export function DocumentRow({ document, onDelete }: Props) {
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <a href={readerHref(document.id)} className={classes.name} title={document.name}>
          {document.name}
        </a>
        <Text component="p" size="sm" c="dimmed" className={classes.facts}>
          {facts(document)}
        </Text>
        {document.failure && (
          <Text component="p" size="sm" className={classes.failure}>
            This file {document.failure.reason}.
          </Text>
        )}
      </div>
      <div className={classes.status}>
        <Status document={document} />
      </div>
      <div className={classes.actions}>
        <Tooltip label="Download" openDelay={400}>
          <ActionIcon
            component="a"
            href={fileUrl(document.id)}
            variant="subtle"
            color="gray"
            c="dimmed"
            size="lg"
            aria-label={`Download ${document.name}`}
          >
            <IconDownload size={18} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete" openDelay={400}>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="dimmed"
            size="lg"
            aria-label={`Delete ${document.name}`}
            onClick={() => {
              onDelete(document);
            }}
          >
            <IconTrash size={18} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
      </div>
    </li>
  );
}

function facts({ pages, bytes, uploaded_at }: DocumentView): string {
  const known = [pages ? count(pages, "page") : undefined, fileSize(bytes), when(uploaded_at)];
  return known.filter((fact) => fact !== undefined).join(" · ");
}
