/** Views of one page; which is open stands in the address, so that a link and the way back show it. */

import { useLocation, useSearch } from "wouter";
import { Views, type View } from "../../../ui/Views";

export function PageTabs({ label, views, name = "tab" }: { label: string; views: readonly View[]; name?: string }) {
  const [location, go] = useLocation();
  const search = new URLSearchParams(useSearch());
  const open = views.find((view) => view.id === search.get(name)) ?? views[0];
  const choose = (id: string) => {
    search.set(name, id);
    go(`${location}?${search.toString()}`, { replace: true });
  };
  return <Views label={label} views={views} chosen={open?.id ?? ""} choose={choose} />;
}
