/** A value as JSON: where it breaks is told while it is typed, and what the API says of a part stands with its line. */

import { useState } from "react";
import { Problem } from "../../../api/problem";
import { useSay } from "../../../app/desk";
import { TextArea } from "../../../ui/inputs";
import { same } from "../parts/item";
import { lineOf, parsed, shown } from "./json";

interface Props {
  label: string;
  value: object;
  onChange: (value: object) => void;
  /** Where it stands in what is sent; "" where it is all of it. */
  at: string;
  refusal: Error | null;
  rows?: number;
  hint?: string;
}

export function JsonField({ label, value, onChange, at, refusal, rows = 12, hint }: Props) {
  const say = useSay();
  const [text, setText] = useState(() => shown(value));
  const now = parsed(text);
  const isObject = typeof now.value === "object" && now.value !== null;
  // What was changed elsewhere, or taken back, is shown anew; what is typed stays as it is typed.
  const current = isObject && !same(now.value, value) && now.fault === null ? shown(value) : text;
  const type = (next: string) => {
    setText(next);
    const { value: made } = parsed(next);
    if (typeof made === "object" && made !== null) onChange(made);
  };
  const error = now.fault !== null ? say("rules.not_json", { ...now.fault }) : !isObject ? say("rules.not_object") : refusedAt(current);
  function refusedAt(read: string): string | undefined {
    if (!(refusal instanceof Problem) || refusal.field === null || !refusal.field.startsWith(at)) return undefined;
    const line = lineOf(read, refusal.field.slice(at.length).replace(/^\./, ""));
    return line === null ? refusal.detail : say("rules.at_line", { line, detail: refusal.detail });
  }
  return <TextArea label={label} value={now.fault === null ? current : text} onChange={type} rows={rows} mono lang="en" spellCheck="false" error={error} hint={hint} />;
}
