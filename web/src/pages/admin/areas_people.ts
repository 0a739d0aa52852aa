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
  { id: "replays", group: "work", role: "supervisor", icon: "play", text: "area.replays", about: "area.replays.about", page: lazy(() => import("./replays/Replays")) },
  { id: "escalations", group: "work", role: "admin", icon: "up", text: "area.escalations", about: "area.escalations.about", page: lazy(() => import("./escalations/Escalations")) },
  { id: "entitlements", group: "work", role: "admin", icon: "done", text: "area.entitlements", about: "area.entitlements.about", page: lazy(() => import("./rules/Entitlements")) },
  { id: "waiting", group: "work", role: "admin", icon: "clock", text: "area.waiting", about: "area.waiting.about", page: lazy(() => import("./rules/Waiting")) },
  { id: "resume", group: "work", role: "admin", icon: "link", text: "area.resume", about: "area.resume.about", page: lazy(() => import("./rules/Resume")) },
  { id: "windows", group: "work", role: "admin", icon: "schedule", text: "area.windows", about: "area.windows.about", page: lazy(() => import("./rules/Windows")) },
  { id: "legs", group: "work", role: "admin", icon: "mail", text: "area.legs", about: "area.legs.about", page: lazy(() => import("./rules/Legs")) },
  { id: "numbers", group: "numbers", role: "admin", icon: "chart", text: "area.numbers", about: "area.numbers.about", page: lazy(() => import("./numbers/Numbers")) },
  { id: "warnings", group: "numbers", role: "admin", icon: "warning", text: "area.warnings", about: "area.warnings.about", page: lazy(() => import("./numbers/Warnings")) },
  { id: "rates", group: "numbers", role: "admin", icon: "hash", text: "area.rates", about: "area.rates.about", page: lazy(() => import("./numbers/Rates")) },
  { id: "benchmarks", group: "numbers", role: "admin", icon: "board", text: "area.benchmarks", about: "area.benchmarks.about", page: lazy(() => import("./numbers/Benchmarks")) },
];
