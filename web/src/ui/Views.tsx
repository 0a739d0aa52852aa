/** Views of one page as tabs, the chosen one below. */

import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import styles from "./Views.module.css";

export interface View {
  id: string;
  title: string;
  show: () => ReactNode;
}

interface Props {
  label: string;
  views: readonly View[];
  /** Which is shown, where the page knows; without it the first, then whichever is chosen. */
  chosen?: string;
  choose?: (id: string) => void;
  /** Between the tabs and what they show. */
  children?: ReactNode;
}

export function Views({ label, views, chosen, choose, children }: Props) {
  const selected = chosen === undefined ? {} : { selectedKey: chosen };
  return (
    <Tabs {...selected} onSelectionChange={(id) => choose?.(String(id))} className={styles["views"] ?? ""}>
      <TabList aria-label={label} className={styles["list"] ?? ""}>
        {views.map((view) => (
          <Tab key={view.id} id={view.id} className={styles["tab"] ?? ""}>
            {view.title}
          </Tab>
        ))}
      </TabList>
      {children}
      {views.map((view) => (
        <TabPanel key={view.id} id={view.id} className={styles["panel"] ?? ""}>
          {view.show()}
        </TabPanel>
      ))}
    </Tabs>
  );
}
