/** The areas of administration. A new one is a row here, with its text in src/locales. */

import { lazy, type ComponentType } from "react";
import { atLeast, type Role } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import type { IconName } from "../../ui/Icon";
import { PEOPLE_AREAS } from "./areas_people";

/** In the order of the list of areas. */
export const GROUPS = ["channels", "people", "work", "numbers", "texts", "customers", "connections", "safety"] as const;
export type Group = (typeof GROUPS)[number];

export interface AreaProps {
  /** What stands after the area in the address: an item's id, or `new`; undefined on the area's own page. */
  id: string | undefined;
  /** The area's own address: `/admin/inboxes`. */
  base: string;
}

export interface Area {
  /** As in the address: `/admin/inboxes`. */
  id: string;
  group: Group;
  role: Role;
  icon: IconName;
  text: TextId;
  /** One line below the name: what is done there. */
  about: TextId;
  page: ComponentType<AreaProps>;
}

export const AREAS: readonly Area[] = [
  {
    id: "inboxes",
    group: "channels",
    role: "supervisor",
    icon: "inbox",
    text: "area.inboxes",
    about: "area.inboxes.about",
    page: lazy(() => import("./inboxes/Inboxes")),
  },
  ...PEOPLE_AREAS,
  {
    id: "canned",
    group: "texts",
    role: "agent",
    icon: "text",
    text: "area.canned",
    about: "area.canned.about",
    page: lazy(() => import("./canned/Canned")),
  },
  {
    id: "macros",
    group: "texts",
    role: "agent",
    icon: "play",
    text: "area.macros",
    about: "area.macros.about",
    page: lazy(() => import("./macros/Macros")),
  },
  {
    id: "labels",
    group: "texts",
    role: "admin",
    icon: "label",
    text: "area.labels",
    about: "area.labels.about",
    page: lazy(() => import("./labels/Labels")),
  },
  {
    id: "attributes",
    group: "customers",
    role: "admin",
    icon: "list",
    text: "area.attributes",
    about: "area.attributes.about",
    page: lazy(() => import("./attributes/Attributes")),
  },
  {
    id: "segments",
    group: "customers",
    role: "supervisor",
    icon: "people",
    text: "area.segments",
    about: "area.segments.about",
    page: lazy(() => import("./segments/Segments")),
  },
  {
    id: "keys",
    group: "connections",
    role: "admin",
    icon: "key",
    text: "area.keys",
    about: "area.keys.about",
    page: lazy(() => import("./keys/Keys")),
  },
  {
    id: "webhooks",
    group: "connections",
    role: "admin",
    icon: "webhook",
    text: "area.webhooks",
    about: "area.webhooks.about",
    page: lazy(() => import("./webhooks/Webhooks")),
  },
  {
    id: "sources",
    group: "connections",
    role: "admin",
    icon: "database",
    text: "area.sources",
    about: "area.sources.about",
    page: lazy(() => import("./sources/Sources")),
  },
  {
    id: "slack",
    group: "connections",
    role: "admin",
    icon: "hash",
    text: "area.slack",
    about: "area.slack.about",
    page: lazy(() => import("./slack/Slack")),
  },
  {
    id: "privacy",
    group: "safety",
    role: "admin",
    icon: "shield",
    text: "area.privacy",
    about: "area.privacy.about",
    page: lazy(() => import("./privacy/Privacy")),
  },
];

export const AREA_NEW = "new";

export interface Shelf {
  group: Group;
  areas: Area[];
}

/** What a role may open, by group; a group without any is left out. */
export function shelvesFor(role: string, areas: readonly Area[] = AREAS): Shelf[] {
  return GROUPS.map((group) => ({
    group,
    areas: areas.filter((area) => area.group === group && atLeast(role, area.role)),
  })).filter((shelf) => shelf.areas.length > 0);
}
