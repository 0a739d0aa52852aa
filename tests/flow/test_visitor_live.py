"""Live views of visitors: their own messages at once, nothing of anybody else's, and nothing lost between devices; and
typing both ways."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import convert

from chalicelib.api import live_schemas
from chalicelib.api.live_schemas import Entries, Heads, TypingView, Viewers
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.live import CONVERSATION, KINDS, VISITOR, cursor_of, place_from
from chalicelib.services import assignment
from chalicelib.services import desk as desk_service
from chalicelib.services.visitor_live import visitor
from chalicelib.services.visitors import PER_MINUTE
from chalicelib.wiring import api
from chalicelib.wiring.fanout import changed, told_aside
from tests.flow.chat import CHAT, OTHER_CHAT, Visitor, call
from tests.flow.live_chat import LiveChat, live_chat
from tests.flow.scene import ANA

BEN = Principal("agent", "agt_ben", "Ben", Role.AGENT)
SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)
Pushed = Entries | Heads | TypingView | Viewers | live_schemas.Lock


@pytest.fixture
def live() -> Iterator[LiveChat]:
    with live_chat() as made:
        yield made


def conversation(live: LiveChat) -> Conversation:
    live.here.world.pump()
    return live.here.conversation


def answered(live: LiveChat, text: str) -> None:
    live.here.now.pass_(seconds=2)
    live.here.replies(conversation(live).id, text, f"c-{text}")
    live.fan()


def newest(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each message as it was last told, in order."""
    found: dict[str, dict[str, Any]] = {}
    for change in sorted(changes, key=lambda one: one["version"]):
        found[change["id"]] = change["view"]
    return [found[identifier] for identifier in sorted(found)]


def missed(ann: Visitor, after: str = "") -> Any:
    query = f"after={after}" if after else ""
    return call(ann.here, "GET", "live", token=ann.token, inbox=ann.inbox, query=query)


def test_a_visitor_sees_messages_and_marks_at_once_as_the_list_shows_them(live: LiveChat) -> None:
    ann = Visitor(live.here)
    connection, topic = live.visitor(ann)  # before the first word is said
    ann.says("Hello")
    live.fan()
    answered(live, "Good morning")
    ann.post("read", {"up_to": ann.sees()["after"]})
    live.fan()

    told = live.changes(connection)
    assert newest(told) == ann.sees()["messages"]
    assert [(view["text"], view["from"], view["read"]) for view in newest(told)] == [
        ("Hello", "visitor", False),
        ("Good morning", "agent", True),
    ]
    assert {change["kind"] for change in told} == {"message"}
    happened = [event for change in told for event in change["happened"]]
    assert {event["type"] for event in happened} >= {"message.created", "message.state_changed"}
    assert all((event["actor"], event["data"]) == ({}, {}) for event in happened)
    assert topic.startswith("visitor:leg_")


def test_two_visitors_hear_nothing_of_each_other(live: LiveChat) -> None:
    ann, bob = Visitor(live.here), Visitor(live.here)
    (anns, _), (bobs, _) = live.visitor(ann), live.visitor(bob)
    ann.says("My secret")
    live.fan()
    live.here.now.pass_(seconds=1)
    bob.says("Hi")
    live.fan()

    assert [change["view"]["text"] for change in live.changes(anns)] == ["My secret"]
    assert [change["view"]["text"] for change in live.changes(bobs)] == ["Hi"]


def test_nothing_that_is_the_desks_own_reaches_a_visitor(live: LiveChat) -> None:
    """Notes, whispers, owners, ids, and what is typed into a note."""
    ann = Visitor(live.here)
    connection, topic = live.visitor(ann)
    ann.says("Hello")
    live.fan()
    case = conversation(live).id
    agent = live.agent(ANA, f"{CONVERSATION}:{case}")
    assignment.assign(live.here.desk, SUE, case, assignment.Wish(ANA.id, None), live.here.now.pass_(seconds=1))
    desk_service.add_note(live.here.desk, ANA, case, "n1", "difficult", live.here.now.pass_(seconds=1))
    desk_service.add_note(live.here.desk, SUE, case, "w1", "careful", live.here.now.pass_(seconds=1), ["owner"])
    live.fan()
    for _ in range(3):
        live.here.now.pass_(seconds=7)
        live.say(agent, action="typing", conversation_id=case, composing="note", on=True)
        live.fan()
    answered(live, "Hi")
    live.say(agent, action="typing", conversation_id=case, composing="reply", on=True)
    live.fan()

    assert live.seen(connection, "typing")
    assert all(convert(frame, Pushed) for _, frame in live.pushed.frames)
    everything = json.dumps([live.pushed.of(connection), missed(ann).body]).replace(topic, "")
    for word in ("difficult", "careful", "nte_", "cnv_", "leg_", "con_", "idn_", ANA.id, SUE.id, "Sue", CHAT, ann.id):
        assert word not in everything
    assert "careful" in json.dumps(live.pushed.of(agent))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.tuples(st.sampled_from(KINDS), st.integers(0, 5)), text=st.one_of(st.none(), st.text(max_size=30)))
