/** Views of one page as tabs; which is open stands in the address, so that a link and the way back show it. */

import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useLocation, useSearch } from "wouter";
import styles from "./parts.module.css";

export interface View {
  id: string;
  title: string;
  show: () => ReactNode;
}

export function PageTabs({ label, views, name = "tab" }: { label: string; views: readonly View[]; name?: string }) {
  const [location, go] = useLocation();
  const search = new URLSearchParams(useSearch());
  const open = views.find((view) => view.id === search.get(name)) ?? views[0];
  const choose = (id: string) => {
    search.set(name, id);
    go(`${location}?${search.toString()}`, { replace: true });
  };
  return (
    <Tabs selectedKey={open?.id ?? ""} onSelectionChange={(id) => choose(String(id))} className={styles["tabs"] ?? ""}>
      <TabList aria-label={label} className={styles["tab-list"] ?? ""}>
        {views.map((view) => (
          <Tab key={view.id} id={view.id} className={styles["tab"] ?? ""}>
            {view.title}
          </Tab>
        ))}
      </TabList>
      {views.map((view) => (
        <TabPanel key={view.id} id={view.id} className={styles["tab-panel"] ?? ""}>
          {view.show()}
        </TabPanel>
      ))}
    </Tabs>
  );
}
