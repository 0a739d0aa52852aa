/** What a failed request says to a person: the desk's own reason, or that there was no answer. */

import { Problem } from "../../api/problem";
import type { Say } from "../../i18n/texts";

export function reasonOf(fault: unknown, say: Say): string {
  if (!(fault instanceof Problem)) return say("composer.no_answer");
  const id = fault.requestId === null ? "" : ` ${say("state.request_id", { id: fault.requestId })}`;
  return `${fault.detail || say("state.failed")}${fault.status >= 500 ? id : ""}`;
}
