/** What is done with a conversation: asked of the desk, shown at once when it answers, and how it is taken back. */

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useMe, useSay } from "../../app/desk";
import { conversationKey, type Conversation } from "../../desk/conversation";
import type { Say } from "../../i18n/texts";
import { useTell } from "../../ui/Toasts";
import { useDone } from "../../undo/Undo";
import { statusBefore, type StatusWish } from "./rules";

export type Assignment = Schemas["AssignmentBody"];
export type Priority = Conversation["priority"];

/** The desk's own words where it gave any. */
export function reasonOf(fault: unknown, say: Say): string {
  if (fault instanceof Problem) return fault.detail || say("actions.failed");
  return say("actions.unreachable");
}

export interface Acts {
  status: (wish: StatusWish, text: string) => Promise<void>;
  assign: (wish: Assignment, text: string) => Promise<void>;
  prioritise: (priority: Priority) => Promise<void>;
  label: (put: readonly string[], off: readonly string[], text: string) => Promise<void>;
  /** Any other change that answers the conversation. */
  change: (ask: () => Promise<Conversation>, text: string, undo?: () => Promise<unknown>) => Promise<void>;
  /** Takes the answer of something else into what is shown. */
  shown: (conversation: Conversation) => void;
}

/** All of them throw what the desk refuses; `useOnePress` says it where there is no form to say it in. */
export function useActs(conversation: Conversation): Acts {
  const [api, say, done, queries] = [useApi(), useSay(), useDone(), useQueryClient()];
  const newest = useRef(conversation);
  newest.current = conversation;
  return useMemo(() => {
    const id = conversation.id;
    const path = { conversation_id: id };
    const shown = (answer: Conversation) => {
      queries.setQueryData<Conversation>(conversationKey(answer.id), (known) => (known && known.version > answer.version ? known : answer));
      void queries.invalidateQueries({ queryKey: ["me", "presence"] });
    };
    const change = async (ask: () => Promise<Conversation>, text: string, undo?: () => Promise<unknown>) => {
      shown(await ask());
      if (undo) done({ text, undo });
      else done({ text });
    };
    const setStatus = (wish: StatusWish) => {
      const body = { snoozed_until: null, wake_on: null, keep_owner: false, ...wish };
      return told(api.POST("/conversations/{conversation_id}/status", { params: { path }, body }));
    };
    const setOwner = (body: Assignment) => told(api.POST("/conversations/{conversation_id}/assignment", { params: { path }, body }));
    const setPriority = (priority: Priority) => told(api.PUT("/conversations/{conversation_id}/priority", { params: { path }, body: { priority } }));
    const setLabels = async (put: readonly string[], off: readonly string[]) => {
      let held: Schemas["HeldLabels"] | null = null;
      if (put.length > 0) held = await told(api.POST("/conversations/{conversation_id}/labels", { params: { path }, body: { labels: [...put] } }));
      for (const label of off) held = await told(api.DELETE("/conversations/{conversation_id}/labels", { params: { path, query: { label } } }));
      if (held !== null) shown({ ...newest.current, labels: held.labels, version: held.version });
    };
    return {
      shown,
      change,
      status: (wish, text) => {
        const before = newest.current;
        return change(() => setStatus(wish), text, async () => shown(await setStatus(statusBefore(before, Date.now()))));
      },
      assign: (wish, text) => {
        const { assignee_id, team_id } = newest.current;
        return change(() => setOwner(wish), text, async () => shown(await setOwner({ assignee_id, team_id, exceed: false, note: "", reason: "" })));
      },
      prioritise: (priority) => {
        const before = newest.current.priority;
        const text = say("actions.done.priority", { priority: say(`actions.priority.${priority}`) });
        return change(() => setPriority(priority), text, async () => shown(await setPriority(before)));
      },
      label: async (put, off, text) => {
        await setLabels(put, off);
        done({ text, undo: () => setLabels(off, put) });
      },
    };
  }, [api, conversation.id, done, queries, say]);
}

/** For what is one press: a refusal is a toast with the desk's reason. */
export function useOnePress(): (act: Promise<unknown>) => void {
  const [say, tell] = [useSay(), useTell()];
  return (act) => void act.catch((fault: unknown) => tell({ text: reasonOf(fault, say), tone: "bad" }));
}

export function useAsker(): { id: string; supervisor: boolean } {
  const { id, role } = useMe();
  return { id, supervisor: role !== "agent" };
}
