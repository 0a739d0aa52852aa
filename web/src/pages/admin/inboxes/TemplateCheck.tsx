/** Filling in a template: how the message would read, and all that is wrong with it. Nothing is sent. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { TextField } from "../../../ui/fields";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import { componentsOf, slotsOf } from "./templateParts";
import { Sign } from "./WebhookStep";
import styles from "./inboxes.module.css";

interface Props {
  inboxId: string;
  template: Schemas["TemplateView"];
  onClose: () => void;
}

export function TemplateCheck({ inboxId, template, onClose }: Props) {
  const [say, api] = [useSay(), useApi()];
  const [values, setValues] = useState<Record<string, string>>({});
  const checking = useMutation({
    mutationFn: () =>
      told(
        api.POST("/inboxes/{inbox_id}/templates/check", {
          params: { path: { inbox_id: inboxId } },
          body: { name: template.name, language: template.language, components: componentsOf(template, values) },
        }),
      ),
  });
  const answer = checking.data;
  return (
    <Dialog title={`${template.name} · ${template.language}`} isOpen wide onClose={onClose}>
      <form
        className={form["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          checking.mutate();
        }}
      >
        {template.parts && <p className={styles["body"]}>{template.parts.body}</p>}
        <div className={form["fields"]}>
          {slotsOf(template).map(({ id, part, name }) => (
            <TextField
              key={id}
              label={say(`inboxes.slot.${part}`, { name })}
              value={values[id] ?? ""}
              onChange={(value) => setValues({ ...values, [id]: value })}
            />
          ))}
        </div>
        {answer && <Sign shade={answer.ok ? "ok" : "bad"} text={say(answer.ok ? "inboxes.would_go" : "inboxes.would_not_go")} />}
        {answer?.preview && <p className={styles["body"]}>{answer.preview}</p>}
        {answer && answer.misfits.length > 0 && (
          <ul>
            {answer.misfits.map((misfit) => (
              <li key={`${misfit.field}${misfit.reason}`}>
                <code>{misfit.field}</code> {misfit.reason}
              </li>
            ))}
          </ul>
        )}
        <Refusal fault={checking.error} />
        <div className={form["actions"]}>
          <Button onPress={onClose}>{say("inboxes.close")}</Button>
          <Button kind="primary" type="submit" isPending={checking.isPending}>
            {say("inboxes.check_template")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
