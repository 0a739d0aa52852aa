"""Writes the golden AsyncAPI document, and the TypeScript client's types of its frames, anew:

python -m tests.clients.golden
"""

import json
from pathlib import Path
from typing import Any

from chalicelib.api import asyncapi

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "asyncapi.json"
TYPES = ROOT / "clients" / "typescript" / "src" / "protocol.ts"

Schema = dict[str, Any]


def text() -> str:
    return json.dumps(asyncapi.document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def types() -> str:
    """The frames as TypeScript: one interface for each schema, one union for each side."""
    document = asyncapi.document()
    schemas, operations = document["components"]["schemas"], document["operations"]
    said = [name for key, each in operations.items() if key != "push" for name in _named(document, each["messages"])]
    told = [
        name
        for each in operations.values()
        for name in _named(document, each["messages"] if each["action"] == "send" else each["reply"]["messages"])
    ]
    parts = ["// Made from the AsyncAPI document by `python -m tests.clients.golden`. Do not edit.\n"]
    parts += [_interface(name, schema) for name, schema in schemas.items()]
    parts += [
        f"export type {name} = {' | '.join(dict.fromkeys(of))};\n" for name, of in (("Said", said), ("Told", told))
    ]
    return "\n".join(parts)


def _named(document: Schema, messages: list[Schema]) -> list[str]:
    names = (message["$ref"].rpartition("/")[2] for message in messages)
    return [document["components"]["messages"][name]["payload"]["$ref"].rpartition("/")[2] for name in names]


def _interface(name: str, schema: Schema) -> str:
    required = set(schema.get("required", ()))
    fields = "".join(
        f"  {field}{'' if field in required else '?'}: {_type(part)};\n" for field, part in schema["properties"].items()
    )
    said = f"/** {' '.join(schema['description'].split())} */\n" if schema.get("description") else ""
    return f"{said}export interface {name} {{\n{fields}}}\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    kind = schema.get("type")
    if kind == "array":
        return f"Array<{_type(schema['items'])}>"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"Record<string, {_type(inner) if isinstance(inner, dict) else 'unknown'}>"
    return {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}.get(
        kind or "", "unknown"
    )


if __name__ == "__main__":
    GOLDEN.write_text(text(), "utf-8")
    TYPES.write_text(types(), "utf-8")
