/** The pages of the workspace. A new one is a row here, with its text in src/locales. */

import { lazy, type ComponentType } from "react";
import { withTexts } from "../i18n/catalogues";
import type { TextId } from "../i18n/texts";
import type { IconName } from "../ui/Icon";
import type { Role } from "./desk";

export interface Place {
  /** As wouter matches it: `/reports/:id?`. */
  path: string;
  page: ComponentType;
  role: Role;
  /** In the rail, and the bar of phones, in this order. */
  nav?: { to: string; text: TextId; icon: IconName };
}

export const PLACES: readonly Place[] = [
  {
    path: "/inbox/*?",
    page: lazy(() => import("../inbox/Inbox")),
    role: "agent",
    nav: { to: "/inbox", text: "nav.inbox", icon: "inbox" },
  },
  {
    path: "/board",
    page: lazy(() => withTexts(["managing"], import("../pages/board/Board"))),
    role: "supervisor",
    nav: { to: "/board", text: "nav.board", icon: "board" },
  },
  { path: "/board/queues/:id", page: lazy(() => withTexts(["managing"], import("../pages/board/QueuePage"))), role: "supervisor" },
  {
    path: "/contacts",
    page: lazy(() => withTexts(["customers"], import("../pages/contacts/Contacts"))),
    role: "agent",
    nav: { to: "/contacts", text: "nav.contacts", icon: "people" },
  },
  { path: "/contacts/:id", page: lazy(() => withTexts(["customers"], import("../pages/contacts/Contact"))), role: "agent" },
  { path: "/contacts/:id/merge/:other", page: lazy(() => withTexts(["customers"], import("../pages/contacts/Merge"))), role: "agent" },
  { path: "/c/:id/routing", page: lazy(() => withTexts(["customers"], import("../pages/contacts/Routing"))), role: "agent" },
  {
    path: "/reports",
    page: lazy(() => withTexts(["managing"], import("../pages/reports/Reports"))),
    role: "supervisor",
    nav: { to: "/reports", text: "nav.reports", icon: "chart" },
  },
  {
    path: "/schedules",
    page: lazy(() => withTexts(["managing"], import("../pages/schedules/Schedules"))),
    role: "supervisor",
    nav: { to: "/schedules", text: "nav.schedules", icon: "schedule" },
  },
  {
    path: "/admin/:area?/:id?",
    page: lazy(() => withTexts(["admin", "managing"], import("../pages/admin/Admin"))),
    role: "agent",
    nav: { to: "/admin", text: "nav.admin", icon: "settings" },
  },
  {
    path: "/me/:part?",
    page: lazy(() => import("../pages/me/Me")),
    role: "agent",
    nav: { to: "/me", text: "nav.me", icon: "person" },
  },
];

/** Where somebody begins: the first place that their role may see. */
export function homeOf(allowed: (role: Role) => boolean): string {
  return PLACES.find((place) => place.nav && allowed(place.role))?.nav?.to ?? "/me";
}
