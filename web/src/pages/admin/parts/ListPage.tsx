/** A list of an area's things: found by words, opened by their first cell, a new one begun. */

import type { UseQueryResult } from "@tanstack/react-query";
import { useDeferredValue, useState, type ReactNode } from "react";
import { Link } from "wouter";
import { useSay } from "../../../app/desk";
import buttons from "../../../ui/Button.module.css";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Icon, type IconName } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Empty, Skeleton } from "../../../ui/states";
import { TextField } from "../../../ui/fields";
import { found } from "./found";
import styles from "./parts.module.css";

interface Props<T> {
  title: string;
  query: UseQueryResult<readonly T[]>;
  keyOf: (row: T) => string;
  /** What the first cell says, as a link to the item. */
  nameOf: (row: T) => string;
  hrefOf: (row: T) => string;
  /** The columns after the name. */
  columns: readonly Column<T>[];
  nameTitle: string;
  toneOf?: (row: T) => "bad" | "warn" | undefined;
  /** All that somebody may look for in a row. */
  wordsOf?: (row: T) => readonly (string | null | undefined)[];
  newHref?: string;
  newText?: string;
  icon: IconName;
  /** Where there is none: why one would be made. */
  emptyTitle: string;
  emptyText?: string;
  aside?: ReactNode;
  /** Before the list. */
  children?: ReactNode;
}

export function ListPage<T>(props: Props<T>) {
  const say = useSay();
  const [typed, type] = useState("");
  const words = useDeferredValue(typed);
  const { title, query, keyOf, nameOf, hrefOf, newHref, newText, wordsOf = (row) => [nameOf(row)] } = props;
  const begin = newHref !== undefined && <LinkButton href={newHref}>{newText ?? say("admin.new")}</LinkButton>;
  const columns: Column<T>[] = [
    { id: "name", title: props.nameTitle, cell: (row) => <Link href={hrefOf(row)}>{nameOf(row)}</Link> },
    ...props.columns,
  ];
  return (
    <Page
      title={title}
      wide
      aside={
        <>
          {props.aside}
          {begin}
        </>
      }
    >
      {props.children}
      <AsyncBoundary
        query={query}
        loading={<Skeleton lines={5} height={32} />}
        isEmpty={(rows) => rows.length === 0}
        empty={
          <Empty icon={props.icon} title={props.emptyTitle} action={begin}>
            {props.emptyText}
          </Empty>
        }
      >
        {(rows) => (
          <>
            <div className={styles["search"]}>
              <TextField label={say("admin.search")} value={typed} onChange={type} type="search" />
            </div>
            <DataTable
              caption={title}
              columns={columns}
              rows={found(rows, words, wordsOf)}
              keyOf={keyOf}
              empty={say("admin.nothing_found", { words })}
              {...(props.toneOf ? { toneOf: props.toneOf } : {})}
            />
          </>
        )}
      </AsyncBoundary>
      <p className="visually-hidden" role="status">
        {query.data && words !== "" ? say("admin.found", { n: found(query.data, words, wordsOf).length }) : ""}
      </p>
    </Page>
  );
}

/** A link that looks like the button of a page. */
export function LinkButton({ href, children, icon = "plus" }: { href: string; children: ReactNode; icon?: IconName }) {
  return (
    <Link href={href} className={`${buttons["button"]} ${buttons["primary"]} ${styles["link"]}`}>
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </Link>
  );
}
