"""The web chat's visitors: what they say and see, who they are, and what is none of theirs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.aws.clients import client
from chalicelib.aws.stores.live import Live
from chalicelib.aws.transaction import Desk
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import AttachmentState, Direction
from chalicelib.services import desk as desk_service
from chalicelib.services.visitors import PER_MINUTE
from chalicelib.wiring import shared
from simulators.web_chat import identity_hash, identity_token
from tests.aws.memory_cloud import refused
from tests.flow import invariants
from tests.flow.chat import CHAT, IDENTITY_SECRET, OTHER_CHAT, Visitor, add_chats, call
from tests.flow.scene import ANA, START, Scene, scene, stored


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        add_chats(made)
        yield made


def conversation(here: Scene) -> Conversation:
    here.world.pump()
    items = stored(here.world)
    invariants.check(here.world, items)
    (only,) = invariants.all_conversations(items)
    return only


def answered(here: Scene, text: str) -> None:
    here.now.pass_(seconds=2)
    here.replies(conversation(here).id, text, f"c-{text}")
    here.world.pump()


def test_what_a_visitor_says_is_a_conversation_and_the_answer_is_seen(here: Scene) -> None:
    ann = Visitor(here)
    assert ann.says("Hello").body == {"status": "accepted"}
    answered(here, "Good morning")
    seen = ann.sees()
    assert [(each["from"], each["name"], each["text"]) for each in seen["messages"]] == [
        ("visitor", None, "Hello"),
        ("agent", "Ana", "Good morning"),
    ]
    reply = here.messages(conversation(here).id)[-1]
    assert reply.state is DeliveryState.SENT
    assert here.provider.requests == []


def test_a_message_is_stored_once_when_the_browser_repeats_it(here: Scene) -> None:
    ann = Visitor(here)
    body = {"client_id": ann.client_id(), "text": "Hello"}
    assert [ann.post("messages", body).body["status"] for _ in range(3)] == ["accepted", "duplicate", "duplicate"]
    here.now.pass_(hours=1)
    assert ann.post("messages", body).body["status"] == "duplicate"
    assert (conversation(here).unread, ann.texts()) == (1, ["Hello"])


def test_a_message_is_stored_later_when_the_store_fails_now(here: Scene) -> None:
    ann = Visitor(here)
    here.cloud.tap = _failing("dynamodb.transact_write_items")
    assert ann.says("Hello").status == 202
    here.cloud.tap = lambda _name, run: run()
    here.world.pump()
    assert ann.texts() == ["Hello"]


def _failing(*names: str) -> Any:
    def tap(name: str, run: Any) -> Any:
        if name in names:
            raise refused("InternalServerError")
        return run()

    return tap


def test_the_visitor_is_told_to_try_again_when_nothing_can_keep_the_message(here: Scene) -> None:
    ann = Visitor(here)
    here.cloud.tap = _failing("dynamodb.transact_write_items", "sqs.send_message")
    answer = ann.says("Hello")
    assert (answer.status, answer.code) == (503, "unavailable")


def test_only_what_is_new_is_read_when_the_visitor_names_what_he_has(here: Scene) -> None:
    ann = Visitor(here)
    for text in ("One", "Two", "Three"):
        here.now.pass_(seconds=1)
        ann.says(text)
    first = ann.sees()["messages"][0]["id"]
    assert ann.texts(first) == ["Two", "Three"]
    newest = ann.sees()["after"]
    nothing = {"messages": [], "after": newest, "typing": False, "queue": None, "status": "open", "unseen": 3}
    assert ann.sees(newest) == nothing


def test_typing_is_seen_on_both_sides_for_a_while(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("Hello")
    assert ann.post("typing", {"active": True}).status == 202
    leg = conversation(here).active_leg_id
    live = Live(Desk(client("dynamodb"), "live"))
    assert live.typing_now(leg, here.now()) == ["contact"]
    assert ann.sees()["typing"] is False
    live.typing(leg, ANA.id, here.now() + timedelta(seconds=6))
    assert ann.sees()["typing"] is True
    ann.post("typing", {"active": False})
    here.now.pass_(seconds=7)
    assert (ann.sees()["typing"], live.typing_now(leg, here.now())) == (False, [])


def test_the_agents_messages_are_read_when_the_visitor_says_so(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("Hello")
    for text in ("One", "Two"):
        answered(here, text)
    first = ann.sees()["messages"][1]["id"]
    here.now.pass_(seconds=2)
    assert ann.post("delivered", {"up_to": ann.sees()["after"]}).status == 202
    assert ann.post("read", {"up_to": first}).status == 202
    states = [each.state for each in here.messages(conversation(here).id) if each.direction is Direction.OUTBOUND]
    assert states == [DeliveryState.READ, DeliveryState.DELIVERED]
    ann.post("delivered", {"up_to": ann.sees()["after"]})
    assert [each["read"] for each in ann.sees()["messages"]] == [False, True, False]


def test_an_uploaded_file_becomes_an_attachment(here: Scene) -> None:
    ann = Visitor(here)
    ticket = ann.post("uploads", {"mime": "image/png", "size": 12}).body
    body = b"\x89PNG\r\n\x1a\n..."
    here.cloud.raw["s3"].put_object(Bucket="attachments", Key=f"uploads/{ticket['upload_id']}", Body=body)
    ann.says("Look", attachments=[{"upload_id": ticket["upload_id"], "mime": "text/html", "name": "a.png"}])
    here.settle()
    (message,) = here.messages(conversation(here).id)
    assert [(file.mime, file.state) for file in message.attachments] == [("image/png", AttachmentState.STORED)]


def test_a_file_that_never_came_is_told_as_failed(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("Look", attachments=[{"upload_id": "upl-none", "mime": "image/png"}])
    for _ in range(5):
        here.settle()
        here.world.wake("attachments")
    (message,) = here.messages(conversation(here).id)
    assert [file.state for file in message.attachments] == [AttachmentState.FAILED]


@pytest.mark.parametrize(
    "body",
    [{}, {"mime": "image/png"}, {"mime": "x", "size": 1}, {"mime": "image/png", "size": 0}]
    + [{"mime": "image/png", "size": size} for size in (-1, 26 * 1024 * 1024, True, "9", 1.5, None)],
)
def test_an_upload_is_refused_when_its_type_or_size_makes_no_sense(here: Scene, body: Any) -> None:
    answer = Visitor(here).post("uploads", body)
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert answer.body["field"] in ("mime", "size")


# --- whose it is -------------------------------------------------------------------------------------------------


def test_nobody_sees_another_visitors_messages(here: Scene) -> None:
    ann, ben = Visitor(here), Visitor(here)
    ann.says("My secret")
    answered(here, "For Ann")
    assert ben.texts() == []
    assert ben.texts(ann.sees()["after"]) == []
    ben.says("Hi")
    assert ben.texts() == ["Hi"]
    ben.post("read", {"up_to": ann.sees()["after"]})
    states = [each.state for each in invariants.all_messages(stored(here.world)) if each.state]
    assert states == [DeliveryState.SENT]


def test_a_visitor_sees_no_notes_no_addresses_and_no_ids_of_others(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("Hello")
    desk_service.add_note(here.desk, ANA, conversation(here).id, "n1", "difficult", here.now.pass_(seconds=1))
    answered(here, "Hi")
    told = json.dumps(ann.sees())
    for word in ("difficult", "nte_", "cnv_", "leg_", "con_", ANA.id, CHAT, ann.id):
        assert word not in told


def test_a_token_counts_for_its_own_chat_alone(here: Scene) -> None:
    ann = Visitor(here)
    for method, action in (("GET", "messages"), ("POST", "messages"), ("POST", "uploads"), ("POST", "read")):
        answer = call(here, method, action, {} if method == "POST" else None, token=ann.token, inbox=OTHER_CHAT)
        assert (answer.status, answer.code) == (401, "not_authenticated")


def tampered(token: str) -> list[str]:
    payload, _, mac = token.partition(".")
    return [
        "",
        ".",
        payload,
        f"{payload}.",
        f".{mac}",
        f"{payload}.{mac[:-1]}",
        f"{payload}x.{mac}",
        f"{payload}.{mac}.x",
    ]


def test_a_token_is_refused_when_it_is_changed_or_too_old(here: Scene) -> None:
    ann = Visitor(here)
    for token in [*tampered(ann.token), "é", "a" * 5000, "null.null"]:
        for method, action in (("GET", "messages"), ("POST", "messages")):
            answer = call(here, method, action, {} if method == "POST" else None, token=token)
            assert (answer.status, answer.code) == (401, "not_authenticated")
    here.now.pass_(days=31)
    assert call(here, "GET", "messages", token=ann.token).status == 401
    assert stored(here.world) == {}


# --- who it is ---------------------------------------------------------------------------------------------------


def test_an_identified_visitor_finds_his_conversation_on_another_browser(here: Scene) -> None:
    ann = Visitor(here)
    assert ann.identify(name="Ann Lee", email="ann@example.org").body["verified"] is True
    ann.says("From my laptop")
    phone = Visitor(here)
    phone.identify()
    assert phone.texts() == ["From my laptop"]
    here.now.pass_(seconds=1)
    phone.says("From my phone")
    assert ann.texts() == ["From my laptop", "From my phone"]
    only = conversation(here)
    assert (only.unread, only.contact_name) == (2, "Ann Lee")


def test_a_visitors_conversation_stays_his_when_he_is_identified_later(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("Before")
    ann.identify()
    here.now.pass_(seconds=1)
    ann.says("After")
    assert ann.texts() == ["Before", "After"]
    assert conversation(here).unread == 2


def test_a_hash_identifies_too(here: Scene) -> None:
    ann = Visitor(here)
    good = {"identifier": "u-1", "identifier_hash": identity_hash(IDENTITY_SECRET, "u-1")}
    assert ann.post("identify", good).body["verified"] is True
    for bad in (
        {**good, "identifier": "u-2"},
        {**good, "identifier_hash": ""},
        {**good, "identifier_hash": identity_hash("", "u-1")},
        {**good, "identifier": None},
        {"identifier": "u-1"},
        {},
    ):
        assert ann.post("identify", bad).status == 401


def test_a_proof_counts_once(here: Scene) -> None:
    ann, thief = Visitor(here), Visitor(here)
    proof = {"jwt": identity_token(IDENTITY_SECRET, "u-1", CHAT, here.now())}
    assert ann.post("identify", proof).status == 201
    for visitor in (ann, thief):
        answer = visitor.post("identify", proof)
        assert (answer.status, answer.code) == (401, "not_authenticated")


def test_a_proof_still_counts_when_introducing_its_person_failed(here: Scene) -> None:
    ann = Visitor(here)
    proof = {"jwt": identity_token(IDENTITY_SECRET, "u-1", CHAT, here.now())}
    here.cloud.tap = _failing("dynamodb.transact_write_items")
    assert ann.post("identify", proof).status == 503
    here.cloud.tap = lambda _name, run: run()
    assert ann.post("identify", proof).status == 201


def bad_proofs(now: Any) -> dict[str, str]:
    seconds = int(now.timestamp())
    claims = {"sub": "u-1", "aud": CHAT, "iat": seconds, "exp": seconds + 600, "jti": "j"}

    def signed(key: Any = IDENTITY_SECRET, algorithm: str = "HS256", **changes: Any) -> str:
        said = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(said, key, algorithm=algorithm)

    return {
        "another secret": signed("another-secret-of-sufficient-length-0123"),
        "no algorithm": signed(None, "none"),
        "another algorithm": signed(IDENTITY_SECRET * 2, "HS512"),
        "another chat": signed(aud=OTHER_CHAT),
        "no audience": signed(aud=None),
        "expired": signed(iat=seconds - 700, exp=seconds - 100),
        "no end": signed(exp=None),
        "too long": signed(exp=seconds + 7200),
        "not yet": signed(nbf=seconds + 300),
        "nobody": signed(sub=None),
        "empty": "",
        "nonsense": "a.b.c",
        "not ascii": "é.é.é",
    }


@pytest.mark.parametrize("name", list(bad_proofs(START)))
def test_a_proof_is_refused_when_it_proves_nothing(here: Scene, name: str) -> None:
    ann = Visitor(here)
    answer = ann.post("identify", {"jwt": bad_proofs(here.now())[name]})
    assert (answer.status, answer.code) == (401, "not_authenticated")
    assert stored(here.world) == {}


# --- limits, origins, answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["sessions", "uploads"])
def test_calls_are_limited_by_the_minute(here: Scene, action: str) -> None:
    ann = Visitor(here)
    body = {"mime": "image/png", "size": 1}
    answers = [ann.post(action, body).status for _ in range(PER_MINUTE[action] + 2)]
    assert answers[-1] == 429
    assert answers.count(201) >= PER_MINUTE[action] - 1
    limited = ann.post(action, body)
    assert (limited.code, limited.headers["content-type"]) == ("too_many_requests", "application/problem+json")
    here.now.pass_(minutes=1)
    assert ann.post(action, body).status == 201


def test_one_visitors_limit_is_not_anothers(here: Scene) -> None:
    ann, ben = Visitor(here), Visitor(here)
    for _ in range(PER_MINUTE["typing"] + 1):
        last = ann.post("typing", {})
    assert (last.status, ben.post("typing", {}).status) == (429, 202)


def test_every_site_may_call_when_the_inbox_names_none(here: Scene) -> None:
    answer = call(here, "POST", "sessions", headers={"origin": "https://shop.example"})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (201, "https://shop.example")


def test_only_the_sites_that_the_inbox_names_may_call() -> None:
    with scene() as here:
        add_chats(here, allowed_origins=["https://shop.example"])
        good, bad = {"origin": "https://shop.example"}, {"origin": "https://shop.example.evil.example"}
        assert call(here, "OPTIONS", "messages", headers=good).status == 204
        assert call(here, "POST", "sessions", headers=good).status == 201
        for headers in (bad, {}, {"origin": "null"}, {"origin": "https://SHOP.example"}, {"origin": ""}):
            for method, action in (("OPTIONS", "messages"), ("POST", "sessions"), ("GET", "messages")):
                answer = call(here, method, action, headers=headers)
                assert answer.status == 404
                assert answer.headers.get("access-control-allow-origin") != headers.get("origin", "*")


@pytest.mark.parametrize(
    ("method", "action", "status", "code"),
    [
        ("GET", "sessions", 422, "invalid_input"),
        ("POST", "nonsense", 422, "invalid_input"),
        ("DELETE", "messages", 422, "invalid_input"),
        ("GET", "messages", 401, "not_authenticated"),
        ("POST", "identify", 401, "not_authenticated"),
    ],
)
def test_the_answer_is_a_problem_that_says_what_to_do(
    here: Scene, method: str, action: str, status: int, code: str
) -> None:
    answer = call(here, method, action)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["detail"]


def test_a_chat_that_is_disabled_takes_nothing(here: Scene) -> None:
    ann = Visitor(here)
    inbox = shared.inboxes().get(CHAT)
    assert inbox is not None
    shared.inboxes().replace(replace(inbox, enabled=False, version=2), 1)
    shared.inbox_directory().forget()
    answer = ann.says("Hello")
    assert (answer.status, answer.code) == (409, "inbox_disabled")


def test_a_chat_without_its_secret_is_no_fault_of_ours(here: Scene) -> None:
    here.cloud.raw["secretsmanager"].texts[f"parley/test/inbox/{CHAT}"] = "{}"
    shared.inbox_directory().forget()
    assert call(here, "POST", "sessions").status == 409
