/** Which closing reply windows come first: points for what is owed and for whom. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { NumberField } from "../../../ui/inputs";
import { Amounts } from "../kit/Amounts";
import { Duration } from "../kit/Duration";
import { PRIORITIES } from "../kit/Fact";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";

type Rules = Required<Schemas["WindowRules"]>;
const OWED = ["waiting", "promise", "scheduled", "snoozed"] as const;
const FOR = [
  ["priorities", "windows.priority"],
  ["tiers", "waiting.tier"],
  ["labels", "windows.label"],
] as const;

export default function Windows() {
  const [say, api] = [useSay(), useApi()];
  const priorities = PRIORITIES.map((id) => ({ id, label: say(`macros.priority.${id}`) }));
  return (
    <Setting<Schemas["WindowRulesView"], Rules>
      title={say("area.windows")}
      name="window-rules"
      read={() => told(api.GET("/window-rules"))}
      write={(draft, version) => told(api.PUT("/window-rules", { body: { ...draft, version } }))}
      draftOf={(found) => found.rules as Rules}
    >
      {({ draft, change, refusal }) => (
        <>
          <Duration label={say("windows.lead")} value={draft.lead_seconds} onChange={(seconds) => change({ lead_seconds: seconds ?? 0 })} units={["minute", "hour"]} error={errorOf(refusal, "lead_seconds")} />
          <Group legend={say("windows.owed")}>
            <Fields>
              {OWED.map((name) => (
                <NumberField key={name} label={say(`windows.${name}`)} value={draft[name]} onChange={(points) => change({ [name]: points ?? 0 })} min={0} max={10_000} error={errorOf(refusal, name)} />
              ))}
            </Fields>
          </Group>
          {FOR.map(([name, text]) => (
            <Amounts key={name} legend={say(`windows.${name}`)} nameText={say(text)} names={name === "priorities" ? priorities : undefined} amountText={say("rules.points")} value={draft[name]} onChange={(points) => change({ [name]: points })} at={name} refusal={refusal} min={-10_000} max={10_000} first={50} />
          ))}
        </>
      )}
    </Setting>
  );
}
