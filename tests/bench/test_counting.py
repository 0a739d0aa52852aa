"""Calls are counted as they go over the wire, and the hooks change nothing but what is asked back."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from bench import servers
from bench.counting import Recorder, canned, described, reads_before_write, watching

GET, UPDATE = "DynamoDB_20120810.GetItem", "DynamoDB_20120810.UpdateItem"
KEY = {"pk": {"S": "A"}, "sk": {"S": "~"}}


def answer(place: str, status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"method": "POST", "place": place, "body": "", "status": status, "answer": json.dumps(body)}


@pytest.fixture(scope="module")
def stub() -> Iterator[str]:
    with servers.stub() as address:
        yield address


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with watching(Recorder()) as made:
        yield made


def client(stub: str, answers: list[dict[str, Any]]) -> Any:
    servers.http_json("POST", f"{stub}/_load", answers)
    return boto3.client(
        "dynamodb",
        endpoint_url=stub,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
    )


def test_each_request_is_counted_with_what_it_asked(stub: str, recorder: Recorder) -> None:
    made = client(stub, [answer(GET, 200, {"Item": KEY})])

    assert made.get_item(TableName="desk", Key=KEY)["Item"] == KEY

    (call,) = recorder.take()
    assert (call.service, call.operation, call.status) == ("dynamodb", "GetItem", 200)
    assert call.params == {"TableName": "desk", "Key": KEY}
    assert recorder.take() == []


def test_a_retry_is_one_call_more(stub: str, recorder: Recorder) -> None:
    busy = answer(GET, 500, {"__type": "InternalServerError"})
    made = client(stub, [busy, answer(GET, 200, {"Item": KEY})])

    made.get_item(TableName="desk", Key=KEY)

    assert [call.status for call in recorder.take()] == [500, 200]


def test_units_are_asked_for_and_left_out_of_what_is_replayed(stub: str, recorder: Recorder) -> None:
    made = client(stub, [answer(UPDATE, 200, {"ConsumedCapacity": {"TableName": "desk", "CapacityUnits": 3.0}})])

    made.update_item(TableName="desk", Key=KEY)

    (call,) = recorder.take()
    assert json.loads(call.body)["ReturnConsumedCapacity"] == "INDEXES"
    assert call.write_units == 3.0
    assert json.loads(canned([call])[0]["answer"]) == {}


def test_units_are_not_asked_for_when_time_is_measured(stub: str) -> None:
    with watching(Recorder(capacity=False)) as recorder:
        client(stub, [answer(UPDATE, 200, {})]).update_item(TableName="desk", Key=KEY)

    assert "ReturnConsumedCapacity" not in json.loads(recorder.take()[0].body)


def test_only_what_is_read_before_the_write_counts_as_read_before_it(stub: str, recorder: Recorder) -> None:
    made = client(stub, [answer(GET, 200, {}), answer(UPDATE, 200, {})])
    made.get_item(TableName="desk", Key=KEY)
    made.update_item(TableName="desk", Key=KEY)
    made.get_item(TableName="desk", Key=KEY)

    calls = recorder.take()

    assert described(calls) == "GetItem, UpdateItem, GetItem"
    assert described(reads_before_write(calls)) == "GetItem"


def test_clients_made_outside_are_left_alone(stub: str) -> None:
    recorder = Recorder()
    with watching(recorder):
        pass

    client(stub, [answer(GET, 200, {})]).get_item(TableName="desk", Key=KEY)

    assert recorder.take() == []
