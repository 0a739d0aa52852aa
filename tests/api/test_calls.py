"""What a request costs: AWS calls it waits for, once the process is warm, and what importing the app brings in."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.api.desk import INBOX, Desk
from tests.house.tree import ROOT

# Only what a request needs is imported, when it needs it.
NOT_AT_IMPORT = {
    "boto3",
    "botocore.session",
    "cryptography",
    "email.message",
    "jsonschema",
    "jwt",
    "pydantic",
    "pynamodb",
    "urllib3",
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> list[str]:
    """The operations of every service, in memory or moto's, in their order."""
    made: list[str] = []
    cloud = desk.world.cloud
    assert cloud is not None

    def told(name: str, call: Callable[[], Any]) -> Any:
        made.append("".join(word.capitalize() for word in name.partition(".")[2].split("_")))
        return call()

    monkeypatch.setattr(cloud, "tap", told)
    real: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counted(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        made.append(operation)
        return real(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    return made


@pytest.fixture
def conversation(desk: Desk) -> str:
    conversation = desk.customer_says("Hello", "costs")
    leg = desk.call("GET", f"/conversations/{conversation}").json["legs"][0]["id"]
    desk.call("POST", f"/conversations/{conversation}/messages", {"client_id": "warm", "text": "Hi", "leg_id": leg})
    desk.call("GET", "/conversations?limit=1")
    return conversation


def in_handler(calls: list[str]) -> list[str]:
    """Without the authorizer's one read, which the gateway remembers for a minute."""
    assert calls[0] == "GetItem"
    return calls[1:]


def test_a_reply_that_names_its_leg_is_one_call(desk: Desk, conversation: str, calls: list[str]) -> None:
    leg = desk.call("GET", f"/conversations/{conversation}").json["legs"][0]["id"]
    calls.clear()

    body = {"client_id": "one-call", "text": "Hi again", "leg_id": leg}
    assert desk.call("POST", f"/conversations/{conversation}/messages", body).status == 202

    assert in_handler(calls) == ["TransactWriteItems"]


def test_a_reply_that_may_be_split_costs_no_more(desk: Desk, conversation: str, calls: list[str]) -> None:
    leg = desk.call("GET", f"/conversations/{conversation}").json["legs"][0]["id"]
    calls.clear()

    body = {"client_id": "split", "text": "Hi again", "leg_id": leg, "split": True}
    assert desk.call("POST", f"/conversations/{conversation}/messages", body).status == 202

    assert in_handler(calls) == ["TransactWriteItems"]


def test_a_draft_is_judged_by_one_read(desk: Desk, conversation: str, calls: list[str]) -> None:
    calls.clear()

    body = {"text": "x" * 60_000}
    assert desk.call("POST", f"/conversations/{conversation}/messages/check", body).json["fits"] is False

    assert in_handler(calls) == ["GetItem"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/me", ["GetItem", "GetItem"]),
        ("/channels", []),
        ("/conversations", ["Query"]),
        ("/conversations?view=mine", ["Query"]),
        ("/conversations?view=unassigned&limit=1", ["Query"]),
        (f"/conversations?inbox_id={INBOX}", ["Query", "BatchGetItem"]),
        ("/conversations/{id}", ["GetItem"]),
        ("/conversations/{id}/messages", ["Query", "Query"]),
        ("/contacts", ["Query"]),
        ("/agents", ["Query"]),
        ("/teams", ["Query"]),
        ("/inboxes", ["Query"]),
    ],
)
def test_a_page_costs_what_it_must(
    desk: Desk, conversation: str, calls: list[str], path: str, expected: list[str]
) -> None:
    calls.clear()

    assert desk.call("GET", path.format(id=conversation)).status == 200

    assert in_handler(calls) == expected


def test_a_machine_is_let_in_by_one_read(desk: Desk, conversation: str, calls: list[str]) -> None:
    # That its key is used is noted once in five minutes.
    assert desk.gateway.request("GET", "/me", token=desk.keys["agent"]).status == 200
    calls.clear()

    assert desk.gateway.request("GET", "/me", token=desk.keys["agent"]).status == 200

    assert calls == ["GetItem"]


def test_importing_the_app_brings_in_no_sdk() -> None:
    code = "import sys, app; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert not NOT_AT_IMPORT & set(found)
