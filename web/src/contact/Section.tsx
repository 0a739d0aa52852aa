/** Parts of a contact: a heading of the level that the place asks for; some are closed until somebody opens them. */

import { createContext, useContext, useState, type ReactNode } from "react";
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { Icon } from "../ui/Icon";
import styles from "./contact.module.css";

export const Level = createContext<2 | 3>(2);

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const Title = useContext(Level) === 2 ? "h2" : "h3";
  return (
    <section className={styles["section"]} aria-label={title}>
      <header className={styles["head"]}>
        <Title className={styles["title"]}>{title}</Title>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** What is inside is made, and asked for, when it is opened. */
export function Fold({ title, aside, open = false, children }: { title: string; aside?: ReactNode; open?: boolean; children: ReactNode }) {
  const level = useContext(Level);
  const [expanded, setExpanded] = useState(open);
  return (
    <Disclosure className={styles["section"] ?? ""} isExpanded={expanded} onExpandedChange={setExpanded}>
      <header className={styles["head"]}>
        <Heading level={level} className={styles["title"] ?? ""}>
          <AriaButton slot="trigger" className={styles["fold"] ?? ""}>
            <Icon name={expanded ? "down" : "next"} size={16} />
            <span>{title}</span>
          </AriaButton>
        </Heading>
        {aside}
      </header>
      <DisclosurePanel>{expanded && <div className={styles["folded"]}>{children}</div>}</DisclosurePanel>
    </Disclosure>
  );
}

/** A name and what stands behind it. */
export function Line({ name, act, children }: { name: ReactNode; act?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles["line"]}>
      <dt>{name}</dt>
      <dd>
        <span className={styles["what"]}>{children}</span>
        {act}
      </dd>
    </div>
  );
}

export function Lines({ children }: { children: ReactNode }) {
  return <dl className={styles["lines"]}>{children}</dl>;
}
