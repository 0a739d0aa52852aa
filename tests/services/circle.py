"""Customers on many channels: the real receiving, persons and matching over a table in memory, every event carried to
matching as the bus does, and a replay of the links that were told."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_people import person_from
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.suggestions import SuggestionStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.domain.person import Person
from chalicelib.domain.profile import told
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services import evidence
from chalicelib.services.matching import Matching
from chalicelib.services.receive import Received, receive
from chalicelib.services.suggestions import Linking
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.room import Brittle, Crash
from tests.services.test_routing import INDEXES

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Principal("agent", "agt_0ana", "Ana", Role.AGENT)
SUE = Principal("agent", "agt_0sue", "Sue", Role.SUPERVISOR)


class Circle:
    """`client` is what all stores call; tests put a failing one in its place."""

    def __init__(self, wrap: Callable[[MemoryDynamoDB], Any] | None = None, table: MemoryTable | None = None) -> None:
        self.table = table or MemoryTable(INDEXES)
        raw = MemoryDynamoDB({"desk": self.table})
        self.client: Any = wrap(raw) if wrap else raw
        self.desk = Desk(self.client, "desk")
        self.people, self.pairs = PeopleStore(self.desk), SuggestionStore(self.desk)
        self.inbound, self.contacts = InboundStore(self.desk), ContactStore(self.desk)
        self.matching = Matching(self.people, self.pairs)
        self.now = START
        self.heard: list[Mapping[str, Any]] = []
        self._read = self._number = 0

    def linking(self, who: Principal = ANA) -> Linking:
        return Linking(self.people, self.pairs, self.matching, who, self.now)

    # --- customers -----------------------------------------------------------------------------------------------

    def writes(self, channel: str, address: str, **profile: str) -> Received:
        """A message of a customer arrives."""
        self._number += 1
        self.now += timedelta(seconds=1)
        inbox = Inbox(f"ibx_{channel.replace('_', '')}", channel, channel, channel, f"inbox/{channel}", START)
        inbound = InboundMessage(
            account_id=channel,
            external_id=f"ext-{self._number}",
            peer=Peer((address,), Profile(**profile)),
            occurred_at=self.now,
            kind=MessageKind.TEXT,
            text=f"message {self._number}",
        )
        return receive(self.inbound, inbox, inbound, self.now)

    def comes(self, channel: str, address: str, **profile: str) -> str:
        """A customer writes for the first time; gives the contact's id."""
        self.writes(channel, address, **profile)
        return ids.contact_id(channel, address)

    def is_told(self, contact_id: str, source: str, **said: Any) -> Contact:
        """A source's word on a contact's fields."""
        self.now += timedelta(seconds=1)
        before = self.contact(contact_id)
        after = replace(told(before, source, said, self.now), updated_at=self.now, version=before.version + 1)
        recorded = Recorded((ContactUpdated(fields=tuple(sorted(said))),), Actor("agent", ANA.id), self.now)
        changed = evidence.changed(before, after)
        assert self.contacts.replace(after, before.version, recorded, changed) is Written.DONE
        return after

    # --- what is stored ------------------------------------------------------------------------------------------

    def contact(self, contact_id: str) -> Contact:
        return contact_from(self.item(keys.contact(contact_id)))

    def person(self, contact_id: str) -> Person:
        return self.people.person_of(self.contact(contact_id))

    def members(self, contact_id: str) -> set[str]:
        return set(self.person(contact_id).members)

    def item(self, key: tuple[str, str]) -> dict[str, Any]:
        return from_attributes(self.table.items[key])

    def suggested(self) -> list[tuple[str, str, int]]:
        return [(pair.a, pair.b, pair.strength) for pair in self.pairs.page(100, None).items]

    # --- events --------------------------------------------------------------------------------------------------

    def settle(self, times: int = 2) -> None:
        """Every event is carried to matching, so many times each, until nothing more is told."""
        while new := self.told():
            for event in new:
                for _ in range(times):
                    insist(lambda event=event: self.matching.react(event, self.now))  # type: ignore[misc]

    def told(self) -> list[Mapping[str, Any]]:
        """What was told since it was last asked, in order."""
        new = []
        while self._read < len(self.table.stream):
            record = self.table.stream[self._read]
            self._read += 1
            new += [json.loads(json.dumps(each)) for each in announcements(record)]
        self.heard += new
        return new


def insist(act: Callable[[], object]) -> None:
    """A queue gives a trigger again until it has gone through."""
    for _ in range(50):
        with suppress(Crash, StoreUnavailable):
            act()
            return
    raise AssertionError("a trigger never went through")


def brittle(client: MemoryDynamoDB) -> Brittle:
    return Brittle(client)


# --- an independent replay ---------------------------------------------------------------------------------------


def groups(edges: Iterable[frozenset[str]], everybody: Iterable[str]) -> dict[str, frozenset[str]]:
    """Who is one person with whom, by walking the edges."""
    near: dict[str, set[str]] = {each: set() for each in everybody}
    for edge in edges:
        one, other = sorted(edge)
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    found: dict[str, frozenset[str]] = {}
    for first in near:
        if first in found:
            continue
        seen, todo = {first}, [first]
        while todo:
            fresh = near[todo.pop()] - seen
            seen |= fresh
            todo += fresh
        found |= dict.fromkeys(seen, frozenset(seen))
    return found


def edges_told(events: Iterable[Mapping[str, Any]]) -> set[frozenset[str]]:
    """The links that stand after all that was told, in its order."""
    edges: set[frozenset[str]] = set()
    for event in events:
        data = event["data"]
        if event["type"] == "contact.linked":
            edges.add(frozenset((data["contact_id"], data["other_id"])))
        elif event["type"] == "contact.unlinked":
            edges.discard(frozenset((data["contact_id"], data["other_id"])))
    return edges


def check(here: Circle) -> None:
    """What is stored of persons says the same as a replay of what was told, everywhere."""
    here.told()
    stored = {pk: from_attributes(item) for (pk, sk), item in here.table.items.items() if sk == keys.HEAD}
    contacts = {keys.identifier(pk): contact_from(item) for pk, item in stored.items() if pk.startswith("CON#")}
    persons = {keys.identifier(pk): person_from(item) for pk, item in stored.items() if pk.startswith("PRS#")}
    edges = edges_told(here.heard)
    told = groups(edges, contacts)
    for contact_id, contact in contacts.items():
        together = told[contact_id]
        assert contact.person == (min(together) if len(together) > 1 else None)
        assert here.members(contact_id) == together
    for person in persons.values():
        whole = {*person.members}
        assert not whole or (min(whole) == person.id and told[person.id] == whole), "a root that is over holds nobody"
        assert {frozenset(link.ends) for link in person.links} == {edge for edge in edges if edge <= whole}
    check_copies(here)


def check_copies(here: Circle) -> None:
    """A pair says the same under both contacts, and is listed while it is open."""
    for (pk, sk), item in here.table.items.items():
        if not pk.startswith("PAR#") or not sk.startswith(keys_contact.PAIR):
            continue
        one, other = keys.identifier(pk), keys.sort_identifier(sk)
        copy = here.table.items[keys_contact.pair(other, one)]
        assert (item["row"], item["version"]) == (copy["row"], copy["version"])
        is_open = from_attributes(item)["row"]["state"] == "open"
        assert ("kind_key" in item) is (is_open and one < other)
