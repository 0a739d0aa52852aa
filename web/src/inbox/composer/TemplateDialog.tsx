/** An approved template: chosen, filled in, read as the customer will read it, sent. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { told } from "../../api/client";
import { channelName } from "../../app/channels";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import type { DraftFile } from "../../desk/draftWords";
import { isReady } from "../../desk/uploads";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Select, TextField } from "../../ui/fields";
import { AsyncBoundary, Empty } from "../../ui/states";
import { reasonOf } from "./refusals";
import type { Target } from "./row";
import { useContact } from "./useContact";
import { TemplateFile, useFileRefused } from "./TemplateFile";
import { blanksOf, byLanguage, contentOf, fileOf, needsPlace, type Template } from "./templates";
import type { SendingNow } from "./useSending";
import { useWork } from "./work";
import styles from "./Composer.module.css";

interface Props {
  /** Where it goes; the conversation moves there by it, where it is elsewhere. */
  target: Target;
  sending: SendingNow;
  onClose: () => void;
}

const AFTER = 300;

export function TemplateDialog({ target, sending, onClose }: Props) {
  const [api, say] = [useApi(), useSay()];
  const { inboxId, channel } = target;
  const found = useQuery({
    queryKey: ["templates", inboxId, "approved"],
    queryFn: () => told(api.GET("/inboxes/{inbox_id}/templates", { params: { path: { inbox_id: inboxId }, query: { status: "approved" } } })),
  });
  const language = useContact(useWork().conversation.contact_id).data?.language ?? null;
  return (
    <Dialog title={say("composer.template_title", { channel: channelName(channel, say) })} isOpen onClose={onClose} wide>
      <AsyncBoundary query={found} isEmpty={({ items }) => items.length === 0} empty={<NoTemplates inboxId={inboxId} read={found.data?.listed_at != null} />}>
        {({ items }) => <Form items={byLanguage(items, language)} target={target} sending={sending} onClose={onClose} />}
      </AsyncBoundary>
    </Dialog>
  );
}

function NoTemplates({ inboxId, read }: { inboxId: string; read: boolean }) {
  const [api, say, me, client] = [useApi(), useSay(), useMe(), useQueryClient()];
  const sync = useMutation({
    mutationFn: () => told(api.POST("/inboxes/{inbox_id}/templates/sync", { params: { path: { inbox_id: inboxId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["templates", inboxId] }),
  });
  const action = atLeast(me.role, "supervisor") && (
    <Button icon="refresh" isPending={sync.isPending} onPress={() => sync.mutate()}>
      {say("composer.templates_sync")}
    </Button>
  );
  return (
    <Empty icon="text" title={say(read ? "composer.templates_none" : "composer.templates_unread")} action={action}>
      {sync.error !== null && <p role="alert">{reasonOf(sync.error, say)}</p>}
    </Empty>
  );
}

function Form({ items, target, sending, onClose }: Props & { items: readonly Template[] }) {
  const say = useSay();
  const { inboxId, channel } = target;
  const [id, setId] = useState(items[0]?.id ?? "");
  const [values, setValues] = useState<Record<string, string>>({});
  const template = items.find((each) => each.id === id) ?? items[0];
  const [file, setFile] = useState<DraftFile | null>(null);
  const check = useFit(inboxId, template, values);
  const refused = useFileRefused(target, template === undefined ? {} : contentOf(template, values), template !== undefined && fileOf(template) !== null ? file : null);
  if (template === undefined) return null;
  const kind = fileOf(template);
  const place = needsPlace(template);
  const ready = !place && check?.ok === true && (kind === null || (file !== null && isReady(file) && refused === null));
  const send = () => {
    const files = kind === null || file === null ? [] : [file];
    sending.send({ template: { content: contentOf(template, values), text: check?.preview ?? template.name, target, files } });
    onClose();
  };
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send();
      }}
    >
      <Select label={say("composer.template")} choices={items.map((each) => ({ id: each.id, label: `${each.name} (${each.language})` }))} value={id} onChange={(next) => (setId(next), setValues({}), setFile(null))} />
      {kind !== null && <TemplateFile kind={kind} file={file} onChange={setFile} refused={refused} />}
      {blanksOf(template).map(({ key, part, name }) => (
        <TextField key={`${id}.${key}`} label={say(`composer.blank_${part}`, { name })} value={values[key] ?? ""} onChange={(value) => setValues((all) => ({ ...all, [key]: value }))} isRequired />
      ))}
      <div>
        <p className={styles["muted"]}>{say("composer.template_preview")}</p>
        <blockquote dir="auto" className={styles["preview"]}>
          {check?.preview ?? template.parts?.body ?? ""}
        </blockquote>
      </div>
      {place && <p role="status">{say("composer.template_place")}</p>}
      {check !== null && !check.ok && !place && (
        <div role="status">
          <ul className={styles["since"]}>
            {check.misfits.map(({ field, reason }) => (
              <li key={`${field}${reason}`}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      <div className={styles["ways"]}>
        <Button kind="primary" icon="send" type="submit" isDisabled={!ready}>
          {say("composer.template_send", { channel: channelName(channel, say) })}
        </Button>
        <Button onPress={onClose}>{say("composer.cancel")}</Button>
      </div>
    </form>
  );
}

/** What the desk says of it, a moment after the last key. */
function useFit(inboxId: string, template: Template | undefined, values: Record<string, string>) {
  const api = useApi();
  const body = template === undefined ? null : contentOf(template, values);
  const [asked, setAsked] = useState(body);
  const wanted = JSON.stringify(body);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(JSON.parse(wanted) as typeof body), AFTER);
    return () => clearTimeout(timer);
  }, [wanted]);
  const fit = useQuery({
    queryKey: ["template-fit", inboxId, asked?.name, asked?.language, JSON.stringify(asked)],
    queryFn: () => told(api.POST("/inboxes/{inbox_id}/templates/check", { params: { path: { inbox_id: inboxId } }, body: asked as never })),
    enabled: asked !== null,
    // Another template reads otherwise.
    placeholderData: (before, query) => (query?.queryKey[2] === asked?.name && query?.queryKey[3] === asked?.language ? before : undefined),
  });
  return fit.data === undefined || JSON.stringify(asked) !== wanted ? (fit.data === undefined ? null : { ...fit.data, ok: false, misfits: [] }) : fit.data;
}
