"""Tales: what happens to one conversation, told as the wire events that the desk would publish."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from chalicelib.domain import ids, transitions
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_events import line_of
from chalicelib.domain.clock_ledger import ClockLedger, with_lines
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.envelope import Actor, entry, envelope
from chalicelib.domain.events import (
    ConversationAssigned,
    ConversationCreated,
    ConversationLabelled,
    ConversationMerged,
    ConversationOffered,
    ConversationOfferEnded,
    ConversationRead,
    ConversationStatusChanged,
    ConversationUnmerged,
    Event,
    MessageCreated,
    SideThreadCreated,
    SideThreadReplied,
)
from chalicelib.domain.merging import absorbed
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.snapshots import conversation_snapshot, message_snapshot

MINUTE = timedelta(minutes=1)
# A Monday, an hour before the office opens.
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
ID = "cnv_tale"
INBOXES = {"ibx_wa": "whatsapp", "ibx_em": "email"}
NINE_TO_FIVE = {day: ((9 * 60, 17 * 60),) for day in range(5)}
EVENINGS = dict.fromkeys(range(7), ((16 * 60, 26 * 60),))
HOURS = {
    "office": BusinessHours("hrs_1", "Office", "Europe/Berlin", NINE_TO_FIVE),
    "evenings": BusinessHours("hrs_2", "Evenings", "America/New_York", EVENINGS),
}
# By team; nobody's are always open.
CALENDARS = {"tea_1": "office", "tea_2": "evenings"}


@dataclass(repr=False)
class Tale:
    """`now` moves with `later`; everything else happens at once."""

    now: datetime = START
    conversation: Conversation | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    before: Conversation | None = None
    threads: dict[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        """What happened, a line for each event."""
        lines = []
        for event in self.events:
            told = {**event["snapshot"], **event["data"]}
            names = ("direction", "status", "episode", "assignee_id", "team_id", "thread_id")
            about = [told.get(name) for name in names]
            minute = (datetime.fromisoformat(event["occurred_at"]) - START) / MINUTE
            lines.append(f"{minute:6.0f} {event['aggregate']['version']:3} {event['type']} {about} {event['actor']}")
        return "\n".join(["", *lines])

    def later(self, minutes: float) -> "Tale":
        self.now += minutes * MINUTE
        return self

    @property
    def ledger(self) -> ClockLedger:
        return with_lines(ClockLedger(ID), self.lines())

    def lines(self) -> list[dict[str, Any]]:
        return [looked_up(line) for event in self.events if (line := line_of(event)) is not None]

    def _leg(self, inbox: str) -> str:
        return ids.leg_id(inbox, "customer")

    def _put(self, after: Conversation, *events: Event, actor: str | None = None) -> None:
        known = self.conversation
        after = replace(after, version=known.version + 1 if known else 1)
        snapshot = conversation_snapshot(after)
        self.conversation = after
        for place, event in enumerate(events):
            stored = entry(event, Actor("agent", actor), self.now)
            self.events.append(
                envelope(
                    stored, kind="conversation", identifier=ID, version=after.version, place=place, snapshot=snapshot
                )
            )

    def _say(self, author: Author, way: Direction, inbox: str, said: datetime) -> Message:
        leg = self._leg(inbox)
        identifier = ids.message_id(said, leg, str(len(self.events)))
        message = Message(identifier, leg, ID, way, MessageKind.TEXT, said, self.now, author)
        event = MessageCreated(conversation_id=ID, leg_id=leg, direction=way.value, kind="text", pending_attachments=0)
        stored = entry(event, Actor(author.kind, author.id), self.now)
        snapshot = message_snapshot(message)
        self.events.append(
            envelope(stored, kind="message", identifier=identifier, version=1, place=0, snapshot=snapshot)
        )
        return message

    def customer(self, late: float = 0, inbox: str = "ibx_wa") -> "Tale":
        """`late`: so many minutes ago, as the provider's clock says."""
        said = self.now - late * MINUTE
        message = self._say(Author("contact", "con_1"), Direction.INBOUND, inbox, said)
        known = self.conversation
        if known is None:
            self._put(transitions.with_message(_new(inbox, said), message), ConversationCreated(message_id=message.id))
            return self
        after = transitions.with_message(self._with_leg(known, inbox), message)
        self._moved(known, after, "reopened" if after.episode != known.episode else "customer_wrote")
        return self

    def says(self, kind: str, who: str = "agt_1", inbox: str = "ibx_wa") -> "Tale":
        """Somebody of ours writes: an agent, a bot, a rule."""
        if self.conversation is None:
            self._put(_new(inbox, self.now), ConversationCreated(message_id=""))
        known = self.conversation
        assert known is not None
        message = self._say(Author(kind, who), Direction.OUTBOUND, inbox, self.now)
        self._moved(known, transitions.with_message(self._with_leg(known, inbox), message), "")
        return self

    def _with_leg(self, known: Conversation, inbox: str) -> Conversation:
        leg = self._leg(inbox)
        if leg in known.legs:
            return known
        return replace(known, legs={**known.legs, leg: Leg(leg, inbox, INBOXES[inbox], "customer", "z", "")})

    def _moved(self, before: Conversation, after: Conversation, reason: str) -> None:
        """Its version has grown; a change of status alone is told."""
        changed = (before.status, before.episode) != (after.status, after.episode)
        told = _turned(before.status.value, after, reason)
        self._put(after, *([told] if changed else []))

    def status(self, status: Status) -> "Tale":
        known = self._known
        if known.status is status or (known.status is Status.RESOLVED and status is not Status.OPEN):
            return self
        until = self.now + timedelta(days=3) if status is Status.SNOOZED else None
        self._moved(known, transitions.change_status(known, status, self.now, snoozed_until=until), "agent")
        return self

    def resolve(self) -> "Tale":
        return self.status(Status.RESOLVED)

    def assign(self, agent: str | None, team: str | None = "tea_1") -> "Tale":
        known = self._known
        if (known.assignee_id, known.team_id) == (agent, team):
            return self
        told = ConversationAssigned(
            previous_assignee_id=known.assignee_id, assignee_id=agent, previous_team_id=known.team_id, team_id=team
        )
        self._put(transitions.assign(known, assignee_id=agent, team_id=team), told)
        return self

    def offer(self, agent: str, minutes: int) -> "Tale":
        self._put(
            self._known, ConversationOffered(agent_id=agent, until=(self.now + minutes * MINUTE).isoformat(), attempt=1)
        )
        return self

    def offer_over(self, agent: str = "agt_1") -> "Tale":
        self._put(self._known, ConversationOfferEnded(agent_id=agent, outcome="declined", reason=""))
        return self

    def read(self, agent: str) -> "Tale":
        self._put(
            self._known, ConversationRead(leg_id=self._leg("ibx_wa"), message_id="msg_1", external_id=None), actor=agent
        )
        return self

    def label(self, *labels: str) -> "Tale":
        self._put(replace(self._known, labels=labels), ConversationLabelled(added=labels, removed=(), rules={}))
        return self

    def ask(self, thread: str = "sth_1") -> "Tale":
        self._thread(
            thread,
            SideThreadCreated(
                conversation_id=ID, thread_id=thread, kind="colleague", subject="", preview="", agent_ids=()
            ),
            "agt_1",
        )
        return self

    def reply(self, thread: str = "sth_1", who: str = "agt_9") -> "Tale":
        told = SideThreadReplied(
            conversation_id=ID,
            thread_id=thread,
            message_id="sdm_1",
            kind="colleague",
            author_kind="agent",
            author_id=who,
            author_name="",
            automatic=False,
            origin="asked",
            pending_attachments=0,
            preview="",
            agent_ids=(),
        )
        self._thread(thread, told, who)
        return self

    def _thread(self, thread: str, event: Event, who: str) -> None:
        version = self.threads[thread] = self.threads.get(thread, 0) + 1
        stored = entry(event, Actor("agent", who), self.now)
        snapshot = {"conversation_id": ID, "id": thread, "started_by": "agt_1"}
        self.events.append(
            envelope(stored, kind="side_thread", identifier=thread, version=version, place=0, snapshot=snapshot)
        )

    def takes_in(self, minutes: int | None) -> "Tale":
        """Another is merged into it: its customer has waited for so long, or not at all."""
        since = None if minutes is None else self.now - minutes * MINUTE
        self._put(replace(self._known, waiting_since=since), ConversationMerged(source_id="cnv_other", target_id=ID))
        return self

    def goes_away(self) -> "Tale":
        """It is merged into another."""
        self.before = self._known
        after = absorbed(self.before, "cnv_other", self.now)
        told = _turned(self.before.status.value, after, "merged")
        self._put(
            after,
            *([] if after.status is self.before.status else [told]),
            ConversationMerged(source_id=ID, target_id="cnv_other"),
        )
        return self

    def comes_back(self, agent: str | None) -> "Tale":
        assert self.before is not None
        after = replace(self.before, assignee_id=agent)
        told = _turned("resolved", after, "unmerged")
        both = () if after.status is Status.RESOLVED else (told,)
        self._put(after, *both, ConversationUnmerged(source_id=ID, target_id="cnv_other"))
        return self

    @property
    def _known(self) -> Conversation:
        assert self.conversation is not None
        return self.conversation


