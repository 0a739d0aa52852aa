/** Replacing an inbox's secrets: none is ever shown again; the value before the newest stays valid until the next time. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { CheckboxGroup } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { useTell } from "../../../ui/Toasts";
import { errorOf } from "../parts/faults";
import { OnceDialog } from "../parts/OnceDialog";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import type { Channel } from "./channelForm";
import { CredentialFields } from "./Fields";
import { INBOXES } from "./queries";
import { labelOf, secretOf } from "./setupWords";
import type { InboxRow } from "./signs";

export function Secrets({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const [say, api, cache, tell] = [useSay(), useApi(), useQueryClient(), useTell()];
  const [values, setValues] = useState<Record<string, string>>({});
  const [generate, setGenerate] = useState<string[]>([]);
  const [made, setMade] = useState<Schemas["RotationView"] | null>(null);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
  const isEmpty = Object.keys(given).length === 0 && generate.length === 0;
  const rotating = useMutation({
    mutationFn: () =>
      told(api.POST("/inboxes/{inbox_id}/secrets", { params: { path: { inbox_id: inbox.id } }, body: { credentials: given, generate } })),
    onSuccess: (answer) => {
      setValues({});
      setGenerate([]);
      tell({ text: say("inboxes.rotated"), tone: "ok" });
      if (Object.keys(answer.generated).length > 0) setMade(answer);
      void cache.invalidateQueries({ queryKey: INBOXES });
      void cache.invalidateQueries({ queryKey: ["inboxes", inbox.id, "health"] });
    },
  });
  const ours = channel.credentials.filter((field) => field.generated);
  const theirs = channel.credentials.filter((field) => !field.generated);
  return (
    <Panel title={say("inboxes.rotate")}>
      <p>{say("inboxes.rotate_text")}</p>
      <form
        className={form["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          rotating.mutate();
        }}
      >
        <CredentialFields
          channel={channel.name}
          fields={theirs}
          values={values}
          onChange={setValues}
          errorOf={(field) => errorOf(rotating.error, field)}
          isRotation
        />
        {ours.length > 0 && (
          <CheckboxGroup
            label={say("inboxes.make_anew")}
            value={generate}
            onChange={setGenerate}
            choices={ours.map((field) => ({ id: field.name, label: labelOf(channel.name, field, say) }))}
          />
        )}
        <Refusal fault={rotating.error} />
        <div className={form["actions"]}>
          <Button kind="primary" type="submit" isPending={rotating.isPending} isDisabled={isEmpty}>
            {say("inboxes.rotate_now")}
          </Button>
        </div>
      </form>
      {made && (
        <OnceDialog
          title={say("inboxes.made_secrets")}
          secrets={Object.entries(made.generated).map(([name, value]) => ({ label: secretOf(channel, name, say), value }))}
          onClose={() => setMade(null)}
        />
      )}
    </Panel>
  );
}