def test_a_visitor_can_follow_nothing_but_the_own_leg(live: LiveChat, known: tuple[str, int], text: str | None) -> None:
    """By name, by place, by cursor."""
    live.here.now.pass_(minutes=1)
    ann, bob = Visitor(live.here), Visitor(live.here)
    connection, topic = live.visitor(ann)
    _, others = live.visitor(bob)
    names = (others.partition(":")[2], topic.partition(":")[2], ANA.id, "cnv_1", "~", "")
    wanted = f"{known[0]}:{names[known[1]]}" if text is None else text
    if wanted == topic:
        return
    place = place_from("1.1")
    frames = (
        {"topics": [wanted]},
        {"topics": {topic: None, wanted: "1.1"}},
        {"after": cursor_of({topic: place, wanted: place})},
    )
    for frame in frames:
        answer = live.say(connection, action="follow", **frame)
        assert (answer["type"], answer["code"]) == ("error", "invalid_input")
    read = missed(ann, cursor_of({wanted: place}))
    assert (read.status, read.code, read.body["field"]) == (422, "invalid_input", "after")


def test_the_same_person_goes_on_on_another_device_where_the_first_one_stopped(live: LiveChat) -> None:
    ann = Visitor(live.here)
    ann.identify()
    ann.says("From my laptop")
    live.fan()
    laptop, topic = live.visitor(ann)
    cursor = missed(ann).body["cursor"]
    live.close(laptop)
    answered(live, "One")
    answered(live, "Two")

    phone = Visitor(live.here)
    phone.identify()
    live.here.now.pass_(seconds=1)
    caught = missed(phone, cursor).body
    (told,) = caught["topics"]
    assert (told["topic"], told["reset"], told["more"]) == (topic, False, False)
    views = newest([change for entry in told["entries"] for change in entry["changes"]])
    assert [view["text"] for view in views] == ["One", "Two"]
    assert missed(phone, caught["cursor"]).body["topics"][0]["entries"] == []

    connection, same = live.visitor(phone)
    assert same == topic
    answered(live, "Three")
    assert [view["text"] for view in newest(live.changes(connection))] == ["Three"]

    stranger = Visitor(live.here)
    stranger.identify(subject="u-2")
    assert missed(stranger, cursor).status == 422


def test_a_visitor_who_was_away_too_long_is_told_to_begin_anew(live: LiveChat) -> None:
    ann = Visitor(live.here)
    ann.says("Hello")
    live.fan()
    cursor = missed(ann).body["cursor"]
    live.here.now.pass_(hours=30)
    answered(live, "Sorry, that took long")

    assert missed(ann, cursor).body["topics"][0]["reset"] is True
    assert ann.texts() == ["Hello", "Sorry, that took long"]


def test_a_socket_needs_the_visitors_own_token_and_is_counted(live: LiveChat) -> None:
    ann = Visitor(live.here)
    for method, action in (("POST", "socket"), ("GET", "live")):
        for token, inbox in ((None, CHAT), ("x", CHAT), (ann.token, OTHER_CHAT)):
            answer = call(live.here, method, action, token=token, inbox=inbox)
            assert (answer.status, answer.code) == (401, "not_authenticated")
    assert missed(ann, "nonsense").status == 422
    statuses = [ann.post("socket", {}).status for _ in range(PER_MINUTE["socket"] + 1)]
    assert (statuses.count(201), statuses[-1]) == (PER_MINUTE["socket"], 429)
    assert [missed(ann).status for _ in range(PER_MINUTE["live"])][-1] == 429


def test_a_ticket_of_a_visitor_is_a_visitors(live: LiveChat) -> None:
    ann = Visitor(live.here)
    connection, topic = live.visitor(ann)
    assert visitor(topic.partition(":")[2]) == Principal(VISITOR, topic.partition(":")[2], "", Role.AGENT)
    for action in ("view", "typing", "take"):
        assert live.say(connection, action=action, conversation_id="cnv_1")["code"] == "not_permitted"


def test_messages_of_other_channels_are_told_to_no_visitor(live: LiveChat) -> None:
    live.here.says("Hi from my phone")
    live.here.settle()
    things = [thing for thing in map(changed, live.here.cloud.tables["desk"].stream) if thing is not None]
    assert "message" in {thing.kind for thing in things}
    assert [told for thing in things for told in told_aside(thing)] == []


# --- typing