def _turned(previous: str, after: Conversation, reason: str) -> ConversationStatusChanged:
    return ConversationStatusChanged(
        previous=previous, status=after.status.value, episode=after.episode, reason=reason, snoozed_until=None
    )


def _new(inbox: str, at: datetime) -> Conversation:
    leg = ids.leg_id(inbox, "customer")
    return Conversation(
        id=ID,
        contact_id="con_1",
        contact_name="",
        inbox_id=inbox,
        channel=INBOXES[inbox],
        active_leg_id=leg,
        opened_at=at,
        status_changed_at=at,
        last_activity_at=at,
        view_at=at,
        created_at=at,
        legs={leg: Leg(leg, inbox, INBOXES[inbox], "customer", "z", "")},
    )


def looked_up(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line as it is kept: with the calendar in force, the channel of a message, and what is known of the customer."""
    more: dict[str, Any] = {"tier": "vip", "language": "de"}
    if "status" in line and line.get("team") in CALENDARS:
        more["hours"] = CALENDARS[line["team"]]
    if line["type"].startswith("message."):
        more["channel"] = INBOXES[line["inbox"]]
    return {**line, **more}


AGENTS = ("agt_1", "agt_2")
gaps = st.sampled_from((5, 1, 2, 0, 17, 60, 240, 700))
steps = st.one_of(
    st.sampled_from(
        ("customer", "customer", "answer", "answer", "bot", "rule", "pending", "snoozed", "open", "resolve")
    ),
    st.sampled_from(
        ("late", "email", "offer", "offer_over", "ask", "ask_2", "reply", "reply_2", "label", "read", "read_2")
    ),
    st.sampled_from(
        ("assign_1", "assign_2", "assign_bot", "queue_1", "queue_2", "nobody", "takes_in", "takes_none", "away")
    ),
)


@st.composite
def tales(draw: st.DrawFn, most: int = 22) -> Tale:
    """Any tale of up to so many steps. The times of all events are whole minutes."""
    tale = Tale()
    tale.customer() if draw(st.booleans()) else tale.says(draw(st.sampled_from(("agent", "bot"))))
    for step, gap in draw(st.lists(st.tuples(steps, gaps), min_size=most // 2, max_size=most)):
        tale.later(gap)
        if tale.conversation is not None and tale.conversation.merged_into is not None:
            tale.comes_back(draw(st.sampled_from((None, *AGENTS))))
        STEPS[step](tale)
    return tale.later(draw(gaps))


STEPS: Mapping[str, Any] = {
    "customer": lambda tale: tale.customer(),
    "late": lambda tale: tale.customer(late=2),
    "email": lambda tale: tale.customer(inbox="ibx_em"),
    "answer": lambda tale: tale.says("agent", tale.conversation.assignee_id or "agt_1"),
    "bot": lambda tale: tale.says("bot", "bot_1"),
    "rule": lambda tale: tale.says("rule", "welcome"),
    "pending": lambda tale: tale.status(Status.PENDING),
    "snoozed": lambda tale: tale.status(Status.SNOOZED),
    "open": lambda tale: tale.status(Status.OPEN),
    "resolve": lambda tale: tale.resolve(),
    "offer": lambda tale: tale.offer("agt_2", 3),
    "offer_over": lambda tale: tale.offer_over(),
    "ask": lambda tale: tale.ask(),
    "ask_2": lambda tale: tale.ask("sth_2"),
    "reply": lambda tale: tale.reply(),
    "reply_2": lambda tale: tale.reply("sth_2"),
    "label": lambda tale: tale.label("refund", "vip"),
    "read": lambda tale: tale.read("agt_1"),
    "read_2": lambda tale: tale.read("agt_2"),
    "assign_1": lambda tale: tale.assign("agt_1"),
    "assign_2": lambda tale: tale.assign("agt_2", "tea_2"),
    "assign_bot": lambda tale: tale.assign("bot_1"),
    "queue_1": lambda tale: tale.assign(None, "tea_1"),
    "queue_2": lambda tale: tale.assign(None, "tea_2"),
    "nobody": lambda tale: tale.assign(None, None),
    "takes_in": lambda tale: tale.takes_in(30),
    "takes_none": lambda tale: tale.takes_in(None),
    "away": lambda tale: tale.goes_away(),
}
