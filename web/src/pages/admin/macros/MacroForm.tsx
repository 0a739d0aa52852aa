/** The fields of a macro, and its actions: opened one at a time, moved, taken out. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import type { Say } from "../../../i18n/texts";
import { Select } from "../../../ui/fields";
import { Panel } from "../../../ui/Page";
import { RuleList } from "../kit/RuleList";
import { NameFields, WhoseFields } from "../parts/CommonFields";
import { Fields } from "../parts/ItemForm";
import type { Item } from "../parts/useItem";
import { blankAction, DOES, PRIORITIES, STATUSES, textOf, type Action, type Does } from "./action";
import { ActionFields } from "./ActionFields";
import type { Draft } from "./MacroPage";

/** The one thing of it that tells it from others of its kind. */
function aboutOf(action: Action, say: Say): string {
  const [status, priority] = [STATUSES.find((each) => each === action["status"]), PRIORITIES.find((each) => each === action["priority"])];
  if (status) return say(`macros.status.${status}`);
  if (priority) return say(`macros.priority.${priority}`);
  return (textOf(action, "text") || textOf(action, "title") || textOf(action, "name")).slice(0, 80);
}

export function MacroForm({ item }: { item: Item<Draft> }) {
  const say = useSay();
  const [next, setNext] = useState<Does>("reply");
  const { draft, change, refusal } = item;
  return (
    <>
      <Panel title={say("canned.about")}>
        <Fields>
          <NameFields draft={draft} change={change} refusal={refusal} most={500} />
          <WhoseFields draft={draft} change={change} />
        </Fields>
      </Panel>
      <Panel title={say("macros.actions")}>
        <p>{say("macros.order")}</p>
        <Select
          label={say("macros.kind")}
          value={next}
          onChange={setNext}
          choices={DOES.map((id) => ({ id, label: say(`macros.do.${id}`) }))}
        />
        <RuleList<Action>
          rules={draft.actions}
          change={(actions) => change({ actions })}
          nameOf={(action) => say(`macros.do.${action.do}`)}
          aboutOf={(action) => aboutOf(action, say)}
          blank={() => blankAction(next)}
          addText={say("macros.add", { what: say(`macros.do.${next}`) })}
          emptyText={say("macros.no_actions")}
          at="actions"
          refusal={refusal}
        >
          {(action, put, at) => (
            <ActionFields
              action={action}
              put={put}
              at={at}
              refusal={refusal}
              replace={(made) => change({ actions: draft.actions.map((each) => (each === action ? made : each)) })}
            />
          )}
        </RuleList>
      </Panel>
    </>
  );
}
