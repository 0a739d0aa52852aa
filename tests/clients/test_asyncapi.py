"""The AsyncAPI document is what is said on sockets, and changes only on purpose."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.api import live_schemas
from chalicelib.api.live_schemas import ANSWERS
from chalicelib.wiring import sockets
from tests.clients import golden
from tests.clients.schema import document, fault_of
from tests.flow.live_network import Line, Network
from tests.flow.test_live_chaos import AGENTS, Work
from tests.flow.world import memory_world
from tests.services.live_world import ANA, CASE, World, said

ANEW = (
    "If that is meant, write it anew (python -m tests.clients.golden), read the difference, commit it with the change."
)


def test_the_document_has_not_changed_by_accident() -> None:
    stored = json.loads(golden.GOLDEN.read_text("utf-8"))

    assert document() == stored, f"The AsyncAPI document has changed. {ANEW}"


def test_the_types_of_the_typescript_client_are_those_of_the_document() -> None:
    assert golden.TYPES.read_text("utf-8") == golden.types(), f"The frames have changed. {ANEW}"


def test_every_reference_in_the_document_leads_somewhere() -> None:
    for reference in _references(document()):
        found: Any = document()
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found, reference


def test_every_action_is_described() -> None:
    """What the desk knows to answer is what the document says that clients may say."""
    described = {msgspec.inspect.type_info(frame).tag for frame in ANSWERS}  # type: ignore[attr-defined]

    with memory_world():
        assert described == {"follow", "leave", "ping", *sockets.acts()}


@pytest.mark.parametrize(
    "frame",
    [
        {"action": "follow", "topics": {"conversation": None}},
        {"action": "follow", "topics": ["work:agt 1"]},
        {"action": "follow", "topics": {"desk": "5"}},
        {"action": "ping", "seqs": {"desk": -1}},
        {"action": "leave"},
        {"action": "shout"},
        {"type": "heads", "heads": {"desk": "1"}},
        {"type": "pong", "as_of": "yesterday", "heads": {}, "lost": []},
    ],
)
def test_what_is_no_frame_is_seen(frame: dict[str, Any]) -> None:
    assert fault_of(frame)


def test_what_is_said_and_told_in_a_busy_hour_is_in_the_document() -> None:
    network = Network(seed=3, line=Line(lost=0.1))
    heard: list[dict[str, Any]] = []
    deliver, say = network._deliver, network.say

    def delivered(connection: str, frame: dict[str, Any]) -> None:
        heard.append(frame)
        deliver(connection, frame)

    def spoken(remote: Any, connection: str, frame: Any) -> None:
        heard.append(frame)
        say(remote, connection, frame)

    network._deliver, network.say = delivered, spoken  # type: ignore[method-assign]
    work = Work(network, conversations=3, agents=2)
    remote = network.remote(AGENTS[0])
    remote.follow(f"work:{AGENTS[0].id}", *(f"conversation:{name}" for name in work.names), "work:agt_001")
    remote.start()
    for _ in range(40):
        work.batch(4)
        network.pass_(4_000)
    remote.do(remote.client.leave(["conversation:cnv_0"], network.ms))
    network.pass_(1_000)

    kinds = {frame.get("action") or frame.get("type") for frame in heard}
    assert kinds >= {"follow", "ping", "leave", "followed", "entries", "pong", "error", "left"}
    assert {text for frame in heard if (text := fault_of(frame))} == set()


def test_too_large_an_entry_and_refusals_are_in_the_document() -> None:
    world = World()
    one = world.connect(ANA)
    world.follow(one, CASE)
    world.tell(said("x" * 130_000))
    told = [
        *world.sockets.of(one),
        world.say(one, action="follow", topics=["work:agt_0bo"], request="1"),
        world.say(one, action="nonsense"),
        world.say("con-unknown", action="ping"),
        world.say(one, action="ping", seqs={CASE: 1, "desk": 2}),
    ]

    assert [frame["type"] for frame in told] == ["heads", "error", "error", "error", "pong"]
    assert {text for frame in told if (text := fault_of(frame))} == set()


def test_names_of_frames_are_the_types() -> None:
    """Each message of the document points to the type of its name."""
    for name, message in document()["components"]["messages"].items():
        kind = message["payload"]["$ref"].rpartition("/")[2]
        assert kind in (name, f"{name}Frame") and hasattr(live_schemas, kind)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
