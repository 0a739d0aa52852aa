"""What choosing and switching legs ask of the store."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from chalicelib.domain.conversation import Conversation, LegHead
from chalicelib.domain.habits import Opening
from chalicelib.domain.leg_choice_values import KnownIdentity
from chalicelib.domain.message import Message
from chalicelib.domain.switching import Switch
from chalicelib.domain.writes import Once, Written


class LegReader(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]:
        """By id. One read for each hundred."""

    def heads(self, leg_ids: Iterable[str]) -> Mapping[str, LegHead]:
        """By the id that was asked for, which may be another address's of the leg."""

    def identities(self, identity_ids: Iterable[str]) -> Mapping[str, KnownIdentity]: ...

    def openings(self, contact_ids: Iterable[str]) -> Sequence[Opening]:
        """How the contacts began to write, all of them. One read for each hundred."""

    def last_messages(self, conversation: Conversation, count: int) -> Sequence[Message]:
        """The newest of all its legs, in their order."""


class SwitchStore(LegReader, Protocol):
    def once(self, conversation_id: str, client_id: str) -> Once | None: ...

    def message(self, leg_id: str, message_id: str) -> Message | None: ...

    def switch(self, switch: Switch) -> Written:
        """All or nothing. DUPLICATE: the client id is taken. CONFLICT: something has changed since it was read."""
