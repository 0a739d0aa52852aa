"""Where anything of a person is kept: one register of all stores, with what erasing does to each.

A test fails where a key builder stands in none of these rows: whoever adds a kind of item says here what it holds of
a person, and how it is found again (`aws/stores/personal_data.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.erasure import Case, Piece, Place, Step, Survey


@dataclass(frozen=True, slots=True)
class Store:
    """A row of the register. `keys`: builders of `aws/keys.py` and `aws/keys_contact.py`; none for objects. `erased`:
    what erasing does, in a sentence."""

    name: str
    holds: str
    erased: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What erasing leaves, and until when."""

    what: str
    why: str
    until: str


REMOVED = "removed"

# What holds something of a person, and is erased.
STORES: tuple[Store, ...] = (
    Store(
        "legs",
        "addresses on channels, names, whether they can be reached",
        "emptied: a mark without address or name keeps old messages from coming back, for 35 days",
        ("leg",),
    ),
    Store("identities", "addresses on channels", REMOVED, ("identity",)),
    Store("evidence", "digests of e-mail addresses and phone numbers", REMOVED, ("evidence",)),
    Store("messages", "what was said, by both sides", REMOVED, ("message",)),
    Store("delivery_marks", "when messages were delivered and read", REMOVED, ("parked",)),
    Store("attachments", "files that were sent and received, and those of notes", REMOVED, ("upload",)),
    Store("mails", "received mails as they came", REMOVED),
    Store(
        "conversations",
        "name, preview, notes, briefs, decisions, promises, scheduled messages, merges, tasks, drafts, side threads",
        "removed, and taken out of the counters",
        (
            "conversation",
            "note",
            "once",
            "queue_entry",
            "ledger",
            "clock",
            "merger",
            "scheduled",
            "promise",
            "wait",
            "decision",
            "returned",
            "window",
            "question",
            "slack_thread",
            "task",
            "agent_draft",
            "side_thread",
            "side_message",
            "side_once",
            "side_place",
            "macro_run",
        ),
    ),
    Store(
        "routing_trail", "facts of the customer that rules asked for", "removed; otherwise kept for 35 days", ("trail",)
    ),
    Store("timeline", "what happened in stores and other systems", REMOVED, ("timeline", "contact_timeline")),
    Store(
        "event_marks",
        "whose an event was",
        "emptied: a mark without a contact keeps it from counting again",
        ("counted",),
    ),
    Store("subjects", "orders, carts, returns", REMOVED, ("subject", "waiting")),
    Store(
        "quarantine", "payloads that were not understood, or notices of the law", "removed where they name the person"
    ),
    Store("typing", "that somebody is typing", REMOVED, ("typing",)),
    Store(
        "live_views",
        "what open views of a conversation were told within the last day",
        "removed; in agents' and teams' lists it ends by itself",
        ("entry",),
    ),
    Store("verifications", "that an address was to be proven", REMOVED, ("verification_on",)),
    Store(
        "search",
        "words, addresses, numbers and labels that a contact is found by",
        REMOVED,
        ("found_by", "labelled", "indexed", "order_number", "ordered"),
    ),
    Store(
        "segments", "which segments a contact is in", "removed, and taken out of their counts", ("belonging", "member")
    ),
    Store("facts", "what other systems say of a contact", REMOVED, ("external", "pushed")),
    Store("webhook_deliveries", "what integrators were told, and answered", REMOVED, ("webhook_delivery",)),
    Store("pairs", "who may be the same person, and why", REMOVED, ("pair", "link_line")),
    Store("legal_holds", "why nothing was to be erased, of holds that were lifted", REMOVED),
    Store("person", "which contacts are one person, and why", REMOVED, ("person",)),
    Store(
        "contact",
        "the profile, notes, and all that hangs on a contact",
        REMOVED,
        (
            "contact",
            "contact_note",
            "contact_once",
            "habits",
            "opened",
            "verification",
            "verification_point",
            "verifications_asked",
            "contact_returns",
        ),
    ),
)

