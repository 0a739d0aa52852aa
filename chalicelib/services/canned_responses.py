"""Canned responses: kept by scope, found by what is typed after a `/`, rendered for one conversation."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.canned_response import MAX_RESPONSES, CannedResponse, checked, found
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.errors_texts import CannedResponseNotFound, TextUnsuited
from chalicelib.domain.message import Attachment
from chalicelib.domain.placeholders import Filled
from chalicelib.domain.text_scope import Reader
from chalicelib.domain.upload import Upload
from chalicelib.services.administration_ports import Ids
from chalicelib.services.contact_words import first_name
from chalicelib.services.texts import Library, TextStore
from chalicelib.services.uploads import KEPT_FOR


class Words(Protocol):
    def filled(
        self, contact_id: str, draft: Mapping[str, Any], now: datetime, more: Mapping[str, Any] | None = None
    ) -> Filled: ...


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


class Files(Protocol):
    def put(self, upload: Upload) -> None: ...

    def lend(self, object_key: str, upload: Upload) -> None:
        """Copy a kept file to where an upload arrives."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """`variant`: which was taken (None: the body itself). `uploads`: the files, as uploads of whoever asked."""

    text: str
    variant: str | None
    missing: tuple[str, ...] = ()
    fell_back: tuple[str, ...] = ()
    uploads: tuple[Upload, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class CannedResponses:
    """`files`: made where a response has some."""

    store: TextStore[CannedResponse]
    words: Words
    contacts: Contacts
    files: Callable[[], Files]
    ids: Ids

    @property
    def library(self) -> Library[CannedResponse]:
        return Library(self.store, CannedResponseNotFound, "shortcut", MAX_RESPONSES)

    def add(self, reader: Reader, response: CannedResponse) -> CannedResponse:
        """Raises InvalidInput, NotPermitted, TextNameTaken, TextsTooMany."""
        return self.library.add(reader, checked(response))

    def change(
        self, reader: Reader, response_id: str, version: int, changes: Mapping[str, Any], now: datetime
    ) -> CannedResponse:
        """Raises CannedResponseNotFound, NotPermitted, VersionConflict, InvalidInput, TextNameTaken, TextsTooMany."""

        def to(before: CannedResponse) -> CannedResponse:
            after = replace(before, **changes, changed_at=now, changed_by=reader.principal.id)
            return checked(replace(after, version=before.version + 1))

        return self.library.change(reader, response_id, version, to, lambda before: before.used)

    def pick(self, reader: Reader, words: str, channel: str | None, limit: int) -> Sequence[CannedResponse]:
        """What is offered after a `/`, the likeliest first. One query for each of the reader's owners."""
        return found(self.library.all(reader), words, channel)[:limit]

    def render(
        self,
        reader: Reader,
        response_id: str,
        conversation: Conversation,
        now: datetime,
        *,
        channel: str | None = None,
        with_files: bool = False,
    ) -> Rendered:
        """With what is known of the conversation's customer, in their language, for its active leg or another `channel`
        of its. It counts as used. Raises CannedResponseNotFound, TextUnsuited, ContactNotFound."""
        response = self.library.get(reader, response_id)
        check_channel(response, channel or conversation.channel)
        done = self.filled(response, conversation, reader.principal, now)
        uploads = self._lent(response, reader.principal, now) if with_files else ()
        self.count(response.id)
        return replace(done, uploads=uploads)

    def filled(
        self, response: CannedResponse, conversation: Conversation, principal: Principal, now: datetime
    ) -> Rendered:
        """Its words for one customer; nothing is counted. Raises ContactNotFound."""
        contact = self.contacts.get(conversation.contact_id) if response.variants else None
        variant, body = response.body_for(contact.locale if contact else None, contact.language if contact else None)
        done = self.filled_text(body, conversation, principal, now)
        return replace(done, variant=variant)

    def filled_text(self, text: str, conversation: Conversation, principal: Principal, now: datetime) -> Rendered:
        """Any text with placeholders, for one customer. Raises ContactNotFound, InvalidInput."""
        facts = agent_facts(principal)
        done = self.words.filled(conversation.contact_id, {"text": text}, now, facts)
        return Rendered(done.value["text"], None, done.missing, done.fell_back)

    def count(self, response_id: str) -> None:
        """A count that is missed is no reason to refuse the text."""
        with suppress(StoreUnavailable):
            self.store.count(response_id)

    def _lent(self, response: CannedResponse, principal: Principal, now: datetime) -> tuple[Upload, ...]:
        """Copies, each an upload of theirs for a day: what goes out with a message goes away with it."""
        return tuple(self._upload(each, principal, now) for each in response.files)

    def _upload(self, file: Attachment, principal: Principal, now: datetime) -> Upload:
        upload = Upload(
            id=self.ids.new("upl"),
            owner_id=principal.id,
            name=file.name or "file",
            mime=file.mime,
            size_bytes=file.size_bytes or 0,
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
        self.files().lend(file.object_key or "", upload)
        self.files().put(upload)
        return upload


def check_channel(response: CannedResponse, channel: str) -> None:
    """Raises TextUnsuited."""
    if not response.is_for(channel):
        raise TextUnsuited(f"It is for {', '.join(response.channels)}, and not for {channel}.", channel=channel)


def agent_facts(principal: Principal) -> Mapping[str, Any]:
    """Who writes. A machine has no name of its own to greet with."""
    if principal.kind != "agent":
        return {}
    return {"agent.name": principal.name, "agent.first_name": first_name(principal.name)}


def check_channels(channels: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Raises InvalidInput for the first that there is not."""
    for place, each in enumerate(channels):
        if each not in known:
            raise InvalidInput(f"There is no such channel; there are: {', '.join(known)}.", field=f"channels[{place}]")
    return tuple(dict.fromkeys(channels))
