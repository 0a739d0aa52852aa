"""Utility messages: approved templates of a page, which go at any time.

Source: Messenger Platform "Send a utility message". Here the types of components are in lower case, and all buttons are
in one component.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.meta_outbound import Part
from chalicelib.channels.untrusted import items, mapping, objects, text

COMPONENTS = frozenset({"header", "body", "buttons"})


def template(message: Outgoing) -> Part:
    """The `template` object of a send. Raises CannotSay, naming the part that does not fit."""
    content = message.content
    language = content.get("language")
    name, code = text(content.get("name")), text(mapping(language).get("code")) or text(language)
    if not name:
        raise CannotSay("Choose a template.", field="content.name")
    if not code:
        raise CannotSay("Say in which language the template is to be sent.", field="content.language")
    where = "content.components"
    built = [
        _component(component, f"{where}[{index}]")
        for index, component in enumerate(_list(content.get("components"), where))
    ]
    return {"name": name, "language": {"code": code}, "components": built}


def _component(component: Mapping[str, Any], where: str) -> Part:
    kind = text(component.get("type")).lower()
    if kind not in COMPONENTS:
        raise CannotSay(f"Templates have no part called “{kind[:40]}”.", field=f"{where}.type")
    parameters = _list(component.get("parameters"), f"{where}.parameters")
    for index, parameter in enumerate(parameters):
        if "attachment" in parameter:
            raise CannotSay(
                "A template of Messenger takes no attached file: give its link.", field=f"{where}.parameters[{index}]"
            )
        if parameter.get("type") == "text" and not text(parameter.get("text")).strip():
            raise CannotSay(
                "Fill in every placeholder of the template: one is empty.", field=f"{where}.parameters[{index}].text"
            )
    return {"type": kind, "parameters": [dict(parameter) for parameter in parameters]}


def _list(value: Any, where: str) -> list[Mapping[str, Any]]:
    """A list of objects; None is an empty one."""
    found = objects(value)
    if (value is not None and not isinstance(value, list | tuple)) or len(found) != len(items(value)):
        raise CannotSay("This has to be a list of objects.", field=where)
    return found
