"""Showing that an address is somebody's: a code is sent there, and comes back. Pure.

A code is kept nowhere. It follows from the verification's id, which nobody can guess, and from a key that only the
desk's functions can read; who sends it and who checks it make it anew.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
TRIES = 5
# Codes for one address, and for one contact: so many in so long.
LIMITS = ((timedelta(minutes=10), 3), (timedelta(days=1), 10))
MASK = "•" * DIGITS
# An answer that is a code, perhaps with a word or two around it; not one number among many.
_CODE = re.compile(r"(?<!\d)(\d{3})[ \u00a0-]?(\d{3})(?!\d)")
LONGEST_ANSWER = 60


class VerificationState(StrEnum):
    """WAITING: for the code, until `expires_at`. SPENT: too many wrong ones. REPLACED: by a newer code."""

    WAITING = "waiting"
    VERIFIED = "verified"
    SPENT = "spent"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Verification:
    """`value` in its one form. `heard`: ids of the customer's messages that were taken as tries. `revision` grows with
    each write."""

    id: str
    contact_id: str
    kind: str
    value: str
    conversation_id: str
    leg_id: str
    message_id: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: VerificationState = VerificationState.WAITING
    tries: int = 0
    verified_at: datetime | None = None
    heard: tuple[str, ...] = ()
    revision: int = 1

    def is_good(self, now: datetime) -> bool:
        """Whether its code still counts."""
        return self.state is VerificationState.WAITING and now < self.expires_at and self.tries < TRIES

    def over_because(self, now: datetime) -> str:
        """Why it does not: replaced, tries or expired."""
        if self.state is VerificationState.REPLACED:
            return "replaced"
        return "tries" if self.state is VerificationState.SPENT or self.tries >= TRIES else "expired"


@dataclass(frozen=True, slots=True)
class Asked:
    """When codes were asked for: of the contact, and for the address. `newest`: the contact's newest verification of
    that address. The revisions are those that were read."""

    contact: tuple[datetime, ...] = ()
    address: tuple[datetime, ...] = ()
    newest: Verification | None = None
    contact_revision: int = 0
    address_revision: int = 0


def code_of(key: str, verification_id: str) -> str:
    raw = hmac.new(key.encode(), f"code:{verification_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(raw[:16], 'big') % 10**DIGITS:0{DIGITS}d}"


def is_code(key: str, verification_id: str, given: str) -> bool:
    """In the same time wherever they differ."""
    return hmac.compare_digest(code_of(key, verification_id).encode(), given.encode("utf-8", "replace"))


def said_code(text: str) -> str | None:
    """The code that an answer of a customer's is; None where it is none, or says more than one."""
    found = _CODE.findall(text) if len(text.strip()) <= LONGEST_ANSWER else []
    return "".join(found[0]) if len(found) == 1 else None


def tried(verification: Verification, message_id: str = "") -> Verification:
    """A try is counted before the code is looked at: whoever tries many at once has no more than one who does not."""
    tries = verification.tries + 1
    heard = (*verification.heard, message_id) if message_id else verification.heard
    return replace(verification, tries=tries, heard=heard, revision=verification.revision + 1)


def missed(verification: Verification) -> Verification:
    """After a wrong code."""
    state = VerificationState.SPENT if verification.tries >= TRIES else verification.state
    return replace(verification, state=state, revision=verification.revision + 1)


def verified(verification: Verification, at: datetime) -> Verification:
    state = VerificationState.VERIFIED
    return replace(verification, state=state, verified_at=at, revision=verification.revision + 1)


def replaced(verification: Verification) -> Verification:
    return replace(verification, state=VerificationState.REPLACED, revision=verification.revision + 1)


def wait_seconds(asked: Sequence[datetime], now: datetime) -> int:
    """How long until a code may be asked for again; 0: now."""
    waits = [0]
    for span, count in LIMITS:
        within = sorted(at for at in asked if now - at < span)
        if len(within) >= count:
            waits.append(-(-(within[-count] + span - now) // timedelta(seconds=1)))
    return max(waits)


def recent(asked: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Those that count still, with one at `now`."""
    longest = max(span for span, _ in LIMITS)
    return (*(at for at in asked if now - at < longest), now)


def masked(kind: str, value: str) -> str:
    """As colleagues see it in a thread."""
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}…@{host}"
    return f"…{value[-3:]}"
