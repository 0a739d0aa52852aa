"""Every route of the document, asked by everybody: each gets in exactly where its role allows."""

from typing import Any

import pytest

from chalicelib.domain.agent import ORDER, Role
from tests.api import schema
from tests.api.desk import Desk, token

OPERATIONS = schema.operations()
CLOSED = [operation for operation in OPERATIONS if operation.role]
HIGHER = [operation for operation in CLOSED if operation.role != "agent"]


def may(role: Role, operation: schema.Operation) -> bool:
    return operation.role is not None and ORDER[role] >= ORDER[Role(operation.role)]


def names(operations: list[schema.Operation]) -> list[str]:
    return [operation.name for operation in operations]


def ask(desk: Desk, operation: schema.Operation, secret: str | None) -> Any:
    """A call about things that do not exist, with a body of the right type: only who asks decides."""
    body: dict[str, Any] | None = {} if operation.has_body else None
    return desk.gateway.request(operation.method, operation.example_path, body, token=secret)


@pytest.mark.parametrize("operation", CLOSED, ids=names(CLOSED))
def test_nobody_gets_in_without_a_valid_token(desk: Desk, operation: schema.Operation) -> None:
    forged = token("agt_0adm", "admin", key=schema.OTHER_KEY)
    expired = token("agt_0adm", "admin", exp=1)

    for secret in (None, forged, expired, "pk_" + "0" * 52):
        answer = ask(desk, operation, secret)
        assert (answer.status, answer.json["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("operation", CLOSED, ids=names(CLOSED))
def test_people_get_in_where_their_role_allows(desk: Desk, operation: schema.Operation) -> None:
    for role in Role:
        answer = ask(desk, operation, desk.as_(role.value))

        if may(role, operation):
            assert answer.status not in (401, 403, 500), (role, answer.body)
        else:
            assert (answer.status, answer.json["code"]) == (403, "not_permitted"), role


@pytest.mark.parametrize("operation", CLOSED, ids=names(CLOSED))
def test_machines_get_in_where_their_role_allows_and_nowhere_that_is_for_people(
    desk: Desk, operation: schema.Operation
) -> None:
    for role in Role:
        answer = ask(desk, operation, desk.keys[role.value])

        if may(role, operation) and not operation.people_only:
            assert answer.status not in (401, 403, 500), (role, answer.body)
        else:
            assert (answer.status, answer.json["code"]) == (403, "not_permitted"), role


# A machine is never there, and is given no work.
PRESENCE = {"choose_presence", "get_my_presence", "pull_conversation", "send_heartbeat", "take_over_conversation"} | {
    "accept_offer",
    "decline_offer",
    "list_my_offers",
}


# What is there for each person by themselves: a machine has no drafts, and looks at nothing.
OF_ONE_PERSON = {
    "change_me",
    "save_draft",
    "get_draft",
    "delete_draft",
    "remind_me",
    "get_live",
    "mark_side_thread_seen",
}


def test_what_machines_may_not_do_is_what_would_make_them_lasting() -> None:
    # What is one's own (`/me/…`) is no machine's either way.
    people_only = {
        operation.name for operation in OPERATIONS if operation.people_only and not operation.path.startswith("/me/")
    }

    assert people_only - PRESENCE - OF_ONE_PERSON == {
        "create_agent",
        "edit_agent",
        "create_api_key",
        "get_api_key",
        "list_api_keys",
        "revoke_api_key",
    }


def test_only_the_document_itself_is_open() -> None:
    assert [operation.name for operation in OPERATIONS if not operation.role] == ["get_asyncapi", "get_openapi"]


@pytest.mark.parametrize("operation", HIGHER, ids=names(HIGHER))
def test_a_role_in_a_header_or_query_is_nothing(desk: Desk, operation: schema.Operation) -> None:
    answer = desk.gateway.request(
        operation.method,
        operation.example_path,
        {} if operation.has_body else None,
        token=desk.as_("agent"),
        headers={"X-Role": "admin", "X-Amzn-Authorizer-Role": "admin", "role": "admin"},
    )

    assert answer.status == 403


def test_an_upload_is_its_owners_only(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "uploads")
    made = desk.call("POST", "/uploads", {"name": "a.png", "mime": "image/png", "size_bytes": 3}).json
    body = {"client_id": "u", "kind": "image", "attachments": [made["id"]]}

    other = desk.call("POST", f"/conversations/{conversation}/messages", body, role="supervisor")

    assert (other.status, other.json["code"]) == (404, "upload_not_found")


def test_a_message_is_found_in_its_own_conversation_only(desk: Desk) -> None:
    mine, other = desk.customer_says("Hello", "one"), desk.customer_says("Hello", "two")
    message = desk.call("GET", f"/conversations/{mine}/messages").json["items"][0]["id"]

    crossed = desk.call("GET", f"/conversations/{other}/messages/{message}/attachments/0")
    invented = desk.call("GET", f"/conversations/{other}/messages/msg_{'0' * 29}/attachments/0")

    assert crossed.status == invented.status == 404
    assert {**crossed.json, "request_id": ""} == {**invented.json, "request_id": ""}
