"""Signs that visitors of a web chat give without writing: they type, or have opened the page again.

Best effort, and cheap: a process that has passed on a sign of somebody says nothing of them for a minute. A visitor's
call never fails for it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.returning import WORTH_NOTING, Sign

MOST_KNOWN = 5000


@dataclass(frozen=True, slots=True)
class VisitorSigns:
    """`passed_on`: what is done about a sign of a conversation's customer."""

    passed_on: Callable[[str, Sign, datetime], object]
    known: dict[tuple[str, Sign], datetime] = field(default_factory=dict)

    def give(self, who: str, sign: Sign, conversation_of: Callable[[], str | None], now: datetime) -> None:
        """`who`: any name of the visitor; `conversation_of` is asked once a minute at most."""
        last = self.known.get((who, sign))
        if last is not None and now - last < WORTH_NOTING:
            return
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        self.known[who, sign] = now
        with suppress(StoreUnavailable):
            conversation_id = conversation_of()
            if conversation_id is not None:
                self.passed_on(conversation_id, sign, now)
