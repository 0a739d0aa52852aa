/** What a macro would do with a conversation now, action by action. Nothing is changed. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { Panel } from "../../../ui/Page";
import { ConversationPick } from "../canned/Preview";
import { shown } from "../parts/item";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import type { Action } from "./action";
import type { Macro } from "./Macros";

type Outlook = Schemas["OutlookView"];

export function MacroTry({ macro }: { macro: Macro }) {
  const [say, api] = [useSay(), useApi()];
  const [chosen, choose] = useState("");
  const trying = useMutation({
    mutationFn: () =>
      told(api.POST("/macros/{macro_id}/preview", { params: { path: { macro_id: macro.id } }, body: { conversation_id: chosen } })),
  });
  return (
    <Panel title={say("canned.preview")}>
      <p className={form["hint"]}>{say("macros.preview_text")}</p>
      <div className={form["toolbar"]}>
        <ConversationPick value={chosen} onChange={choose} />
        <Button icon="play" isPending={trying.isPending} isDisabled={chosen === ""} onPress={() => trying.mutate()}>
          {say("canned.show")}
        </Button>
      </div>
      {trying.data && (
        <div role="status">
          <p>{say(trying.data.ready ? "macros.ready" : "macros.not_ready")}</p>
          <ol className={form["rows"]}>
            {trying.data.actions.map((outlook, place) => (
              <One key={place} outlook={outlook} />
            ))}
          </ol>
        </div>
      )}
      <Refusal fault={trying.error} />
    </Panel>
  );
}

function One({ outlook }: { outlook: Outlook }) {
  const say = useSay();
  const action = outlook.action as unknown as Action;
  const changes = outlook.changes as unknown as { field: string; before: unknown; after: unknown }[];
  const refusal = outlook.refusal as { detail?: string } | null;
  return (
    <li className={form["row"]}>
      <div className={form["row-head"]}>
        <strong>{say(`macros.do.${action.do}`)}</strong>
        <span>
          <Icon name={outlook.outcome === "refused" ? "error" : "done"} size={16} /> {say(`macros.outcome.${outlook.outcome}`)}
        </span>
        {outlook.undoable && <span>{say("macros.undoable")}</span>}
      </div>
      {refusal?.detail && <p>{refusal.detail}</p>}
      {changes.map(({ field, before, after }) => (
        <p key={field}>
          {field}: {shown(before)} → {shown(after)}
        </p>
      ))}
      {outlook.parts.map((part, place) => (
        <p key={place} className={form["quote"]}>
          {part}
        </p>
      ))}
    </li>
  );
}
