/** The customer gets what was said so far, never a note, over one of the ways to reach them. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../api/client";
import { channelName } from "../app/channels";
import { useApi, useSay } from "../app/desk";
import { EditForm } from "../contact/FieldEdit";
import type { Conversation } from "../desk/conversation";
import { Dialog } from "../ui/Dialog";
import { RadioCards, Select } from "../ui/fields";
import { TextArea } from "../ui/inputs";
import { useTell } from "../ui/Toasts";

const FORMS = ["message", "file", "link"] as const;
const FORMATS = ["text", "html"] as const;

export default function SendTranscript({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const [say, api, tell] = [useSay(), useApi(), useTell()];
  const [form, setForm] = useState<(typeof FORMS)[number]>("file");
  const [format, setFormat] = useState<(typeof FORMATS)[number]>("text");
  const [leg, setLeg] = useState(conversation.active_leg_id);
  const [text, setText] = useState("");
  const [clientId] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: () =>
      told(
        api.POST("/conversations/{conversation_id}/transcript/sending", {
          params: { path: { conversation_id: conversation.id } },
          body: { client_id: clientId, form, format: form === "message" ? "text" : format, leg_id: leg, text: text.trim() } as Schemas["SendingBody"],
        }),
      ),
    onSuccess: () => {
      tell({ text: say("context.transcript_sent"), tone: "ok" });
      onDone();
    },
  });
  return (
    <Dialog title={say("context.transcript_send")} isOpen onClose={onDone}>
      <p>{say("context.transcript_text")}</p>
      <EditForm fault={send.error} saving={send.isPending} onDone={onDone} onSave={() => send.mutate()} save={say("context.transcript_send")}>
        <Select
          label={say("context.send_over")}
          choices={conversation.legs.map((each) => ({ id: each.id, label: `${channelName(each.channel, say)} · ${each.address}` }))}
          value={leg}
          onChange={setLeg}
        />
        <RadioCards label={say("context.as")} choices={FORMS.map((id) => ({ id, label: say(`context.as.${id}`) }))} value={form} onChange={setForm} />
        {form !== "message" && (
          <RadioCards label={say("context.file")} choices={FORMATS.map((id) => ({ id, label: say(`context.file.${id}`) }))} value={format} onChange={setFormat} />
        )}
        <TextArea label={say("context.words")} value={text} onChange={setText} maxLength={1000} rows={2} />
      </EditForm>
    </Dialog>
  );
}
