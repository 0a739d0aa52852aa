/** Classes of the style sheets: whatever a component asks for is there, and whatever is there is asked for. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const files = ["src", "widget"].flatMap((room) => readdirSync(room, { recursive: true, encoding: "utf8" }).map((path) => join(room, path)));
const sources = files.filter((path) => /\.tsx?$/.test(path)).map((path) => ({ path, text: readFileSync(path, "utf8") }));
const written = files.filter((path) => path.endsWith(".module.css")).map((path) => ({ path, text: readFileSync(path, "utf8") }));
const sheets = new Map(written.map(({ path, text }) => [path, classesOf(text)]));
/** What other sheets are made of. */
const composed = new Set(
  written.flatMap(({ path, text }) =>
    [...text.matchAll(/composes: ([\w -]+) from "([^"]+)"/g)].flatMap(([, names = "", file = ""]) => names.split(" ").map((name) => `${join(dirname(path), file)}: ${name}`)),
  ),
);

function classesOf(sheet: string): Set<string> {
  const bare = sheet.replace(/\/\*[\s\S]*?\*\//g, "");
  const selectors = [...bare.matchAll(/([^{};]+)\{/g)].map(([, selector = ""]) => selector).filter((each) => !each.trim().startsWith("@"));
  return new Set(selectors.flatMap((each) => [...each.matchAll(/\.([A-Za-z_][\w-]*)/g)].map(([, name = ""]) => name)));
}

/** Sheet, its name in a component, and that component. */
const uses = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/import (\w+) from "([^"]+\.module\.css)"/g)].map(([, name = "", file = ""]) => ({ path, text, name, sheet: join(dirname(path), file) })),
);

const asked = (text: string, name: string): string[] => [...text.matchAll(new RegExp(`\\b${name}\\["([^"]+)"\\]`, "g"))].map(([, each = ""]) => each);

test("every class that a component asks for is in its sheet", () => {
  const missing = uses.flatMap(({ path, text, name, sheet }) => asked(text, name).filter((each) => !sheets.get(sheet)?.has(each)).map((each) => `${path}: ${each}`));
  expect(uses.length).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});

test("every class of a sheet is asked for, unless names are made of what is shown", () => {
  const unused = [...sheets].flatMap(([sheet, classes]) => {
    const here = uses.filter((use) => use.sheet === sheet);
    if (here.some(({ text, name }) => new RegExp(`\\b${name}\\[(?!")`).test(text))) return [];
    const known = new Set(here.flatMap(({ text, name }) => asked(text, name)));
    return [...classes].filter((each) => !known.has(each)).map((each) => `${sheet}: ${each}`).filter((each) => !composed.has(each));
  });
  expect(unused).toEqual([]);
});

test("each colour of the themes has one of the reader's own, but those that only tell a chart's series apart", () => {
  const [themes = "", own = ""] = readFileSync("src/styles/tokens.css", "utf8").split("@media (forced-colors: active)");
  const named = [...themes.matchAll(/(--[\w-]+): light-dark\(/g)].map(([, name = ""]) => name).filter((name) => !name.startsWith("--series-"));
  const replaced = new Map([...own.matchAll(/(--[\w-]+): (\w+);/g)].map(([, name = "", colour = ""]) => [name, colour]));
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((name) => !/^[A-Z]\w+$/.test(replaced.get(name) ?? ""))).toEqual([]);
});