# Builders whose items hold nothing of a customer: ids, times, numbers, or the staff's own.
IMPERSONAL: Mapping[str, str] = {
    "seen": "a digest of a provider's message id and a time, for 30 days",
    "inbox": "the company's own channel",
    "account": "the company's own account",
    "template": "the company's own words",
    "template_name": "part of a key",
    "template_list": "a time",
    "inbox_health": "the company's own channel",
    "agent": "staff",
    "document": "what administrators wrote; legal holds are a store of their own",
    "workload": "staff",
    "pool_place": "staff",
    "offer": "ids of a conversation and an agent, while an offer stands",
    "waits": "how many waited how long, by day: no ids",
    "arrivals": "how many, by minute",
    "team": "staff",
    "api_key": "staff",
    "rate": "a digest and a number, for minutes",
    "pace": "a digest and a time",
    "paced": "a time",
    "vitals": "times and numbers of an inbox",
    "text": "the company's own words, or what macros and views do",
    "text_name": "an id; the name is digested",
    "announcement": "the company's own words",
    "receipt": "staff",
    "webhook_endpoint": "an integrator's address",
    "webhook_health": "times and numbers of an integrator's address",
    "proof": "a digest, for days",
    "replay": "rules and figures",
    "report_schedule": "staff: what is asked, and to whom it goes; the company's own addresses",
    "report_run": "staff: numbers' files end after 14 days, to whom they went after 90",
    "replay_rows": "ids of conversations and agents, for 14 days",
    "count": "how many conversations there are",
    "segment_counts": "how many members segments have",
    "source_fared": "how often a system failed",
    "verifications_sent": "a digest of an address and times, for a day or two",
    "mention": "ids of an agent, a conversation and a note, for 180 days; what was said is in the note",
    "mentions_seen": "staff",
    "followers": "staff; goes with the conversation",
    "follows": "ids of an agent and a conversation that was followed",
    "own_task": "what agents are to do that is about no conversation: for 90 days once it is done",
    "notice": "staff; ids of conversations, notes and colleagues, and times; its words are made when it is shown",
    "notice_preferences": "staff",
    "notice_digest": "times",
    "push_subscription": "staff's own browsers",
    "push_owner": "staff",
    "signs": "when a conversation's customer last gave a sign, for 7 days: no more than its id",
    "job": "long work: ids, progress; the files of exports and imports end after 14 days",
    "privacy_request": "digests of what a provider named somebody by, until the request is closed",
    "listener": "staff, or the leg of a visitor, for hours",
    "lease": "staff, or the leg of a visitor, for days",
    "socket": "staff, or the leg of a visitor, for hours",
    "agent_socket": "staff, for hours",
    "ticket": "staff, or the leg of a visitor, for a minute",
    "slack_health": "the company's own Slack",
    "slack_link": "staff",
    "slack_user": "staff",
    "slack_place": "ids of a Slack thread and of a conversation",
    "slack_post": "a digest, and where something was posted, for a week",
    "viewing": "staff, for minutes",
    "viewed": "the id of a conversation, for hours",
    "floor": "staff; ids of conversations that are late, for two days",
    "floor_claim": "a time",
    "floor_watch": "times and numbers of queues",
    "warning": "numbers of teams and channels; staff",
    "composer": "staff, for seconds",
    "clock_ledger": "ids of a conversation, of its messages and of staff, and times: no customer's",
    "hour_slice": "the id of a conversation, times and numbers",
    "dirty_hour": "times",
    "counted_day": "a day",
    "rollup": "numbers",
    "aggregate_run": "times",
    "calendar": "the company's own hours",
    "erasure": "the person's identifiers while it goes on; then the certificate alone",
}

# What no erasure reaches at once; every certificate says so.
KEPT: tuple[Kept, ...] = (
    Kept(
        "backups of the tables (point-in-time recovery)",
        "AWS keeps them whole; nothing is restored in place",
        "35 days",
    ),
    Kept("records under way in queues, and dead letters", "nobody can pick one out of a queue", "14 days at most"),
    Kept("names and first words in agents' open lists", "they are pushed as they change, and end", "a day"),
    Kept("logs", "they hold ids and no texts, names or addresses", "the logs' retention"),
    Kept("files of exports and imports, of the person too", "they are whole, and end by themselves", "14 days"),
    Kept("what other customers wrote about the person", "it is theirs", "as long as they are kept"),
    Kept(
        "what providers, mailboxes and the company's Slack keep on their side",
        "it is out of reach",
        "as their terms say",
    ),
    Kept("counts, waiting times and service levels of the past", "they hold no name, address or text", "for good"),
)


class PersonalData(Protocol):
    """The stores behind the register. Everything may be asked for again."""

    def contacts(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]: ...

    def addresses(self, contact_ids: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Channel and address of every identity."""

    def legs(self, contact_ids: Sequence[str]) -> Sequence[str]:
        """The legs that are theirs now."""

    def shared(self, case: Case) -> Sequence[str]:
        """Conversations that show messages of others too."""

    def cut(self, leg_id: str, contact_ids: Sequence[str], now: datetime) -> tuple[int, str] | None:
        """Let nothing more come in on a leg; gives the time up to which all goes and the conversation it led to; None
        where it is nobody's of these."""

    def close(self, conversation_id: str, now: datetime) -> None:
        """Resolve a conversation, so that agents, queues and timers let go of it."""

    def places(self, step: Step, survey: Survey) -> Iterator[Place]:
        """What a step removes, as it is now."""

    def remove(self, places: Sequence[Place], now: datetime) -> None:
        """All of them; those that are gone already are no trouble."""

    def pieces(self, step: Step, survey: Survey) -> Iterator[Piece]:
        """What a step would remove, to be read."""

    def heads(self, case: Case) -> Iterator[Piece]:
        """What goes last, to be read: contacts, their legs, the person."""

    def left(self, case: Case) -> Iterator[str]:
        """What is still there of the person, wherever it can be looked for by what is known of them."""

    def last(self, case: Case) -> Sequence[Place]:
        """What goes, or is emptied, with the writing of the certificate."""

    def settle(self, case: Case, now: datetime) -> None:
        """Take the last trace from the marks that stay."""
