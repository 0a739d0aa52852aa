/** What all parts of the composer share: the draft of one mode in one conversation, and how to change it. */

import { createContext, useCallback, useContext, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from "react";
import type { Conversation } from "../../desk/conversation";
import type { Drafts } from "../../desk/drafts";
import { isBlank, type Draft, type Mode } from "../../desk/draftWords";
import { useDrafts } from "../../desk/Sending";
import { openPlace } from "./suggest";

export interface Work {
  conversation: Conversation;
  mode: Mode;
  drafts: Drafts;
  /** As it is now; its text is newer in the field's own hands, and the same after each key. */
  draft: Draft;
  field: RefObject<HTMLTextAreaElement | null>;
  blank: boolean;
  change: (changes: Partial<Draft>) => void;
  /** The field was typed in. */
  typed: (text: string) => void;
  /** Puts a text into the field, and the cursor. */
  write: (text: string, caret?: number) => void;
  /** At the cursor. */
  insert: (text: string) => void;
  /** Told after each change of the words. */
  listen: (told: () => void) => () => void;
}

const WorkContext = createContext<Work | null>(null);
export const WorkProvider = WorkContext.Provider;

export function useWork(): Work {
  const work = useContext(WorkContext);
  if (work === null) throw new Error("it is asked for outside of the composer");
  return work;
}

export function useNewWork(conversation: Conversation, mode: Mode): Work {
  const drafts = useDrafts();
  const { id } = conversation;
  const draft = useSyncExternalStore(drafts.listen, () => drafts.get(id, mode));
  const field = useRef<HTMLTextAreaElement>(null);
  const heard = useRef(new Set<() => void>());
  const [, redraw] = useState(0);
  const told = useCallback(() => heard.current.forEach((each) => each()), []);
  const acts = useMemo(() => {
    const change = (changes: Partial<Draft>) => {
      drafts.change(id, mode, changes);
      told();
    };
    const typed = (text: string) => {
      const before = isBlank(drafts.get(id, mode));
      drafts.change(id, mode, { text }, true);
      // Only what the text turns on or off is drawn anew.
      if (isBlank(drafts.get(id, mode)) !== before) redraw((n) => n + 1);
      told();
    };
    const write = (text: string, caret = text.length) => {
      change({ text });
      const place = field.current;
      if (place === null) return;
      place.value = text;
      const open = openPlace(text);
      place.focus();
      place.setSelectionRange(open?.start ?? caret, open?.end ?? caret);
    };
    const insert = (text: string) => {
      const place = field.current;
      if (place === null) return write(drafts.get(id, mode).text + text);
      const [start, end] = [place.selectionStart, place.selectionEnd];
      write(place.value.slice(0, start) + text + place.value.slice(end), start + text.length);
    };
    const listen = (each: () => void) => {
      heard.current.add(each);
      return () => void heard.current.delete(each);
    };
    return { change, typed, write, insert, listen };
  }, [drafts, id, mode, told]);
  return useMemo(() => ({ conversation, mode, drafts, draft, field, blank: isBlank(draft), ...acts }), [conversation, mode, drafts, draft, acts]);
}
