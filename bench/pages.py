"""What the pages of the workspace cost, and that a page costs the same whatever the size of the desk."""

import contextlib
import copy
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.config import Config

from bench.budgets import Figure, figure
from bench.counting import Call, described
from bench.desk import BenchError, Desk, aws_client, desk, environment, table_definition, variables
from bench.events import Customer
from bench.servers import until
from bench.units import read_units
from chalicelib.aws import clients
from chalicelib.domain.ids import time_part

ANA = Customer(1)
NOW = datetime.now(UTC)
SMALL, LARGE = 1_000, 100_000
QUICK_SMALL, QUICK_LARGE = 50, 200
MESSAGES = 60
PAGE = {"limit": "25", "status": "open"}
LOAD_SECONDS = 240
# The emulator scans an index where DynamoDB seeks in it: at the large size it needs more time than our clients give.
PATIENT = clients.CONFIG.merge(Config(read_timeout=60))
BUCKET = "conversations"


def measure(*, quick: bool) -> Iterator[Figure]:
    sizes = (QUICK_SMALL, QUICK_LARGE) if quick else (SMALL, LARGE)
    with desk() as made:
        for _ in range(5 if quick else MESSAGES):
            made.write(ANA)
        yield from _lists(made, sizes)
        yield _open(made)


def _open(made: Desk) -> Figure:
    (conversation,) = made.conversations()
    made.open(conversation["id"])
    entries, calls = made.open(conversation["id"])
    if not entries:
        raise BenchError("the thread is empty")
    units = sum(read_units(call) for call in calls)
    note = f"{described(calls)}; {len(entries)} entries of one leg, {units:g} RCU; each further leg is one Query more"
    return figure("page.open_conversation.calls", len(calls), note)


def _lists(made: Desk, sizes: tuple[int, int]) -> Iterator[Figure]:
    template = _conversation_item()
    found = {size: _list(made, template, size) for size in sizes}
    counted = {size: len(calls) for size, calls in found.items()}
    units = {size: sum(read_units(call) for call in calls) for size, calls in found.items()}
    yield _equal("page.conversations.calls", counted, described(found[sizes[1]]))
    yield _equal("page.conversations.rcu", units, "from the sizes of the rows read")


def _equal(name: str, values: Mapping[int, float], note: str) -> Figure:
    """The larger of the values; a page that costs more at the larger size is said to."""
    shown = ", ".join(f"{value:g} at {size:,}" for size, value in values.items())
    differs = "" if len(set(values.values())) == 1 else "NOT equal: "
    return figure(name, max(values.values()), f"{differs}{shown} conversations; {note}")


def _conversation_item() -> dict[str, Any]:
    """A real conversation as it is stored; the desk holds exactly one."""
    scanned = aws_client("dynamodb").scan(TableName="desk")["Items"]
    found = [item for item in scanned if item["pk"]["S"].startswith("CNV#") and item["sk"]["S"] == "~"]
    if len(found) != 1:
        raise BenchError(f"{len(found)} conversations where one was expected")
    return dict(found[0])


def _list(made: Desk, template: Mapping[str, Any], size: int) -> list[Call]:
    """The calls of one page of a desk with so many open conversations: in a table of its own, for the page alone."""
    table = f"desk_{size}"
    load(table, (_copy(template, number) for number in range(size)), size)
    with looking_at(made, table):
        made.api("GET", "/conversations", {}, PAGE)
        page, calls = made.api("GET", "/conversations", {}, PAGE)
    if len(page["items"]) != int(PAGE["limit"]) or page["next_cursor"] is None:
        raise BenchError(f"the page of {table} is not full")
    return calls


@contextlib.contextmanager
def looking_at(made: Desk, table: str) -> Iterator[None]:
    """The functions see this table as the desk's."""
    told = {**variables(made.aws, made.provider), "PARLEY_DESK_TABLE": table}
    before, clients.CONFIG = clients.CONFIG, PATIENT
    try:
        with environment(told), contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        clients.CONFIG = before


def load(table: str, items: Iterable[Mapping[str, Any]], size: int) -> None:
    """DynamoDB's import from S3: the fastest way in that the emulator has. `size` is how many items there are."""
    s3, dynamodb = aws_client("s3"), aws_client("dynamodb")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET)
    lines = (json.dumps({"Item": item}) for item in items)
    s3.put_object(Bucket=BUCKET, Key=f"{table}/rows.json.gz", Body=gzip.compress("\n".join(lines).encode(), 1))
    arn = dynamodb.import_table(
        S3BucketSource={"S3Bucket": BUCKET, "S3KeyPrefix": f"{table}/"},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={"TableName": table, **table_definition("DeskTable", stream=False)},
    )["ImportTableDescription"]["ImportArn"]

    def state() -> Mapping[str, Any]:
        return dict(dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"])

    until(lambda: state()["ImportStatus"] != "IN_PROGRESS", LOAD_SECONDS, f"{table} was not loaded in time")
    if state()["ImportStatus"] != "COMPLETED" or state()["ImportedItemCount"] != size:
        raise BenchError(f"{table} was not loaded: {state()}")


def _copy(template: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The same conversation under another id, a second older for each."""
    item = copy.copy(dict(template))
    item["pk"] = {"S": f"CNV#cnv_{number:020d}"}
    item["view_key"] = {"S": time_part(NOW - timedelta(seconds=number))}
    return item
