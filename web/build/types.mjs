/** Writes src/api/schema.d.ts, the API's types, from the golden OpenAPI document; does nothing where it is newer.
 *
 * Of the refusals one of each operation is kept: all have the shape of Problem, and the file is a third as long. What has
 * a default may be left out of what is asked, and is in every answer. */

import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";

const here = new URL(".", import.meta.url);
const source = new URL("../../tests/golden/openapi.json", here);
const target = new URL("../src/api/schema.d.ts", here);
const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function pruned(document) {
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) {
      const { responses } = operation;
      if (responses === undefined) continue;
      const refusal = Object.keys(responses).find((status) => status.startsWith("4"));
      for (const status of Object.keys(responses)) {
        if (!status.startsWith("2") && status !== refusal) delete responses[status];
      }
    }
  }
  return document;
}

/** Names of the schemas that a part of the document leads to. */
function reached(part, schemas, found = new Set()) {
  for (const [key, value] of Object.entries(part ?? {})) {
    if (key === "$ref") {
      const name = value.split("/").at(-1);
      if (!found.has(name)) reached(schemas[name], schemas, found.add(name));
    } else if (typeof value === "object") reached(value, schemas, found);
  }
  return found;
}

function answered(document) {
  const { schemas } = document.components;
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const name of reached(operations.map((operation) => operation.responses), schemas)) {
    const { properties = {}, required = [] } = schemas[name];
    const told = Object.keys(properties).filter((each) => "default" in properties[each]);
    if (told.length > 0) schemas[name].required = [...new Set([...required, ...told])];
  }
  return document;
}

if (changed(target) < Math.max(changed(source), changed(new URL("types.mjs", here)))) {
  const types = await openapi(answered(pruned(JSON.parse(readFileSync(source, "utf8")))), { defaultNonNullable: false, emptyObjectsUnknown: true });
  mkdirSync(new URL(".", target), { recursive: true });
  writeFileSync(target, `// Made from the OpenAPI document by \`npm run types\`. Do not edit.\n\n${astToString(types)}`);
}
