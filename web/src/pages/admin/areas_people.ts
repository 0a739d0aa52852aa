/** Areas of administration for people, time, promises and the rules of work. */

import { lazy } from "react";
import type { Area } from "./areas";

export const PEOPLE_AREAS: readonly Area[] = [
  { id: "agents", group: "people", role: "supervisor", icon: "people", text: "area.agents", about: "area.agents.about", page: lazy(() => import("./agents/Agents")) },
  { id: "teams", group: "people", role: "supervisor", icon: "people", text: "area.teams", about: "area.teams.about", page: lazy(() => import("./teams/Teams")) },
  { id: "skills", group: "people", role: "supervisor", icon: "table", text: "area.skills", about: "area.skills.about", page: lazy(() => import("./skills/Skills")) },
  { id: "capacity", group: "people", role: "supervisor", icon: "chart", text: "area.capacity", about: "area.capacity.about", page: lazy(() => import("./capacity/Capacity")) },
  { id: "roles", group: "people", role: "supervisor", icon: "lock", text: "area.roles", about: "area.roles.about", page: lazy(() => import("./roles/Roles")) },
  { id: "announcements", group: "people", role: "supervisor", icon: "info", text: "area.announcements", about: "area.announcements.about", page: lazy(() => import("./announcements/Announcements")) },
  { id: "hours", group: "work", role: "admin", icon: "clock", text: "area.hours", about: "area.hours.about", page: lazy(() => import("./hours/Hours")) },
  { id: "sla", group: "work", role: "admin", icon: "schedule", text: "area.sla", about: "area.sla.about", page: lazy(() => import("./sla/Sla")) },
  { id: "routing", group: "work", role: "admin", icon: "filter", text: "area.routing", about: "area.routing.about", page: lazy(() => import("./routing/Routing")) },
  { id: "escalations", group: "work", role: "admin", icon: "up", text: "area.escalations", about: "area.escalations.about", page: lazy(() => import("./escalations/Escalations")) },
];
