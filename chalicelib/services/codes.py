"""One-time codes, from and to messages: put in where one is sent, and noticed where a customer answers with one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels.base import CannotSay
from chalicelib.domain.envelope import Actor
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.switching import SECRET
from chalicelib.domain.verification import MASK, Verification, code_of, said_code
from chalicelib.services.verification import Checking, VerificationStore


class VerificationReader(Protocol):
    def verification(self, contact_id: str, verification_id: str) -> Verification | None: ...


@dataclass(frozen=True, slots=True)
class Codes:
    """For the sender. `key` is asked for only where there is a code to send."""

    store: VerificationReader
    key: Callable[[], str]
    clock: Callable[[], datetime]

    def filled(self, message: Message) -> Message:
        """The message as it goes out; what is stored keeps the mask. A code goes in the message it was made for alone,
        and only while it is good. Raises CannotSay, StoreUnavailable."""
        named = message.content.get(SECRET)
        if not isinstance(named, Mapping):
            return message
        found = self.store.verification(str(named.get("contact_id")), str(named.get("id")))
        if found is None or (found.leg_id, found.message_id) != (message.leg_id, message.id):
            raise CannotSay("There is no such code.", field="content")
        if not found.is_good(self.clock()):
            raise CannotSay("The code is not good any more: send a new one.", field="content")
        content = {name: value for name, value in message.content.items() if name != SECRET}
        text = message.text.replace(MASK, code_of(self.key(), found.id), 1)
        return replace(message, text=text, content=content)


@dataclass(frozen=True, slots=True)
class CodeAnswers:
    """A reaction to what customers write: who answers with the code has shown that the address is theirs."""

    store: VerificationStore
    key: Callable[[], str]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """One read where it looks like a code, none for all else. Raises StoreUnavailable."""
        if event["type"] != "message.created" or event["data"]["direction"] != Direction.INBOUND.value:
            return
        said = event["snapshot"]
        code = said_code(said["text"]) if said["kind"] == MessageKind.TEXT.value else None
        if code is None:
            return
        actor = Actor(said["author"]["kind"], said["author"]["id"])
        # When it reached us: clocks of providers may be behind ours.
        at = datetime.fromisoformat(event["occurred_at"])
        Checking(self.store, self.key, now).hear(said["leg_id"], said["id"], code, at, actor)
