/** A form for one stored thing: what is typed, whether it differs, saving it, and what to do when somebody else saved first. */

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Problem } from "../../../api/problem";
import { useSay } from "../../../app/desk";
import { leaving } from "../../../app/leaving";
import { useTell } from "../../../ui/Toasts";
import { clashOf, same, type Clash } from "./item";
import { unsaved } from "./kept";

export interface Source<D, S> {
  /** Names the thing among all that can be typed at: the address of its page. */
  key: string;
  /** What is stored, as the form holds it. A new thing's is what the form begins with. */
  stored: D;
  /** 0 where nothing is stored yet. */
  version: number;
  save: (draft: D, version: number) => Promise<S>;
  /** What the answer says is stored now; else what was sent counts as stored. */
  taken?: (answer: S) => Base<D>;
  /** After the answer; a new thing's page goes to its own address here. */
  onSaved?: (answer: S) => void;
  /** What is stored by now: asked when `version` was refused. */
  reread?: () => Promise<Base<D>>;
  /** A new one may be saved as it is. */
  isNew?: boolean;
  /** Kept in memory while the page is left by the browser's Back; not for secrets. */
  keep?: boolean;
}

export interface Item<D> {
  draft: D;
  change: (part: Partial<D>) => void;
  /** Something is not saved. */
  isDirty: boolean;
  isNew: boolean;
  isSaving: boolean;
  save: () => void;
  discard: () => void;
  /** What was typed before the page was left, and is here again. */
  isBack: boolean;
  refusal: Error | null;
  clash: Clash<D> | null;
  /** Saved with this, on the version that the clash is with. */
  settle: (draft: D) => void;
  setAside: () => void;
}

export interface Base<D> {
  stored: D;
  version: number;
}

/** With what it was typed on: somebody may have saved in between. */
interface Kept<D> {
  typed: D;
  base: Base<D>;
}

export function useItem<D extends object, S>(source: Source<D, S>): Item<D> {
  const { key, stored, version, keep = true } = source;
  const [say, tell] = [useSay(), useTell()];
  const [back] = useState(() => (keep ? unsaved.take<Kept<D>>(key) : undefined));
  const [base, setBase] = useState<Base<D>>(back?.base ?? { stored, version });
  const [typed, setTyped] = useState<D>(back?.typed ?? stored);
  const [clash, setClash] = useState<Clash<D> | null>(null);
  const isDirty = !same(typed, base.stored);

  // What others have stored is taken over while nothing is typed; never what is older than our own answer.
  if (version > base.version && !isDirty) {
    setBase({ stored, version });
    setTyped(stored);
  }

  const dirt = useDirt(key, isDirty, { typed, base }, keep);
  const mutation = useMutation({
    mutationFn: (sent: Base<D>) => source.save(sent.stored, sent.version),
    onSuccess: (answer, sent) => {
      dirt.current = false;
      const now = source.taken?.(answer) ?? sent;
      setBase(now);
      setTyped(now.stored);
      setClash(null);
      tell({ text: say("admin.saved"), tone: "ok" });
      source.onSaved?.(answer);
    },
    onError: async (fault, sent) => {
      if (!(fault instanceof Problem) || fault.code !== "version_conflict" || source.reread === undefined) return;
      const now = await source.reread();
      setClash(clashOf(base.stored, sent.stored, now.stored, now.version));
    },
  });
  return {
    draft: typed,
    change: (part) => setTyped((known) => ({ ...known, ...part })),
    isDirty,
    isNew: source.isNew ?? false,
    isSaving: mutation.isPending,
    save: () => mutation.mutate({ stored: typed, version: base.version }),
    discard: () => {
      dirt.current = false;
      mutation.reset();
      setTyped(base.stored);
    },
    isBack: back !== undefined && isDirty,
    refusal: clash === null ? mutation.error : null,
    clash,
    settle: (draft) => clash && mutation.mutate({ stored: draft, version: clash.version }),
    setAside: () => {
      setClash(null);
      mutation.reset();
    },
  };
}

/** Asks before the page is left, by whatever way; the browser's Back cannot be asked, so what was typed is kept for it. */
function useDirt(key: string, isDirty: boolean, now: unknown, keep: boolean) {
  const dirt = useRef(isDirty);
  const newest = useRef(now);
  useEffect(() => {
    dirt.current = isDirty;
    newest.current = now;
  });
  useEffect(() => leaving.guard(() => dirt.current), []);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => dirt.current && event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => {
      removeEventListener("beforeunload", ask);
      // The ref is read late on purpose: what counts is how it stood at the end.
      if (keep && dirt.current && leaving.isByBack()) unsaved.keep(key, newest.current);
    };
  }, [key, keep]);
  return dirt;
}