def test_a_customers_typing_is_seen_in_the_thread_and_in_the_owners_list(live: LiveChat) -> None:
    ann = Visitor(live.here)
    ann.says("Hello")
    live.fan()
    case = conversation(live).id
    assignment.assign(live.here.desk, SUE, case, assignment.Wish(ANA.id, None), live.here.now.pass_(seconds=1))
    owner = live.agent(ANA, f"work:{ANA.id}")
    other, outsider = live.agent(BEN, f"{CONVERSATION}:{case}"), live.agent(BEN, f"work:{BEN.id}")
    for _ in range(20):
        assert ann.post("typing", {}).status == 202
        live.here.now.pass_(seconds=0.5)
        live.fan()
    ann.post("typing", {"active": False})
    live.fan()

    thread, listed = live.seen(other, "typing"), live.seen(owner, "typing")
    assert [frame["topic"] for frame in thread] == [f"{CONVERSATION}:{case}"] * len(thread)
    assert (thread[0]["conversation_id"], thread[0]["composing"], thread[0]["who"]["kind"]) == (
        case,
        "message",
        "contact",
    )
    assert thread[-1]["until"] == live.here.now().isoformat()
    assert [{**frame, "topic": ""} for frame in listed] == [{**frame, "topic": ""} for frame in thread]
    assert 3 <= len(thread) <= 7
    assert live.pushed.of(outsider) == []


def test_typing_that_comes_late_is_told_to_nobody(live: LiveChat) -> None:
    ann = Visitor(live.here)
    ann.says("Hello")
    live.fan()
    other = live.agent(BEN, f"{CONVERSATION}:{conversation(live).id}")
    ann.post("typing", {})
    live.here.now.pass_(seconds=6)
    live.fan()
    assert live.seen(other, "typing") == []


def test_an_agents_typing_is_seen_by_the_visitor_and_by_colleagues_once(live: LiveChat) -> None:
    ann = Visitor(live.here)
    connection, topic = live.visitor(ann)
    ann.says("Hello")
    live.fan()
    case = conversation(live).id
    ana, ben = live.agent(ANA, f"{CONVERSATION}:{case}"), live.agent(BEN, f"{CONVERSATION}:{case}")
    live.say(ana, action="typing", conversation_id=case, on=True)
    live.fan()

    (told,) = live.seen(connection, "typing")
    assert {**told, "until": ""} == {
        "type": "typing",
        "topic": topic,
        "who": {"kind": "agent", "name": "Ana"},
        "until": "",
    }
    assert ann.sees()["typing"] is True
    assert (len(live.seen(ben, "typing")), live.seen(ana, "typing")) == (1, [])
    assert live.here.provider.requests == []

    live.here.now.pass_(seconds=7)
    desk_service.signal_typing(live.here.desk, api.live(), api.signals(), ANA, case, live.here.now())
    live.fan()
    assert (len(live.seen(connection, "typing")), len(live.seen(ben, "typing"))) == (2, 2)
    live.say(ana, action="typing", conversation_id=case, on=True)
    live.here.now.pass_(seconds=1)
    live.say(ana, action="typing", conversation_id=case, on=False)
    live.fan()
    assert live.seen(connection, "typing")[-1]["until"] == live.here.now().isoformat()
    assert ann.sees()["typing"] is False


def test_typing_for_a_conversation_that_is_not_there_is_refused(live: LiveChat) -> None:
    ana = live.agent(ANA)
    answer = live.say(ana, action="typing", conversation_id="cnv_0none", on=True)
    assert (answer["type"], answer["code"]) == ("error", "conversation_not_found")


def test_who_has_sent_holds_the_composer_no_more(live: LiveChat) -> None:
    ann = Visitor(live.here)
    ann.says("Hello")
    live.fan()
    case = conversation(live).id
    ana, ben = live.agent(ANA, f"{CONVERSATION}:{case}"), live.agent(BEN, f"{CONVERSATION}:{case}")
    live.say(ana, action="typing", conversation_id=case, on=True)
    assert live.say(ben, action="view", conversation_id=case)["lock"]["id"] == ANA.id
    answered(live, "Good morning")

    assert live.seen(ben, "lock")[-1]["lock"] is None
    assert live.say(ben, action="view", conversation_id=case)["lock"] is None


def test_a_closed_socket_looks_no_more_and_says_nothing_of_presence(live: LiveChat) -> None:
    ann = Visitor(live.here)
    ann.says("Hello")
    live.fan()
    case = conversation(live).id
    ana, ben = live.agent(ANA), live.agent(BEN, f"{CONVERSATION}:{case}")
    live.say(ana, action="view", conversation_id=case)
    before = len(live.here.cloud.tables["desk"].stream)
    live.close(ana)

    assert [frame["viewers"] for frame in live.seen(ben, "viewers")][-1] == []
    assert len(live.here.cloud.tables["desk"].stream) == before
