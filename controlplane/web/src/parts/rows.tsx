// A table that turns into blocks on a phone. The roles are spelled out because browsers drop a table's meaning when
// its `display` changes.

/* eslint-disable jsx-a11y-x/no-redundant-roles, jsx-a11y-x/no-interactive-element-to-noninteractive-role */

import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./rows.module.css";

export interface Column<T> {
  header: string;
  cell: (row: T) => ReactNode;
  /** Buttons: at the right, and without a visible heading. */
  actions?: boolean;
}

interface RowsProps<T> {
  /** What the table holds, for a screen reader. */
  label: string;
  rows: readonly T[];
  rowKey: (row: T) => string;
  columns: readonly Column<T>[];
}

export function Rows<T>({ label, rows, rowKey, columns }: RowsProps<T>) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.header} role="columnheader" scope="col">
                {column.actions ? <VisuallyHidden>{column.header}</VisuallyHidden> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row">
              {columns.map((column) => (
                <td
                  key={column.header}
                  role="cell"
                  data-column={column.actions ? "" : column.header}
                  className={column.actions ? classes.end : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
