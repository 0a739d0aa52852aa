/** Escalation paths: for which conversations, over which tiers. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { TextField } from "../../../ui/fields";
import { Switch } from "../../../ui/inputs";
import { Amounts } from "../kit/Amounts";
import { ConditionEditor } from "../kit/ConditionEditor";
import type { Condition } from "../kit/condition";
import { Duration } from "../kit/Duration";
import { lacksName } from "../kit/named";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { TeamSelect } from "../kit/TeamSelect";
import { errorOf } from "../parts/faults";

interface Tier {
  name: string;
  team_id: string | null;
  skills: Record<string, number>;
  ticket: boolean;
  reply_seconds: number;
}

interface Path {
  name: string;
  condition: Condition;
  after_breach: boolean;
  tiers: Tier[];
}

const blankTier = (): Tier => ({ name: "", team_id: null, skills: {}, ticket: false, reply_seconds: 0 });
const blankPath = (): Path => ({ name: "", condition: {}, after_breach: false, tiers: [blankTier()] });

export default function Escalations() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["PathsView"], { paths: Path[] }>
      title={say("area.escalations")}
      intro={say("rules.first_wins")}
      name="escalations"
      read={() => told(api.GET("/escalations"))}
      write={({ paths }, version) => told(api.PUT("/escalations", { body: { paths: paths as never, version } }))}
      draftOf={(found) => ({ paths: found.paths as unknown as Path[] })}
      missing={({ paths }) => (lacksName([...paths, ...paths.flatMap((path) => path.tiers)]) ? say("rules.name_each") : undefined)}
    >
      {({ draft, change, refusal }) => (
        <RuleList
          rules={draft.paths}
          change={(paths) => change({ paths })}
          nameOf={(path) => path.name}
          aboutOf={(path) => path.tiers.map((tier) => tier.name || say("rules.unnamed")).join(" → ")}
          blank={blankPath}
          addText={say("escalation.add")}
          emptyText={say("escalation.none")}
          at="paths"
          refusal={refusal}
        >
          {(path, put, at) => (
            <>
              <TextField label={say("rules.name")} value={path.name} onChange={(name) => put({ name })} maxLength={120} error={errorOf(refusal, `${at}.name`)} />
              <ConditionEditor value={path.condition} onChange={(condition) => put({ condition })} at={`${at}.condition`} refusal={refusal} />
              <Switch label={say("escalation.after_breach")} isSelected={path.after_breach} onChange={(after_breach) => put({ after_breach })} />
              <Group legend={say("escalation.tiers")}>
                <RuleList rules={path.tiers} change={(tiers) => put({ tiers })} nameOf={(tier) => tier.name} blank={blankTier} addText={say("escalation.add_tier")} at={`${at}.tiers`} refusal={refusal}>
                  {(tier, set, place) => <TierForm tier={tier} put={set} at={place} refusal={refusal} />}
                </RuleList>
              </Group>
            </>
          )}
        </RuleList>
      )}
    </Setting>
  );
}

interface TierProps {
  tier: Tier;
  put: (part: Partial<Tier>) => void;
  at: string;
  refusal: Error | null;
}

function TierForm({ tier, put, at, refusal }: TierProps) {
  const say = useSay();
  return (
    <>
      <TextField label={say("rules.name")} value={tier.name} onChange={(name) => put({ name })} maxLength={120} error={errorOf(refusal, `${at}.name`)} />
      <TeamSelect label={say("rules.team")} value={tier.team_id} onChange={(team_id) => put({ team_id })} none={say("rules.no_team")} />
      <Switch label={say("escalation.ticket")} isSelected={tier.ticket} onChange={(ticket) => put({ ticket })} />
      <Duration label={say("escalation.reply")} value={tier.reply_seconds} onChange={(seconds) => put({ reply_seconds: seconds ?? 0 })} hint={say("routing.zero_never")} error={errorOf(refusal, `${at}.reply_seconds`)} />
      <Amounts legend={say("rules.skills")} nameText={say("rules.skill")} amountText={say("rules.level")} value={tier.skills} onChange={(skills) => put({ skills })} at={`${at}.skills`} refusal={refusal} min={1} max={5} first={3} />
    </>
  );
}
