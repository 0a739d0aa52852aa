/** Areas of administration for people, time, promises and the rules of work. */

import { lazy } from "react";
import type { Area } from "./areas";

export const PEOPLE_AREAS: readonly Area[] = [
  { id: "agents", group: "people", role: "supervisor", icon: "people", text: "area.agents", about: "area.agents.about", page: lazy(() => import("./agents/Agents")) },
  { id: "teams", group: "people", role: "supervisor", icon: "people", text: "area.teams", about: "area.teams.about", page: lazy(() => import("./teams/Teams")) },
  { id: "skills", group: "people", role: "supervisor", icon: "table", text: "area.skills", about: "area.skills.about", page: lazy(() => import("./skills/Skills")) },
  { id: "hours", group: "work", role: "admin", icon: "clock", text: "area.hours", about: "area.hours.about", page: lazy(() => import("./hours/Hours")) },
];
