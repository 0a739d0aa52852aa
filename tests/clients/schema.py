"""Frames against the AsyncAPI document."""

from functools import cache
from typing import Any

import jsonschema_rs

from chalicelib.api import asyncapi


@cache
def document() -> dict[str, Any]:
    return asyncapi.document()


@cache
def validators() -> dict[tuple[str, str], Any]:
    """By `action` or `type`, and its value; some types are told in two forms."""
    found: dict[tuple[str, str], Any] = {}
    schemas = document()["components"]["schemas"]
    for name, schema in schemas.items():
        for field in ("action", "type"):
            tag = schema.get("properties", {}).get(field, {}).get("enum")
            if tag and len(tag) == 1:
                whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
                found[field, tag[0]] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return found


def fault_of(frame: dict[str, Any]) -> str | None:
    """What is wrong with a frame of either side, or None."""
    field = "action" if "action" in frame else "type"
    validator = validators().get((field, str(frame.get(field))))
    if validator is None:
        return f"no frame of the document: {str(frame)[:100]}"
    for error in validator.iter_errors(frame):
        return f"{frame[field]}: {error.message[:300]}"
    return None
