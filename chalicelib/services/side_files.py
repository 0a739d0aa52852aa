"""Files of answers by mail: taken out of the stored mail once, sniffed, and kept as our own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.channels import registry
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable, TooLarge
from chalicelib.domain.events import SideThreadReplied
from chalicelib.domain.filetype import sniff
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.side_thread import SideMessage, SideThread, ThreadKind, message_number
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.ports import BlobStore, InboxDirectory
from chalicelib.services.side_thread_events import changed_event, owner_of
from chalicelib.services.side_threads import ATTEMPTS, SideThreads

MAX_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SideFiles:
    """`mails` is the bucket that inbound mail is put into, `blobs` that of our own files."""

    threads: SideThreads
    inboxes: InboxDirectory
    mails: BlobStore
    blobs: BlobStore

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        data = event["data"]
        if event["type"] == SideThreadReplied.TYPE and data["pending_attachments"] and data["kind"] == ThreadKind.EMAIL:
            self.fetch(data["conversation_id"], data["thread_id"], data["message_id"], now)

    def fetch(self, conversation_id: str, thread_id: str, message_id: str, now: datetime) -> None:
        """All that is still pending of a message."""
        thread = self.threads.store.get(conversation_id, thread_id)
        number = message_number(thread_id, message_id)
        message = self.threads.store.message(thread, number) if thread and number else None
        inbox = self.inboxes.inbox(thread.whom.inbox_id or "") if thread else None
        if thread is None or message is None or inbox is None:
            return
        done = {
            place: self._fetched(message, inbox, place)
            for place, file in enumerate(message.attachments)
            if file.state is AttachmentState.PENDING
        }
        if done:
            self._settle(thread, message, done, now)

    def _fetched(self, message: SideMessage, inbox: Inbox, place: int) -> Attachment:
        """The file as it is kept now, or why it never will be."""
        file = message.attachments[place]
        location = registry.load(inbox.channel).media_location(
            file.source_url or "", inbox, self.inboxes.credentials(inbox)
        )
        try:
            body = self.mails.read(location.object_key, limit_bytes=MAX_BYTES) if location.object_key else None
            if body is None:
                return _failed(file, "The mail that the file is in is no longer there.")
            body = location.decode(body) if location.decode else body
        except (TooLarge, ValueError) as error:
            return _failed(file, f"The file cannot be read: {error}")
        mime = sniff(body, file.mime)
        key = f"attachments/{message.thread_id}/{message.id}/{place}"
        self.blobs.put(key, body, mime)
        return replace(
            file,
            mime=mime,
            size_bytes=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            object_key=key,
            state=AttachmentState.STORED,
        )

    def _settle(self, thread: SideThread, message: SideMessage, done: Mapping[int, Attachment], now: datetime) -> None:
        for _ in range(ATTEMPTS):
            files = tuple(done.get(place, file) for place, file in enumerate(message.attachments))
            after = replace(message, attachments=files, version=message.version + 1)
            told = changed_event(thread, after, owner_of(self.threads.desk, thread))
            if self.threads.store.change_message(message, after, Recorded((told,), SYSTEM, now)) is Written.DONE:
                return
            found = self.threads.store.message(thread, message.number)
            if found is None:
                return
            message = found
        raise StoreUnavailable("too many writers at once")


def _failed(file: Attachment, reason: str) -> Attachment:
    return replace(file, state=AttachmentState.FAILED, reason=reason[:300])
