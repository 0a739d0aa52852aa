"""What one event of a conversation costs: what the channel's provider bills for it, and what AWS does.

Rates are sheets, each in force from a day on (UTC): what something cost is what the sheet of its day said, whatever is
agreed later. Provider's fees are the desk's own contract, so none are given here; AWS's are list prices times what an
event takes, as the benchmark counts it (docs/costs.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from chalicelib.domain.clock_events import Line
from chalicelib.domain.ids import digest

# Of the currency: what one event costs at AWS is some millionths, so its rates have three places more.
MILLION, BILLION = 10**6, 10**9
# Billed when a message came in, or when what we sent was sent or delivered.
EVENTS = ("received", "sent", "delivered")

# USD a billion events at AWS's list prices (us-east-1): `cost.usd_per_million_inbound` of docs/benchmarks.md for what
# comes in; the others by the same prices from their counted calls and units (docs/costs.md has the sums).
AWS_LIST: Mapping[str, int] = {
    "message_in": 7_473,
    "message_out": 12_450,
    "mark": 3_350,
    "conversation": 19_700,
    "other": 8_000,
}
AWS_LIST_SOURCE = "list prices us-east-1 of 2025-07 to 2026-09, counted calls and units: docs/costs.md"


@dataclass(frozen=True, slots=True)
class Fee:
    """What a provider bills for a message: `amount` in millionths, for each `billed` of EVENTS. `kind` and `category`
    (of a template) narrow it; where several fit, the one that says most holds. `source`: the contract or price list."""

    channel: str
    billed: str
    amount: int
    kind: str | None = None
    category: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """In force from the beginning of a day on, until the next sheet. `aws`: billionths an event, by what it is."""

    since: date
    fees: tuple[Fee, ...] = ()
    aws: Mapping[str, int] = field(default_factory=lambda: dict(AWS_LIST))


@dataclass(frozen=True, slots=True)
class Rates:
    """`currency`: of all amounts (ISO 4217). `sheets`, the oldest first."""

    currency: str = "USD"
    sheets: tuple[Sheet, ...] = (Sheet(date(1970, 1, 1)),)
    version: int = 0

    def on(self, at: int) -> Sheet | None:
        """The sheet in force at a time (milliseconds since 1970)."""
        day = datetime.fromtimestamp(at / 1000, UTC).date()
        return next((sheet for sheet in reversed(self.sheets) if sheet.since <= day), None)


def fees_of(line: Line, rates: Rates) -> dict[str, int]:
    """`provider` and `aws`, in millionths of the currency; what is nothing is left out.

    AWS's part of one event is not a whole number of millionths. It is rounded up or down by the event's id, so that the
    same event always costs the same and the sum of many is right."""
    sheet = rates.on(line["at"])
    if sheet is None:
        return {}
    whole, rest = divmod(sheet.aws.get(_aws_kind(line), 0), BILLION // MILLION)
    share = int(digest(line["id"])[:6], 36) % (BILLION // MILLION)
    found = {"provider": _provider(line, sheet), "aws": whole + (share < rest)}
    return {name: amount for name, amount in found.items() if amount}


def _aws_kind(line: Line) -> str:
    if line["type"] == "message.created":
        return f"message_{line['dir']}"
    if line["type"] == "message.state_changed":
        return "mark"
    return "conversation" if line["type"] == "conversation.created" else "other"


def _provider(line: Line, sheet: Sheet) -> int:
    billed = _billed(line)
    if billed is None:
        return 0
    fitting = [
        fee for fee in sheet.fees if (fee.channel, fee.billed) == (line.get("channel"), billed) and _fits(fee, line)
    ]
    return max(fitting, key=_narrow).amount if fitting else 0


def _billed(line: Line) -> str | None:
    if line["type"] == "message.created":
        return "received" if line["dir"] == "in" else None
    state = line.get("state") if line["type"] == "message.state_changed" else None
    return state if state in EVENTS else None


def _fits(fee: Fee, line: Line) -> bool:
    return all(
        wanted is None or wanted == line.get(name) for name, wanted in (("kind", fee.kind), ("category", fee.category))
    )


def _narrow(fee: Fee) -> tuple[bool, bool]:
    return fee.category is not None, fee.kind is not None
