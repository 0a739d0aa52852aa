"""The AsyncAPI 3.0 document of live views, made from the types of `live_schemas`. Nothing is written by hand.

https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from chalicelib.api.live_schemas import ANSWERS, PUSHED, LiveError
from chalicelib.api.openapi import REFS, VERSION, say_end

SOCKET = "#/channels/socket"
DESCRIPTION = """What changes at the desk, pushed as it happens, and how a client knows that it has missed nothing.

Connect with a ticket of `POST /me/socket-tickets`: it opens one socket, once, within a minute. Numbers of a topic have
no holes; a client that has the number a pong tells has everything up to its `as_of`. Frames of other types than these
may come: leave them alone."""

Schema = dict[str, Any]


def document() -> Schema:
    answers = [one for each in ANSWERS.values() for one in each]
    frames: list[type] = list(dict.fromkeys([*ANSWERS, *answers, LiveError, *PUSHED]))
    _, components = msgspec.json.schema_components(frames, ref_template=REFS)
    say_end(components)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Parley, live", "version": VERSION, "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"live": _server()},
        "channels": {
            "socket": {
                "address": "/",
                "description": "One socket of an agent or a visitor. A frame is one JSON object.",
                "messages": {_name(frame): _ref("#/components/messages", frame) for frame in frames},
                "bindings": {"ws": {"query": _query(), "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            **{f"on{_name(frame)}": _asked(frame, answers) for frame, answers in ANSWERS.items()},
            "push": {"action": "send", "channel": {"$ref": SOCKET}, "messages": _messages(PUSHED)},
        },
        "components": {
            "messages": {_name(frame): _message(frame) for frame in sorted(frames, key=_name)},
            "schemas": {name: components[name] for name in sorted(components)},
            "securitySchemes": {
                "ticket": {"type": "httpApiKey", "in": "query", "name": "ticket", "description": "Good once"}
            },
        },
    }


def _server() -> Schema:
    return {
        "host": "{api}.execute-api.{region}.amazonaws.com",
        "pathname": "/live",
        "protocol": "wss",
        "variables": {"api": {"description": "The stack's output SocketApiId"}, "region": {"default": "eu-central-1"}},
        "security": [{"$ref": "#/components/securitySchemes/ticket"}],
    }


def _query() -> Schema:
    return {"type": "object", "required": ["ticket"], "properties": {"ticket": {"type": "string"}}}


def _asked(frame: type, answers: Sequence[type]) -> Schema:
    """What clients say, as the desk sees it: it receives that, and replies."""
    reply = {"channel": {"$ref": SOCKET}, "messages": _messages((*answers, LiveError))}
    return {"action": "receive", "channel": {"$ref": SOCKET}, "messages": _messages((frame,)), "reply": reply}


def _messages(frames: Iterable[type]) -> list[Schema]:
    return [_ref(f"{SOCKET}/messages", frame) for frame in frames]


def _message(frame: type) -> Schema:
    said = inspect.cleandoc(vars(frame).get("__doc__") or "").replace("\n", " ")
    return {"payload": {"$ref": REFS.format(name=frame.__name__)}, **({"summary": said} if said else {})}


def _ref(where: str, frame: type) -> Schema:
    return {"$ref": f"{where}/{_name(frame)}"}


def _name(frame: type) -> str:
    """As the wire calls it is not enough: `typing` is said by both sides."""
    return frame.__name__.removesuffix("Frame")
