/** A value as JSON: where it breaks is told while it is typed, and what the API says of a part stands with its line. */

import { useEffect, useRef, useState } from "react";
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
  const [text, type] = useTyped(value, onChange);
  const { value: made, fault } = parsed(text);
  const refused = (): string | undefined => {
    if (!(refusal instanceof Problem) || refusal.field === null || !refusal.field.startsWith(at)) return undefined;
    const line = lineOf(text, refusal.field.slice(at.length).replace(/^\./, ""));
    return line === null ? refusal.detail : say("rules.at_line", { line, detail: refusal.detail });
  };
  const error = fault !== null ? say("rules.not_json", { ...fault }) : isObject(made) ? refused() : say("rules.not_object");
  return <TextArea label={label} value={text} onChange={type} rows={rows} mono lang="en" spellCheck="false" error={error} hint={hint} />;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** The text stays as it is typed; what is changed elsewhere, or taken back, is written anew. */
function useTyped(value: object, onChange: (value: object) => void) {
  const [text, setText] = useState(() => shown(value));
  const [isMine, known] = [useRef(false), useRef(value)];
  useEffect(() => {
    if (same(known.current, value)) return;
    known.current = value;
    if (!isMine.current) setText(shown(value));
    isMine.current = false;
  }, [value, known, isMine]);
  const type = (next: string) => {
    setText(next);
    const { value: made } = parsed(next);
    if (!isObject(made) || same(made, known.current)) return;
    isMine.current = true;
    onChange(made);
  };
  return [text, type] as const;
}
