/** @jsxImportSource preact */
/** Where the visitor writes. The field keeps its own text: no key waits for the rest of the page. */

import { useEffect, useId, useRef } from "preact/hooks";
import { isComposing } from "../../../src/keys/ime";
import { Icon } from "./Icon";
import { useChat } from "./use";

const MOST = 10_000;

export function Composer() {
  const { chat, state, say } = useChat();
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    // Written by an earlier page, or taken back.
    if (field.current && field.current.value !== state.draft) field.current.value = state.draft;
    grow(field.current);
  }, [state.draft]);
  const send = (): void => {
    const text = field.current?.value.trim() ?? "";
    if (!text) return field.current?.focus();
    chat.send(text);
    if (field.current) field.current.value = "";
    grow(field.current);
    field.current?.focus();
  };
  const typed = (): void => {
    chat.write(field.current?.value ?? "");
    chat.tellTyping();
    grow(field.current);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    send();
  };
  const attach = (list: FileList | null | undefined): void => {
    if (list && list.length > 0) {
      void chat.files.attach([...list]);
    }
    if (files.current) files.current.value = "";
  };
  return (
    <footer
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => (event.preventDefault(), attach(event.dataTransfer?.files))}
    >
      <Uploads />
      <div class="write">
        <label class="heard" htmlFor={id}>{say("widget.write")}</label>
        <textarea
          id={id} ref={field} rows={1} dir="auto" maxLength={MOST} placeholder={say("widget.write")} enterkeyhint="send"
          onInput={typed} onKeyDown={pressed} onPaste={(event) => attach(event.clipboardData?.files)}
        />
        <input type="file" multiple hidden ref={files} onChange={(event) => attach(event.currentTarget.files)} />
        <button type="button" class="plain" aria-label={say("widget.attach")} onClick={() => files.current?.click()}>
          <Icon name="attach" />
        </button>
        <button type="button" class="send" aria-label={say("widget.send")} onClick={send}><Icon name="send" /></button>
      </div>
    </footer>
  );
}

/** From one line to six. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${Math.min(field.scrollHeight + 2, 150)}px`;
}

function Uploads() {
  const { chat, state, say } = useChat();
  if (state.uploads.length === 0) return null;
  return (
    <ul class="uploads">
      {state.uploads.map(({ key, name, done, reason }) => (
        <li key={key}>
          <bdi>{name}</bdi>
          {done !== null && <progress value={done} max={1} aria-label={say("widget.uploading", { name })} />}
          {done === null && (
            <p class="fault" role="alert">
              {reason} <button type="button" onClick={() => chat.files.dismiss(key)}>{say("widget.dismiss")}</button>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
