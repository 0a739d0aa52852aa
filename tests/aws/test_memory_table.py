"""The table in memory answers as moto's does: any sequence of the desk's own kinds of calls, on both, side by side."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib.aws.codec import to_attribute
from tests.aws.expressions import Condition, Invalid, Update, tokens_of
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.flow.world import ENV

KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from(("M#1", "M#2", "~")))
INDEX = {"by_status": {"keys": ("status_key", "view_key"), "shown": ["row"]}}
small = st.integers(0, 3)
rows = st.fixed_dictionaries({"s": st.sampled_from(("open", "done")), "f": small, "u": small}, optional={"w": small})
items = st.fixed_dictionaries(
    {"version": small, "row": rows},
    optional={
        "status_key": st.sampled_from(("open", "done")),
        "view_key": st.sampled_from(("1", "2", "3")),
        "marks": st.dictionaries(st.sampled_from(("sent", "read")), small),
        "state": st.sampled_from(("queued", "sent")),
        "rank": small,
        "parts": st.lists(
            st.fixed_dictionaries({"state": st.sampled_from(("pending", "stored"))}), min_size=1, max_size=2
        ),
    },
)
# (condition, values, names) of the kinds that the stores write.
CONDITIONS: list[tuple[str | None, list[str], dict[str, str]]] = [
    (None, [], {}),
    ("attribute_not_exists(pk)", [], {}),
    ("attribute_exists(pk)", [], {}),
    ("version = :n", [":n"], {}),
    ("version <> :n", [":n"], {}),
    ("#row.s = :text AND attribute_exists(#row.w)", [":text"], {"#row": "row"}),
    ("#row.s <> :text AND (#row.f < :n OR (#row.f = :n AND #row.u < :n))", [":text", ":n"], {"#row": "row"}),
    ("attribute_exists(#rank) AND #rank < :n", [":n"], {"#rank": "rank"}),
    ("attribute_not_exists(marks.#mark) OR marks.#mark > :n", [":n"], {"#mark": "sent"}),
    ("#state IN (:text, :other) AND version >= :n", [":text", ":other", ":n"], {"#state": "state"}),
    ("parts[0].#state = :text", [":text"], {"#state": "state"}),
    ("view_key >= :text", [":text"], {}),
]
UPDATES: list[tuple[str, list[str], dict[str, str]]] = [
    ("SET version = version + :n, #row.u = :n", [":n"], {"#row": "row"}),
    ("SET #row.w = if_not_exists(#row.w, :n), #row.u = #row.u + :n", [":n"], {"#row": "row"}),
    ("SET marks.#mark = if_not_exists(marks.#mark, :n) REMOVE events", [":n"], {"#mark": "sent"}),
    ("SET version = :n REMOVE #row.w, status_key", [":n"], {"#row": "row"}),
    ("SET parts[0] = :map", [":map"], {}),
    ("ADD hits :n SET expires_at = :n", [":n"], {}),
    ("ADD #a :n, #b :n", [":n"], {"#a": "open", "#b": "done"}),
    ("SET #state = :text, #rank = :n, status_key = :text", [":text", ":n"], {"#state": "state", "#rank": "rank"}),
]


@st.composite
def writes(draw: st.DrawFn, verbs: tuple[str, ...] = ("Put", "Update")) -> tuple[str, dict[str, Any]]:
    """(one of the verbs, the request)."""
    pk, sk = draw(KEYS)
    condition, needed, names = draw(st.sampled_from(CONDITIONS))
    request: dict[str, Any] = {"TableName": "desk"}
    kind = draw(st.sampled_from(verbs))
    if kind == "Delete":
        request["Key"] = {"pk": {"S": pk}, "sk": {"S": sk}}
    elif kind == "Put":
        item = draw(items)
        request["Item"] = {name: to_attribute(value) for name, value in {"pk": pk, "sk": sk, **item}.items()}
    else:
        expression, more, more_names = draw(st.sampled_from(UPDATES))
        request |= {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}, "UpdateExpression": expression}
        needed, names = [*needed, *more], {**names, **more_names}
    if condition:
        request["ConditionExpression"] = condition
    drawn = {
        ":n": {"N": str(draw(small))},
        ":text": {"S": draw(st.sampled_from(("open", "queued", "1", "pending")))},
        ":other": {"S": "sent"},
        ":map": {"M": {"state": {"S": "stored"}}},
    }
    if needed:
        request["ExpressionAttributeValues"] = {name: drawn[name] for name in needed}
    if names:
        request["ExpressionAttributeNames"] = names
    return kind, request


QUERIES: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    ("pk = :pk", {":pk": "a"}, {}),
    ("pk = :pk AND begins_with(sk, :p)", {":pk": "a", ":p": "M#"}, {}),
    ("pk = :pk AND sk BETWEEN :x AND :y", {":pk": "b", ":x": "M#2", ":y": "~"}, {}),
    ("status_key = :s", {":s": "open"}, {"IndexName": "by_status"}),
)
steps = st.one_of(
    st.tuples(st.just("write"), writes(), st.sampled_from(("NONE", "ALL_NEW", "ALL_OLD"))),
    st.tuples(st.just("transact"), st.lists(writes(("Put", "Update", "Delete")), min_size=1, max_size=3), st.none()),
    st.tuples(st.just("query"), st.sampled_from(QUERIES), st.tuples(st.sampled_from((None, 1, 2)), st.booleans())),
)


def outcome(client: Any, step: tuple[str, Any, Any]) -> Any:
    """What a client answers, or with which code it refuses."""
    try:
        return _ask(client, step)
    except ClientError as error:
        reasons = error.response.get("CancellationReasons")
        code = error.response["Error"]["Code"]
        return code, [reason["Code"] for reason in reasons] if reasons else None, error.response.get("Item")


def assert_alike(ours: Any, motos: Any) -> None:
    """An expression that does not fit its item cancels a transaction, with "ValidationError" for its reason; moto
    answers as it does to a single write, or names another item's failed condition only. And a page that ends where
    the rows do has a key to go on from, which moto leaves out."""
    if isinstance(ours, tuple) and ours[1] and "ValidationError" in ours[1]:
        assert motos[0] in ("ValidationException", "TransactionCanceledException")
        return
    page_ends = isinstance(ours, tuple) and isinstance(ours[0], list) and motos[1] is None
    assert (ours[0] if page_ends else ours) == (motos[0] if page_ends else motos)


def _ask(client: Any, step: tuple[str, Any, Any]) -> Any:
    verb, given_, more = step
    if verb == "transact":
        client.transact_write_items(TransactItems=[{kind: request} for kind, request in given_])
        return "done"
    if verb == "write":
        kind, request = given_
        call = client.put_item if kind == "Put" else client.update_item
        give = more if kind == "Update" or more != "ALL_NEW" else "NONE"
        return call(**request, ReturnValues=give, ReturnValuesOnConditionCheckFailure="ALL_OLD").get("Attributes")
    condition, values, index = given_
    limit, forward = more
    request = {
        "TableName": "desk",
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        "ScanIndexForward": forward,
        **index,
        **({"Limit": limit} if limit else {}),
    }
    if index:  # rows of one place come in no promised order
        return sorted(_tied(client.query(**request | {"ScanIndexForward": True, "Limit": 50})["Items"]))
    answer = client.query(**request)
    return answer["Items"], answer.get("LastEvaluatedKey")


def _tied(found: list[Any]) -> list[str]:
    return [repr(sorted((name, repr(value)) for name, value in item.items())) for item in found]


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENV.items():
            patch.setenv(name, value)
        yield boto3.client("dynamodb")


def create(client: Any) -> None:
    names = ("pk", "sk", "status_key", "view_key")
    client.create_table(
        TableName="desk",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_status",
                "KeySchema": [
                    {"AttributeName": "status_key", "KeyType": "HASH"},
                    {"AttributeName": "view_key", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["row"]},
            }
        ],
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=st.lists(steps, min_size=4, max_size=14))
def test_it_answers_as_moto_does(moto_client: Any, script: list[Any]) -> None:
    create(moto_client)
    try:
        memory = MemoryDynamoDB({"desk": MemoryTable(INDEX)})
        for step in script:
            assert_alike(outcome(memory, step), outcome(moto_client, step))
        held = {(item["pk"]["S"], item["sk"]["S"]): item for item in moto_client.scan(TableName="desk")["Items"]}
        assert memory.tables["desk"].items == held
    finally:
        moto_client.delete_table(TableName="desk")


@pytest.mark.parametrize("expression", ["state = :a", "a ==", "a = ", "(a = :a", "a ~ :a", "size(a) = :a", "a = :b"])
def test_a_condition_is_refused_when_it_is_none(expression: str) -> None:
    with pytest.raises(Invalid):
        Condition(expression, {"ExpressionAttributeValues": {":a": {"N": "1"}}}).holds({})


@pytest.mark.parametrize(
    "expression",
    [
        "SET a.b = :a",
        "SET a = b",
        "SET a = :a, a = :a",
        "SET a = :a REMOVE a.b",
        "DELETE a :a",
        "SET name = :a",
        "SET a = :b",
    ],
)
def test_an_update_is_refused_when_it_cannot_be_carried_out(expression: str) -> None:
    with pytest.raises(Invalid):
        Update(expression, {"ExpressionAttributeValues": {":a": {"N": "1"}}}).apply({"pk": {"S": "p"}})


def test_it_is_refused_when_an_item_is_too_large_or_a_transaction_names_it_twice() -> None:
    memory = MemoryDynamoDB({"desk": MemoryTable()})
    put = {"TableName": "desk", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}, "text": {"S": "x" * 410_000}}}
    assert outcome(memory, ("write", ("Put", put), "NONE"))[0] == "ValidationException"
    small_put = {"TableName": "desk", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}}}
    twice = ("transact", [("Put", small_put)] * 2, None)
    assert outcome(memory, twice)[0] == "ValidationException"
    assert memory.tables["desk"].items == {}
    assert tokens_of("a.b[0] <= :c") == ["a", ".", "b", "[", "0", "]", "<=", ":c"]
