/** Rules that put labels where a customer writes certain words. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { CheckboxGroup } from "../../../ui/inputs";
import { ConditionEditor } from "../kit/ConditionEditor";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import type { KeywordRule, Label } from "./label";

const blank = (): KeywordRule => ({ name: "", condition: { field: "text", contains: "" }, conversation_labels: [], contact_labels: [] });

export function KeywordRules() {
  const [say, api] = [useSay(), useApi()];
  const labels = useQuery({ queryKey: ["admin", "labels"], queryFn: () => told(api.GET("/labels")) });
  const known = (labels.data?.labels ?? []) as unknown as Label[];
  const choices = (scope: Label["scopes"][number]) =>
    known.filter((label) => label.scopes.includes(scope)).map(({ key, name }) => ({ id: key, label: name }));
  return (
    <Setting<Schemas["KeywordRulesView"], { rules: KeywordRule[] }>
      title={say("labels.rules")}
      intro={say("labels.rules_intro")}
      name="label-rules"
      read={() => told(api.GET("/label-rules"))}
      write={({ rules }, version) => told(api.PUT("/label-rules", { body: { rules, version } }))}
      draftOf={(found) => ({ rules: found.rules as unknown as KeywordRule[] })}
    >
      {({ draft, change, refusal }) => (
        <RuleList
          rules={draft.rules}
          change={(rules) => change({ rules })}
          nameOf={(rule) => rule.name}
          aboutOf={(rule) => [...rule.conversation_labels, ...rule.contact_labels].join(", ")}
          blank={blank}
          addText={say("labels.add_rule")}
          emptyText={say("labels.no_rules")}
          at="rules"
          refusal={refusal}
        >
          {(rule, put, at) => (
            <>
              <TextField
                label={say("admin.name")}
                value={rule.name}
                onChange={(name) => put({ name })}
                maxLength={100}
                error={errorOf(refusal, `${at}.name`)}
              />
              <ConditionEditor
                value={rule.condition}
                onChange={(condition) => put({ condition })}
                at={`${at}.condition`}
                refusal={refusal}
              />
              <CheckboxGroup
                label={say("labels.on_conversation")}
                value={rule.conversation_labels}
                onChange={(conversation_labels) => put({ conversation_labels })}
                choices={choices("conversation")}
                error={errorOf(refusal, `${at}.conversation_labels`)}
              />
              <CheckboxGroup
                label={say("labels.on_contact")}
                value={rule.contact_labels}
                onChange={(contact_labels) => put({ contact_labels })}
                choices={choices("contact")}
                error={errorOf(refusal, `${at}.contact_labels`)}
              />
            </>
          )}
        </RuleList>
      )}
    </Setting>
  );
}
