/** What an early warning says and what would help, in the reader's language: of its rule and numbers. In the desk's own
 * words where the page does not know the rule, or the numbers are of before they told it all. */

import type { Schemas } from "../../api/client";
import { channelName } from "../../app/channels";
import type { Formats } from "../../i18n/formats";
import type { Say } from "../../i18n/texts";

export type Warning = Pick<Schemas["WarningPage"]["items"][number], "rule" | "subject" | "team_id" | "said" | "action" | "numbers" | "lend">;

/** `action` null: whom to lend is told beside it. */
export interface Words {
  said: string;
  action: string | null;
}

/** `names`: of teams, by id. */
type Tell = (warning: Warning, names: ReadonlyMap<string, string>, say: Say, formats: Formats) => Words | null;

const CLOCKS = ["first_response", "next_response", "resolution"] as const;
const NEEDED: Record<string, readonly string[]> = {
  queue_wait: ["target_seconds", "minutes_left", "depth", "joining_per_minute", "taken_per_minute"],
  sla_burn: ["missed", "counted", "objective_percent"],
  volume: ["count", "usual", "deviations", "hour_at"],
  promises: ["due", "within_minutes", "first_at"],
};

const TELL: Record<string, Tell> = {
  queue_wait: ({ team_id, numbers, lend }, names, say, formats) => {
    const minutes = number(numbers, "minutes_left");
    const values = {
      queue: name(team_id, names, say("board.everybody")),
      target: formats.duration(number(numbers, "target_seconds") * 1000),
      depth: number(numbers, "depth"),
      joining: rate(number(numbers, "joining_per_minute"), formats),
      taken: rate(number(numbers, "taken_per_minute"), formats),
    };
    const time = formats.duration(Math.max(1, minutes) * 60_000);
    const said = minutes > 0 ? say("board.warning.slow_in", { ...values, time }) : say("board.warning.slow_now", values);
    return { said, action: lend.length > 0 ? null : say("board.warning.do_ask") };
  },
  sla_burn: ({ subject, team_id, numbers }, names, say) => {
    const clock = CLOCKS.find((each) => subject.endsWith(`/${each}`));
    const [missed, counted] = [number(numbers, "missed"), number(numbers, "counted")];
    if (clock === undefined || counted === 0) return null;
    const team = name(team_id, names, say("board.warning.everybody"));
    const [share, allowed] = [Math.round((100 * missed) / counted), 100 - number(numbers, "objective_percent")];
    return { said: say("board.warning.burn", { team, share, clock: say(`board.clock.${clock}`), missed, counted, allowed }), action: say("board.warning.do_late") };
  },
  volume: ({ subject, numbers }, _, say, formats) => {
    const [time, usual] = [clockOf(numbers, "hour_at", formats), formats.number(number(numbers, "usual"))];
    const said = say("board.warning.volume", { channel: channelName(subject, say), count: number(numbers, "count"), time, usual });
    return { said, action: say(number(numbers, "deviations") < 0 ? "board.warning.do_few" : "board.warning.do_many") };
  },
  promises: ({ team_id, numbers }, names, say, formats) => {
    const team = name(team_id, names, say("board.warning.everybody"));
    const values = { team, due: number(numbers, "due"), minutes: number(numbers, "within_minutes"), time: clockOf(numbers, "first_at", formats) };
    return { said: say("board.warning.promises", values), action: say("board.warning.do_first") };
  },
};

export function warningWords(warning: Warning, names: ReadonlyMap<string, string>, say: Say, formats: Formats): Words {
  const { rule, numbers, said, action } = warning;
  const told = Object.hasOwn(TELL, rule) && NEEDED[rule]?.every((each) => each in numbers) ? TELL[rule] : undefined;
  return told?.(warning, names, say, formats) ?? { said, action };
}

const number = (numbers: Warning["numbers"], key: string): number => numbers[key] ?? 0;
const name = (id: string | null, names: ReadonlyMap<string, string>, everybody: string): string => (id === null ? everybody : (names.get(id) ?? id));
const rate = (value: number, formats: Formats): string => formats.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clockOf = (numbers: Warning["numbers"], key: string, formats: Formats): string => formats.time(number(numbers, key) * 1000);
