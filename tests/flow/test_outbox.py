"""No state without its event, no event without its state: whatever fails between the table's stream and the bus."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.aws.changes import announcements
from chalicelib.domain import ids
from chalicelib.domain.message import Direction
from chalicelib.services.announce import OFF_THE_BUS
from functions.stream.handler import handler
from tests.aws.memory_cloud import Crash, MemoryEvents, MemorySQS, refused, straight
from tests.flow import invariants
from tests.flow.scene import BOB, INBOX, Scene, scene, stored

ROOT = Path(__file__).parent.parent.parent
LEG = ids.leg_id(INBOX, BOB)
CONVERSATION = ids.conversation_id(LEG, 1)


def calls(tree: ast.AST) -> set[str]:
    return {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def shipped(*words: str) -> dict[str, ast.Module]:
    """The modules that ship and say one of the words: no other can call or import what is called so."""
    paths = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    texts = {path: path.read_text("utf-8") for path in paths}
    return {
        str(path.relative_to(ROOT)): ast.parse(text)
        for path, text in texts.items()
        if any(word in text for word in words)
    }


def test_events_are_published_by_the_stream_function_alone() -> None:
    modules = shipped("put_events", "publish", "Bus", "announce", "bus")
    assert {name for name, tree in modules.items() if "put_events" in calls(tree)} == {"chalicelib/aws/queues.py"}
    # What fans out publishes to sockets.
    publishing = {name for name, tree in modules.items() if "publish" in calls(tree)} - {"functions/fanout/handler.py"}
    assert publishing == {"chalicelib/services/announce.py"}
    importers = {
        name
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module, {alias.name for alias in node.names} & {"Bus", "announce", "bus"})
        in (
            ("chalicelib.aws.queues", {"Bus"}),
            ("chalicelib.services.announce", {"announce"}),
            ("chalicelib.wiring.stream", {"bus"}),
        )
    }
    assert importers == {"chalicelib/wiring/stream.py", "functions/stream/handler.py"}


def busy(here: Scene) -> None:
    """A little of everything, nothing of it announced yet."""
    for text in ("One", "Two", "Three"):
        here.now.pass_(seconds=2)
        here.says(text)
    here.provider.post.deliver()
    for text in ("A", "B"):
        here.now.pass_(seconds=2)
        here.replies(CONVERSATION, text, f"c-{text}", leg_id=LEG)


def told(here: Scene) -> list[tuple[str, int, str]]:
    """What was published, each event once: aggregate, version, type."""
    once = {event["id"]: event for event in here.cloud.events.published}
    return sorted((each["aggregate"]["id"], each["aggregate"]["version"], each["type"]) for each in once.values())


def written(here: Scene) -> list[tuple[str, int, str]]:
    """What the writes themselves say happened, but for what stays off the bus."""
    found = []
    for record in here.cloud.tables["desk"].stream:
        image, before = record["dynamodb"]["NewImage"], record["dynamodb"].get("OldImage", {})
        if "events" in image and image["version"] != before.get("version"):
            key = image["sk"]["S"] if image["sk"]["S"].startswith("M#") else image["pk"]["S"]
            for event in json.loads(image["events"]["S"]):
                if event["type"] not in OFF_THE_BUS:
                    found.append((key.partition("#")[2], int(image["version"]["N"]), event["type"]))
    return sorted(found)


def records(here: Scene) -> list[dict[str, Any]]:
    return list(here.cloud.tables["desk"].stream)


class Spoil:
    """Spoils the call at one place, before or after it takes effect."""

    def __init__(self, place: int, kind: str) -> None:
        self.place, self.kind, self.met = place, kind, 0

    def __call__(self, name: str, call: Any) -> Any:
        self.met += 1
        if self.met - 1 != self.place:
            return call()
        if self.kind.startswith("lost"):
            call()
        if self.kind.endswith("crash"):
            raise Crash
        raise ReadTimeoutError(endpoint_url="x") if self.kind == "lost answer" else refused("ThrottlingException")


@pytest.mark.parametrize("kind", ["refused", "lost answer", "crash", "lost by crash"])
@pytest.mark.parametrize("place", range(2))
def test_every_event_is_told_and_every_message_sent_once_when_the_stream_function_fails(place: int, kind: str) -> None:
    with scene() as here:
        busy(here)
        spoil = Spoil(place, kind)
        here.cloud.tap = spoil
        here.world._pump_stream()
        assert spoil.met > place
        here.cloud.tap = straight
        here.settle()
        assert told(here) == written(here)
        assert here.screen() == ["One", "Two", "Three", "A", "B"]
        assert len(set(told(here))) == len(told(here))


def test_it_comes_back_from_the_first_refused_event_when_the_bus_takes_only_some() -> None:
    with scene() as here:
        busy(here)
        expected = written(here)
        events = here.cloud.events
        here.cloud.raw["events"] = Half(here.cloud.sqs, events)
        batch = records(here)
        answer = handler({"Records": batch}, None)["batchItemFailures"]
        place = next(
            index
            for index, each in enumerate(batch)
            if each["dynamodb"]["SequenceNumber"] == answer[0]["itemIdentifier"]
        )
        assert len(answer) == 1
        assert 0 < place < len(batch)
        here.cloud.raw["events"] = events
        assert handler({"Records": batch[place:]}, None) == {"batchItemFailures": []}
        assert told(here) == expected


class Half(MemoryEvents):
    """Takes the first five entries of each call."""

    def __init__(self, sqs: MemorySQS, real: MemoryEvents) -> None:
        super().__init__(sqs)
        self._real = real

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        answer = self._real.put_events(Entries=Entries[:5])
        return {"Entries": answer["Entries"] + [{"ErrorCode": "InternalFailure"}] * len(Entries[5:])}


def test_nothing_is_told_of_a_write_that_did_not_happen() -> None:
    with scene() as here:
        here.cloud.tap = lambda name, call: (_ for _ in ()).throw(refused("InternalServerError"))
        here.says("One")
        here.provider.post.deliver()
        here.cloud.tap = straight
        here.world.pump()
        assert here.cloud.events.published == []


def test_each_snapshot_is_of_its_own_version_however_late_it_is_told() -> None:
    with scene() as here:
        busy(here)
        told_late = [event for record in records(here) for event in announcements(record)]
        snapshots = [
            (event["aggregate"]["version"], event["snapshot"]["preview"])
            for event in told_late
            if event["type"] == "conversation.updated"
        ]
        assert snapshots == [(1, "One"), (2, "Two"), (3, "Three"), (4, "A"), (5, "B")]


def test_a_message_of_a_huge_event_does_not_block_the_stream() -> None:
    """What is too large for the bus is told without its snapshot."""
    with scene() as here:
        here.says("x" * 60_000)
        here.provider.post.deliver()
        here.world.pump()
        (message,) = invariants.all_messages(stored(here.world))
        assert message.direction is Direction.INBOUND
        assert {event["type"] for event in here.cloud.events.published} >= {"message.created"}
