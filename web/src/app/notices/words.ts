/** What a notice says, in the reader's language; in the desk's own words where the page does not know its kind. */

import type { Formats } from "../../i18n/formats";
import type { Say } from "../../i18n/texts";
import type { Notice } from "./classes";
import { awayFor } from "./returning";

type Words = (notice: Notice, say: Say, formats: Formats) => string;

const fact = ({ about }: Notice, name: string): string => {
  const found = (about as Record<string, unknown> | undefined)?.[name];
  return typeof found === "object" || found === undefined || found === false ? "" : String(found);
};
const who = (notice: Notice, say: Say) => ({ customer: notice.customer || say("notices.somebody"), colleague: notice.colleague || say("notices.colleague") });

const WORDS: Partial<Record<Notice["kind"], Words>> = {
  mention: (notice, say) => say("notices.text.mention", who(notice, say)),
  assigned: (notice, say) => say("notices.text.assigned", who(notice, say)),
  offered: (notice, say) => say("notices.text.offered", who(notice, say)),
  message: (notice, say) => say("notices.text.message", who(notice, say)),
  sla_warned: (notice, say) => say("notices.text.sla_warned", who(notice, say)),
  sla_breached: (notice, say) => say("notices.text.sla_breached", who(notice, say)),
  window_closing: (notice, say, formats) => say("notices.text.window_closing", { ...who(notice, say), time: formats.time(fact(notice, "closes_at") || notice.at) }),
  task_due: (notice, say) => (notice.customer ? say("notices.text.task_due_of", who(notice, say)) : say("notices.text.task_due")),
  side_thread: (notice, say) => say(fact(notice, "asked") ? "notices.text.side_asked" : "notices.text.side_answered", who(notice, say)),
  announcement: (notice, say) => say("notices.text.announcement", { title: fact(notice, "title") }),
  returned: (notice, say, formats) => say("notices.text.returned", { ...who(notice, say), time: formats.duration(awayFor(Number(fact(notice, "idle_seconds")))) }),
  webhook: (notice, say) => say("notices.text.webhook", { host: fact(notice, "host") }),
  report: (notice, say) => say("notices.text.report", { name: fact(notice, "name") }),
};

export function wordsOf(notice: Notice, say: Say, formats: Formats): string {
  const words = notice.customer === undefined ? undefined : WORDS[notice.kind];
  return words === undefined ? notice.title : words(notice, say, formats);
}
