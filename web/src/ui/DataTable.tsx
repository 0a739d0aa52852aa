/** A table that is cards on a phone: each cell then says its column's name. Wide ones scroll in their own box. */

import type { ReactNode } from "react";
import styles from "./DataTable.module.css";

export interface Column<T> {
  id: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the end of their column. */
  number?: boolean;
}

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** What colours the row; its words are in a cell. */
  toneOf?: (row: T) => "bad" | "warn" | undefined;
  empty?: ReactNode;
}

export function DataTable<T>({ caption, columns, rows, keyOf, toneOf, empty }: Props<T>) {
  if (rows.length === 0 && empty !== undefined) return <p className={styles["empty"]}>{empty}</p>;
  return (
    <div className={styles["box"]} role="region" aria-label={caption} tabIndex={0}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-number={column.number}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} data-tone={toneOf?.(row)}>
              {columns.map((column, place) => (
                <Cell key={column.id} column={column} first={place === 0}>
                  {column.cell(row)}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<T>({ column, first, children }: { column: Column<T>; first: boolean; children: ReactNode }) {
  const shown = (
    <>
      <span className={styles["label"]} aria-hidden="true">
        {column.title}
      </span>
      <span className={styles["value"]}>{children}</span>
    </>
  );
  return first ? (
    <th scope="row" data-number={column.number}>
      {shown}
    </th>
  ) : (
    <td data-number={column.number}>{shown}</td>
  );
}
