/** What becomes of a suggestion that was taken. */

import { useCallback } from "react";
import { told } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import type { DraftFile } from "../../desk/draftWords";
import { useKeyboard } from "../../keys/Keys";
import { useTell } from "../../ui/Toasts";
import { reasonOf } from "./refusals";
import { replaced, type Asked } from "./suggest";
import type { Leg } from "./target";
import type { Suggestion } from "./useSuggestions";
import { useWork } from "./work";

export type Opened = { what: "template" | "schedule" } | { what: "macro"; id: string; name: string };

interface Ways {
  leg: Leg | null;
  open: (what: Opened) => void;
  toMode: (mode: "reply" | "note") => void;
}

export function useTaking({ leg, open, toMode }: Ways): (item: Suggestion, asked: Asked) => Promise<void> {
  const [api, say, tell, keyboard, work] = [useApi(), useSay(), useTell(), useKeyboard(), useWork()];
  const { conversation, drafts, mode, field, write, change } = work;
  return useCallback(
    async ({ taken }, asked) => {
      const place = field.current;
      const put = (by: string) => {
        const [text, caret] = [place?.value ?? "", place?.selectionStart ?? 0];
        const after = replaced(text, asked, caret, by);
        write(after.text, after.caret);
      };
      switch (taken.do) {
        case "mention":
          put(`@${taken.name} `);
          return change({ marks: [...drafts.get(conversation.id, mode).marks, { kind: taken.kind, id: taken.id, name: taken.name }] });
        case "emoji":
          return put(taken.sign);
        case "mode":
          put("");
          return toMode(taken.mode);
        case "open":
          put("");
          return open({ what: taken.what });
        case "macro":
          put("");
          return open({ what: "macro", id: taken.id, name: taken.name });
        case "command":
          put("");
          return keyboard.at(taken.id)?.run();
        case "canned":
          try {
            const body = { conversation_id: conversation.id, leg_id: mode === "note" || !leg?.active ? null : leg.legId, with_files: taken.files && mode === "reply" };
            const text = await told(api.POST("/canned-responses/{canned_response_id}/render", { params: { path: { canned_response_id: taken.id } }, body }));
            put(text.text);
            const lent = text.attachments.map(
              (file): DraftFile => ({ id: file.upload_id, name: file.name, mime: file.mime, size: file.size_bytes, blob: null, upload: file.upload_id, until: Date.parse(file.expires_at) }),
            );
            if (lent.length > 0) change({ files: [...drafts.get(conversation.id, mode).files, ...lent] });
          } catch (fault) {
            tell({ text: reasonOf(fault, say), tone: "bad" });
          }
      }
    },
    [api, say, tell, keyboard, conversation.id, drafts, mode, field, write, change, leg, open, toMode],
  );
}
