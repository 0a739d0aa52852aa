"""One-time codes are put into messages where they are sent, and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.channels.base import CannotSay
from chalicelib.domain.message import Message
from chalicelib.domain.switching import SECRET
from chalicelib.domain.verification import MASK, Verification, code_of


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
