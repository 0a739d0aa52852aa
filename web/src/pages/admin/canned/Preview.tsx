/** How a text reads for one customer: rendered by the API for a conversation that is chosen. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Select } from "../../../ui/fields";
import { Panel } from "../../../ui/Page";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import type { CannedText } from "./Canned";

/** The newest conversations, to try something on. */
export function useSomeConversations() {
  const api = useApi();
  return useQuery({
    queryKey: ["conversations", "to-try"],
    queryFn: async () => (await told(api.GET("/conversations", { params: { query: { limit: 25 } } }))).items,
  });
}

export function ConversationPick({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const [say, some] = [useSay(), useSomeConversations()];
  const choices = (some.data ?? []).map(({ id, contact_name, last_message }) => ({
    id,
    label: `${contact_name}: ${last_message?.preview ?? ""}`.slice(0, 60),
  }));
  return (
    <Select
      label={say("canned.conversation")}
      hint={some.data?.length === 0 ? say("canned.no_conversation") : ""}
      value={value}
      onChange={onChange}
      choices={choices}
    />
  );
}

export function Preview({ text }: { text: CannedText }) {
  const [say, api] = [useSay(), useApi()];
  const [chosen, choose] = useState("");
  const rendering = useMutation({
    mutationFn: () =>
      told(
        api.POST("/canned-responses/{canned_response_id}/render", {
          params: { path: { canned_response_id: text.id } },
          body: { conversation_id: chosen },
        }),
      ),
  });
  const shown = rendering.data;
  return (
    <Panel title={say("canned.preview")}>
      <div className={form["toolbar"]}>
        <ConversationPick value={chosen} onChange={choose} />
        <Button isPending={rendering.isPending} isDisabled={chosen === ""} onPress={() => rendering.mutate()}>
          {say("canned.show")}
        </Button>
      </div>
      <p className={form["hint"]}>{say("canned.preview_text")}</p>
      {shown && (
        <div role="status" className={form["form-tight"]}>
          <p className={form["quote"]} {...(shown.variant ? { lang: shown.variant } : {})}>
            {shown.text}
          </p>
          {shown.variant && <p>{say("canned.variant", { language: shown.variant })}</p>}
          {shown.missing.length > 0 && <p className={form["warning"]}>{say("canned.unknown", { names: shown.missing.join(", ") })}</p>}
        </div>
      )}
      <Refusal fault={rendering.error} />
    </Panel>
  );
}
