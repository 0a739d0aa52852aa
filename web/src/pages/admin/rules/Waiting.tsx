/** Customers who wait: when one counts as absent, and who comes sooner. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Amounts } from "../kit/Amounts";
import { Duration } from "../kit/Duration";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields, Whole } from "../parts/ItemForm";

type Rules = Required<Schemas["RadarRules"]>;
const TIMES = [
  ["idle_seconds", "waiting.idle"],
  ["lift_seconds", "waiting.lift"],
  ["patience_seconds", "waiting.patience"],
] as const;

export default function Waiting() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["RadarRulesView"], Rules>
      title={say("area.waiting")}
      name="radar-rules"
      read={() => told(api.GET("/radar-rules"))}
      write={(draft, version) => told(api.PUT("/radar-rules", { body: { ...draft, version } }))}
      draftOf={(found) => found.rules as Rules}
    >
      {({ draft, change, refusal }) => (
        <Fields>
          {TIMES.map(([name, text]) => (
            <Duration key={name} label={say(text)} value={draft[name]} onChange={(seconds) => change({ [name]: seconds ?? 0 })} units={["second", "minute", "hour"]} error={errorOf(refusal, name)} />
          ))}
          <Whole>
            <Amounts legend={say("waiting.tiers")} nameText={say("waiting.tier")} amountText={say("rules.minutes_of")} value={draft.tiers} onChange={(tiers) => change({ tiers })} at="tiers" refusal={refusal} min={0} max={30} first={5} />
          </Whole>
        </Fields>
      )}
    </Setting>
  );
}
