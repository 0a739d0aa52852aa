/** A template's values as a message carries them. */

import type { Schemas } from "../../../api/client";

type Template = Pick<Schemas["TemplateView"], "parts">;

export interface Slot {
  /** `body.1`, `header.name`. */
  id: string;
  part: "header" | "body";
  name: string;
}

/** What has to be filled in, in the order of the text. */
export function slotsOf({ parts }: Template): Slot[] {
  if (parts === null) return [];
  const of = (part: Slot["part"], names: readonly string[]) => names.map((name) => ({ id: `${part}.${name}`, part, name }));
  return [...of("header", parts.header?.kind === "text" ? parts.header.placeholders : []), ...of("body", parts.placeholders)];
}

/** As providers name them: numbers by their order, names as `parameter_name`. */
export function componentsOf(template: Template, values: Readonly<Record<string, string>>): Record<string, unknown>[] {
  const slots = slotsOf(template);
  return (["header", "body"] as const).flatMap((part) => {
    const own = slots.filter((slot) => slot.part === part);
    if (own.length === 0) return [];
    const parameters = own.map(({ id, name }) => ({
      type: "text",
      text: values[id] ?? "",
      ...(/^\d+$/.test(name) ? {} : { parameter_name: name }),
    }));
    return [{ type: part, parameters }];
  });
}
