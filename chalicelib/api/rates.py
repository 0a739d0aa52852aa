"""What messages cost at the channels' providers and at AWS: the rates that reports of costs are made of."""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.channels.registry import CHANNELS
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.fees import AWS_LIST, Rates
from chalicelib.services import rate_documents as documents
from chalicelib.services.paperwork import save
from chalicelib.wiring import fees

resource = Resource("rates")

ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
Amount = Annotated[int, Meta(ge=0, le=documents.HIGHEST, description="Millionths of the currency")]
AwsAmount = Annotated[int, Meta(ge=0, le=documents.HIGHEST, description="Billionths of the currency, for one event")]


class FeeRow(Body, frozen=True, kw_only=True):
    """What a provider bills for a message that was received, or of ours that was sent or delivered. `kind` and
    `category` (of a template) narrow it; where several fit, the narrowest holds."""

    channel: Annotated[str, Meta(min_length=1, max_length=40)]
    billed: Literal["received", "sent", "delivered"]
    amount: Amount
    kind: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    category: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    source: Annotated[str, Meta(max_length=300)] | UnsetType = UNSET


class AwsRow(Body, frozen=True, kw_only=True):
    """By what happened: a message in or out, a delivery mark, a new conversation, anything else of one."""

    message_in: AwsAmount = AWS_LIST["message_in"]
    message_out: AwsAmount = AWS_LIST["message_out"]
    mark: AwsAmount = AWS_LIST["mark"]
    conversation: AwsAmount = AWS_LIST["conversation"]
    other: AwsAmount = AWS_LIST["other"]


class SheetRow(Body, frozen=True, kw_only=True):
    """In force from the beginning of a day (UTC) on, until the next sheet."""

    since: date
    fees: Annotated[list[FeeRow], Meta(max_length=documents.MOST_FEES)] = []
    aws: AwsRow = AwsRow()


class RatesBody(Body, frozen=True, kw_only=True):
    version: ReadVersion
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"
    sheets: Annotated[list[SheetRow], Meta(max_length=documents.MOST_SHEETS)]


class RatesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has set anything; providers cost nothing then, and AWS its list prices."""

    currency: str
    sheets: list[SheetRow]
    version: int


@resource.route("GET", "/rates", role=Role.SUPERVISOR, gives=RatesView)
def get_rates(caller: Caller) -> RatesView:
    """The rates in force, and those of earlier days."""
    return _view(documents.rates(fees.rate_documents().get(documents.PUBLISHED)))


@resource.route(
    "PUT",
    "/rates",
    role=Role.ADMIN,
    body=RatesBody,
    gives=RatesView,
    refuses=(InvalidInput, VersionConflict),
    example={
        "version": 0,
        "currency": "USD",
        "sheets": [
            {
                "since": "2026-01-01",
                "fees": [{"channel": "sms", "billed": "sent", "amount": 7900, "source": "our contract of 2025"}],
            }
        ],
    },
)
def publish_rates(caller: Caller, body: RatesBody) -> RatesView:
    """Put rates in force, for what happens from now on: what was counted keeps the rates that held then."""
    given = {"currency": body.currency, "sheets": [_sheet(row) for row in body.sheets]}
    found = documents.rates_from(given, body.version + 1, CHANNELS)
    save(fees.rate_documents(), documents.PUBLISHED, documents.rates_body(found), body.version)
    return _view(found)


def _sheet(row: SheetRow) -> dict[str, object]:
    rows = [
        {name: value for name in FeeRow.__struct_fields__ if (value := getattr(fee, name)) is not UNSET}
        for fee in row.fees
    ]
    aws = {name: getattr(row.aws, name) for name in AWS_LIST}
    return {"since": row.since.isoformat(), "fees": rows, "aws": aws}


def _view(found: Rates) -> RatesView:
    sheets = [
        SheetRow(
            since=date.fromisoformat(sheet["since"]),
            fees=[FeeRow(**fee) for fee in sheet["fees"]],
            aws=AwsRow(**sheet["aws"]),
        )
        for sheet in documents.rates_body(found)["sheets"]
    ]
    return RatesView(currency=found.currency, sheets=sheets, version=found.version)
