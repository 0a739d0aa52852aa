"""Transcripts: pages of what was said for colleagues, and all of it for the customer who asks for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput, TooLarge
from chalicelib.domain.message import Attachment, AttachmentState, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.transcript import Said, Transcript, as_html, as_text, file_key
from chalicelib.services import desk
from chalicelib.services.contact_words import check_filled
from chalicelib.services.links import Links
from chalicelib.services.ports import BlobStore, DeskStore, InboxReader, ReplyStore
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.transcript_words import TRANSCRIPT, is_said, noted, said

BEGINNING = f"msg_{'0' * (ids.TIME_LENGTH + ids.DIGEST_LENGTH)}"
PAGE = 100
# All of a conversation, for a file: more is for pages.
MOST = 5000
FORMATS = {"text": ("text/plain", "txt", as_text), "html": ("text/html", "html", as_html)}


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """`after` is where the next page begins; None at the end."""

    transcript: Transcript
    after: str | None


@dataclass(frozen=True, slots=True)
class Sending:
    """`form`: as a message of its own words, as a file, or as a link to one. `zone` None: the customer's, else UTC."""

    client_id: str
    form: str
    format: str
    leg_id: str | None = None
    zone: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Transcripts:
    threads: DeskStore
    contacts: Contacts

    def page(
        self,
        conversation_id: str,
        reader: Principal,
        *,
        limit: int = PAGE,
        after: str | None = None,
        notes: bool = False,
        zone: str | None = None,
    ) -> Page:
        """The oldest first. Colleagues' notes with `notes`, and of whispers those that are for the reader.

        Raises ConversationNotFound, InvalidInput."""
        times = _zone(zone)
        found = desk.thread(
            self.threads, conversation_id, limit=limit, after=after or BEGINNING, reader=reader if notes else None
        )
        entries = [
            each for each in map(_telling(found.conversation, found.entries, notes=notes), found.entries) if each
        ]
        transcript = self._transcript(found.conversation, times, entries)
        return Page(transcript, found.after)

    def whole(self, conversation_id: str, zone: str | None) -> Transcript:
        """All that the customer may see. Raises ConversationNotFound, InvalidInput, TooLarge."""
        times, after = _zone(zone), BEGINNING
        entries: list[Message] = []
        while True:
            found = desk.thread(self.threads, conversation_id, limit=PAGE, after=after)
            entries += [entry for entry in found.entries if isinstance(entry, Message)]
            if len(entries) > MOST:
                raise TooLarge(f"The conversation has more than {MOST} messages: read its transcript in pages.")
            if found.after is None:
                tell = _telling(found.conversation, entries, notes=False)
                return self._transcript(found.conversation, times, [each for each in map(tell, entries) if each])
            after = found.after

    def _transcript(self, conversation: Conversation, zone: ZoneInfo | None, entries: Sequence[Said]) -> Transcript:
        """Where no zone is asked for, the customer's own."""
        times: tzinfo = zone or UTC
        name = zone.key if zone else "UTC"
        if zone is None:
            contact = self.contacts.get(conversation.contact_id)
            if contact is not None and contact.time_zone:
                times, name = ZoneInfo(contact.time_zone), contact.time_zone
        return Transcript(conversation.id, conversation.contact_name, times, name, entries)


@dataclass(frozen=True, slots=True)
class TranscriptSending:
    transcripts: Transcripts
    replies: ReplyStore
    inboxes: InboxReader
    blobs: BlobStore
    links: Callable[[], Links]

    def send(self, principal: Principal, conversation_id: str, asked: Sending, now: datetime) -> Message:
        """Send the customer what was said, over one of the conversation's legs; once for each client id, however much
        is said meanwhile.

        Raises ConversationNotFound, InvalidInput, TooLarge, and what a reply raises."""
        check_filled({"text": asked.text})
        draft = Draft(
            asked.client_id,
            asked.text,
            content={TRANSCRIPT: {"form": asked.form, "format": asked.format}},
            leg_id=asked.leg_id,
            # What was said once is told as it was said.
            literal=True,
            identity=ids.digest(TRANSCRIPT, asked.form, asked.format, asked.text, asked.zone or ""),
        )
        stored = self._stored_before(conversation_id, draft, asked.form)
        if stored is not None:
            return stored
        told = self.transcripts.whole(conversation_id, asked.zone)
        mime, ending, write = FORMATS[asked.format]
        body = write(told)
        if asked.form == "message":
            whole = "\n\n".join(part for part in (asked.text, body) if part.strip())
            return self._reply(principal, conversation_id, replace(draft, text=whole), now)
        file = self._file(conversation_id, asked.client_id, body.encode("utf-8", "replace"), mime, ending)
        draft = replace(draft, kind=MessageKind.DOCUMENT, attachments=(file,))
        if asked.form == "link":
            draft = self.links().linked(draft, now)
        return self._reply(principal, conversation_id, draft, now)

    def _reply(self, principal: Principal, conversation_id: str, draft: Draft, now: datetime) -> Message:
        return reply(self.replies, self.inboxes, principal, conversation_id, draft, now)

    def _stored_before(self, conversation_id: str, draft: Draft, form: str) -> Message | None:
        """Of a repeat; another use of the client id is refused by the reply itself."""
        once = self.replies.once(conversation_id, draft.client_id) if ids.is_id("cnv", conversation_id) else None
        wanted = replace(draft, identity=ids.digest("as_link", draft.digest)) if form == "link" else draft
        if once is None or once.digest != wanted.digest:
            return None
        return self.replies.message(once.leg_id, once.message_id)

    def _file(self, conversation_id: str, client_id: str, body: bytes, mime: str, ending: str) -> Attachment:
        key = file_key(conversation_id, client_id)
        self.blobs.put(key, body, mime)
        return Attachment(
            mime,
            f"transcript.{ending}",
            len(body),
            object_key=key,
            state=AttachmentState.STORED,
        )


def _telling(
    conversation: Conversation, entries: Sequence[Message | Note], *, notes: bool
) -> Callable[[Message | Note], Said | None]:
    def tell(entry: Message | Note) -> Said | None:
        if isinstance(entry, Message):
            return said(conversation, entry, entries) if is_said(entry) else None
        return noted(entry) if notes and entry.kind == "note" else None

    return tell


def _zone(name: str | None) -> ZoneInfo | None:
    """Raises InvalidInput."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise InvalidInput("Name a time zone, such as Europe/Madrid.", field="zone") from error
