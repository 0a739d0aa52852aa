"""The administrators' policy: what is asked of a leg before a customer is written to there, and what is quoted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.consent import Purpose

DAY = 24 * 60
ANY = "any"


class Cost(StrEnum):
    FREE = "free"
    LOW = "low"
    CHARGED = "charged"


class Need(StrEnum):
    """What it takes to write first to an address. Answering where the customer has written takes nothing."""

    NOTHING = "nothing"
    PROOF = "proof"
    CONSENT = "consent"
    PROOF_OR_CONSENT = "proof_or_consent"
    PROOF_AND_CONSENT = "proof_and_consent"


# Where the administrators have said nothing. A transcript tells all: it goes to nobody unproven.
DEFAULT_NEEDS: Mapping[Purpose, Need] = {
    Purpose.SERVICE: Need.PROOF_OR_CONSENT,
    Purpose.SURVEY: Need.PROOF_OR_CONSENT,
    Purpose.TRANSCRIPT: Need.PROOF,
    Purpose.MARKETING: Need.CONSENT,
    Purpose.RECORDING: Need.CONSENT,
}
DEFAULT_COSTS: Mapping[str, Cost] = {"sms": Cost.CHARGED, "voice": Cost.CHARGED, "email": Cost.LOW}


@dataclass(frozen=True, slots=True)
class LegPolicy:
    """`quote_messages`: how many of the last messages are told on a new leg, in `quote_characters` at most. Quiet time
    is from `quiet_from` to `quiet_to` (minutes of the customer's day; the same: never), on `quiet_channels`; `strict`:
    then nothing goes there, else other legs are better. `time_zone`: of customers whose own is not known. Who has
    written within `awake_seconds` is awake."""

    quote_messages: int = 3
    quote_characters: int = 600
    quiet_from: int = 21 * 60
    quiet_to: int = 8 * 60
    quiet_channels: frozenset[str] = frozenset({"sms", "whatsapp", "voice"})
    quiet_strict: bool = False
    awake_seconds: int = 1800
    time_zone: str | None = None
    # By purpose and channel (or `any`).
    needs: Mapping[tuple[Purpose, str], Need] = field(default_factory=dict)
    costs: Mapping[str, Cost] = field(default_factory=dict)
    version: int = 0

    def need(self, purpose: Purpose, channel: str) -> Need:
        return self.needs.get((purpose, channel)) or self.needs.get((purpose, ANY)) or DEFAULT_NEEDS[purpose]

    def cost(self, channel: str) -> Cost:
        return self.costs.get(channel) or DEFAULT_COSTS.get(channel, Cost.FREE)


def quiet_until(policy: LegPolicy, time_zone: str | None, now: datetime) -> datetime | None:
    """When the quiet time that it is now at the customer's ends, in UTC; None where it is none, or nobody knows what
    time it is there. Follows the clock on the wall, also on days that are an hour shorter or longer."""
    zone = time_zone or policy.time_zone
    if zone is None or policy.quiet_from == policy.quiet_to:
        return None
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    begun = (minute - policy.quiet_from) % DAY
    if begun >= (policy.quiet_to - policy.quiet_from) % DAY:
        return None
    day = local.date() + timedelta(days=1 if policy.quiet_to <= minute else 0)
    end = datetime(day.year, day.month, day.day, policy.quiet_to // 60, policy.quiet_to % 60, tzinfo=local.tzinfo)
    return end.astimezone(now.tzinfo)
