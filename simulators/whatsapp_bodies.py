"""Checks of what a business sends: shape and limits of every outbound type, refused as Meta
refuses.

Source of shapes and limits: "WhatsApp Cloud API, messages reference" and its object pages (text,
media, location, contacts, reaction, interactive, template). Each check returns nothing or raises
GraphError.
"""

import re
from collections.abc import Callable
from typing import Any

from simulators.whatsapp_errors import GraphError, invalid, missing
from simulators.whatsapp_interactive import check_interactive
from simulators.wire import Json

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_TRACKER = 512
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
# Business-scoped user ids: country code, a dot, up to 128 characters; ENT in between for parents.
BUSINESS_SCOPED_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_TOP_LEVEL = frozenset(
    (
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "context",
        "biz_opaque_callback_data",
        "message_activity_sharing",
    )
)
_MEDIA_KEYS = {
    "image": {"id", "link", "caption"},
    "video": {"id", "link", "caption"},
    "audio": {"id", "link", "voice"},
    "document": {"id", "link", "caption", "filename"},
    "sticker": {"id", "link"},
}


def check_send(body: Json) -> str:
    """Check a whole send body; returns the message's type."""
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if not body.get("to") and not body.get("recipient"):
        raise GraphError(100, "The parameter to is required.")
    kind = body.get("type", "text")
    if not isinstance(kind, str) or kind not in CHECKS:
        raise GraphError(100, f"Param type must be one of {{{', '.join(sorted(CHECKS)).upper()}}}")
    _check_envelope(body, kind)
    part = body.get(kind)
    if part is None:
        raise missing(kind)
    CHECKS[kind](part)
    return kind


def _check_envelope(body: Json, kind: str) -> None:
    unexpected = sorted(set(body) - _TOP_LEVEL - {kind})
    if unexpected:
        raise GraphError(100, f'Unexpected key "{unexpected[0]}" on the message')
    if body.get("recipient_type", "individual") not in ("individual", "group"):
        raise invalid("recipient_type", "must be one of {individual, group}")
    for name in ("to", "recipient"):
        if name in body and not isinstance(body[name], str):
            raise invalid(name, "must be a string")
    tracker = body.get("biz_opaque_callback_data", "")
    if not isinstance(tracker, str) or len(tracker) > MAX_TRACKER:
        raise invalid("biz_opaque_callback_data", f"must have at most {MAX_TRACKER} characters")
    context = body.get("context")
    if context is not None:
        text_of(object_of(context, "context"), "message_id", "context", 512)


def object_of(value: Any, where: str) -> Json:
    """The JSON object expected at `where`."""
    if not isinstance(value, dict):
        raise invalid(where, "must be a JSON object")
    return value


def text_of(part: Json, key: str, where: str, limit: int) -> str:
    """The required, non-empty text at `where[key]`."""
    value = part.get(key)
    name = f"{where}['{key}']"
    if value is None or value == "":
        raise missing(name)
    if not isinstance(value, str):
        raise invalid(name, "must be a string")
    if len(value) > limit:
        raise GraphError(100, f"Param {name} must be at most {limit} characters long.")
    return value


def no_other_keys(part: Json, allowed: set[str], where: str) -> None:
    """Graph refuses keys it does not know."""
    unexpected = sorted(set(part) - allowed)
    if unexpected:
        raise GraphError(100, f'Unexpected key "{unexpected[0]}" on param "{where}"')


def _check_text(part: Any) -> None:
    text = object_of(part, "text")
    no_other_keys(text, {"body", "preview_url"}, "text")
    text_of(text, "body", "text", MAX_TEXT)
    if not isinstance(text.get("preview_url", False), bool):
        raise invalid("text['preview_url']", "must be a boolean")


def _media_check(kind: str) -> Callable[[Any], None]:
    def check(part: Any) -> None:
        media = object_of(part, kind)
        no_other_keys(media, _MEDIA_KEYS[kind], kind)
        if ("id" in media) == ("link" in media):
            raise missing(f"{kind}['id'] or {kind}['link'] (exactly one)")
        if "id" in media:
            text_of(media, "id", kind, 128)
        elif not re.match(r"https?://\S+$", text_of(media, "link", kind, 2048)):
            raise invalid(f"{kind}['link']", "is not a valid URL")
        if "caption" in media:
            text_of(media, "caption", kind, MAX_CAPTION)
        if "filename" in media:
            text_of(media, "filename", kind, 240)

    return check


def _check_location(part: Any) -> None:
    location = object_of(part, "location")
    no_other_keys(location, {"latitude", "longitude", "name", "address"}, "location")
    for key, bound in (("latitude", 90), ("longitude", 180)):
        if location.get(key) in (None, ""):
            raise missing(f"location['{key}']")
        try:
            degrees = float(location[key])
        except (TypeError, ValueError, OverflowError):
            raise invalid(f"location['{key}']", "must be a number") from None
        if not -bound <= degrees <= bound:
            raise invalid(f"location['{key}']", f"must be between -{bound} and {bound}")


def _check_contacts(part: Any) -> None:
    if not isinstance(part, list) or not part:
        raise invalid("contacts", "must be a non-empty list")
    for index, entry in enumerate(part):
        where = f"contacts[{index}]['name']"
        name = object_of(object_of(entry, f"contacts[{index}]").get("name") or {}, where)
        text_of(name, "formatted_name", where, 256)
        if len([value for value in name.values() if value]) < 2:
            raise invalid(where, "needs formatted_name and at least one other part of the name")


def _check_reaction(part: Any) -> None:
    reaction = object_of(part, "reaction")
    text_of(reaction, "message_id", "reaction", 512)
    if not isinstance(reaction.get("emoji"), str):  # an empty string takes the reaction away
        raise missing("reaction['emoji']")


def _check_template(part: Any) -> None:
    template = object_of(part, "template")
    text_of(template, "name", "template", 512)
    language = object_of(template.get("language") or {}, "template['language']")
    text_of(language, "code", "template['language']", 20)
    if language.get("policy", "deterministic") != "deterministic":
        raise invalid("template['language']['policy']", "must be one of {deterministic}")
    components = template.get("components", [])
    if not isinstance(components, list):
        raise invalid("template['components']", "must be a list")
    for index, entry in enumerate(components):
        where = f"template['components'][{index}]"
        component = object_of(entry, where)
        kind = text_of(component, "type", where, 20).lower()
        if kind not in ("header", "body", "button", "carousel", "limited_time_offer"):
            raise invalid(f"{where}['type']", "is not a component type")
        if kind == "button":
            text_of(component, "sub_type", where, 20)
            if not str(component.get("index", "")).isdigit():
                raise missing(f"{where}['index']")


CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "interactive": check_interactive,
    "template": _check_template,
    **{kind: _media_check(kind) for kind in MEDIA_TYPES},
}
