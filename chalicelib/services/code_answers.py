"""Customers who answer with the code that they were sent: then the address is shown to be theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.envelope import Actor
from chalicelib.domain.message import Direction, MessageKind
from chalicelib.domain.verification import said_code
from chalicelib.services.verification import Checking, VerificationStore


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
