// A small picture of a document's first page; a sheet of paper until there is one.

import { IconFileText } from "@tabler/icons-react";
import { useState } from "react";
import { thumbnailUrl } from "../api/documents";
import type { DocumentView } from "../api/types";
import classes from "./thumbnail.module.css";

export function Thumbnail({ document }: { document: DocumentView }) {
  const [missing, setMissing] = useState<string>();
  // A picture that was not there yet may be there once the document has moved on.
  const moment = `${document.id} ${document.status}`;
  const drawn = (document.pages ?? 0) > 0 && missing !== moment;
  return (
    <span className={classes.sheet} aria-hidden>
      {drawn ? (
        <img
          src={thumbnailUrl(document.id)}
          alt=""
          loading="lazy"
          decoding="async"
          width={40}
          height={54}
          onError={() => {
            setMissing(moment);
          }}
        />
      ) : (
        <IconFileText size={20} stroke={1.4} />
      )}
    </span>
  );
}
