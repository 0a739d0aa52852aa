/** Why a conversation needs somebody, as chips: tone, glyph and words. */

import type { Formats } from "../../i18n/formats";
import type { Say } from "../../i18n/texts";
import type { IconName } from "../../ui/Icon";
import type { Listed } from "./order";

export interface Chip {
  key: string;
  tone: "bad" | "warn" | "info" | "plain";
  icon: IconName;
  text: string;
  /** The longer it stands, the more it presses: what stands first. */
  weight: number;
}

const MINUTE = 60_000;
const SOON = 10 * MINUTE;
const LONG = 15;
const whole = (milliseconds: number): number => Math.max(MINUTE, Math.floor(milliseconds / MINUTE) * MINUTE);

/** What presses most first. What the row itself tells is taken from it: it is the newest. `me`: who looks. */
export function chipsOf(listed: Listed, now: number, say: Say, formats: Formats, me: string): Chip[] {
  const { row, reasons } = listed;
  const chips: Chip[] = [];
  const add = (key: string, tone: Chip["tone"], icon: IconName, weight: number, text: string) => chips.push({ key, tone, icon, text, weight });
  if (listed.closesAt !== undefined) {
    const left = Date.parse(listed.closesAt) - now;
    const time = formats.duration(whole(left));
    if (left > 0) add("window", left < 60 * MINUTE ? "bad" : "warn", "schedule", 1_000, say("list.chip_window", { time }));
    else add("window", "plain", "lock", 0, say("list.chip_window_closed"));
  }
  if (row.taken_over) add("taken", "warn", "shield", 500, say("list.chip_taken"));
  for (const reason of reasons ?? []) {
    if (reason.kind === "sla" && reason.at !== null) {
      const left = Date.parse(reason.at) - now;
      const time = formats.duration(whole(Math.abs(left)));
      if (left > 0) add("sla", left < SOON ? "bad" : "warn", "clock", reason.minutes, say("list.chip_sla", { time }));
      else add("sla", "bad", "warning", 100, say("list.chip_sla_missed", { time }));
    } else if (reason.kind === "returned" && reason.seconds !== null && row.assignee_id === me) {
      // Somebody waits for them alone.
      add("returned", "info", "returned", 200, say("list.chip_returned", { time: formats.duration(whole(reason.seconds * 1_000)) }));
    } else if (reason.kind === "tier" && reason.value !== null) {
      add("tier", "info", "star", reason.minutes, reason.value.toUpperCase());
    }
  }
  if (row.priority === "urgent" || row.priority === "high") {
    const urgent = row.priority === "urgent";
    add("priority", urgent ? "bad" : "warn", "up", urgent ? 30 : 15, say(urgent ? "list.chip_urgent" : "list.chip_high"));
  }
  if (row.priority === "low") add("priority", "plain", "fall", -15, say("list.chip_low"));
  const waited = row.status !== "open" || row.waiting_since === null ? 0 : now - Date.parse(row.waiting_since);
  if (waited >= MINUTE) {
    const minutes = waited / MINUTE;
    add("waiting", minutes > LONG ? "warn" : "plain", "clock", minutes, say("list.chip_waiting", { time: formats.duration(whole(waited)) }));
  }
  return chips.sort((one, other) => other.weight - one.weight);
}
