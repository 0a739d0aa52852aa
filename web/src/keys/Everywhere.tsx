/** Commands that every page has: the palette, the sheet of keys, going somewhere. Both are loaded when they are wanted. */

import { Suspense, lazy, useCallback, useState } from "react";
import { useLocation } from "wouter";
import { atLeast, useMe, useSay, type Role } from "../app/desk";
import { useCommand } from "./Keys";

const Palette = lazy(() => import("./Palette"));
const Sheet = lazy(() => import("./Sheet"));

export function Everywhere() {
  const [shown, show] = useState<"palette" | "sheet" | null>(null);
  const close = useCallback(() => show(null), []);
  useCommand("palette", () => show((now) => (now === "palette" ? null : "palette")));
  useCommand("shortcuts", () => show("sheet"));
  useGoing("go.inbox", "/inbox", "agent");
  useGoing("go.board", "/board", "supervisor");
  useGoing("go.contacts", "/contacts", "agent");
  useGoing("go.reports", "/reports", "supervisor");
  useGoing("go.me", "/me", "agent");
  return (
    <Suspense fallback={null}>
      {shown === "palette" && <Palette onClose={close} />}
      {shown === "sheet" && <Sheet onClose={close} />}
    </Suspense>
  );
}

function useGoing(id: "go.inbox" | "go.board" | "go.contacts" | "go.reports" | "go.me", to: string, role: Role): void {
  const [say, me] = [useSay(), useMe()];
  const [, go] = useLocation();
  useCommand(id, () => go(to), atLeast(me.role, role) ? null : say("state.denied"));
}
