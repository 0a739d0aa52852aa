/** Keys of the list: the row that has the focus, else the conversation that is open: by the address, for keys are faster
 * than what is drawn. */

import type { RefObject } from "react";
import { useSay } from "../../app/desk";
import { useCommand } from "../../keys/Keys";
import { addressNow } from "../address";
import type { Listed, Shown } from "./order";

interface Given {
  box: RefObject<HTMLDivElement | null>;
  shown: readonly Shown[];
  open: (listed: Listed) => void;
  toggle: (id: string) => void;
}

export function useListKeys({ box, shown, open, toggle }: Given): { focusFirst: () => void } {
  const say = useSay();
  const refused = shown.length === 0 ? say("list.nothing") : null;
  const at = (id: string | null): number => shown.findIndex(({ listed }) => listed.row.id === id);
  const here = (): Element | null => {
    const row = document.activeElement?.closest("[role=row]") ?? null;
    return row !== null && box.current?.contains(row) ? row : null;
  };
  const focused = (): string | null => here()?.getAttribute("data-key") ?? null;
  const openAt = (place: number) => {
    const found = shown[place];
    if (found !== undefined) open(found.listed);
  };
  const step = (by: 1 | -1) => {
    const row = here();
    if (row !== null) {
      // The grid knows which row comes next, also where that is not in the document yet.
      row.dispatchEvent(new KeyboardEvent("keydown", { key: by === 1 ? "ArrowDown" : "ArrowUp", bubbles: true, cancelable: true }));
      return;
    }
    const place = at(addressNow().current);
    openAt(place === -1 ? 0 : Math.min(Math.max(place + by, 0), shown.length - 1));
  };
  useCommand("list.next", () => step(1), refused);
  useCommand("list.previous", () => step(-1), refused);
  useCommand("list.open", () => openAt(Math.max(0, at(focused() ?? addressNow().current))), refused);
  useCommand(
    "list.select",
    () => {
      const id = focused() ?? addressNow().current;
      if (id !== null && at(id) !== -1) toggle(id);
    },
    refused,
  );
  const focusFirst = () => {
    const row = box.current?.querySelector<HTMLElement>("[role=row]");
    row?.focus();
  };
  return { focusFirst };
}
