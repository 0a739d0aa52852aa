/** @jsxImportSource preact */
/** Who the visitor is, as they tell it: before they write, or where they want to be answered. */

import { useId, useState } from "preact/hooks";
import { Refused } from "../api";
import type { Who } from "../state";
import { useChat, type Told } from "./use";

type Field = "name" | "email";
type Faults = Partial<Record<Field | "form", string>>;

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

function faultsOf(given: Who, fields: Array<{ field: Field; required: boolean }>, say: Told["say"]): Faults {
  const faults: Faults = {};
  for (const { field, required } of fields) {
    const value = given[field];
    if (required && !value) faults[field] = say("widget.needed");
    if (field === "email" && value && !EMAIL.test(value)) faults[field] = say("widget.no_email");
  }
  return faults;
}

/** Sends what is typed; what cannot be sent stays where it is. */
function useSubmit(fields: Array<{ field: Field; required: boolean }>) {
  const { chat, say } = useChat();
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const typed = new FormData(form);
    const given: Who = {};
    for (const { field } of fields) {
      const value = String(typed.get(field) ?? "").trim();
      if (value) given[field] = value;
    }
    const wrong = faultsOf(given, fields, say);
    setFaults(wrong);
    const first = fields.find(({ field }) => wrong[field]);
    if (first) return (form.elements.namedItem(first.field) as HTMLInputElement).focus();
    setBusy(true);
    await chat.introduce(given).catch((fault: unknown) => {
      if (!(fault instanceof Refused)) return setFaults({ form: say("widget.not_sent") });
      const field = fault.field === "name" || fault.field === "email" ? fault.field : "form";
      setFaults({ [field]: fault.detail });
    });
    setBusy(false);
  };
  return { faults, busy, submit };
}

interface InputProps {
  field: Field;
  label: string;
  fault: string | undefined;
  required: boolean;
}

function Input({ field, label, fault, required }: InputProps) {
  const id = useId();
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id} name={field} type="text" inputMode={field === "email" ? "email" : "text"} autocomplete={field} aria-required={required} aria-invalid={fault !== undefined}
        {...(fault ? { "aria-describedby": `${id}e` } : {})} maxLength={field === "email" ? 254 : 120} dir="auto"
      />
      {fault && <p class="fault" id={`${id}e`}>{fault}</p>}
    </div>
  );
}

export function WhoForm() {
  const { state, say } = useChat();
  const fields = state.facts.look.pre_chat;
  const { faults, busy, submit } = useSubmit(fields);
  const { privacy_url: privacy } = state.facts.look;
  const label = (field: Field, required: boolean): string => {
    const name = say(field === "name" ? "widget.name" : "widget.email");
    return required ? name : say("widget.optional", { field: name });
  };
  return (
    <form class="alone" noValidate onSubmit={(event) => void submit(event)}>
      <Greeting />
      {fields.map(({ field, required }) => (
        <Input key={field} field={field} required={required} label={label(field, required)} fault={faults[field]} />
      ))}
      {privacy && (
        <p class="meta"><a href={privacy} target="_blank" rel="noopener noreferrer">{say("widget.privacy")}</a></p>
      )}
      {faults.form && <p class="fault" role="alert">{faults.form}</p>}
      <button type="submit" class="main" aria-disabled={busy}>{say("widget.start")}</button>
    </form>
  );
}

/** The visitor leaves where to be answered. */
export function EmailForm() {
  const { say } = useChat();
  const { faults, busy, submit } = useSubmit(EMAIL_ONLY);
  return (
    <form class="notice row" noValidate onSubmit={(event) => void submit(event)}>
      <Input field="email" required label={say("widget.email_answer")} fault={faults.email ?? faults.form} />
      <button type="submit" aria-disabled={busy}>{say("widget.leave")}</button>
    </form>
  );
}

const EMAIL_ONLY = [{ field: "email" as const, required: true }];

export function Greeting() {
  const { state, say } = useChat();
  const { greetings } = state.facts.look;
  const own = Object.entries(greetings).find(([tag]) => state.language.toLowerCase().startsWith(tag.toLowerCase()));
  return <p class="greeting" dir="auto">{own?.[1] ?? Object.values(greetings)[0] ?? say("widget.greeting")}</p>;
}
