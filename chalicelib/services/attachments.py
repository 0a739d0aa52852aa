"""Attachments: the bytes of an inbound file, fetched once with the provider's credentials and kept as our own.

The metadata is in the message at once; this fills in the rest, or says why it cannot. What the bytes are is sniffed,
never believed; what is kept is served only as a download from the bucket's own host.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels import registry
from chalicelib.channels.base import Channel, Credentials, HttpRequest, MediaLocation, ProviderError
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import TooLarge
from chalicelib.domain.events import AttachmentStored
from chalicelib.domain.filetype import sniff
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, AttachmentState, Message
from chalicelib.services.ports import (
    AttachmentStore,
    BlobStore,
    HttpSender,
    InboxDirectory,
    LegStore,
    NotSent,
    OutcomeUnknown,
    Recorded,
)

MAX_BYTES = 100 * 1024 * 1024


class TryAgain(Exception):
    """The file cannot be had now; the record should come back later."""


@dataclass(frozen=True, slots=True)
class Fetching:
    messages: AttachmentStore
    legs: LegStore
    inboxes: InboxDirectory
    http: HttpSender
    blobs: BlobStore
    clock: Callable[[], datetime]
    mails: BlobStore | None = None

    def fetch_all(self, leg_id: str, message_id: str, *, last_try: bool) -> int:
        """Fetch what is still pending of a message; how many are stored now. Raises TryAgain, StoreUnavailable."""
        message = self.messages.message(leg_id, message_id)
        head = self.legs.head(leg_id) if message else None
        inbox = self.inboxes.inbox(head.inbox_id) if head else None
        if message is None or inbox is None:
            return 0
        outcomes = [
            self._fetch(message, inbox, place, last_try=last_try)
            for place, attachment in enumerate(message.attachments)
            if attachment.state is AttachmentState.PENDING
        ]
        if None in outcomes:
            raise TryAgain(f"{outcomes.count(None)} attachments of {message_id}")
        return sum(bool(outcome) for outcome in outcomes)

    def _fetch(self, message: Message, inbox: Inbox, place: int, *, last_try: bool) -> bool | None:
        """True: stored; False: it never will be (and the message says why); None: not now."""
        attachment = message.attachments[place]
        try:
            body = self._download(inbox, attachment)
        except TooLarge as error:
            return self._give_up(message, place, error.detail)
        except _Refused as refused:
            if refused.passing and not last_try:
                return None
            return self._give_up(message, place, refused.detail)
        mime = sniff(body, attachment.mime)
        key = f"attachments/{message.leg_id}/{message.id}/{place}"
        self.blobs.put(key, body, mime)
        stored = replace(
            attachment,
            mime=mime,
            size_bytes=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            object_key=key,
            state=AttachmentState.STORED,
        )
        self._settle(message, place, stored)
        return True

    def _download(self, inbox: Inbox, attachment: Attachment) -> bytes:
        channel, credentials = registry.load(inbox.channel), self.inboxes.credentials(inbox)
        if channel.CAPABILITIES.own_uploads:
            return self._own_upload(attachment)
        location = self._locate(channel, inbox, credentials, attachment)
        if location.size_bytes is not None and location.size_bytes > MAX_BYTES:
            raise TooLarge(f"The file has {location.size_bytes} bytes; {MAX_BYTES} are kept at most.")
        body = self._stored(location.object_key) if location.object_key else self._fetched(location)
        if location.sha256 and hashlib.sha256(body).hexdigest() != location.sha256:
            raise _Refused("The file's bytes are not those the provider announced.", passing=True)
        return _decoded(location, body)

    def _stored(self, object_key: str) -> bytes:
        """What the mail service has put into our own bucket."""
        body = self.mails.read(object_key, limit_bytes=MAX_BYTES) if self.mails else None
        if body is None:
            raise _Refused("The mail that the file is in is no longer there.", passing=False)
        return body

    def _fetched(self, location: MediaLocation) -> bytes:
        request = HttpRequest("GET", location.url, secret_headers=location.secret_headers, timeout_seconds=30)
        try:
            response = self.http.fetch(request, limit_bytes=MAX_BYTES)
        except (NotSent, OutcomeUnknown) as error:
            raise _Refused(f"The provider's file cannot be reached: {error}", passing=True) from error
        if response.status != 200:
            passing = response.status >= 500 or response.status in (202, 429)  # 202: still being prepared
            raise _Refused(f"The provider answered {response.status} for the file.", passing=passing)
        return response.body

    def _own_upload(self, attachment: Attachment) -> bytes:
        """A visitor's file is in our own bucket already, under an id that cannot be guessed."""
        body = self.blobs.read(f"uploads/{attachment.media_id}", limit_bytes=MAX_BYTES)
        if body is None:
            raise _Refused("The file was announced, but has not been uploaded.", passing=True)
        return body

    def _locate(
        self, channel: Channel, inbox: Inbox, credentials: Credentials, attachment: Attachment
    ) -> MediaLocation:
        lookup = channel.build_media_lookup(attachment.media_id, inbox, credentials) if attachment.media_id else None
        if lookup is None:
            if attachment.source_url is None:
                raise _Refused("The provider told no address of the file.", passing=False)
            return channel.media_location(attachment.source_url, inbox, credentials)
        try:
            found = channel.parse_media_lookup(self.http.send(lookup), attachment.media_id or "", inbox, credentials)
        except (NotSent, OutcomeUnknown) as error:
            raise _Refused(f"The provider cannot be reached: {error}", passing=True) from error
        if isinstance(found, ProviderError):
            raise _Refused(found.detail, passing=found.failure is FailureClass.RETRY)
        return found

    def _give_up(self, message: Message, place: int, reason: str) -> bool:
        failed = replace(message.attachments[place], state=AttachmentState.FAILED, reason=reason[:300])
        self._settle(message, place, failed)
        return False

    def _settle(self, message: Message, place: int, attachment: Attachment) -> None:
        event = AttachmentStored(
            leg_id=message.leg_id,
            index=place,
            state=attachment.state.value,
            mime=attachment.mime,
            size_bytes=attachment.size_bytes,
            reason=attachment.reason,
        )
        recorded = Recorded((event,), SYSTEM, self.clock())
        self.messages.settle(message.leg_id, message.id, place, attachment, recorded)


def _decoded(location: MediaLocation, body: bytes) -> bytes:
    """The file that is in the bytes."""
    if location.decode is None:
        return body
    try:
        return location.decode(body)
    except ValueError as error:
        raise _Refused(f"The file cannot be read: {error}", passing=False) from error


class _Refused(Exception):
    """Why the file was not had; `passing`: it may be had later."""

    def __init__(self, detail: str, *, passing: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.passing = passing
