/** The frame of a page: its heading, which takes the focus after a change of route, its title, and what is beside it. */

import { useEffect, useRef, type ReactNode } from "react";
import styles from "./Page.module.css";

let visits = 0;

export function Page({ title, aside, children, wide = false }: { title: string; aside?: ReactNode; children: ReactNode; wide?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Parley`;
  }, [title]);
  useEffect(() => {
    // Not on the first page of all: who has just arrived starts at the top, with the skip link.
    if (visits++ > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={`${styles["page"]} ${wide ? styles["wide"] : ""}`}>
      <header className={styles["head"]}>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside && <div className={styles["aside"]}>{aside}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with a border and a heading of its own. */
export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles["panel"]}>
      <header className={styles["head"]}>
        <h2>{title}</h2>
        {aside && <div className={styles["aside"]}>{aside}</div>}
      </header>
      {children}
    </section>
  );
}
