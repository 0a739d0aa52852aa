/** What a macro would do now, action by action; then it does it. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { uuid7 } from "../../desk/ids";
import type { TextId } from "../../i18n/texts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { AsyncBoundary } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import { useDone } from "../../undo/Undo";
import { reasonOf } from "./refusals";
import { useWork } from "./work";
import styles from "./Composer.module.css";

type Outlook = Schemas["MacroPreview"]["actions"][number];
const ACTS = ["reply", "template", "note", "assign", "status", "priority", "labels", "task"];

export function MacroDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const [api, say] = [useApi(), useSay()];
  const { conversation } = useWork();
  const preview = useQuery({
    queryKey: ["macro", id, conversation.id, conversation.version],
    queryFn: () => told(api.POST("/macros/{macro_id}/preview", { params: { path: { macro_id: id } }, body: { conversation_id: conversation.id } })),
    staleTime: 0,
  });
  const run = useRun(id, name, onClose);
  return (
    <Dialog title={say("composer.macro_title", { name })} isOpen onClose={onClose}>
      <div className={styles["form"]}>
        <AsyncBoundary query={preview}>
          {({ actions, ready }) => (
            <>
              <ol className={styles["actions"]}>
                {actions.map((action, place) => (
                  <Action key={place} outlook={action} />
                ))}
              </ol>
              {!ready && <p role="status">{say("composer.macro_not_ready")}</p>}
              {run.error !== null && <p role="alert">{reasonOf(run.error, say)}</p>}
              <div className={styles["ways"]}>
                <Button kind="primary" icon="play" isDisabled={!ready} isPending={run.isPending} onPress={() => run.mutate()}>
                  {say("composer.macro_apply")}
                </Button>
                <Button onPress={onClose}>{say("composer.cancel")}</Button>
              </div>
            </>
          )}
        </AsyncBoundary>
      </div>
    </Dialog>
  );
}

const MARK = { done: "check", nothing: "info", refused: "error" } as const;

function Action({ outlook }: { outlook: Outlook }) {
  const say = useSay();
  const act = String(outlook.action["do"]);
  const refusal = outlook.refusal as { detail?: string } | null;
  return (
    <li data-tone={outlook.outcome === "refused" ? "bad" : undefined}>
      <Icon name={MARK[outlook.outcome]} size={16} />
      <div>
        <strong>{ACTS.includes(act) ? say(`composer.act_${act}` as TextId) : act}</strong> <span className={styles["muted"]}>{say(`composer.outcome_${outlook.outcome}`)}</span>
        {outlook.parts.map((part, place) => (
          <blockquote key={place} dir="auto">
            {part}
          </blockquote>
        ))}
        {outlook.parts.length === 0 && typeof outlook.action["text"] === "string" && <blockquote dir="auto">{outlook.action["text"]}</blockquote>}
        {outlook.parts.length === 0 && typeof outlook.action["title"] === "string" && <blockquote dir="auto">{outlook.action["title"]}</blockquote>}
        {outlook.changes.map((change, place) => (
          <p key={place} className={styles["muted"]}>
            {shown(change["before"])} → {shown(change["after"])}
          </p>
        ))}
        {refusal !== null && <p role="alert">{refusal.detail}</p>}
        {outlook.undoable && <p className={styles["muted"]}>{say("composer.undoable")}</p>}
      </div>
    </li>
  );
}

const shown = (value: unknown): string => (value === null || value === undefined || value === "" ? "–" : Array.isArray(value) ? value.join(", ") || "–" : String(value));

function useRun(id: string, name: string, onClose: () => void) {
  const [api, say, tell, done] = [useApi(), useSay(), useTell(), useDone()];
  const { conversation } = useWork();
  const [clientId] = useState(() => uuid7());
  const path = { conversation_id: conversation.id };
  return useMutation({
    mutationFn: () => told(api.POST("/conversations/{conversation_id}/macro-runs", { params: { path }, body: { client_id: clientId, macro_id: id } })),
    onSuccess: (run) => {
      onClose();
      const text = say(run.state === "partial" ? "composer.macro_partial" : "composer.macro_done", { name });
      if (run.undo_until === null) return tell({ text, tone: run.state === "partial" ? "bad" : "ok" });
      done({ text, undo: () => told(api.POST("/conversations/{conversation_id}/macro-runs/{run_id}/undo", { params: { path: { ...path, run_id: run.id } } })) });
    },
  });
}
