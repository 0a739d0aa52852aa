"""Requests nobody should send: each gets a problem that says what to change, and none gets a fault."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

import app
from chalicelib.api import path_ids, problems
from chalicelib.domain import errors
from chalicelib.domain.errors import Refusal, StoreUnavailable
from chalicelib.services import desk as desk_service
from tests.api import schema
from tests.api.desk import Desk

BODIES = [operation for operation in schema.operations() if operation.has_body]
QUERIES = [operation for operation in schema.operations() if operation.method == "GET" and operation.role]


SHAPES = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"1",
    b"{",
    b"{} {}",
    b"\xff\xfe",
    b'{"a": NaN}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"{'a': 1}",
    "\ufeff{}".encode(),
    '{"a": "\ud800"}'.encode("utf-8", "surrogatepass"),
    b'{"name": "\\ud800", "text": "\\ud800"}',
    b'{"version": 1e400}',
    b'{"version": 99999999999999999999999999}',
    b'{"version": true}',
    b'{"name": null, "text": null, "status": null}',
]
MEDIA = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/json-seq"]
UNASKED = ["unknown=1", "limit=1&limit=2", "__proto__=x", "limit[]=1", "role=admin"]
# All routes read a request in one way: each is given some of the values, each value goes to many routes.
EACH = 4


def some_of(
    values: Sequence[Any], operations: Sequence[schema.Operation], operation: schema.Operation, each: int = EACH
) -> list[Any]:
    place = operations.index(operation)
    return [values[(place * each + step) % len(values)] for step in range(each)]


def names(operations: list[schema.Operation]) -> list[str]:
    return [operation.name for operation in operations]


def send(desk: Desk, operation: schema.Operation, raw: bytes, **headers: str) -> Any:
    sent = {"Content-Type": "application/json", **headers}
    return desk.call(operation.method, operation.example_path, role="admin", raw=raw, headers=sent)


def assert_problem(answer: Any, status: int, code: str) -> None:
    """RFC 9457, with our own members, and every header that every answer has."""
    body = answer.json
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["type"] == f"urn:parley:problem:{code}"
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert set(body) <= {"type", "title", "status", "detail", "code", "request_id", "field", "errors", "facts"}
    assert all(set(error) == {"field", "detail"} for error in body.get("errors", []))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("operation", BODIES, ids=names(BODIES))
def test_an_unknown_field_is_refused(desk: Desk, operation: schema.Operation) -> None:
    answer = send(desk, operation, b'{"is_admin": true}')

    assert answer.status == 400
    if "unknown field" in answer.json["detail"]:
        assert_problem(answer, 400, "invalid_input")
        assert answer.json["field"] == "is_admin"


@pytest.mark.parametrize("operation", BODIES, ids=names(BODIES))
def test_a_body_of_another_shape_is_refused(desk: Desk, operation: schema.Operation) -> None:
    for raw in some_of(SHAPES, BODIES, operation):
        assert_problem(send(desk, operation, raw), 400, "invalid_input")


@pytest.mark.parametrize("operation", BODIES, ids=names(BODIES))
def test_a_body_over_the_limit_is_refused_unread(desk: Desk, operation: schema.Operation) -> None:
    assert_problem(send(desk, operation, b" " * (256 * 1024 + 1)), 413, "too_large")


@pytest.mark.parametrize("operation", BODIES, ids=names(BODIES))
def test_a_body_is_json_by_its_own_word(desk: Desk, operation: schema.Operation) -> None:
    for media in some_of(MEDIA, BODIES, operation, each=1):
        answer = send(desk, operation, b"{}", **{"Content-Type": media})

        assert_problem(answer, 415, "unsupported_media_type")


def test_json_may_name_its_character_set(desk: Desk) -> None:
    answer = desk.call(
        "POST",
        "/teams",
        raw=b'{"name": "x"}',
        role="admin",
        headers={"Content-Type": "application/json; charset=utf-8"},
    )

    assert answer.status == 201


@pytest.mark.parametrize("operation", QUERIES, ids=names(QUERIES))
def test_an_unknown_or_repeated_parameter_is_refused(desk: Desk, operation: schema.Operation) -> None:
    for query in some_of(UNASKED, QUERIES, operation, each=2):
        assert_problem(desk.call("GET", f"{operation.example_path}?{query}", role="admin"), 400, "invalid_input")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "99999999999999999999", "0x10", "null"])
def test_a_page_has_a_size(desk: Desk, limit: str) -> None:
    answer = desk.call("GET", f"/conversations?limit={limit}")

    assert_problem(answer, 400, "invalid_input")
    assert answer.json["field"] == "limit"


TRICKS = [
    "..",
    "%2e%2e",
    "cnv_",
    "cnv_%00",
    "cnv_a%2fb",
    "CNV_0",
    "msg_0",
    "cnv_0~",
    "cnv_0#",
    "*",
    "null",
    "cnv_" + "0" * 65,
    "é",
]


@pytest.mark.parametrize("identifier", TRICKS)
def test_what_is_no_id_names_nothing(desk: Desk, identifier: str) -> None:
    for path in (f"/conversations/{identifier}", f"/conversations/{identifier}/messages"):
        answer = desk.call("GET", path)
        assert answer.status == 404
        assert answer.json["code"] in ("conversation_not_found", "not_found")


@pytest.mark.parametrize("index", ["-1", "1.0", "x", "00000", "99999", "²", "+1"])
def test_what_is_no_number_names_no_file(desk: Desk, index: str) -> None:
    path = f"/conversations/cnv_0/messages/msg_{'0' * 29}/attachments/{index}"

    assert desk.call("GET", path).status == 404


def test_a_method_that_is_not_there_is_a_problem_too(desk: Desk) -> None:
    """The gateway never lets it through; Chalice's own answer has our form all the same."""
    event = {
        "requestContext": {"httpMethod": "PUT", "resourcePath": "/me", "requestId": "r-1"},
        "headers": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
    }
    from tests.api.gateway import Answer, Context

    response = desk.app.app(event, Context())

    answer = Answer(response["statusCode"], response["headers"], response["body"])
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.json["request_id"] == "r-1"


