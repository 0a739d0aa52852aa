"""A desk whose agents are told what they have not seen: over the real store, with its clock and its delayed records."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

from chalicelib.aws.codec_conversation import conversation_item
from chalicelib.aws.stores.notices import NoticeStore
from chalicelib.aws.stores.returning import ReturnStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.channels.base import HttpResponse, MailRequest
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Conversation, LastMessage
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import message_id
from chalicelib.domain.message import Direction
from chalicelib.domain.notice import Notice, Outcome
from chalicelib.domain.notice_ways import Preferences
from chalicelib.domain.notice_words import Words
from chalicelib.domain.reads import Page
from chalicelib.services.digests import DigestSending, Mailing
from chalicelib.services.notice_telling import Telling
from chalicelib.services.notices import NoticeList
from chalicelib.services.ports import NotSent
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN, CONVERSATION = "agt_ana", "agt_ben", "cnv_1"
MINUTE = timedelta(minutes=1)


@dataclass
class Colleagues:
    agents: list[Agent] = field(
        default_factory=lambda: [
            Agent(each, each[4:].title(), f"{each[4:]}@example.com", Role.AGENT, AT, ("team_1",)) for each in (ANA, BEN)
        ]
    )

    def get(self, agent_id: str) -> Agent | None:
        return next((each for each in self.agents if each.id == agent_id), None)

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Agent]:
        first = start["at"] if start else 0
        after = first + limit
        return Page(self.agents[first:after], {"at": after} if after < len(self.agents) else None)


@dataclass
class Place:
    """A desk with its clock, its queue of delayed records, and what leaves it. `faults`: of calls that may fail, every
    how many does."""

    faults: random.Random | None = None
    now: datetime = AT
    present: set[str] = field(default_factory=set)
    off: set[str] = field(default_factory=set)
    watched: set[tuple[str, str]] = field(default_factory=set)
    linked: set[str] = field(default_factory=lambda: {ANA, BEN})
    outcome: tuple[Outcome | None, int] = (Outcome.SENT, 0)
    answer: HttpResponse | Exception = field(default_factory=lambda: HttpResponse(200))
    pushed: list[tuple[str, str, str]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[datetime, MailRequest]] = field(default_factory=list)
    records: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        desk = Desk(MemoryDynamoDB({"desk": self.table}), "desk")
        self.desk, self.store, self.people = desk, NoticeStore(desk), Colleagues()
        self.digests = DigestSending(
            self.store, self.people, self, _Queue(self), Mailing(self, "desk@example.com", "https://desk.example.com")
        )
        self.telling = Telling(
            self.store, ReturnStore(desk), self.people, self, _Queue(self), self, _Slack(self), self.digests
        )
        self.notices = NoticeList(self.store)
        said = LastMessage(message_id(AT, "x"), "leg_1", Direction.INBOUND, "text", "Where is it?", AT, "contact")
        head = Conversation("cnv_1", "con_1", "Bob", "ibx_1", "sms", "leg_1", AT, AT, AT, AT, AT, assignee_id=ANA)
        self.put(replace(head, last_message=said, waiting_since=AT))

    def put(self, head: Conversation) -> None:
        self.desk.write(Put(conversation_item(head), None))

    # The ports.

    def at(self, agent_id: str, now: datetime) -> bool:
        return agent_id in self.present

    def watches(self, agent_id: str, conversation_id: str, now: datetime) -> bool:
        return (agent_id, conversation_id) in self.watched

    def is_off(self, agent_id: str, now: datetime) -> bool:
        return agent_id in self.off

    def push(self, notice: Notice, words: Words, now: datetime) -> tuple[Outcome | None, int]:
        self.fault()
        self.pushed.append((notice.id, words.title, words.body))
        return self.outcome

    def send(self, mail: MailRequest) -> HttpResponse:
        self.fault(NotSent("no route"))
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer.status < 300:
            self.mails.append((self.now, mail))
        return self.answer

    def fault(self, error: Exception | None = None) -> None:
        if self.faults is not None and self.faults.random() < 0.25:
            raise error or StoreUnavailable("a fault")

    # What happens.

    def tell(self, kind: str = "note.created", number: int = 1, **given: Any) -> None:
        """An event arrives, and comes again after a fault."""
        data: dict[str, Any] = {
            "note_id": "nte_1",
            "author_id": "agt_sue",
            "text": "Look",
            "mentions": [ANA],
            "audience": [],
        }
        event = {
            "id": f"evt_{number}",
            "type": kind,
            "occurred_at": self.now.isoformat(),
            "aggregate": {"kind": "conversation", "id": CONVERSATION, "version": number},
            "actor": {"kind": "agent", "id": "agt_sue"},
            "data": data,
            "snapshot": {},
            **given,
        }
        self.records.append((self.now, {"detail": event}))
        self.run(timedelta(0))

    def run(self, span: timedelta) -> None:
        """Let so much time pass, and whatever is due in it happen, in its order."""
        end = self.now + span
        while True:
            due = sorted((each for each in self.records if each[0] <= end), key=lambda each: each[0])
            if not due:
                break
            at, body = due[0]
            self.records.remove(due[0])
            self.now = max(self.now, at)
            try:
                self._handle(json.loads(json.dumps(body)))
            except StoreUnavailable:
                self.records.append((self.now + 3 * MINUTE, body))
        self.now = end

    def _handle(self, body: dict[str, Any]) -> None:
        if "look" in body:
            self.telling.look_again(body["look"]["agent_id"], body["look"]["notice_id"], self.now)
        elif "digest" in body:
            self.digests.due(body["digest"]["agent_id"], self.now)
        else:
            self.telling.react(body["detail"], self.now, body.get("after"))

    def choose(self, **given: Any) -> None:
        read = self.store.preferences(ANA).version
        self.notices.choose(Preferences(ANA, **given), read)

    def unseen(self, agent_id: str = ANA) -> Sequence[Notice]:
        return self.store.unseen(agent_id, 100)

    def mailed(self) -> list[str]:
        """The text of each mail."""
        found = (message_from_bytes(mail.raw, policy=default).get_body(("plain",)) for _, mail in self.mails)
        return [str(part.get_content()) for part in found if part is not None]


@dataclass
class _Queue:
    """Records come back when they are due, a quarter of an hour later at most."""

    place: Place

    def look(self, agent_id: str, notice_id: str, seconds: int) -> None:
        self._put({"look": {"agent_id": agent_id, "notice_id": notice_id}}, seconds)

    def digest(self, agent_id: str, seconds: int) -> None:
        self._put({"digest": {"agent_id": agent_id}}, seconds)

    def go_on(self, event: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self._put({"detail": dict(event), "after": dict(after)}, 0)

    def _put(self, body: dict[str, Any], seconds: int) -> None:
        self.place.fault()
        self.place.records.append((self.place.now + timedelta(seconds=min(seconds, 900)), body))


@dataclass
class _Slack:
    place: Place

    def direct(self, agent_id: str, words: str, *, once: str) -> bool:
        self.place.fault()
        if agent_id in self.place.linked:
            self.place.said.setdefault(once, words)
        return agent_id in self.place.linked


class Brittle(Desk):
    """A table whose writes fail now and then: before they take effect, or after."""

    def __init__(self, desk: Desk, place: Place) -> None:
        super().__init__(desk._client, desk.table)
        self.place = place

    def write(self, write: Any, *, give: str = "NONE") -> Any:
        self.place.fault()
        done = super().write(write, give=give)
        self.place.fault()
        return done

    def transact(self, writes: Any) -> None:
        self.place.fault()
        super().transact(writes)
        self.place.fault()
