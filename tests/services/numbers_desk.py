"""The numbers over AWS in memory: events go in, roll-ups come out, and any call on the way may fail."""

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import to_attributes
from chalicelib.aws.line_archive import LineArchive
from chalicelib.aws.stores.aggregate_runs import RunStore
from chalicelib.aws.stores.contact_moments import ContactMoments
from chalicelib.aws.stores.ledgers import CalendarStore, LedgerStore
from chalicelib.aws.stores.rollups import RollupStore
from chalicelib.aws.stores.slices import SliceStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import digest
from chalicelib.domain.measures import measures
from chalicelib.services.aggregation import Aggregation, Done
from chalicelib.services.coming_back import ComingBack
from chalicelib.services.folding import Folding
from chalicelib.services.line_lookups import Lookups
from chalicelib.services.measuring import Measuring
from chalicelib.services.numbers_rebuild import Rebuilding
from tests.aws.memory_cloud import Crash, MemoryCloud, refused, straight
from tests.aws.memory_table import MemoryTable
from tests.domain.clock_forms import CALENDARS, HOURS, ID, INBOXES, Tale

MINUTE = timedelta(minutes=1)
LATER = datetime(2026, 3, 9, tzinfo=UTC)
ARCHIVE = "archive"

Event = Mapping[str, Any]


class Rules:
    def hours_of(self, team_id: str | None) -> BusinessHours | None:
        return HOURS.get(CALENDARS.get(team_id or "", ""))

    def channel_of(self, inbox_id: str) -> str | None:
        return INBOXES.get(inbox_id)


@dataclass
class Fault:
    """Stands before every call; spoils the one at `place`: refused, or done and then the process is gone."""

    place: int = -1
    kind: str = ""
    calls: list[str] = field(default_factory=list)

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        self.calls.append(name)
        if len(self.calls) - 1 != self.place:
            return call()
        if self.kind == "refused":
            raise refused("ProvisionedThroughputExceededException")
        if self.kind == "lost by crash":
            call()
        raise Crash


@dataclass
class Numbers:
    """`now` moves on with everything that is done."""

    zone: str = "Europe/Berlin"
    now: datetime = LATER
    cloud: MemoryCloud = field(default_factory=lambda: MemoryCloud({"desk": MemoryTable(), "facts": MemoryTable()}))

    def __post_init__(self) -> None:
        client = self.cloud.client("dynamodb")
        self.desk, self.facts = Desk(client, "desk"), Desk(client, "facts")
        self.forget()

    def forget(self) -> None:
        """As a new process: nothing is remembered."""
        facts, contacts = self.facts, ContactMoments(self.desk)
        self.archive = LineArchive(self.cloud.client("s3"), ARCHIVE)
        self.folding = Folding(LedgerStore(facts), CalendarStore(facts), measures)
        self.measuring = Measuring(
            contacts, ComingBack(contacts), Lookups(Rules(), CalendarStore(facts)), self.archive, self.folding
        )
        self.slices, self.rollups, self.runs = SliceStore(facts), RollupStore(facts), RunStore(facts)
        self.aggregation = Aggregation(self.runs, self.slices, self.rollups, lambda: self.zone)
        self.rebuilding = Rebuilding(self.archive, self.folding)

    def contact(self, contact_id: str, language: str | None = None) -> None:
        pk, sk = keys.contact(contact_id)
        self.cloud.tables["desk"].items[pk, sk] = to_attributes({"pk": pk, "sk": sk, "language": language})

    def take(self, events: Sequence[Event]) -> None:
        """Until it is done: a batch that fails comes again, as a whole or in part."""
        left = list(events)
        for _ in range(5):
            self.now += MINUTE
            try:
                places = self.measuring.take(left, self.now)
            except (StoreUnavailable, Crash):
                self.forget()
                continue
            left = [left[place] for place in sorted(places)]
            if not left:
                return
        raise AssertionError("it does not come to rest")

    def run(self, times: int = 1) -> Done | None:
        """Later than whatever was written; one that breaks off is followed by another."""
        done = None
        for _ in range(times):
            self.now += 6 * MINUTE
            try:
                done = self.aggregation.run(self.now)
            except (StoreUnavailable, Crash):
                self.forget()
                return self.run(times)
        return done

    def dump(self) -> dict[tuple[str, str], str]:
        """Every roll-up as it is kept, byte by byte."""
        items = self.cloud.tables["facts"].items
        found = {key: item["z"]["S"] for key, item in items.items() if key[0].startswith("RUP#")}
        return {key: text for key, text in sorted(found.items()) if text}

    def lose_facts(self) -> None:
        self.cloud.tables["facts"].items.clear()
        self.forget()


def calm(numbers: Numbers) -> None:
    numbers.cloud.tap = straight


def retold(tale: Tale, name: str, contact_id: str = "con_1") -> list[Event]:
    """The same tale of another conversation; customers begin and come back themselves."""
    text = json.dumps(tale.events).replace(ID, f"cnv_{name}").replace("con_1", contact_id)
    events: list[dict[str, Any]] = json.loads(text)
    for event in events:
        event["id"] = f"evt_{digest(name, event['id'])}"
        by_customer = event["type"] == "conversation.created" or event["data"].get("reason") == "reopened"
        if by_customer and event["aggregate"]["kind"] == "conversation":
            event["actor"] = {"kind": "contact", "id": contact_id}
        if event["aggregate"]["kind"] != "conversation":
            event["aggregate"]["id"] += name
    return list(events)


def batches(events: Iterable[Event], chance: random.Random, repeats: float = 0.4) -> list[list[Event]]:
    """In any order, some of them twice, in batches of any size."""
    told = [event for event in events for _ in range(1 + (chance.random() < repeats))]
    chance.shuffle(told)
    found: list[list[Event]] = []
    while told:
        size = chance.randint(1, 12)
        found.append(told[:size])
        told = told[size:]
    return found
