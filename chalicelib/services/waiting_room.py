"""What a visitor of the web chat sees of their wait, all the time: their place and, where it is known, how long it
usually takes. The first figures that are shown are a promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.capacity import ChannelClass
from chalicelib.domain.envelope import Actor
from chalicelib.domain.expected_wait import MAX_PLACE
from chalicelib.domain.promise import Promise, PromiseKind, wait_promise_id
from chalicelib.domain.queue import QueueEntry, may_wait
from chalicelib.domain.wait_words import Span, place_said, said, span_of, tongue_of
from chalicelib.domain.waits import Told
from chalicelib.services.promises import PromiseStore, add
from chalicelib.services.waits import Forecasts, Recall, WaitStore

WIDGET = Actor("system", "widget")


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """`recall` remembers each queue's line for a few seconds, so that many who look often cost one query;
    `recall_told`, for longer, who was told already."""

    waits: WaitStore
    promises: PromiseStore
    forecasts: Forecasts
    recall: Recall
    recall_told: Recall
    channel: str

    def shown(self, conversation_id: str, locale: str | None, now: datetime) -> Mapping[str, Any] | None:
        """None where they do not wait. The first figures that are shown are kept as a promise. Raises
        StoreUnavailable."""
        entry = self.waits.entry(conversation_id)
        # Of a ticket nothing is said by itself.
        if entry is None or not entry.waits or entry.kind is ChannelClass.ASYNCHRONOUS:
            return None
        place, language = self._place(entry), tongue_of(locale)
        if place is None:
            return _shown(None, None, None)
        expected = self.forecasts.expected(entry.team_id, place, now)
        if expected is None:
            return _shown(place, None, place_said(place, language))
        span = span_of(expected)
        text = said(place, span, language)
        told = Told(now, now + span.until, place, text)
        promise_id = wait_promise_id(conversation_id, entry.waiting_since)
        self.recall_told((promise_id,), lambda: self._told(conversation_id, promise_id, told))
        return _shown(place, span, text)

    def _place(self, entry: QueueEntry) -> int | None:
        line = self.recall((entry.team_id,), lambda: self.waits.line(entry.team_id))
        if entry.conversation_id in line:
            return int(line.index(entry.conversation_id)) + 1
        return len(line) + 1 if len(line) < MAX_PLACE else None

    def _told(self, conversation_id: str, promise_id: str, told: Told) -> bool:
        """Keep it as a promise, where somebody has still to answer."""
        conversation = self.promises.conversation(conversation_id)
        if conversation is None or conversation.waiting_since is None or not may_wait(conversation):
            return False
        promise = Promise(
            id=promise_id,
            conversation_id=conversation_id,
            kind=PromiseKind.WAIT,
            text=told.text,
            told_at=told.at,
            due_at=told.due_at,
            made_by=WIDGET,
            channel=self.channel,
            position=told.position,
        )
        add(self.promises, promise)
        return True


def _shown(place: int | None, span: Span | None, text: str | None) -> Mapping[str, Any]:
    low, high = (span.low * 60, span.high * 60) if span else (None, None)
    return {"position": place, "low_seconds": low, "high_seconds": high, "said": text}
