/** Service levels: what is promised to whom, and what would be due when. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { Select, TextField } from "../../../ui/fields";
import { CheckboxGroup, NumberField, Switch } from "../../../ui/inputs";
import { lengthOf } from "../kit/amount";
import { lacksName } from "../kit/named";
import { ConditionEditor } from "../kit/ConditionEditor";
import { Duration } from "../kit/Duration";
import { useHours } from "../kit/people";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import { DuePreview } from "./DuePreview";
import { blankPolicy, CLOCKS, lacksTarget, PAUSES, withTarget, type Policy } from "./policy";
import styles from "./Sla.module.css";

export default function Sla() {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const about = (policy: Policy): string =>
    [
      ...CLOCKS.filter((clock) => policy.targets[clock] !== undefined).map((clock) => `${say(`sla.${clock}`)} ${lengthOf(formats, policy.targets[clock] ?? 0)}`),
      ...(policy.enabled ? [] : [say("sla.off")]),
    ].join(" · ");
  return (
    <Setting<Schemas["Policies"], { policies: Policy[] }>
      title={say("area.sla")}
      intro={`${say("sla.intro")} ${say("rules.first_wins")}`}
      name="sla"
      read={() => told(api.GET("/sla/policies"))}
      write={({ policies }, version) => told(api.PUT("/sla/policies", { body: { policies: policies as never, version } }))}
      draftOf={(found) => ({ policies: found.policies as unknown as Policy[] })}
      missing={({ policies }) => (lacksName(policies) ? say("rules.name_each") : lacksTarget(policies) ? say("sla.no_target") : undefined)}
    >
      {(item) => (
        <RuleList
          rules={item.draft.policies}
          change={(policies) => item.change({ policies })}
          nameOf={(policy) => policy.name}
          aboutOf={about}
          blank={blankPolicy}
          addText={say("sla.add")}
          emptyText={say("sla.none")}
          at="policies"
          refusal={item.refusal}
        >
          {(policy, put, at) => <PolicyForm policy={policy} put={put} at={at} refusal={item.refusal} />}
        </RuleList>
      )}
    </Setting>
  );
}

interface FormProps {
  policy: Policy;
  put: (part: Partial<Policy>) => void;
  at: string;
  refusal: Error | null;
}

const ALL = "all";

function PolicyForm({ policy, put, at, refusal }: FormProps) {
  const [say, hours] = [useSay(), useHours()];
  const error = (field: string) => errorOf(refusal, `${at}.${field}`);
  return (
    <>
      <TextField label={say("rules.name")} value={policy.name} onChange={(name) => put({ name })} maxLength={120} error={error("name")} />
      <Switch label={say("sla.enabled")} isSelected={policy.enabled} onChange={(enabled) => put({ enabled })} />
      <ConditionEditor value={policy.condition} onChange={(condition) => put({ condition })} at={`${at}.condition`} refusal={refusal} />
      <Group legend={say("sla.targets")} columns>
        {CLOCKS.map((clock) => (
          <Duration
            key={clock}
            label={say(`sla.${clock}`)}
            value={policy.targets[clock] ?? null}
            onChange={(seconds) => put({ targets: withTarget(policy, clock, seconds) })}
            units={["second", "minute", "hour", "day"]}
            error={error(`targets.${clock}`)}
          />
        ))}
        <p className={styles["note"]}>{errorOf(refusal, `${at}.targets`) ?? say("sla.targets_hint")}</p>
      </Group>
      <Fields>
        <Select
          label={say("sla.hours")}
          value={policy.hours_id ?? ALL}
          onChange={(id) => put({ hours_id: id === ALL ? null : id })}
          choices={[{ id: ALL, label: say("sla.all_hours") }, ...(hours.data ?? []).map(({ id, name }) => ({ id, label: name }))]}
        />
        <NumberField label={say("sla.warn")} value={policy.warn_percent} onChange={(warn) => put({ warn_percent: warn ?? 80 })} min={1} max={100} error={error("warn_percent")} />
      </Fields>
      <CheckboxGroup
        label={say("sla.pauses")}
        choices={PAUSES.map((id) => ({ id: id as string, label: say(`sla.pauses.${id}`) }))}
        value={policy.pauses_in}
        onChange={(pauses_in) => put({ pauses_in: [...pauses_in].sort() })}
      />
      <DuePreview policy={policy} calendar={hours.data?.find((one) => one.id === policy.hours_id)} />
    </>
  );
}
