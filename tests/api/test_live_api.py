"""Live views by API: tickets, and what was missed."""

import json
from typing import Any

import pytest

from chalicelib.domain.errors import NotAuthenticated, StoreUnavailable
from chalicelib.wiring import live as wiring
from chalicelib.wiring import live_stores, sockets
from chalicelib.wiring.shared import now
from tests.api.desk import AGENTS, Desk, token
from tests.services.live_world import said, texts

ME = AGENTS["agent"]
CASE = "conversation:cnv_1"


def test_a_ticket_opens_a_socket_for_its_agent(desk: Desk) -> None:
    made = desk.call("POST", "/me/socket-tickets")

    assert (made.status, made.json["url"]) == (201, "wss://sockets.test/live")
    principal = wiring.live().connect("con-1", made.json["ticket"], now())
    assert (principal.kind, principal.id, principal.role.value) == ("agent", ME, "agent")


def test_what_was_missed_is_told_by_the_cursor(desk: Desk) -> None:
    begun = desk.call("GET", f"/live?topics={CASE},desk").json
    topics = sockets.topics()
    topics.append(CASE, [said("a").wire()], now())

    told = desk.call("GET", f"/live?after={begun['cursor']}").json
    case = next(one for one in told["topics"] if one["topic"] == CASE)
    assert (texts(case["entries"]), case["reset"], case["more"]) == (["a"], False, False)

    place = next(one["place"] for one in begun["topics"] if one["topic"] == CASE)
    (again,) = desk.call("GET", f"/live?topics={CASE}@{place}").json["topics"]
    assert again["entries"] == case["entries"]
    assert desk.call("GET", f"/live?after={told['cursor']}").json["topics"][0]["entries"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "topics"),
        ("?topics=room:1", "topics"),
        ("?topics=work:agt_0000", "topics"),
        ("?topics=desk@soon", "topics.desk"),
        ("?after=nonsense!", "after"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(desk: Desk, query: str, field: str) -> None:
    refused = desk.call("GET", f"/live{query}")
    assert (refused.status, refused.json["code"], refused.json["field"]) == (400, "invalid_input", field)


def test_machines_have_no_live_views(desk: Desk) -> None:
    refused = desk.gateway.request("POST", "/me/socket-tickets", None, token=desk.keys["admin"])
    assert (refused.status, refused.json["code"]) == (403, "not_permitted")


def test_who_looks_at_a_conversation_and_writes_in_it_is_shown(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "viewed")
    at = f"/conversations/{conversation}/viewers"
    assert desk.call("GET", at).json == {"viewers": [], "lock": None}

    wiring.live().connect("con-viewer", desk.call("POST", "/me/socket-tickets").json["ticket"], now())
    frame = json.dumps({"action": "typing", "conversation_id": conversation, "composing": "note"})
    assert sockets.frames().answer("con-viewer", frame, now()) is None
    shown = desk.call("GET", at).json
    (viewer,) = shown["viewers"]
    assert (viewer["id"], viewer["composing"], shown["lock"]) == (ME, "note", None)

    sockets.frames().answer("con-viewer", frame.replace("typing", "take"), now())
    assert desk.call("GET", at).json["lock"] is None  # for supervisors alone
    sockets.disconnected("con-viewer", now())
    assert desk.call("GET", at).json["viewers"] == []


def test_viewers_of_nothing_are_not_found(desk: Desk) -> None:
    refused = desk.call("GET", "/conversations/cnv_0none/viewers")
    assert (refused.status, refused.json["code"]) == (404, "conversation_not_found")


def _says(desk: Desk, agent_id: str, method: str, path: str) -> Any:
    return desk.gateway.request(method, path, None, token=token(agent_id, "agent"))


def test_who_was_locked_out_is_told_nothing_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    new = {"email": "leaver@example.com", "name": "Leaver", "invite": False}
    leaver = desk.call("POST", "/agents", new, role="admin").json["id"]
    opened, unused = (_says(desk, leaver, "POST", "/me/socket-tickets").json["ticket"] for _ in range(2))
    wiring.live().connect("con-leaver", opened, now())
    follow = json.dumps({"action": "follow", "topics": [CASE, f"work:{leaver}"]})
    assert _answer(follow)["type"] == "followed"

    # The live table fails first: the agent is changed, and the same again does the rest.
    path, change = f"/agents/{leaver}", {"version": 1, "enabled": False}
    with monkeypatch.context() as broken:
        broken.setattr(type(live_stores.sockets()), "end", _fail)
        assert desk.call("PATCH", path, change, role="admin").status == 503
    assert desk.call("GET", path).json["enabled"] is False
    assert desk.call("PATCH", path, {"version": 1, "name": "Other"}, role="admin").json["code"] == "version_conflict"
    done = desk.call("PATCH", path, change, role="admin")
    assert (done.status, done.json["version"], done.json["enabled"]) == (200, 2, False)

    assert _answer(follow)["code"] == "not_connected"
    assert all(one.principal.id != leaver for one in sockets.topics().following(CASE, now()).listeners)
    assert live_stores.sockets().opened(leaver) == []
    with pytest.raises(NotAuthenticated):
        wiring.live().connect("con-again", unused, now())
    for method, asked in (("GET", f"/live?topics={CASE}"), ("POST", "/me/socket-tickets")):
        assert _says(desk, leaver, method, asked).status == 401


def _answer(frame: str) -> Any:
    return sockets.frames().answer("con-leaver", frame, now())


def _fail(*_: object, **__: object) -> None:
    raise StoreUnavailable("not now")
