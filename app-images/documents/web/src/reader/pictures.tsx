// A document's pages as pictures that the service drew: for files that pdf.js cannot show.

import { Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useState } from "react";
import { pictureUrl } from "../api/documents";
import type { DocumentView } from "../api/types";
import { Notice } from "./notice";
import classes from "./pictures.module.css";

/** How wide the pictures are drawn, in pixels. */
const WIDTH = 1400;

export function Pictures({ document }: { document: DocumentView }) {
  const pages = document.pages ?? 0;
  if (pages === 0) return <NotShown document={document} />;
  return (
    // Focusable, so that the keyboard can scroll it.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className={classes.pictures} role="region" aria-label="Pages" tabIndex={0}>
      <Text size="sm" c="dimmed" className={classes.note}>
        The browser cannot open this file, so you see pictures of its pages. Their text is under “Text”.
      </Text>
      {Array.from({ length: pages }, (_, index) => (
        <Picture key={index} id={document.id} page={index + 1} pages={pages} />
      ))}
    </div>
  );
}

/** Why not, where it is known; and what can still be done with it. */
export function NotShown({ document: { failure } }: { document: DocumentView }) {
  return (
    <Notice
      sign={<IconAlertCircle size={28} stroke={1.5} />}
      title={failure ? `This file ${failure.reason}.` : "This file cannot be shown."}
      words="It is stored as you sent it: you can still download it."
    />
  );
}

function Picture({ id, page, pages }: { id: string; page: number; pages: number }) {
  const [missing, setMissing] = useState(false);
  const label = `Page ${page} of ${pages}`;
  if (missing) {
    return (
      <div className={classes.missing}>
        <Text c="dimmed" size="sm">
          {label} cannot be drawn.
        </Text>
      </div>
    );
  }
  return (
    <img
      className={classes.picture}
      src={pictureUrl(id, page, WIDTH)}
      alt={label}
      loading="lazy"
      onError={() => {
        setMissing(true);
      }}
    />
  );
}
