// The words around a match. They come as pieces of plain text: markup in a document stays text.

import { Fragment } from "react";
import type { Piece } from "../api/types";
import classes from "./document-row.module.css";

export function Highlights({ pieces }: { pieces: readonly Piece[] }) {
  return (
    <span className={classes.snippet}>
      {pieces.map((piece, index) =>
        piece.match ? (
          <mark key={index} className={classes.match}>
            {piece.text}
          </mark>
        ) : (
          <Fragment key={index}>{piece.text}</Fragment>
        ),
      )}
    </span>
  );
}
