/** One rule of queues and skills, with the steps by which it asks for less. */

import { useFormats, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { TextField } from "../../../ui/fields";
import { lengthOf } from "../kit/amount";
import { Amounts } from "../kit/Amounts";
import { ConditionEditor } from "../kit/ConditionEditor";
import { Duration } from "../kit/Duration";
import { RuleList } from "../kit/RuleList";
import { TeamSelect } from "../kit/TeamSelect";
import { errorOf } from "../parts/faults";
import { blankStep, type Route } from "./draft";

interface Props {
  rule: Route;
  put: (part: Partial<Route>) => void;
  at: string;
  refusal: Error | null;
}

export function RouteForm({ rule, put, at, refusal }: Props) {
  const [say, formats] = [useSay(), useFormats()];
  return (
    <>
      <TextField label={say("rules.name")} value={rule.name} onChange={(name) => put({ name })} maxLength={120} error={errorOf(refusal, `${at}.name`)} />
      <ConditionEditor value={rule.condition} onChange={(condition) => put({ condition })} at={`${at}.condition`} refusal={refusal} />
      <TeamSelect label={say("rules.team")} value={rule.team_id} onChange={(team_id) => put({ team_id })} none={say("rules.no_team")} />
      <Amounts legend={say("rules.skills")} nameText={say("rules.skill")} amountText={say("rules.level")} value={rule.skills} onChange={(skills) => put({ skills })} at={`${at}.skills`} refusal={refusal} min={1} max={5} first={3} />
      <Group legend={say("routing.steps")}>
        <RuleList
          rules={rule.steps}
          change={(steps) => put({ steps })}
          nameOf={(step) => lengthOf(formats, step.after_seconds)}
          blank={blankStep}
          addText={say("routing.add_step")}
          at={`${at}.steps`}
          refusal={refusal}
        >
          {(step, change, path) => (
            <>
              <Duration label={say("routing.after")} value={step.after_seconds} onChange={(seconds) => change({ after_seconds: seconds ?? 0 })} error={errorOf(refusal, `${path}.after_seconds`)} />
              <Amounts legend={say("routing.levels")} nameText={say("rules.skill")} amountText={say("rules.level")} value={step.levels} onChange={(levels) => change({ levels })} at={`${path}.levels`} refusal={refusal} min={0} max={5} first={0} />
              <TeamSelect label={say("routing.overflow")} value={step.overflow_team_id} onChange={(overflow_team_id) => change({ overflow_team_id })} none={say("routing.nobody_else")} />
            </>
          )}
        </RuleList>
      </Group>
    </>
  );
}
