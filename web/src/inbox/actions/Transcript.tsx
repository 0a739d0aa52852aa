/** What was said, to be read, copied or saved; with colleagues' notes where that is wanted. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { told } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { withTexts } from "../../i18n/catalogues";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Checkbox } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import styles from "./actions.module.css";

const SendTranscript = lazy(() => withTexts(["customers"], import("../SendTranscript")));

const PAGE = 100;
/** Beyond that it is said that there is more. */
const MOST_PAGES = 20;

export function Transcript({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, api, tell] = [useSay(), useApi(), useTell()];
  const [notes, setNotes] = useState(false);
  const [sending, setSending] = useState(false);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const transcript = useQuery({
    queryKey: ["conversation", conversation.id, "transcript", notes, zone],
    staleTime: 0,
    queryFn: async () => {
      const path = { conversation_id: conversation.id };
      let [text, after] = ["", null as string | null];
      for (let turn = 0; turn < MOST_PAGES; turn++) {
        const query = { format: "text" as const, zone, limit: PAGE, ...(notes ? { include: "notes" as const } : {}), ...(after === null ? {} : { after }) };
        const page = await told(api.GET("/conversations/{conversation_id}/transcript", { params: { path, query } }));
        text += page.content ?? "";
        after = page.after;
        if (after === null) break;
      }
      return { text, more: after !== null };
    },
  });
  const text = transcript.data?.text;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text ?? "");
      tell({ text: say("actions.transcript.copied"), tone: "ok" });
    } catch {
      tell({ text: say("actions.transcript.not_copied"), tone: "bad" });
    }
  };
  if (sending) {
    return (
      <Suspense fallback={null}>
        <SendTranscript conversation={conversation} onDone={onClose} />
      </Suspense>
    );
  }
  return (
    <Dialog title={say("actions.transcript.title")} isOpen wide onClose={onClose}>
      <Checkbox label={say("actions.transcript.notes")} isSelected={notes} onChange={setNotes} />
      <AsyncBoundary query={transcript}>
        {(found) => (
          <>
            <pre className={styles["transcript"]} tabIndex={0} role="group" aria-label={say("actions.transcript.title")} dir="auto">
              {found.text}
            </pre>
            {found.more && <p className={styles["meta"]}>{say("actions.transcript.more")}</p>}
          </>
        )}
      </AsyncBoundary>
      <footer className={styles["foot"]}>
        <Button icon="copy" isDisabled={text === undefined} onPress={() => void copy()}>
          {say("actions.transcript.copy")}
        </Button>
        <Button icon="download" isDisabled={text === undefined} onPress={() => text !== undefined && save(text, `${conversation.id}.txt`)}>
          {say("actions.transcript.save")}
        </Button>
        <Button icon="send" isDisabled={conversation.merged_into !== null} onPress={() => setSending(true)}>
          {say("actions.transcript.send")}
        </Button>
        <Button kind="primary" onPress={onClose}>
          {say("toast.close")}
        </Button>
      </footer>
    </Dialog>
  );
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
