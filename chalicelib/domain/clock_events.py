"""Lines: events made small, for the archive and the ledger. What is in none of them, no number is made of.

A line holds no texts, no names and no addresses: JSON values, times as whole milliseconds since 1970 (UTC); what is
None or empty is left out. Every line has

    id, type            the event's
    conversation_id     whose ledger it belongs to
    at                  when it was recorded
    v                   the version of what tells it: it orders the lines of one conversation, message, thread, clock

and by `type`:

    conversation.*      status, since (it came to this status), episode, opened (the episode began), assignee, team,
                        channel, inbox, labels; of some: reason (of a status), agent and until (of an offer), agent (who
                        has read), away (true: part of another now; false: one of its own again), restated (a merge or
                        split: since when the customer waits now, 0: not at all), legs ({inbox: channel} of a switch)
    message.created     message, said (the message's own time), dir (in | out), by (kind of its author), author, kind,
                        inbox, counts (true: a word of the customer's, or a person's answer), category (of a template)
    message.state_changed   message, said, inbox, by, author, state, kind, category
    side_thread.*       thread, asks (true: an answer is awaited from now on; false: no more)
    sla.*, promise.*    of (the clock or promise), clock (its kind), on (when it was met, breached, kept or broken)
    contact.came_back   nothing more: the contact began something else at `at`, soon after a resolution of this one

Who keeps lines adds what is looked up once, to any of them: `language` (the customer's), `tier` (of its
escalation path), `hours` (a digest that names the calendar in force for the conversation's team; absent: always open),
`channel` (to lines of messages: the inbox's) and `fees` ({"provider": …, "aws": …}, millionths of the currency).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.answers import is_answer
from chalicelib.domain.ids import inbox_of

Line = Mapping[str, Any]

CAME_BACK = "contact.came_back"
# What a mark says of whether a message arrived: whatever else it says, nothing is known yet.
OUTCOMES = frozenset({"sent", "delivered", "read", "failed"})
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def millis(text: str) -> int:
    """Of an aware ISO time; what is finer than a millisecond is cut off, everywhere alike."""
    return of_moment(datetime.fromisoformat(text))


def of_moment(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def moment(at: int) -> datetime:
    return _EPOCH + at * _MILLISECOND


def line_of(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """The line of an event in its wire form; None where nothing is measured of it."""
    form = _FORMS.get(event["type"])
    found = form(event) if form is not None else None
    if found is None:
        return None
    line = {
        "id": event["id"],
        "type": event["type"],
        "at": millis(event["occurred_at"]),
        "v": event["aggregate"]["version"],
        **found,
    }
    return {name: value for name, value in line.items() if value not in (None, "", [])}


def _conversation(event: Mapping[str, Any]) -> dict[str, Any]:
    snapshot = event["snapshot"]
    return {
        "conversation_id": snapshot["id"],
        "status": snapshot["status"],
        "since": millis(snapshot["status_changed_at"]),
        "episode": snapshot["episode"],
        "opened": millis(snapshot["opened_at"]),
        "assignee": snapshot["assignee_id"],
        "team": snapshot["team_id"],
        "channel": snapshot["channel"],
        "inbox": snapshot["inbox_id"],
        "labels": sorted(snapshot["labels"]),
    }


def _turned(event: Mapping[str, Any]) -> dict[str, Any]:
    return {**_conversation(event), "reason": event["data"].get("reason")}


def _offered(event: Mapping[str, Any]) -> dict[str, Any]:
    data = event["data"]
    return {**_conversation(event), "agent": data["agent_id"], "until": millis(data["until"])}


def _read(event: Mapping[str, Any]) -> dict[str, Any]:
    return {**_conversation(event), "agent": event["actor"]["id"]}


def _rearranged(event: Mapping[str, Any]) -> dict[str, Any]:
    """A source is part of another, or no more; of any other the wait is stated anew."""
    snapshot, kind = event["snapshot"], event["type"]
    if event["data"]["source_id"] == snapshot["id"] and kind != "conversation.split":
        return {**_conversation(event), "away": kind == "conversation.merged"}
    since = snapshot["waiting_since"]
    return {**_conversation(event), "restated": millis(since) if since else 0}


def _switched(event: Mapping[str, Any]) -> dict[str, Any]:
    data = event["data"]
    return {**_conversation(event), "legs": {data["inbox_id"]: data["to_channel"]}}


def _message(event: Mapping[str, Any]) -> dict[str, Any]:
    snapshot = event["snapshot"]
    return {
        "conversation_id": snapshot["conversation_id"],
        "message": snapshot["id"],
        "said": millis(snapshot["occurred_at"]),
        "by": snapshot["author"]["kind"],
        "author": snapshot["author"]["id"] if snapshot["direction"] == "outbound" else None,
        "kind": snapshot["kind"],
        "inbox": inbox_of(snapshot["leg_id"]),
        "category": snapshot["content"].get("category") if snapshot["kind"] == "template" else None,
    }


def _said(event: Mapping[str, Any]) -> dict[str, Any]:
    snapshot = event["snapshot"]
    counts = is_answer(snapshot) is not None
    return {**_message(event), "dir": snapshot["direction"][:-5], "counts": counts or None}


def _marked(event: Mapping[str, Any]) -> dict[str, Any] | None:
    state = event["data"]["state"]
    return {**_message(event), "state": state} if state in OUTCOMES else None


def _thread(asks: Callable[[Mapping[str, Any]], bool | None]) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    def form(event: Mapping[str, Any]) -> dict[str, Any] | None:
        data, is_asking = event["data"], asks(event)
        if is_asking is None:
            return None
        return {"conversation_id": data["conversation_id"], "thread": data["thread_id"], "asks": is_asking}

    return form


def _replied(event: Mapping[str, Any]) -> bool | None:
    """A colleague's word answers; the asker's own asks again; a machine's is neither."""
    data = event["data"]
    if data["automatic"] or data["author_kind"] == "system":
        return None
    return bool(data["author_id"]) and data["author_id"] == event["snapshot"]["started_by"]


def _clock(when: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def form(event: Mapping[str, Any]) -> dict[str, Any]:
        data = event["data"]
        return {
            "conversation_id": data["conversation_id"],
            "of": event["aggregate"]["id"],
            "clock": data.get("clock"),
            "on": millis(data[when]),
        }

    return form


_FORMS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "conversation.created": _conversation,
    "conversation.status_changed": _turned,
    "conversation.assigned": _conversation,
    "conversation.taken_over": _conversation,
    "conversation.given_back": _conversation,
    "conversation.escalated": _conversation,
    "conversation.labelled": _conversation,
    "conversation.offered": _offered,
    "conversation.offer_ended": _conversation,
    "conversation.read": _read,
    "conversation.leg_switched": _switched,
    "conversation.merged": _rearranged,
    "conversation.unmerged": _rearranged,
    "conversation.split": _rearranged,
    "message.created": _said,
    "message.state_changed": _marked,
    "side_thread.created": _thread(lambda _: True),
    "side_thread.said": _thread(lambda _: True),
    "side_thread.replied": _thread(_replied),
    "side_thread.closed": _thread(lambda _: False),
    "side_thread.reopened": _thread(lambda _: True),
    "sla.met": _clock("met_at"),
    "sla.breached": _clock("breached_at"),
    "promise.kept": _clock("kept_at"),
    "promise.broken": _clock("broken_at"),
}
# The types of events to subscribe to.
MEASURED_EVENTS: tuple[str, ...] = tuple(_FORMS)
