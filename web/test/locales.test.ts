/** Every text is there in every language, with the same placeholders and the plurals that its language needs. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { describe, expect, it } from "vitest";
import { areasOf, type Catalogue } from "../build/messages.ts";
import { LANGUAGES, LOCALES, type Language } from "../src/i18n/languages";
import { spoken } from "../src/i18n/catalogues";

const FOLDER = new URL("../src/locales", import.meta.url).pathname;
const CODES = Object.keys(LANGUAGES) as Language[];
const OTHERS = CODES.filter((code) => code !== "en");
/** Selectors that are no plural category of their own. */
const EXACT = /^=\d+$/;

type Token = string | [name: string, kind?: string, options?: Record<string, unknown>];

const all = (language: string): Catalogue => Object.assign({}, ...Object.values(areasOf(FOLDER, language))) as Catalogue;

function tokens(text: string): Token[] {
  const compiled = compileMessage(text) as unknown;
  return Array.isArray(compiled) ? (compiled as Token[]) : [compiled as string];
}

function placeholders(parts: Token[], found = new Set<string>()): Set<string> {
  for (const part of parts) {
    if (typeof part === "string") continue;
    if (part[0] !== "#") found.add(part[0]);
    for (const [key, option] of Object.entries(part[2] ?? {})) {
      if (key !== "offset" && Array.isArray(option)) placeholders(option as Token[], found);
    }
  }
  return found;
}

/** The sets of categories that each plural of a text offers. */
function plurals(parts: Token[]): string[][] {
  return parts.flatMap((part) => {
    if (typeof part === "string") return [];
    const options = Object.entries(part[2] ?? {});
    const inner = options.flatMap(([, option]) => (Array.isArray(option) ? plurals(option as Token[]) : []));
    return part[1] === "plural" ? [options.map(([key]) => key), ...inner] : inner;
  });
}

describe("texts", () => {
  it("are there in each language, none twice and none too many", () => {
    const wanted = Object.keys(all("en")).sort();
    expect(wanted.length).toBe(Object.values(areasOf(FOLDER, "en")).flatMap((area) => Object.keys(area)).length);
    for (const code of OTHERS) expect(Object.keys(all(code)).sort(), code).toEqual(wanted);
  });

  it("stand in the same area in each language", () => {
    const wanted = Object.entries(areasOf(FOLDER, "en")).map(([area, texts]) => [area, Object.keys(texts)]);
    for (const code of OTHERS) {
      expect(Object.entries(areasOf(FOLDER, code)).map(([area, texts]) => [area, Object.keys(texts)]), code).toEqual(wanted);
    }
  });

  it("have the same placeholders in each language", () => {
    const english = all("en");
    for (const code of OTHERS) {
      for (const [id, text] of Object.entries(all(code))) {
        expect([...placeholders(tokens(text))].sort(), `${code} ${id}`).toEqual([...placeholders(tokens(english[id] ?? ""))].sort());
      }
    }
  });

  it("have the plural forms that their language needs", () => {
    for (const code of CODES) {
      const needed = new Intl.PluralRules(LOCALES[code]).resolvedOptions().pluralCategories;
      for (const [id, text] of Object.entries(all(code))) {
        for (const offered of plurals(tokens(text))) {
          const missing = needed.filter((category) => !offered.includes(category));
          const strange = offered.filter((key) => !EXACT.test(key) && key !== "offset" && !needed.includes(key as never));
          expect({ missing, strange }, `${code} ${id}`).toEqual({ missing: [], strange: [] });
        }
      }
    }
  });

  it("are not empty, and not left in English where letters differ", () => {
    const foreign = { "zh-Hant": /\p{Script=Han}/u, "zh-Hans": /\p{Script=Han}/u, ru: /\p{Script=Cyrillic}/u } as const;
    for (const code of OTHERS) {
      for (const [id, text] of Object.entries(all(code))) {
        // Without placeholders, and without the words of the plural syntax itself.
        const words = text.replaceAll(/\{\w+\}/g, "").replaceAll(/\{\w+, *\w+,|[\w=]+ *\{/g, "");
        if (/\p{L}{4,}/u.test(words)) expect(words, `${code} ${id}`).toMatch(foreign[code as keyof typeof foreign]);
        expect(text.trim(), `${code} ${id}`).not.toBe("");
      }
    }
  });

  it("are all asked for somewhere", () => {
    const source = sources(new URL("../src", import.meta.url).pathname);
    // `say(`role.${role}`)`: the part before the first value.
    const begun = [...source.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{/g)].map((match) => match[1] ?? "");
    const named = new Set([...source.matchAll(/"([a-z_]+\.[\w.]+)"/g)].map((match) => match[1]));
    const idle = Object.keys(all("en")).filter((id) => !named.has(id) && !begun.some((part) => id.startsWith(part)));
    expect(idle).toEqual([]);
  });

  it("count as their language counts", () => {
    const text = "{n, plural, one {# диалог} few {# диалога} many {# диалогов} other {# диалога}}";
    const i18n = spoken("ru", { n: compileMessage(text) });
    expect([1, 2, 5, 21, 1.5].map((n) => i18n._("n", { n }))).toEqual(["1 диалог", "2 диалога", "5 диалогов", "21 диалог", "1,5 диалога"]);
  });
});

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}
