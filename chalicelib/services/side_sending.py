"""Sending what agents write in side threads, in its order, never twice blindly: claimed first, then carried out, then
noted. It is called for an event and looks at what is: a repeat or a late call does nothing wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable, TooLarge
from chalicelib.domain.events import SideMessageChanged, SideThreadSaid
from chalicelib.domain.message import Attachment
from chalicelib.domain.side_thread import SideMessage, SideThread, ThreadKind, message_number
from chalicelib.domain.side_thread_rules import is_news
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.ports import BlobStore, OutcomeUnknown
from chalicelib.services.side_thread_events import changed_event, owner_of
from chalicelib.services.side_thread_ports import NotPosted, PostedThere, ThreadFile, ThreadTransport
from chalicelib.services.side_threads import ATTEMPTS, SideThreads

# Longer than a call of ours can take: whoever claimed it has died.
CLAIM_HOLDS = timedelta(minutes=2)
# The queue gives a record up after an hour; by then somebody has to know.
TRIES_FOR = timedelta(minutes=45)
# As many as one may need for its references.
EARLIER = 25
MAX_FILE_BYTES = 100 * 1024 * 1024
UNKNOWN = "It is not known whether it went out. Ask, or send it again."


class NotNow(Exception):
    """It has to be tried again: the record comes back."""


@dataclass(frozen=True, slots=True)
class SideSending:
    threads: SideThreads
    transports: Mapping[ThreadKind, Callable[[], ThreadTransport]]
    blobs: BlobStore
    clock: Callable[[], datetime]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises NotNow, StoreUnavailable."""
        data = event["data"]
        is_queued = event["type"] == SideMessageChanged.TYPE and data["state"] == DeliveryState.QUEUED
        if event["type"] == SideThreadSaid.TYPE or is_queued:
            self.send(data["conversation_id"], data["thread_id"], data["message_id"])

    def send(self, conversation_id: str, thread_id: str, message_id: str) -> None:
        """That message, and before it those of the thread that are still to go. Raises NotNow, StoreUnavailable."""
        thread = self.threads.store.get(conversation_id, thread_id)
        number = message_number(thread_id, message_id)
        if thread is None or number is None:
            return
        wanted = range(max(1, number - EARLIER), number + 1)
        for message in self.threads.store.messages(thread, wanted):
            if message.is_pending:
                self._send(thread, message)
                # The first one may have made the other side's name of the thread.
                thread = self.threads.store.get(conversation_id, thread_id) or thread

    def _send(self, thread: SideThread, message: SideMessage) -> None:
        now = self.clock()
        if message.state is DeliveryState.SENDING:
            if now - (message.moved_at or now) < CLAIM_HOLDS:
                raise NotNow("somebody is sending it")
            self._settle(thread, message, DeliveryState.UNCERTAIN, UNKNOWN)
            return
        claimed = replace(message, state=DeliveryState.SENDING, moved_at=now, version=message.version + 1)
        if self.threads.store.change_message(message, claimed, None) is not Written.DONE:
            raise NotNow("somebody else was faster")
        queued_at = message.moved_at or message.at
        try:
            posted = self._posted(thread, claimed)
        except OutcomeUnknown:
            self._settle(thread, claimed, DeliveryState.UNCERTAIN, UNKNOWN)
        except NotPosted as refused:
            if refused.passing and now - queued_at < TRIES_FOR:
                self._release(claimed, queued_at)
                raise NotNow(refused.detail) from refused
            self._settle(thread, claimed, DeliveryState.FAILED, refused.detail)
        except StoreUnavailable:
            self._release(claimed, queued_at)
            raise
        else:
            self._name(thread, posted)
            self._settle(thread, claimed, DeliveryState.SENT, None, posted.external_id)

    def _posted(self, thread: SideThread, message: SideMessage) -> PostedThere:
        make = self.transports.get(thread.kind)
        if make is None:
            raise NotPosted("There is no way to send this.", passing=False)
        numbers = range(max(1, message.number - EARLIER), message.number)
        files = [ThreadFile(file, partial(self._file, file)) for file in message.attachments]
        return make().post(thread, message, self.threads.store.messages(thread, numbers), files)

    def _file(self, attachment: Attachment) -> bytes:
        try:
            body = self.blobs.read(attachment.object_key or "", limit_bytes=MAX_FILE_BYTES)
        except TooLarge as error:
            raise NotPosted(error.detail, passing=False) from error
        if body is None:
            raise NotPosted("The file is no longer there: attach it again.", passing=False)
        return body

    def _release(self, claimed: SideMessage, queued_at: datetime) -> None:
        """Nothing went out: it is queued as before. Where even this fails, the claim runs out."""
        after = replace(claimed, state=DeliveryState.QUEUED, moved_at=queued_at, version=claimed.version + 1)
        self.threads.store.change_message(claimed, after, None)

    def _settle(
        self,
        thread: SideThread,
        message: SideMessage,
        state: DeliveryState,
        reason: str | None,
        external_id: str | None = None,
    ) -> None:
        """How it ended; what the mail service has told meanwhile stays."""
        for _ in range(ATTEMPTS):
            is_newer = is_news(message.state or DeliveryState.QUEUED, state)
            after = replace(
                message,
                state=state if is_newer else message.state,
                reason=reason[:300] if reason and is_newer else message.reason,
                external_id=external_id or message.external_id,
                version=message.version + 1,
            )
            told = changed_event(thread, after, owner_of(self.threads.desk, thread))
            recorded = Recorded((told,), SYSTEM, self.clock())
            if self.threads.store.change_message(message, after, recorded) is Written.DONE:
                return
            found = self.threads.store.message(thread, message.number)
            if found is None or found.attempt != message.attempt:
                return
            message = found
        raise StoreUnavailable("too many writers at once")

    def _name(self, thread: SideThread, posted: PostedThere) -> None:
        """Keep what the other side calls the thread, from its first message on."""
        found: SideThread | None = thread
        for _ in range(ATTEMPTS):
            if found is None or not posted.reference or found.reference:
                return
            after = replace(found, reference=posted.reference, version=found.version + 1)
            if self.threads.store.replace(found, after, None) is Written.DONE:
                return
            found = self.threads.store.get(thread.conversation_id, thread.id)
