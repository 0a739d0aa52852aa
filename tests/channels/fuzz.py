"""Structure-aware fuzzing: `python -m tests.channels.fuzz [--seconds N] [--seed N]`.

Takes the fixtures apart and puts them together wrongly: values of other types, missing and doubled parts, deep and long
ones, broken bytes. No payload may raise anything but PayloadNotUnderstood, no answer may raise at all, and what comes
out has to be fit for the store. Exit code 1 if something was found, with the seed that finds it again.
"""

import argparse
import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chalicelib.channels.base import HttpResponse, PayloadNotUnderstood
from tests.channels.cases import check_item
from tests.channels.kits import KITS, Kit, event_of

STRANGE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    10**40,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "0",
    "-1",
    "nan",
    "1e999",
    "9" * 400,
    "\ud800",
    "\u0000",
    "\u202e",
    "a" * 70_000,
    "2026-13-45T99:99:99Z",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    [],
    {},
    [None],
    [[]],
    {"": ""},
    {"id": {}},
)
ANSWERS: tuple[Any, ...] = (
    {"messages": [{"id": "wamid.1"}], "external_id": "x1"},
    {"error": {"code": 131047, "is_transient": False, "error_data": {"details": "d"}, "message": "m"}},
    {"url": "https://lookaside.fbsbx.com/1", "mime_type": "image/png", "file_size": 12, "sha256": "00"},
    {"id": "1", "verified_name": "Parley"},
    {"ok": True, "result": {"message_id": 7, "file_path": "photos/file_7.jpg", "file_size": 12, "id": 1}},
    {"ok": False, "error_code": 429, "description": "d", "parameters": {"retry_after": 5, "migrate_to_chat_id": -1}},
    {"status": 12, "status_message": "m", "message_token": 4912661846655238145, "id": "pa:1", "subscribers_count": 1},
    {"errcode": 45015, "errmsg": "m", "msgid": 1, "access_token": "t", "expires_in": 7200, "media_id": "m"},
    {"sentMessages": [{"id": "1", "quoteToken": "q"}], "message": "m", "details": [{"message": "m", "property": "p"}]},
    {"upload-url": "https://a", "mmcs-url": "https://a", "mmcs-owner": "M1", "download-url": "https://a", "error": "e"},
)


@dataclass
class Findings:
    tried: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def nodes(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        nodes(value[key], found)
    return found


def _strange(dice: random.Random, container: Any, key: Any, others: list[tuple[Any, Any]]) -> None:
    container[key] = copy.deepcopy(dice.choice(STRANGE))


def _foreign(dice: random.Random, container: Any, key: Any, others: list[tuple[Any, Any]]) -> None:
    elsewhere, name = dice.choice(others)
    container[key] = json.loads(json.dumps(elsewhere[name]))


def _drop(dice: random.Random, container: Any, key: Any, others: list[tuple[Any, Any]]) -> None:
    del container[key]


def _double(dice: random.Random, container: Any, key: Any, others: list[tuple[Any, Any]]) -> None:
    part = container[key]
    container[key] = part * 2 if isinstance(part, list | str) else [part, part]


def _bury(dice: random.Random, container: Any, key: Any, others: list[tuple[Any, Any]]) -> None:
    for _ in range(dice.choice((1, 10, 60))):
        container[key] = {"a": container[key]} if dice.random() < 0.5 else [container[key]]


def _turn(dice: random.Random, container: Any, key: Any, others: list[tuple[Any, Any]]) -> None:
    part = container[key]
    if isinstance(part, dict):
        container[key] = list(part.values())
    elif isinstance(part, list):
        container[key] = {str(place): item for place, item in enumerate(part)}
    else:
        container[key] = str(part) if dice.random() < 0.5 else [part]


MUTATIONS: tuple[Callable[[random.Random, Any, Any, list[tuple[Any, Any]]], None], ...] = (
    _strange,
    _strange,
    _foreign,
    _drop,
    _double,
    _bury,
    _turn,
)


def mutated(dice: random.Random, value: Any) -> bytes:
    """`value` with a few things wrong, as bytes with perhaps a few more."""
    value = json.loads(json.dumps(value))
    for _ in range(dice.choice((1, 1, 2, 4))):
        places = nodes(value, [])
        if places:
            dice.choice(MUTATIONS)(dice, *dice.choice(places), places)
    body = bytearray(json.dumps(value).encode())
    if body and dice.random() < 0.1:
        body[dice.randrange(len(body))] = dice.randrange(256)
    if dice.random() < 0.05:
        del body[dice.randrange(len(body) + 1) :]
    return bytes(body)


def try_payload(kit: Kit, name: str, body: bytes) -> None:
    try:
        request = kit.signed(body, event_of(name))
        items = kit.channel.normalise(request)
        again = kit.channel.normalise(request)
    except PayloadNotUnderstood:
        return
    for item in items:
        check_item(item)
    assert items == again
    kit.channel.answer(request, kit.inbox, items)


def try_answer(kit: Kit, status: int, body: bytes) -> None:
    response = HttpResponse(status, {}, body)
    kit.channel.parse_send(response)
    kit.channel.parse_health(response)
    kit.channel.parse_media_lookup(response, "media-1", kit.inbox, kit.credentials)


def run(seconds: float, seed: int) -> Findings:
    """Tries what comes up in that time; at least one payload of each channel."""
    dice, found, end = random.Random(seed), Findings(), time.monotonic() + seconds
    fixtures = [(kit, name, kit.payload(name)) for kit in KITS.values() for name in kit.fixtures()]
    dice.shuffle(fixtures)
    while True:
        for kit, name, payload in fixtures:
            _try(found, f"{kit.name}/{name}", mutated(dice, payload), partial(try_payload, kit, name))
            found.tried[kit.name] += 1
            status = dice.choice((200, 201, 204, 302, 400, 401, 404, 429, 500))
            answer = mutated(dice, dice.choice(ANSWERS))
            _try(found, f"{kit.name} answers {status}", answer, partial(try_answer, kit, status))
            if time.monotonic() > end and len(found.tried) == len(KITS):
                return found


def _try(found: Findings, what: str, body: bytes, attempt: Callable[[bytes], None]) -> None:
    try:
        attempt(body)
    except Exception as error:
        found.failures.append(f"{what}: {type(error).__name__}: {str(error)[:200]}\n  {body[:600]!r}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args(arguments)
    seed = random.randrange(2**32) if given.seed is None else given.seed
    found = run(given.seconds, seed)
    print(f"seed {seed}: {', '.join(f'{name} {count}' for name, count in sorted(found.tried.items()))}")
    for failure in found.failures[:20]:
        print(failure)
    print(f"{len(found.failures)} failures")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
