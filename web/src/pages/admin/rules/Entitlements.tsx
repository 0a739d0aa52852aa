/** Which customers may have what: rules by key, in an order that counts. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { Switch } from "../../../ui/inputs";
import { ConditionEditor } from "../kit/ConditionEditor";
import type { Condition } from "../kit/condition";
import { lacksName } from "../kit/named";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";

interface Rule {
  name: string;
  key: string;
  title: string;
  grants: boolean;
  condition: Condition;
}

const blank = (): Rule => ({ name: "", key: "", title: "", grants: true, condition: {} });

export default function Entitlements() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["EntitlementRulesView"], { rules: Rule[] }>
      title={say("area.entitlements")}
      intro={say("entitle.hint")}
      name="entitlement-rules"
      read={() => told(api.GET("/entitlement-rules"))}
      write={({ rules }, version) => told(api.PUT("/entitlement-rules", { body: { rules: rules as never, version } }))}
      draftOf={(found) => ({ rules: found.rules as unknown as Rule[] })}
      missing={({ rules }) => (lacksName(rules) || rules.some((rule) => rule.key.trim() === "") ? say("entitle.missing") : undefined)}
    >
      {({ draft, change, refusal }) => (
        <RuleList
          rules={draft.rules}
          change={(rules) => change({ rules })}
          nameOf={(rule) => rule.name}
          aboutOf={(rule) => `${rule.grants ? "+" : "−"} ${rule.key}`}
          blank={blank}
          addText={say("entitle.add")}
          emptyText={say("entitle.none")}
          at="rules"
          refusal={refusal}
        >
          {(rule, put, at) => (
            <>
              <Fields>
                <TextField label={say("rules.name")} value={rule.name} onChange={(name) => put({ name })} maxLength={100} error={errorOf(refusal, `${at}.name`)} />
                <TextField label={say("entitle.key")} hint={say("entitle.key_hint", { key: rule.key || "…" })} value={rule.key} onChange={(key) => put({ key })} maxLength={40} error={errorOf(refusal, `${at}.key`)} />
                <TextField label={say("entitle.title")} value={rule.title} onChange={(title) => put({ title })} maxLength={60} error={errorOf(refusal, `${at}.title`)} />
              </Fields>
              <Switch label={say("entitle.grants")} isSelected={rule.grants} onChange={(grants) => put({ grants })} />
              <ConditionEditor value={rule.condition} onChange={(condition) => put({ condition })} at={`${at}.condition`} refusal={refusal} />
            </>
          )}
        </RuleList>
      )}
    </Setting>
  );
}
