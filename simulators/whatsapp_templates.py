"""Message templates of a simulated number: their list, and whether a send fits one of them.

Source: "WhatsApp Business Management API, message templates" (list, statuses, components) and
"WhatsApp Cloud API, messages reference, template object" (parameters of a send).
"""

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from simulators.whatsapp_errors import GraphError
from simulators.wire import Json

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MAX_HYDRATED = 1024


def default_templates() -> list[Json]:
    """What a fresh number has: Meta's own sample, and one of each thing a desk needs to try."""
    return [
        template("hello_world", "en_US", "Welcome and congratulations!"),
        template("order_update", "en_US", "Hi {{1}}, your order {{2}} is on its way."),
        template(
            "follow_up",
            "en",
            "Hello {{1}}, may we continue our conversation?",
            buttons=[{"type": "QUICK_REPLY", "text": "Yes"}, {"type": "QUICK_REPLY", "text": "No"}],
        ),
        template("winter_sale", "en", "Sale! {{1}} off.", category="MARKETING", status="PAUSED"),
    ]


def template(
    name: str,
    language: str,
    body: str,
    *,
    category: str = "UTILITY",
    status: str = "APPROVED",
    buttons: list[Json] | None = None,
) -> Json:
    """A template in the form Meta lists it."""
    components: list[Json] = [{"type": "BODY", "text": body}]
    if buttons:
        components.append({"type": "BUTTONS", "buttons": buttons})
    return {
        "name": name,
        "language": language,
        "status": status,
        "category": category,
        "parameter_format": "POSITIONAL",
        "components": components,
        "id": str(crc32(f"{name}/{language}".encode()) + 10**15),
    }


PAGE = 25
EDITABLE = frozenset({"status", "reason", "category", "quality", "body", "buttons", "gone"})


def page_of(found: list[Json], limit: str | None, after: str | None, url: str) -> Json:
    """One page of a list; `next` is there where there is more. The cursor is the last template's id."""
    size = int(limit) if limit and limit.isdigit() and int(limit) else PAGE
    places = {str(one["id"]): place for place, one in enumerate(found)}
    start = places.get(after, -1) + 1 if after else 0
    page = found[start : start + size]
    paging: Json = {"cursors": {"before": page[0]["id"], "after": page[-1]["id"]}} if page else {}
    if start + size < len(found):
        paging["next"] = f"{url}?after={page[-1]['id']}"
    return {"data": page, "paging": paging}


def changed(templates: list[Json], name: str, language: str, given: Json) -> list[tuple[str, Json]]:
    """Change a template (or make it, pending), as Meta's reviewers do; the webhook fields that tell of it.
    ValueError says what cannot be changed."""
    unknown = sorted(set(given) - EDITABLE)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    one = next((t for t in templates if t["name"] == name and t["language"] == language), None)
    if one is None:
        one = template(name, language, str(given.get("body", "")), status="PENDING")
        templates.append(one)
    named = {
        "message_template_id": int(one["id"]),
        "message_template_name": name,
        "message_template_language": language,
    }
    if given.get("gone"):
        templates.remove(one)
        return []
    return list(_told(one, named, given))


def _told(one: Json, named: Json, given: Json) -> Iterator[tuple[str, Json]]:
    if "body" in given or "buttons" in given:
        made = template(one["name"], one["language"], str(given.get("body", "")), buttons=given.get("buttons"))
        one["components"] = made["components"]
        yield "message_template_components_update", {**named, "message_template_element": given.get("body", "")}
    if "category" in given:
        told = {**named, "previous_category": one["category"], "new_category": given["category"]}
        one["category"] = given["category"]
        yield "template_category_update", told
    if "quality" in given:
        before = one.get("quality_score", {}).get("score", "UNKNOWN")
        one["quality_score"] = {"score": given["quality"]}
        yield (
            "message_template_quality_update",
            {**named, "previous_quality_score": before, "new_quality_score": given["quality"]},
        )
    if "status" in given:
        one["status"], one["rejected_reason"] = given["status"], given.get("reason", "NONE")
        yield (
            "message_template_status_update",
            {**named, "event": given["status"], "reason": given.get("reason", "NONE")},
        )


def checked_templates(given: Any) -> list[Json]:
    """Templates handed in at registration; ValueError says what is wrong."""
    if not isinstance(given, list):
        raise ValueError("templates must be a list")
    for entry in given:
        if not isinstance(entry, dict) or not entry.get("name") or not entry.get("language"):
            raise ValueError("each template needs a name and a language")
    return [template(e["name"], e["language"], str(e.get("body", ""))) | {"status": "APPROVED"} | e for e in given]


def match(templates: list[Json], sent: Json) -> Json:
    """The template a send names; GraphError when there is none, or it does not fit."""
    name, code = sent["name"], sent["language"]["code"]
    found = next((t for t in templates if t["name"] == name and t["language"] == code), None)
    if found is None:
        raise GraphError(132001, f"template name ({name}) does not exist in {code}")
    status = found.get("status", "APPROVED")
    if status == "PAUSED":
        raise GraphError(132015, f"template ({name}) is paused due to low quality")
    if status == "DISABLED":
        raise GraphError(132016, f"template ({name}) is disabled")
    if status != "APPROVED":
        raise GraphError(132001, f"template ({name}) is not approved in {code}")
    for kind in ("header", "body"):
        _match_count(found, sent, kind)
    if len(rendered(found, sent)) > MAX_HYDRATED:
        raise GraphError(132005, f"template ({name}): translated text too long")
    return found


def rendered(definition: Json, sent: Json) -> str:
    """The body as the customer reads it."""
    values = [str(p.get("text", p.get("type", ""))) for p in _parameters(sent, "body")]
    text = str(_component(definition, "body").get("text", ""))
    order: dict[str, str] = {}
    for name in _PLACEHOLDER.findall(text):
        if name not in order and len(order) < len(values):
            order[name] = values[len(order)]
    return _PLACEHOLDER.sub(lambda found: order.get(found[1], found[0]), text)


def category(definition: Json) -> str:
    """The pricing category of a send from this template."""
    return str(definition.get("category", "UTILITY")).lower()


def _component(definition: Json, kind: str) -> Json:
    for component in definition.get("components", []):
        if str(component.get("type", "")).lower() == kind:
            return dict(component)
    return {}


def _parameters(sent: Json, kind: str) -> list[Json]:
    parameters = _component({"components": sent.get("components", [])}, kind).get("parameters", [])
    return [p for p in parameters if isinstance(p, dict)] if isinstance(parameters, list) else []


def _match_count(definition: Json, sent: Json, kind: str) -> None:
    component = _component(definition, kind)
    if kind == "header" and component.get("format", "TEXT") != "TEXT":
        expected = 1
    else:
        expected = len(set(_PLACEHOLDER.findall(str(component.get("text", "")))))
    given = _parameters(sent, kind)
    if len(given) != expected:
        raise GraphError(
            132000,
            f"{kind}: number of localizable_params ({len(given)}) does not match the expected"
            f" number of params ({expected})",
        )
    for index, parameter in enumerate(given):
        if parameter.get("type") == "text" and not parameter.get("text"):
            raise GraphError(131008, f"{kind}: parameters[{index}]['text'] is required.")
