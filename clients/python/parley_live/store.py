"""What is known: things by kind and id, the newest version of each, and which topics they were learned from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parley_live.times import milliseconds

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """`view`: as the REST API shows it."""

    kind: str
    id: str
    version: int
    view: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return self.kind, self.id

    def wire(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "version": self.version, "view": self.view}


def thing_from(wire: Mapping[str, Any]) -> Thing:
    return Thing(wire["kind"], wire["id"], wire["version"], wire["view"])


class Store:
    def __init__(self) -> None:
        self.things: dict[Key, Thing] = {}
        # For each topic: its things, each with the number of the entry that told of it last.
        self.members: dict[str, dict[Key, int]] = {}

    def merge(self, topic: str, seq: int, thing: Thing) -> bool:
        """Whether it is news. An older version is not: things come late, and twice."""
        members = self.members.setdefault(topic, {})
        members[thing.key] = max(seq, members.get(thing.key, 0))
        known = self.things.get(thing.key)
        if known is not None and known.version > thing.version:
            return False
        self.things[thing.key] = thing
        return known != thing

    def read(self, topic: str, seq: int, things: Iterable[Thing]) -> list[Key]:
        """A topic as the REST API gave it, where its entries began anew at `seq`. What it no longer has goes, unless an
        entry behind that number told of it. Gives the keys that changed."""
        found = list(things)
        changed = [thing.key for thing in found if self.merge(topic, seq, thing)]
        kept = {thing.key for thing in found}
        members = self.members.setdefault(topic, {})
        gone = [key for key, learned in members.items() if learned <= seq and key not in kept]
        return changed + self._drop(topic, gone)

    def forget(self, topic: str) -> list[Key]:
        gone = self._drop(topic, list(self.members.get(topic, {})))
        self.members.pop(topic, None)
        return gone

    def snapshot(self) -> dict[str, Any]:
        return {
            "things": [thing.wire() for thing in self.things.values()],
            "members": {
                topic: [[kind, identifier, seq] for (kind, identifier), seq in members.items()]
                for topic, members in self.members.items()
            },
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        self.things = {thing.key: thing for thing in map(thing_from, snapshot["things"])}
        self.members = {
            topic: {(kind, identifier): seq for kind, identifier, seq in members}
            for topic, members in snapshot["members"].items()
        }

    def _drop(self, topic: str, keys: Sequence[Key]) -> list[Key]:
        for key in keys:
            del self.members[topic][key]
        held = {key for members in self.members.values() for key in members}
        gone = [key for key in keys if key not in held and key in self.things]
        for key in gone:
            del self.things[key]
        return gone

    def of_kind(self, *kinds: str) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.kind in kinds]


def work_of(store: Store, agent_id: str) -> list[Thing]:
    """An agent's conversations that are not resolved, the one with the newest activity first."""
    mine = [
        thing
        for thing in store.of_kind("conversation")
        if thing.view["assignee_id"] == agent_id and thing.view["status"] != "resolved"
    ]
    return sorted(mine, key=lambda thing: (-milliseconds(thing.view["last_activity_at"]), thing.id))


def thread(store: Store, conversation_id: str) -> list[Thing]:
    """Messages and notes of a conversation, oldest first."""
    said = [thing for thing in store.of_kind("message", "note") if thing.view["conversation_id"] == conversation_id]
    return sorted(said, key=lambda thing: (milliseconds(thing.view["occurred_at"]), thing.id))
