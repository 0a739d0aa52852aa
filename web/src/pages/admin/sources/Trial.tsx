/** A trial: the system is asked for one contact now, and nothing of it is kept. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Select } from "../../../ui/fields";
import { Panel } from "../../../ui/Page";
import { Copy } from "../parts/Copy";
import { Facts } from "../parts/Facts";
import { shown } from "../parts/item";
import { Refusal } from "../parts/SaveBar";
import { Sign } from "../inboxes/WebhookStep";
import form from "../parts/parts.module.css";
import type { Source } from "./source";

export function Trial({ source }: { source: Source }) {
  const [say, api] = [useSay(), useApi()];
  const [contact, choose] = useState("");
  const contacts = useQuery({
    queryKey: ["contacts", "to-try"],
    queryFn: async () => (await told(api.GET("/contacts", { params: { query: { limit: 50 } } }))).items,
  });
  const trying = useMutation({
    mutationFn: () =>
      told(api.POST("/data-sources/{source_id}/trial", { params: { path: { source_id: source.id } }, body: { contact_id: contact } })),
  });
  const answer = trying.data;
  return (
    <Panel title={say("sources.trial")}>
      <p className={form["hint"]}>{say("sources.trial_text")}</p>
      <div className={form["toolbar"]}>
        <Select
          label={say("sources.contact")}
          value={contact}
          onChange={choose}
          choices={(contacts.data ?? []).map(({ id, display_name }) => ({ id, label: display_name }))}
        />
        <Button icon="play" isPending={trying.isPending} isDisabled={contact === ""} onPress={() => trying.mutate()}>
          {say("sources.trial_now")}
        </Button>
      </div>
      {answer && (
        <>
          <Sign
            shade={answer.error === "" ? "ok" : "bad"}
            text={
              answer.error === "" ? say("webhooks.answered", { status: String(answer.status ?? "–"), ms: answer.took_ms }) : answer.error
            }
          />
          <Copy
            label={say("webhooks.request")}
            value={[
              `${answer.method} ${answer.url}`,
              ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`),
              answer.body,
            ]
              .filter(Boolean)
              .join("\n")}
            isBlock
          />
          <Copy label={say("webhooks.answer")} value={answer.excerpt || "–"} isBlock />
          <Facts
            facts={[
              ...Object.entries(answer.facts).map(([name, value]) => [name, shown(value)] as const),
              ...Object.entries(answer.faults).map(([name, fault]) => [name, fault] as const),
            ]}
          />
        </>
      )}
      <Refusal fault={trying.error} />
    </Panel>
  );
}
