/** The draft as a form: how work is given, what is asked for, what comes first, what ends by itself. */

import { useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { NumberField, Switch, TextArea } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { ConditionEditor } from "../kit/ConditionEditor";
import { Duration } from "../kit/Duration";
import { RuleList } from "../kit/RuleList";
import { errorOf } from "../parts/faults";
import type { Item } from "../parts/useItem";
import { Giving } from "./Giving";
import { RouteForm } from "./RouteForm";
import { blankClosing, blankPriority, blankRoute, type Rules } from "./draft";
import styles from "./Routing.module.css";

export function RulesForm({ item }: { item: Item<Rules> }) {
  const say = useSay();
  const { draft, change, refusal } = item;
  return (
    <>
      <Panel title={say("routing.giving")}>
        <Giving item={item} />
      </Panel>
      <Panel title={say("routing.routes")}>
        <p className={styles["note"]}>{say("routing.routes_hint")}</p>
        <RuleList rules={draft.routes} change={(routes) => change({ routes })} nameOf={(rule) => rule.name} blank={blankRoute} addText={say("routing.add_route")} at="routes" refusal={refusal}>
          {(rule, put, at) => <RouteForm rule={rule} put={put} at={at} refusal={refusal} />}
        </RuleList>
      </Panel>
      <Panel title={say("routing.priorities")}>
        <p className={styles["note"]}>{say("routing.priorities_hint")}</p>
        <RuleList rules={draft.priorities} change={(priorities) => change({ priorities })} nameOf={(rule) => rule.name} aboutOf={(rule) => String(rule.points)} blank={blankPriority} addText={say("routing.add_route")} at="priorities" refusal={refusal}>
          {(rule, put, at) => (
            <>
              <TextField label={say("rules.name")} value={rule.name} onChange={(name) => put({ name })} maxLength={120} error={errorOf(refusal, `${at}.name`)} />
              <NumberField label={say("rules.points")} value={rule.points} onChange={(points) => put({ points: points ?? 0 })} error={errorOf(refusal, `${at}.points`)} />
              <ConditionEditor value={rule.condition} onChange={(condition) => put({ condition })} at={`${at}.condition`} refusal={refusal} />
            </>
          )}
        </RuleList>
      </Panel>
      <Panel title={say("routing.closings")}>
        <p className={styles["note"]}>{say("routing.closings_hint")}</p>
        <RuleList rules={draft.closings} change={(closings) => change({ closings })} nameOf={(rule) => rule.name} blank={blankClosing} addText={say("routing.add_route")} at="closings" refusal={refusal}>
          {(rule, put, at) => (
            <>
              <TextField label={say("rules.name")} value={rule.name} onChange={(name) => put({ name })} maxLength={120} error={errorOf(refusal, `${at}.name`)} />
              <Duration label={say("routing.closing_after")} value={rule.after_seconds} onChange={(seconds) => put({ after_seconds: seconds ?? 0 })} units={["minute", "hour", "day"]} error={errorOf(refusal, `${at}.after_seconds`)} />
              <TextArea label={say("routing.farewell")} value={rule.farewell ?? ""} onChange={(text) => put({ farewell: text === "" ? null : text })} rows={2} maxLength={1000} error={errorOf(refusal, `${at}.farewell`)} />
              <ConditionEditor value={rule.condition} onChange={(condition) => put({ condition })} at={`${at}.condition`} refusal={refusal} />
            </>
          )}
        </RuleList>
      </Panel>
      <Panel title={say("routing.vip")}>
        <ConditionEditor
          value={draft.vip ?? {}}
          onChange={(vip) => change({ vip: Object.keys(vip).length === 0 ? null : vip })}
          at="vip"
          refusal={refusal}
          legend={say("rules.when")}
          emptyText={say("routing.vip_hint")}
        />
      </Panel>
      <Panel title={say("routing.tell_wait")}>
        <TellWait item={item} />
      </Panel>
    </>
  );
}

function TellWait({ item }: { item: Item<Rules> }) {
  const say = useSay();
  const told = item.draft.tell_wait;
  return (
    <>
      <Switch label={say("routing.tell_wait")} isSelected={told !== null} onChange={(on) => item.change({ tell_wait: on ? { after_seconds: 120, text: null } : null })} />
      {told && (
        <>
          <Duration label={say("routing.tell_after")} value={told.after_seconds} onChange={(seconds) => item.change({ tell_wait: { ...told, after_seconds: seconds ?? 0 } })} error={errorOf(item.refusal, "tell_wait.after_seconds")} />
          <TextArea label={say("routing.tell_text")} hint={<code>{"{position} {wait}"}</code>} value={told.text ?? ""} onChange={(text) => item.change({ tell_wait: { ...told, text: text === "" ? null : text } })} rows={2} maxLength={1000} error={errorOf(item.refusal, "tell_wait.text")} />
        </>
      )}
    </>
  );
}
