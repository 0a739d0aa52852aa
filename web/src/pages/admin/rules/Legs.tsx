/** Writing first: what it takes, quiet hours at the customer's, what is quoted after a change of channel. */

import { told, type Schemas } from "../../../api/client";
import { channelName, CHANNELS } from "../../../app/channels";
import { useApi, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { CheckboxGroup, NumberField, Switch } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { Duration } from "../kit/Duration";
import { Setting } from "../kit/Setting";
import { ZonePicker } from "../kit/ZonePicker";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import { CostRows, NeedRows } from "./LegRows";
import { needsOf, rowsOf, type NeedRow, type Needs } from "./needs";

type Policy = Schemas["LegPolicyView"];
type Draft = Omit<Policy, "version" | "needs" | "costs"> & { needs: NeedRow[]; costs: Record<string, string> };

const draftOf = ({ version: _, needs, ...policy }: Policy): Draft => ({ ...policy, needs: rowsOf(needs as Needs) });

export default function Legs() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Policy, Draft>
      title={say("area.legs")}
      name="leg-policy"
      read={() => told(api.GET("/leg-policy"))}
      write={({ needs, ...rest }, version) => told(api.PUT("/leg-policy", { body: { ...rest, needs: needsOf(needs), version } as never }))}
      draftOf={draftOf}
    >
      {({ draft, change, refusal }) => (
        <>
          <Panel title={say("legs.quiet")}>
            <Fields>
              <TextField label={say("legs.quiet_from")} type="time" value={draft.quiet_from} onChange={(quiet_from) => change({ quiet_from })} error={errorOf(refusal, "quiet_from")} />
              <TextField label={say("legs.quiet_to")} type="time" value={draft.quiet_to} onChange={(quiet_to) => change({ quiet_to })} error={errorOf(refusal, "quiet_to")} />
              <Duration label={say("legs.awake")} value={draft.awake_seconds} onChange={(seconds) => change({ awake_seconds: seconds ?? 0 })} units={["minute", "hour"]} error={errorOf(refusal, "awake_seconds")} />
              <ZonePicker label={say("legs.zone")} value={draft.time_zone ?? ""} isOptional onChange={(zone) => change({ time_zone: zone === "" ? null : zone })} error={errorOf(refusal, "time_zone")} />
            </Fields>
            <CheckboxGroup
              label={say("legs.quiet_channels")}
              choices={CHANNELS.map((id) => ({ id, label: channelName(id, say) }))}
              value={draft.quiet_channels}
              onChange={(channels) => change({ quiet_channels: [...channels].sort() })}
              error={errorOf(refusal, "quiet_channels")}
            />
            <Switch label={say("legs.quiet_strict")} isSelected={draft.quiet_strict} onChange={(quiet_strict) => change({ quiet_strict })} />
          </Panel>
          <Panel title={say("legs.needs")}>
            <NeedRows rows={draft.needs} change={(needs) => change({ needs })} error={errorOf(refusal, "needs")} />
          </Panel>
          <Panel title={say("legs.costs")}>
            <CostRows costs={draft.costs} change={(costs) => change({ costs })} error={errorOf(refusal, "costs")} />
          </Panel>
          <Panel title={say("legs.quotes")}>
            <Fields>
              <NumberField label={say("legs.quote_messages")} value={draft.quote_messages} onChange={(n) => change({ quote_messages: n ?? 0 })} min={0} max={20} error={errorOf(refusal, "quote_messages")} />
              <NumberField label={say("legs.quote_characters")} value={draft.quote_characters} onChange={(n) => change({ quote_characters: n ?? 0 })} min={0} max={5000} error={errorOf(refusal, "quote_characters")} />
            </Fields>
          </Panel>
        </>
      )}
    </Setting>
  );
}
