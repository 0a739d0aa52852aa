/** Up to the tier that can solve it, or back: where it stands on its path, what is carried over, and a word for the next. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { RadioCards, TextField } from "../../ui/fields";
import { TextArea } from "../../ui/inputs";
import { AsyncBoundary, Notice } from "../../ui/states";
import { useActs } from "./acts";
import { FormDialog } from "./FormDialog";
import { useTeams } from "./people";
import styles from "./actions.module.css";

const MOST_REASON = 120;
type Escalation = Schemas["EscalationView"];

function useEscalation(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["conversation", id, "escalation"],
    staleTime: 0,
    queryFn: () => told(api.GET("/conversations/{conversation_id}/escalation", { params: { path: { conversation_id: id } } })),
  });
}

export function Escalate({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, api, acts] = [useSay(), useApi(), useActs(conversation)];
  const escalation = useEscalation(conversation.id);
  const [tier, setTier] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const above = escalation.data ? aboveOf(escalation.data) : [];
  const to = tier ?? above[0]?.name ?? null;
  const send = async () => {
    const path = { conversation_id: conversation.id };
    const body = { reason: reason.trim(), note: note.trim(), tier: to };
    await acts.change(() => told(api.POST("/conversations/{conversation_id}/escalate", { params: { path }, body })), say("actions.done.escalated", { tier: to ?? "" }));
  };
  const isReady = to !== null && reason.trim() !== "" && note.trim() !== "" && escalation.data?.may_escalate === true;
  return (
    <FormDialog title={say("actions.escalate.title")} send={say("actions.escalate.send")} onSend={send} onClose={onClose} isReady={isReady} wide>
      <AsyncBoundary query={escalation}>
        {(found) => (
          <>
            <Path escalation={found} />
            {found.may_escalate && to !== null && (
              <>
                {above.length > 1 && (
                  <RadioCards
                    label={say("actions.escalate.to")}
                    choices={above.map(({ name, ticket }) => ({ id: name, label: name, ...(ticket ? { note: say("actions.escalate.ticket") } : {}) }))}
                    value={to}
                    onChange={setTier}
                  />
                )}
                <TextField label={say("actions.escalate.reason")} value={reason} onChange={setReason} maxLength={MOST_REASON} isRequired />
                <TextArea label={say("actions.escalate.note")} hint={say("actions.escalate.note_hint")} value={note} onChange={setNote} rows={4} isRequired />
                <Carried id={conversation.id} />
              </>
            )}
          </>
        )}
      </AsyncBoundary>
    </FormDialog>
  );
}

const aboveOf = ({ tiers, place }: Escalation) => tiers.slice((place ?? -1) + 1);

function Path({ escalation: { path, tiers, place, may_escalate } }: { escalation: Escalation }) {
  const [say, teams] = [useSay(), useTeams()];
  if (path === null) return <Notice icon="info" title={say("actions.escalate.no_path")} />;
  return (
    <>
      <p>{say("actions.escalate.path", { path })}</p>
      <ol className={styles["tiers"]}>
        {tiers.map((tier, at) => (
          <li key={tier.name} aria-current={at === place ? "step" : undefined} className={styles["tier"]}>
            <strong>{tier.name}</strong>
            <span className={styles["meta"]}>
              {[
                teams.data?.find((team) => team.id === tier.team_id)?.name,
                tier.ticket ? say("actions.escalate.ticket") : undefined,
                at === place ? say("actions.escalate.here") : undefined,
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ol>
      {!may_escalate && <Notice icon="info" title={say("actions.escalate.last")} />}
    </>
  );
}

/** What the next one is shown of it, as the desk has it stored. */
function Carried({ id }: { id: string }) {
  const [say, api] = [useSay(), useApi()];
  const brief = useQuery({
    queryKey: ["conversation", id, "brief"],
    queryFn: () => told(api.GET("/conversations/{conversation_id}/brief", { params: { path: { conversation_id: id } } })),
  });
  return (
    <details className={styles["brief"]}>
      <summary>{say("actions.escalate.carried")}</summary>
      <AsyncBoundary query={brief}>
        {({ sections }) => (
          <ul className={styles["lines"]}>
            {sections.flatMap((section) =>
              section.lines.map((line, at) => (
                <li key={`${section.name}${at}`} dir="auto">
                  {line.text}
                </li>
              )),
            )}
          </ul>
        )}
      </AsyncBoundary>
    </details>
  );
}

export function DeEscalate({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, api, acts] = [useSay(), useApi(), useActs(conversation)];
  const escalation = useEscalation(conversation.id);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const send = () => {
    const path = { conversation_id: conversation.id };
    const body = { reason: reason.trim(), note: note.trim() };
    return acts.change(() => told(api.POST("/conversations/{conversation_id}/de-escalate", { params: { path }, body })), say("actions.done.de_escalated"));
  };
  const may = escalation.data?.may_de_escalate === true;
  return (
    <FormDialog title={say("actions.de_escalate.title")} send={say("actions.de_escalate.send")} onSend={send} onClose={onClose} isReady={may && reason.trim() !== ""}>
      <AsyncBoundary query={escalation}>{(found) => <Path escalation={found} />}</AsyncBoundary>
      <TextField label={say("actions.escalate.reason")} value={reason} onChange={setReason} maxLength={MOST_REASON} isRequired />
      <TextArea label={say("actions.note")} hint={say("actions.note_hint")} value={note} onChange={setNote} rows={3} />
    </FormDialog>
  );
}