def test_a_fault_of_ours_tells_nothing_of_the_inside(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("password=hunter2 at db.internal")

    monkeypatch.setattr(desk_service, "look", break_down)
    answer = desk.call("GET", "/conversations/cnv_0")

    assert_problem(answer, 500, "internal_error")
    assert "hunter2" not in answer.body
    assert "RuntimeError" not in answer.body


def test_a_store_that_fails_asks_to_come_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable("ThrottlingException on parley-prod-desk")

    monkeypatch.setattr(desk_service, "look", fail)
    answer = desk.call("GET", "/conversations/cnv_0")

    assert_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert "desk" not in answer.body.replace("The desk is busy", "")


def test_every_kind_of_refusal_has_a_status() -> None:
    kinds = {
        refusal.kind for refusal in vars(errors).values() if isinstance(refusal, type) and issubclass(refusal, Refusal)
    }

    assert kinds <= set(problems.STATUS)
    assert len(set(problems.STATUS.values())) == len(problems.STATUS)


def test_every_path_parameter_is_checked() -> None:
    known = set(path_ids.PATH_IDS) | set(path_ids.PATH_NUMBERS) | set(path_ids.PATH_WORDS)

    assert {name for route in schema.routes() for name in route.path_names} == known


def test_debugging_is_off(desk: Desk) -> None:
    assert desk.app.app.debug is False


def test_answers_name_no_server_and_no_secret(desk: Desk) -> None:
    answer = desk.call("GET", "/inboxes", role="admin")

    assert not {"server", "x-powered-by", "set-cookie"} & {name.lower() for name in answer.headers}
    assert json.loads(answer.body)["items"]
    for secret in (*desk.keys.values(), "inbox-secret-that-never-leaves", "signs cursors"):
        assert secret not in answer.body


def test_other_sites_may_ask_but_bring_no_cookies(desk: Desk) -> None:
    answer = desk.call("GET", "/me", headers={"Origin": "https://desk.example"})

    # Which origin may ask is read as the API starts.
    assert answer.headers["Access-Control-Allow-Origin"] == app.WEB_ORIGIN
    assert "Access-Control-Allow-Credentials" not in answer.headers
