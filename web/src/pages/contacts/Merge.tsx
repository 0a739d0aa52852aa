/** What joining two contacts would make of them, before anything is saved; joining them, and taking it back. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import { useUnlink } from "../../contact/Person";
import { useContact } from "../../contact/queries";
import { Refusal } from "../../contact/Refusal";
import { Fold } from "../../contact/Section";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { Page, Panel } from "../../ui/Page";
import { AsyncBoundary, Notice, Skeleton } from "../../ui/states";
import styles from "../../contact/contact.module.css";
import { sorted, type Preview } from "./merge";
import { Addresses, Evidence, Fields, type Names } from "./MergePreview";
import { SUGGESTIONS, useDismissal } from "./Suggestions";

export default function Merge() {
  const { id = "", other = "" } = useParams<{ id: string; other: string }>();
  return <Pair key={`${id} ${other}`} id={id} other={other} />;
}

function Pair({ id, other }: { id: string; other: string }) {
  const [say, api] = [useSay(), useApi()];
  const [mine, theirs] = [useContact(id), useContact(other)];
  const [done, setDone] = useState(false);
  const preview = useQuery({
    queryKey: ["contact", id, "merge", other],
    queryFn: () =>
      told(api.POST("/contacts/{contact_id}/links", { params: { path: { contact_id: id } }, body: { contact_id: other, dry_run: true, reason: "" } })),
    enabled: !done,
    retry: (failures, fault) => !(fault instanceof Problem) && failures < 2,
  });
  const names = { mine: mine.data?.display_name ?? id, theirs: theirs.data?.display_name ?? other };
  return (
    <Page title={say("merge.title")} wide>
      {done ? (
        <Done id={id} other={other} names={names} onBack={() => setDone(false)} />
      ) : (
        <AsyncBoundary query={preview} loading={<Skeleton lines={8} height={32} />}>
          {(found) =>
            found.preview.mine.some((each) => found.preview.theirs.includes(each)) ? (
              <Notice icon="done" title={say("merge.already")} />
            ) : (
              <Before id={id} other={other} names={names} preview={found.preview} onDone={() => setDone(true)} />
            )
          }
        </AsyncBoundary>
      )}
    </Page>
  );
}

interface BeforeProps {
  id: string;
  other: string;
  names: Names;
  preview: Preview;
  onDone: () => void;
}

function Before({ id, other, names, preview, onDone }: BeforeProps) {
  const say = useSay();
  const { differing, same } = sorted(preview.fields);
  return (
    <>
      <p className={styles["bar-of"]}>
        <Icon name="info" size={16} />
        <strong>{say("merge.nothing_saved")}</strong>
        <span>{say("merge.safe")}</span>
      </p>
      <Evidence preview={preview} names={names} />
      <Panel title={say("merge.fields")}>
        <Fields fields={differing} names={names} caption={say("merge.fields")} />
        {same.length > 0 && (
          <Fold title={say("merge.same", { n: same.length })}>
            <Fields fields={same} names={names} caption={say("merge.same", { n: same.length })} />
          </Fold>
        )}
      </Panel>
      <Addresses preview={preview} names={names} />
      <Commit id={id} other={other} preview={preview} onDone={onDone} />
    </>
  );
}

function useSuggested(id: string, other: string): Schemas["SuggestionView"] | null {
  const api = useApi();
  const waiting = useQuery({
    queryKey: [...SUGGESTIONS, "pair"],
    queryFn: () => told(api.GET("/contact-suggestions", { params: { query: { limit: 100 } } })),
  });
  const pair = [id, other];
  return waiting.data?.items.find(({ suggestion }) => pair.includes(suggestion.contact_id) && pair.includes(suggestion.other_id))?.suggestion ?? null;
}

function Commit({ id, other, preview, onDone }: { id: string; other: string; preview: Preview; onDone: () => void }) {
  const [say, api, me, cache] = [useSay(), useApi(), useMe(), useQueryClient()];
  const [, go] = useLocation();
  const [reason, setReason] = useState("");
  const suggested = useSuggested(id, other);
  const away = () => go(`/contacts/${id}`);
  const dismiss = useDismissal(away);
  const link = useMutation({
    mutationFn: () =>
      told(api.POST("/contacts/{contact_id}/links", { params: { path: { contact_id: id } }, body: { contact_id: other, dry_run: false, reason: reason.trim() } })),
    onSuccess: () => {
      onDone();
      return Promise.all(["contact", "screen", "contacts", "suggestions"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
  });
  const refused = preview.against.length > 0 && !atLeast(me.role, "supervisor");
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (!refused) link.mutate();
      }}
    >
      <TextField label={say("contact.why")} hint={say("merge.reason_hint")} value={reason} onChange={setReason} maxLength={500} />
      {refused && <p className={styles["warn"]}>{say("contacts.supervisor")}</p>}
      <Refusal fault={link.error} />
      <div className={`${styles["actions"]} ${styles["end"]}`}>
        {suggested && (
          <Button isDisabled={refused} isPending={dismiss.isPending} onPress={() => dismiss.mutate({ id: suggested.id, reason: reason.trim() })}>
            {say("merge.keep_separate")}
          </Button>
        )}
        <Button onPress={away}>{say("contact.cancel")}</Button>
        <Button kind="primary" type="submit" isDisabled={refused} isPending={link.isPending}>
          {say("merge.commit", { n: preview.mine.length + preview.theirs.length })}
        </Button>
      </div>
    </form>
  );
}

function Done({ id, other, names, onBack }: { id: string; other: string; names: Names; onBack: () => void }) {
  const say = useSay();
  const [, go] = useLocation();
  const unlink = useUnlink(onBack);
  return (
    <Notice
      icon="done"
      title={say("merge.done", { mine: names.mine, theirs: names.theirs })}
      action={
        <div className={styles["actions"]}>
          <Button kind="primary" onPress={() => go(`/contacts/${id}`)}>
            {say("contacts.open")}
          </Button>
          <Button isPending={unlink.isPending} onPress={() => unlink.mutate({ one: id, other, reason: "" })}>
            {say("merge.undo")}
          </Button>
        </div>
      }
    >
      {say("merge.safe")}
      <Refusal fault={unlink.error} />
    </Notice>
  );
}
