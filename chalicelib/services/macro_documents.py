"""A macro's actions as they are given: each checked by its kind. Raises InvalidInput with the path of what is wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.domain.canned_response import MAX_BODY
from chalicelib.domain.conversation import Priority, Status, WakeOn
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.ids import is_id
from chalicelib.domain.labels import MAX_LABELS
from chalicelib.domain.macro import MAX_ACTIONS, ME, Action, ActionKind
from chalicelib.services.document_fields import items_of, number_of, object_of, text_of

DO = "do"
MAX_NOTE = 10_000
MAX_TITLE = 200
YEAR_SECONDS = 366 * 86_400
MAX_ACTIONS_BYTES = 60_000

Values = Mapping[str, Any]


def actions_from(given: Any, at: str = "actions") -> tuple[Action, ...]:
    """[{"do": "reply", ...}, ...], at least one."""
    items = items_of(given, at, MAX_ACTIONS)
    if not items:
        raise InvalidInput("A macro has at least one action.", field=at)
    if len(json.dumps(items).encode("utf-8", "replace")) > MAX_ACTIONS_BYTES:
        raise InvalidInput(f"All actions together have at most {MAX_ACTIONS_BYTES} bytes.", field=at)
    return tuple(_action(each, f"{at}[{place}]") for place, each in enumerate(items))


def actions_body(actions: Sequence[Action]) -> list[dict[str, Any]]:
    return [{DO: each.kind.value, **each.values} for each in actions]


def _action(given: Any, at: str) -> Action:
    named = given.get(DO) if isinstance(given, Mapping) else None
    if not isinstance(named, str) or named not in set(ActionKind):
        raise InvalidInput(f"Give one of: {', '.join(ActionKind)}.", field=f"{at}.{DO}")
    kind = ActionKind(named)
    fields, read = _KINDS[kind]
    values = object_of(given, at, frozenset({DO, *fields}))
    return Action(kind, read(values, at))


def _reply(given: Values, at: str) -> Values:
    if ("text" in given) is ("canned_response_id" in given):
        raise InvalidInput("Give a text or a canned response.", field=f"{at}.text")
    if "text" in given:
        return {"text": _long(given["text"], f"{at}.text", MAX_BODY)}
    return {"canned_response_id": _id("can", given["canned_response_id"], f"{at}.canned_response_id")}


def _template(given: Values, at: str) -> Values:
    components = items_of(given.get("components", []), f"{at}.components", 20)
    for place, each in enumerate(components):
        if not isinstance(each, Mapping):
            raise InvalidInput("Give an object.", field=f"{at}.components[{place}]")
    return {
        "name": text_of(given.get("name"), f"{at}.name", 512),
        "language": text_of(given.get("language"), f"{at}.language", 20),
        "components": components,
    }


def _note(given: Values, at: str) -> Values:
    return {"text": _long(given.get("text"), f"{at}.text", MAX_NOTE)}


def _assign(given: Values, at: str) -> Values:
    found: dict[str, Any] = {}
    if "assignee_id" in given:
        found["assignee_id"] = _agent(given["assignee_id"], f"{at}.assignee_id")
    if "team_id" in given:
        team = given["team_id"]
        found["team_id"] = None if team is None else _id("team", team, f"{at}.team_id")
    if not found:
        raise InvalidInput("Give an agent, a team or both.", field=f"{at}.assignee_id")
    return found


def _status(given: Values, at: str) -> Values:
    status = _one_of(Status, given.get("status"), f"{at}.status")
    found: dict[str, Any] = {"status": status}
    if status != Status.SNOOZED:
        for name in ("snooze_seconds", "wake_on"):
            if name in given:
                raise InvalidInput("This goes with the status snoozed.", field=f"{at}.{name}")
        return found
    found["snooze_seconds"] = number_of(given.get("snooze_seconds"), f"{at}.snooze_seconds", 60, YEAR_SECONDS)
    if given.get("wake_on") is not None:
        found["wake_on"] = _one_of(WakeOn, given["wake_on"], f"{at}.wake_on")
    return found


def _priority(given: Values, at: str) -> Values:
    return {"priority": _one_of(Priority, given.get("priority"), f"{at}.priority")}


def _labels(given: Values, at: str) -> Values:
    found = {}
    for name in ("add", "remove"):
        items = items_of(given.get(name, []), f"{at}.{name}", MAX_LABELS)
        found[name] = [text_of(each, f"{at}.{name}[{place}]") for place, each in enumerate(items)]
    if not (found["add"] or found["remove"]):
        raise InvalidInput("Name at least one label.", field=f"{at}.add")
    return found


def _task(given: Values, at: str) -> Values:
    found: dict[str, Any] = {"title": text_of(given.get("title"), f"{at}.title", MAX_TITLE)}
    if given.get("due_in_seconds") is not None:
        found["due_in_seconds"] = number_of(given["due_in_seconds"], f"{at}.due_in_seconds", 60, YEAR_SECONDS)
    if "assignee_id" in given:
        found["assignee_id"] = _agent(given["assignee_id"], f"{at}.assignee_id")
    return found


_KINDS: Mapping[ActionKind, tuple[tuple[str, ...], Callable[[Values, str], Values]]] = {
    ActionKind.REPLY: (("text", "canned_response_id"), _reply),
    ActionKind.TEMPLATE: (("name", "language", "components"), _template),
    ActionKind.NOTE: (("text",), _note),
    ActionKind.ASSIGN: (("assignee_id", "team_id"), _assign),
    ActionKind.STATUS: (("status", "snooze_seconds", "wake_on"), _status),
    ActionKind.PRIORITY: (("priority",), _priority),
    ActionKind.LABELS: (("add", "remove"), _labels),
    ActionKind.TASK: (("title", "due_in_seconds", "assignee_id"), _task),
}


def _one_of(words: Any, given: Any, at: str) -> str:
    if not isinstance(given, str) or given not in set(words):
        raise InvalidInput(f"Give one of: {', '.join(words)}.", field=at)
    return str(given)


def _agent(given: Any, at: str) -> str | None:
    return given if given is None or given == ME else _id("agt", given, at)


def _id(prefix: str, given: Any, at: str) -> str:
    if not isinstance(given, str) or not is_id(prefix, given):
        raise InvalidInput("This is no such id.", field=at)
    return given


def _long(given: Any, at: str, most: int) -> str:
    """As it is: spaces at its ends may be meant."""
    if not isinstance(given, str) or not given.strip() or len(given) > most:
        raise InvalidInput(f"Give a text of at most {most} characters.", field=at)
    return given
