"""The administrators' rates (`domain/fees.py`), to and from the values that are worked with. Raises InvalidInput with
the path of what is wrong."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fees import AWS_LIST, EVENTS, Fee, Rates, Sheet
from chalicelib.domain.message import MessageKind
from chalicelib.services.document_fields import items_of, number_of, object_of, optional_text

PUBLISHED = "published"
MOST_SHEETS, MOST_FEES = 24, 100
# A thousand of the currency for one message, in millionths: more is a slip of the pen.
HIGHEST = 10**9
_CURRENCY = re.compile(r"[A-Z]{3}")
_FIELDS = frozenset({"currency", "sheets"})
_SHEET = frozenset({"since", "fees", "aws"})
_FEE = frozenset({"channel", "billed", "amount", "kind", "category", "source"})


def rates(document: Document | None, channels: Collection[str] = ()) -> Rates:
    """Those in force; where nobody has set any, AWS's list prices alone."""
    return rates_from(document.body, document.version, channels) if document else Rates()


def rates_from(body: Mapping[str, Any], version: int, channels: Collection[str] = ()) -> Rates:
    """`channels`: those there are; without them any name is taken."""
    given = object_of(body, "rates", _FIELDS)
    currency = given.get("currency", "USD")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise InvalidInput("Give a currency by its ISO 4217 code, such as USD.", field="currency")
    listed = items_of(given.get("sheets", []), "sheets", MOST_SHEETS)
    sheets = [_sheet(each, f"sheets[{place}]", channels) for place, each in enumerate(listed)]
    if len({sheet.since for sheet in sheets}) < len(sheets):
        raise InvalidInput("Two sheets begin on one day: keep one of them.", field="sheets")
    return Rates(currency, tuple(sorted(sheets, key=lambda sheet: sheet.since)), version)


def rates_body(found: Rates) -> Mapping[str, Any]:
    return {"currency": found.currency, "sheets": [_sheet_body(sheet) for sheet in found.sheets]}


def _sheet(value: Any, at: str, channels: Collection[str]) -> Sheet:
    given = object_of(value, at, _SHEET)
    fees = items_of(given.get("fees", []), f"{at}.fees", MOST_FEES)
    found = tuple(_fee(each, f"{at}.fees[{place}]", channels) for place, each in enumerate(fees))
    keys = [(fee.channel, fee.billed, fee.kind, fee.category) for fee in found]
    if len(set(keys)) < len(keys):
        raise InvalidInput("Two fees are for the same messages: keep one of them.", field=f"{at}.fees")
    return Sheet(_day(given.get("since"), f"{at}.since"), found, _aws(given.get("aws", dict(AWS_LIST)), f"{at}.aws"))


def _day(value: Any, at: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput("Give a day such as 2026-01-31.", field=at) from None


def _aws(value: Any, at: str) -> dict[str, int]:
    given = object_of(value, at, frozenset(AWS_LIST))
    return {name: number_of(given.get(name, 0), f"{at}.{name}", 0, HIGHEST) for name in AWS_LIST}


def _fee(value: Any, at: str, channels: Collection[str]) -> Fee:
    given = object_of(value, at, _FEE)
    channel, billed, kind = given.get("channel"), given.get("billed"), given.get("kind")
    if not isinstance(channel, str) or (channels and channel not in channels):
        raise InvalidInput(f"Give one of the channels: {', '.join(sorted(channels))}.", field=f"{at}.channel")
    if billed not in EVENTS:
        raise InvalidInput(f"Give one of: {', '.join(EVENTS)}.", field=f"{at}.billed")
    if kind is not None and kind not in {one.value for one in MessageKind}:
        raise InvalidInput("There is no such kind of message.", field=f"{at}.kind")
    category = optional_text(given.get("category"), f"{at}.category", 40) or None
    amount = number_of(given.get("amount"), f"{at}.amount", 0, HIGHEST)
    return Fee(channel, billed, amount, kind, category, optional_text(given.get("source"), f"{at}.source"))


def _sheet_body(sheet: Sheet) -> Mapping[str, Any]:
    fees = [{name: value for name, value in _fee_body(fee).items() if value not in (None, "")} for fee in sheet.fees]
    return {"since": sheet.since.isoformat(), "fees": fees, "aws": dict(sheet.aws)}


def _fee_body(fee: Fee) -> dict[str, Any]:
    return {name: getattr(fee, name) for name in ("channel", "billed", "amount", "kind", "category", "source")}
