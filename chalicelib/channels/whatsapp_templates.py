"""Template messages: typed components, checked and built before WhatsApp sees them.

`content["components"]` has the form of the Cloud API "Template object" reference. A file parameter
may name one of the message's own attachments instead of a link: `{"type": "image", "attachment":
0}`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.untrusted import items, known, mapping, objects, optional, text, whole
from chalicelib.channels.whatsapp_files import check_file

COMPONENTS = frozenset({"header", "body", "footer", "button", "carousel", "limited_time_offer"})
BUTTONS = frozenset(
    {
        "quick_reply",
        "url",
        "copy_code",
        "flow",
        "catalog",
        "mpm",
        "order_details",
        "voice_call",
        "phone_number",
    }
)
MAX_PARAMETER = 1024
# Error 132018: "Param text cannot have new-line/tab characters or more than 4 consecutive spaces".
_UNFIT_SPACE = re.compile(r"[\r\n\t]| {5}")

Part = dict[str, Any]


def template(message: Outgoing) -> Part:
    """The `template` object of a send. Raises CannotSay, naming the part that does not fit."""
    content = message.content
    name = text(content.get("name"))
    language = content.get("language")
    code = text(language.get("code")) if isinstance(language, Mapping) else text(language)
    if not name:
        raise CannotSay("Choose a template.", field="content.name")
    if not code:
        raise CannotSay("Say in which language the template is to be sent.", field="content.language")
    where = "content.components"
    built = [
        _component(message, component, f"{where}[{index}]")
        for index, component in enumerate(_list(content.get("components"), where))
    ]
    wire: Part = {"name": name, "language": {"code": code, "policy": "deterministic"}}
    return {**wire, "components": built} if built else wire


def _component(message: Outgoing, component: Mapping[str, Any], where: str) -> Part:
    kind = text(component.get("type")).lower()
    if kind not in COMPONENTS:
        raise CannotSay(f"Templates have no part called “{kind[:40]}”.", field=f"{where}.type")
    if kind == "carousel":
        return {"type": kind, "cards": _cards(message, component, where)}
    parameters = [
        _parameter(message, parameter, f"{where}.parameters[{index}]")
        for index, parameter in enumerate(_list(component.get("parameters"), f"{where}.parameters"))
    ]
    wire: Part = {"type": kind, **(_button(component, where) if kind == "button" else {})}
    return {**wire, "parameters": parameters} if parameters else wire


def _cards(message: Outgoing, component: Mapping[str, Any], where: str) -> list[Part]:
    cards = _list(component.get("cards"), f"{where}.cards")
    if not cards:
        raise CannotSay("A carousel needs its cards.", field=f"{where}.cards")
    return [
        {
            "card_index": whole(card.get("card_index")) if "card_index" in card else index,
            "components": [
                _component(message, inner, f"{where}.cards[{index}].components[{place}]")
                for place, inner in enumerate(_list(card.get("components"), f"{where}.cards[{index}].components"))
                if text(inner.get("type")).lower() != "carousel"
            ],
        }
        for index, card in enumerate(cards)
    ]


def _button(component: Mapping[str, Any], where: str) -> Part:
    kind = text(component.get("sub_type")).lower()
    if kind not in BUTTONS:
        raise CannotSay("Say what kind of button this is.", field=f"{where}.sub_type")
    index = whole(component.get("index"))
    if index is None:
        raise CannotSay("Say which button of the template this is, counted from 0.", field=f"{where}.index")
    return {"sub_type": kind, "index": str(index)}


def _parameter(message: Outgoing, parameter: Mapping[str, Any], where: str) -> Part:
    kind = text(parameter.get("type")).lower()
    build = PARAMETERS.get(kind)
    if build is None:
        raise CannotSay(f"Templates have no value of type “{kind[:40]}”.", field=f"{where}.type")
    named = known(parameter_name=optional(parameter.get("parameter_name")))
    return {"type": kind, **named, **build(message, parameter, where)}


def _text(_: Outgoing, parameter: Mapping[str, Any], where: str) -> Part:
    value = parameter.get("text")
    if not isinstance(value, str) or not value.strip():
        raise CannotSay("Fill in every placeholder of the template: one is empty.", field=f"{where}.text")
    if _UNFIT_SPACE.search(value):
        raise CannotSay(
            "A value of a template may not have line breaks, tabs or more than four spaces in a row.",
            field=f"{where}.text",
        )
    if len(value) > MAX_PARAMETER:
        raise CannotSay(f"A value of a template has at most {MAX_PARAMETER} characters.", field=f"{where}.text")
    return {"text": value}


def _file(message: Outgoing, parameter: Mapping[str, Any], where: str) -> Part:
    kind = text(parameter.get("type")).lower()
    place = whole(parameter.get("attachment"))
    if place is not None and place < len(message.attachments):
        file = message.attachments[place]
        check_file(kind, file, f"attachments[{place}]")
        return {kind: known(link=file.url, filename=file.name if kind == "document" else None)}
    part = mapping(parameter.get(kind))
    if not (optional(part.get("link")) or optional(part.get("id"))):
        raise CannotSay(f"The template needs its {kind}: attach the file.", field=f"{where}.{kind}")
    return {kind: dict(part)}


def _texts(*names: str) -> Callable[[Outgoing, Mapping[str, Any], str], Part]:
    """A parameter whose values stand beside its type and must not be empty."""

    def build(_: Outgoing, parameter: Mapping[str, Any], where: str) -> Part:
        for name in names:
            if not text(parameter.get(name)).strip():
                raise CannotSay(f"The template needs a value for {name}.", field=f"{where}.{name}")
        return {name: parameter[name] for name in names}

    return build


def _object(kind: str, *names: str) -> Callable[[Outgoing, Mapping[str, Any], str], Part]:
    """A parameter whose values are in an object of its type's name; `names` must be in it."""

    def build(_: Outgoing, parameter: Mapping[str, Any], where: str) -> Part:
        part = mapping(parameter.get(kind))
        for name in names:
            if not text(part.get(name)).strip():
                raise CannotSay(f"The template needs a value for {name}.", field=f"{where}.{kind}.{name}")
        return {kind: dict(part)}

    return build


PARAMETERS: Mapping[str, Callable[[Outgoing, Mapping[str, Any], str], Part]] = {
    "text": _text,
    "currency": _object("currency", "fallback_value", "code", "amount_1000"),
    "date_time": _object("date_time", "fallback_value"),
    "image": _file,
    "video": _file,
    "document": _file,
    "location": _object("location", "latitude", "longitude"),
    "payload": _texts("payload"),
    "coupon_code": _texts("coupon_code"),
    "action": _object("action"),
    "product": _object("product", "product_retailer_id"),
    "limited_time_offer": _object("limited_time_offer", "expiration_time_ms"),
}


def _list(value: Any, where: str) -> list[Mapping[str, Any]]:
    """A list of objects; None is an empty one."""
    found = objects(value)
    if (value is not None and not isinstance(value, list | tuple)) or len(found) != len(items(value)):
        raise CannotSay("This has to be a list of objects.", field=where)
    return found
