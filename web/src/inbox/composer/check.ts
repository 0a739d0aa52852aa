/** What would become of the words, asked of the desk while they are written. */

import { useCallback, useEffect, useRef, useState } from "react";
import { told, type Api, type Schemas } from "../../api/client";
import { useApi } from "../../app/desk";
import type { Draft } from "../../desk/draftWords";
import { isBlank } from "../../desk/draftWords";
import type { Why } from "./legWords";
import { wordsOf, type Target } from "./row";
import type { Work } from "./work";

export interface Verdict {
  /** Of which words. */
  text: string;
  fits: boolean;
  /** Of which channel. */
  channel: string;
  why: Why | null;
  alternatives: ReadonlyArray<Record<string, unknown>>;
  length: number;
  most: number;
  unit: string;
  parts: number;
  segments: Schemas["SegmentsView"] | null;
  /** The customer gets it in another form than it is written. */
  rendered: string | null;
}

const AFTER = 400;

export interface Checking {
  verdict: Verdict | null;
  split: boolean;
  asLink: boolean;
  setSplit: (split: boolean) => void;
  setAsLink: (asLink: boolean) => void;
}

export function useCheck(work: Work, target: Target | null): Checking {
  const api = useApi();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [split, setSplit] = useState(false);
  const [asLink, setAsLink] = useState(false);
  const turn = useRef(0);
  const { drafts, conversation, mode, listen, draft } = work;
  const { id } = conversation;
  const ask = useCallback(async () => {
    const mine = ++turn.current;
    const now = drafts.get(id, mode);
    if (target === null || isBlank(now)) return setVerdict(null);
    const found = await checked(api, id, now, target, { split, asLink }).catch(() => null);
    if (turn.current === mine) setVerdict(found);
  }, [api, drafts, id, mode, target, split, asLink]);
  useEffect(() => {
    let timer = setTimeout(() => void ask(), AFTER);
    const end = listen(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), AFTER);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
    // Files and the address change what is asked, not only the text.
  }, [ask, listen, draft.files, draft.legId, draft.mail]);
  useEffect(() => {
    if (work.blank) {
      setSplit(false);
      setAsLink(false);
      setVerdict(null);
    }
  }, [work.blank]);
  return { verdict, split, asLink, setSplit, setAsLink };
}

async function checked(api: Api, id: string, draft: Draft, target: Target, choices: { split: boolean; asLink: boolean }): Promise<Verdict> {
  const attachments = draft.files.map(({ name, mime, size }) => ({ name, mime: mime || "application/octet-stream", size_bytes: Math.max(1, size) }));
  return judged(api, id, { ...wordsOf(draft, target, choices), attachments }, target, draft.text);
}

/** What the desk says of a message as it would be sent. */
export async function judged(api: Api, id: string, body: Record<string, unknown>, target: Target, text: string): Promise<Verdict> {
  const params = { path: { conversation_id: id } };
  if (!target.active) return elsewhere(await told(api.POST("/conversations/{conversation_id}/legs/check", { params, body: { ...body, leg_id: null, purpose: "service" } as never })), text, target);
  return here(await told(api.POST("/conversations/{conversation_id}/messages/check", { params, body: body as never })), text);
}

function here(view: Schemas["CheckView"], text: string): Verdict {
  const { refusal, parts } = view;
  const first = parts[0];
  return {
    text,
    fits: view.fits,
    channel: view.channel,
    why: refusal && { code: refusal.code === "message_unfit" ? "unfit" : refusal.code, text: refusal.detail, facts: refusal.facts },
    alternatives: refusal?.alternatives ?? [],
    length: view.length,
    most: view.max_text,
    unit: view.unit,
    parts: parts.length,
    segments: first?.segments ?? null,
    rendered: parts.length === 1 && first?.rendered ? first.text : null,
  };
}

/** Of a leg that the conversation is not on, the desk tells whether it may be used, and why not. */
function elsewhere(view: Schemas["LegsView"], text: string, target: Target): Verdict {
  const leg = view.items.find((each) => each.leg_id === target.legId);
  const first = leg?.refusals[0];
  const none = { length: text.length, most: 0, unit: "characters", parts: 1, segments: null, rendered: null, alternatives: [] };
  return { ...none, text, channel: target.channel, fits: leg?.usable ?? false, why: first ?? null };
}
