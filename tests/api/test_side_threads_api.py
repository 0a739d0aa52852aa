"""Side threads by API."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.services.side_thread_ports import Said
from chalicelib.wiring import side_threads as side
from tests.api.desk import AGENTS, INBOX, Desk
from tests.flow.world import World

ME, HELPER = AGENTS["agent"], AGENTS["supervisor"]
MAIL = "ibx_0ma11"
LAGER = "lager@supplier.example"


@pytest.fixture
def conversation(desk: Desk, request: pytest.FixtureRequest) -> str:
    return desk.customer_says("Hello", request.node.name.replace("[", "-").replace("]", ""))


@pytest.fixture(scope="module", autouse=True)
def mail(desk: Desk) -> None:
    world: World = desk.world
    world.add_inbox(MAIL, "email", "support@acme.example", {"token_secret": ["t"]}, settings={"topic_arn": "arn"})


def ask(desk: Desk, conversation: str, **more: Any) -> Any:
    body = {"client_id": "a", "kind": "colleague", "subject": "Stock", "with": {"agent_ids": [HELPER]}, "text": "Any?"}
    return desk.call("POST", f"/conversations/{conversation}/side-threads", {**body, **more})


def test_colleagues_talk_behind_the_scenes(desk: Desk, conversation: str) -> None:
    made = ask(desk, conversation)
    assert made.status == 201
    assert (made.json["state"], made.json["participants"], made.json["unread"]) == ("open", [ME, HELPER], 0)
    assert ask(desk, conversation).json == made.json
    at = f"/conversations/{conversation}/side-threads"
    one = f"{at}/{made.json['id']}"

    said = desk.call("POST", f"{one}/messages", {"client_id": "b", "text": "Four."}, role="supervisor")
    assert (said.status, said.json["number"], said.json["author"]["id"], said.json["state"]) == (201, 2, HELPER, None)
    (listed,) = desk.call("GET", at).json["items"]
    assert (listed["unread"], listed["messages"], listed["preview"]) == (1, 2, "Four.")

    page = desk.call("GET", f"{one}?limit=1").json
    assert [each["text"] for each in page["items"]] == ["Four."]
    rest = desk.call("GET", f"{one}?limit=1&cursor={page['next_cursor']}").json
    assert [each["text"] for each in rest["items"]] == ["Any?"]

    assert desk.call("POST", f"{one}/seen", {"message_id": said.json["id"]}).json["unread"] == 0
    assert desk.call("POST", f"{one}/close").json["state"] == "closed"
    assert desk.call("POST", f"{one}/reopen").json["state"] == "open"
    joined = desk.call("POST", f"{one}/participants", {"agent_ids": [AGENTS["admin"]]})
    assert joined.json["participants"] == [ME, HELPER, AGENTS["admin"]]
    retried = desk.call("POST", f"{one}/messages/{said.json['id']}/retry")
    assert (retried.status, retried.json["code"]) == (409, "retry_refused")

    thread = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    assert [each["facts"]["type"] for each in thread if each["type"] == "note"] == ["side_thread.replied"]


def test_a_file_of_an_answer_goes_into_a_reply(desk: Desk, conversation: str) -> None:
    whom = {"to": [LAGER], "inbox_id": MAIL}
    made = ask(desk, conversation, kind="email", **{"with": whom}).json
    assert (made["with"]["to"], made["with"]["inbox_id"]) == ([LAGER], MAIL)
    boto3.client("s3").put_object(Bucket="attachments", Key="attachments/x/0", Body=b"abc")
    file = Attachment("text/plain", "a.txt", 3, object_key="attachments/x/0", state=AttachmentState.STORED)
    said = Said("outside", LAGER, "Lager", "See here.", (file,), "m-1", datetime.now(UTC))
    assert side.side_threads().replied(made["id"], said)

    one = f"/conversations/{conversation}/side-threads/{made['id']}"
    answer = desk.call("GET", one).json["items"][0]
    assert (answer["came"], answer["origin"], answer["attachments"][0]["state"]) == (True, "asked", "stored")
    link = desk.call("GET", f"{one}/messages/{answer['id']}/attachments/0")
    assert (link.status, link.json["name"]) == (200, "a.txt")
    quote = desk.call("POST", f"{one}/quote", {"message_ids": [answer["id"]]}).json
    assert "> See here." in quote["text"]
    (upload,) = quote["attachments"]

    body = {"client_id": "r", "kind": "document", "text": quote["text"], "attachments": [upload["id"]]}
    reply = desk.call("POST", f"/conversations/{conversation}/messages", body)
    assert (reply.status, reply.json["attachments"][0]["name"]) == (202, "a.txt")


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"with": {}}, 400, "with.agent_ids"),
        ({"with": {"agent_ids": ["agt_0nb0dy"]}}, 400, "with.agent_ids[0]"),
        ({"with": {"team_ids": ["team_0nb0dy"]}}, 400, "with.team_ids[0]"),
        ({"with": {"agent_ids": [HELPER], "to": [LAGER]}}, 400, "with.to"),
        ({"kind": "email", "with": {}}, 400, "with.to"),
        ({"kind": "email", "with": {"to": ["no address"]}}, 400, "with.to[0]"),
        ({"kind": "email", "with": {"to": ["a@b.example\r\nBcc: x@y.example"]}}, 400, "with.to[0]"),
        ({"kind": "email", "with": {"to": [LAGER], "cc": ["support+x@acme.example"]}}, 400, "with.cc[0]"),
        ({"kind": "email", "with": {"to": [LAGER], "inbox_id": INBOX}}, 400, "with.inbox_id"),
        ({"kind": "email", "with": {"to": [LAGER] * 21}}, 400, "with.to"),
        ({"kind": "slack", "with": {"channel_id": "general"}}, 400, "with.channel_id"),
        ({"subject": "Stock\r\nBcc: x@y.example"}, 400, "subject"),
        ({"text": "  "}, 400, "text"),
        ({"attachments": ["upl_0000"]}, 404, "attachments[0]"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(
    desk: Desk, conversation: str, more: dict[str, Any], status: int, field: str
) -> None:
    refused = ask(desk, conversation, **more)
    assert (refused.status, refused.json["field"]) == (status, field)
    assert desk.call("GET", f"/conversations/{conversation}/side-threads").json["items"] == []


def test_the_customer_is_no_outsider(desk: Desk, conversation: str) -> None:
    contact = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    desk.call("PATCH", f"/contacts/{contact}", {"version": 1, "email": "bob@customer.example"})
    refused = ask(desk, conversation, kind="email", **{"with": {"to": ["Bob@Customer.example"]}})
    assert (refused.status, refused.json["code"]) == (400, "not_for_side_thread")


def test_a_thread_of_another_conversation_is_not_found(desk: Desk, conversation: str) -> None:
    made = ask(desk, conversation).json
    other = desk.customer_says("Hello", "an0ther")
    for path in (made["id"], "sth_0000"):
        found = desk.call("GET", f"/conversations/{other}/side-threads/{path}")
        assert (found.status, found.json["code"]) == (404, "side_thread_not_found")
