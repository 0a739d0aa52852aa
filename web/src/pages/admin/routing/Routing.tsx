/** The rules of routing: a draft that is edited, and what holds. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Page } from "../../../ui/Page";
import { Skeleton } from "../../../ui/states";
import { Both } from "../kit/Both";
import { lacksName } from "../kit/named";
import { JsonField } from "../kit/JsonField";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { Publish } from "./Publish";
import { RulesForm } from "./RulesForm";
import { bodyOf, isShaped, rulesOf, type Rules, type Stored } from "./draft";
import styles from "./Routing.module.css";

export const CURRENT = ["admin", "routing"];
export const DRAFT = ["admin", "routing-draft"];

export default function Routing() {
  const [say, api] = [useSay(), useApi()];
  const current = useQuery({ queryKey: CURRENT, queryFn: () => told(api.GET("/routing/rules")) });
  const draft = useQuery({ queryKey: DRAFT, queryFn: () => told(api.GET("/routing/rules/draft")) });
  return (
    <Page title={say("area.routing")}>
      <p className={styles["note"]}>{say("routing.intro")}</p>
      <Both one={current} other={draft} loading={<Skeleton lines={6} height={32} />}>
        {(holds, written) => <Draft current={holds} draft={written} />}
      </Both>
    </Page>
  );
}

function Draft({ current, draft }: { current: Stored; draft: Stored }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [asJson, setAsJson] = useState(false);
  // Nobody has written one yet: it begins with what holds, so that publishing takes nothing away unseen.
  const begun = draft.version === 0 ? rulesOf(current) : rulesOf(draft);
  const item = useItem<Rules, Stored>({
    key: "admin/routing",
    stored: begun,
    version: draft.version,
    save: (rules, version) => told(api.PUT("/routing/rules/draft", { body: bodyOf(rules, version) })),
    taken: (answer) => ({ stored: rulesOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/routing/rules/draft"));
      return { stored: rulesOf(now), version: now.version };
    },
    onSaved: (answer) => cache.setQueryData(DRAFT, answer),
  });
  const isForm = isShaped(item.draft);
  const nameless = isForm && lacksName([...item.draft.routes, ...item.draft.priorities, ...item.draft.closings]);
  return (
    <>
      <Publish current={current} draft={draft} typed={item.draft} isDirty={item.isDirty} takeCurrent={() => item.change(rulesOf(current))} />
      <ItemForm item={item} missing={nameless ? say("rules.name_each") : undefined}>
        <div>
          <Button kind="quiet" isDisabled={!isForm} onPress={() => setAsJson(!asJson)}>
            {say(asJson ? "rules.as_form" : "rules.as_json")}
          </Button>
        </div>
        {asJson || !isForm ? (
          <JsonField label={say("routing.json")} value={item.draft} onChange={(rules) => item.change(rules as Rules)} at="" refusal={item.refusal} rows={30} />
        ) : (
          <RulesForm item={item} />
        )}
      </ItemForm>
    </>
  );
}
