"""Escalation by API: paths, up and back, taking over, whispers and briefs, as every role may use them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.wiring import escalation as wiring
from tests.api.desk import AGENTS, Desk, token

ME, SUPERVISOR, ADMIN = AGENTS["agent"], AGENTS["supervisor"], AGENTS["admin"]
OTHER = "agt_0ther"
PATH: dict[str, Any] = {
    "name": "Orders",
    "condition": {"field": "channel", "is": "custom"},
    "after_breach": True,
    "tiers": [{"name": "First line"}, {"name": "Experts"}, {"name": "Ticket", "ticket": True}],
}


@pytest.fixture(scope="module", autouse=True)
def paths(desk: Desk) -> Iterator[None]:
    desk.world.routes = True
    answer = desk.call("PUT", "/escalations", {"version": 0, "paths": [PATH]}, role="admin")
    assert (answer.status, answer.json["version"]) == (200, 1)
    yield


def put(desk: Desk, path: dict[str, Any], version: int = 1, role: str = "admin") -> Any:
    return desk.call("PUT", "/escalations", {"version": version, "paths": [path]}, role=role)


def up(desk: Desk, conversation: str, **more: Any) -> Any:
    body = {"reason": "Too hard", "note": "Bob has sent photos.", **more}
    return desk.call("POST", f"/conversations/{conversation}/escalate", body)


def thread(desk: Desk, conversation: str, role: str = "agent") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = desk.call("GET", f"/conversations/{conversation}/messages", role=role).json["items"]
    return items


def test_paths_are_read_back_and_a_stale_version_is_refused(desk: Desk) -> None:
    found = desk.call("GET", "/escalations", role="supervisor").json
    assert found["version"] == 1
    (path,) = found["paths"]
    assert path | PATH | {"tiers": path["tiers"]} == path
    assert path["tiers"][2] == {
        "name": "Ticket",
        "team_id": None,
        "skills": {},
        "ticket": True,
        "reply_seconds": 0,
    }
    answer = put(desk, PATH, version=0)
    assert (answer.status, answer.json["code"]) == (409, "version_conflict")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tiers": []}, "paths[0].tiers"),
        ({"tiers": [{"name": "x"}] * 11}, "paths[0].tiers"),
        ({"tiers": [{"name": "x"}, {"name": "x"}]}, "paths[0].tiers[1].name"),
        ({"tiers": [{"name": " "}]}, "paths[0].tiers[0].name"),
        ({"tiers": [{"name": "x", "team_id": "team_0000"}]}, "paths[0].tiers[0].team_id"),
        ({"tiers": [{"name": "x", "skills": {"s": 6}}]}, "paths[0].tiers[0].skills.s"),
        ({"tiers": [{"name": "x", "ticket": "yes"}]}, "paths[0].tiers[0].ticket"),
        ({"tiers": [{"name": "x", "reply_seconds": -1}]}, "paths[0].tiers[0].reply_seconds"),
        ({"tiers": ["x"]}, "paths[0].tiers[0]"),
        ({"tiers": [{"name": "x", "colour": "red"}]}, "paths[0].tiers[0].colour"),
        ({"condition": {"field": "shoe_size", "is": 42}}, "paths[0].condition.field"),
        ({"after_breach": 1}, "paths[0].after_breach"),
        ({"name": 7}, "paths[0].name"),
        ({"colour": "red"}, "paths[0].colour"),
    ],
)
def test_a_bad_path_is_refused_by_the_name_of_its_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = put(desk, PATH | change)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_two_paths_of_one_name_are_refused_and_roles_hold(desk: Desk) -> None:
    answer = desk.call("PUT", "/escalations", {"version": 1, "paths": [PATH, PATH]}, role="admin")
    assert answer.json["field"] == "paths[1].name"
    assert desk.call("GET", "/escalations").status == 403
    assert put(desk, PATH, role="supervisor").status == 403


def test_up_with_a_note_and_back_again(desk: Desk) -> None:
    conversation = desk.customer_says("Where is it?", "up")
    desk.call("POST", f"/conversations/{conversation}/assignment", {"assignee_id": ME})
    before = desk.call("GET", f"/conversations/{conversation}/escalation").json
    assert (before["path"], before["place"], before["tier"]) == ("Orders", None, None)
    assert (before["may_escalate"], before["may_de_escalate"]) == (True, False)

    answer = up(desk, conversation, tier="Experts")
    assert (answer.status, answer.json["assignee_id"]) == (200, None)
    tier = answer.json["tier"]
    assert (tier["path"], tier["tier"], tier["place"], tier["ticket"]) == ("Orders", "Experts", 1, False)
    # The same request once more goes no further.
    again = up(desk, conversation, tier="Experts")
    assert (again.status, again.json["code"], again.json["facts"]["tier"]) == (409, "escalation_refused", "Experts")
    entries = thread(desk, conversation)
    assert "Bob has sent photos." in [entry["text"] for entry in entries]
    (line,) = [entry for entry in entries if entry.get("facts", {}).get("type") == "conversation.escalated"]
    assert (line["facts"]["tier"], line["facts"]["previous_assignee_id"], line["author_id"]) == ("Experts", ME, ME)

    ticket = up(desk, conversation)
    assert ticket.json["tier"]["ticket"] is True
    last = up(desk, conversation)
    assert (last.status, last.json["code"]) == (409, "escalation_refused")
    assert "last tier" in last.json["detail"]
    found = desk.call("GET", f"/conversations/{conversation}/escalation").json
    assert (found["place"], found["may_escalate"], found["may_de_escalate"]) == (2, False, True)
    down = desk.call("POST", f"/conversations/{conversation}/de-escalate", {"reason": "Easy"})
    assert (down.status, down.json["tier"]["tier"]) == (200, "Experts")
    listed = desk.call("GET", "/conversations?view=unassigned").json["items"]
    assert next(one["tier"]["tier"] for one in listed if one["id"] == conversation) == "Experts"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "r"}, "note"),
        ({"reason": " ", "note": "n"}, "reason"),
        ({"note": "n"}, "reason"),
        ({"reason": "r", "note": "n", "tier": "Wizards"}, "tier"),
    ],
)
def test_what_is_missing_is_named(desk: Desk, body: dict[str, Any], field: str) -> None:
    conversation = desk.customer_says("Hello", "missing")
    answer = desk.call("POST", f"/conversations/{conversation}/escalate", body)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_machine_hands_over_without_a_note(desk: Desk) -> None:
    conversation = desk.customer_says("A person please", "bot")
    path = f"/conversations/{conversation}/escalate"
    answer = desk.gateway.request("POST", path, {"reason": "Asked for a person"}, token=desk.keys["agent"])
    assert (answer.status, answer.json["tier"]["tier"]) == (200, "First line")
    lost = desk.customer_says("A person please", "lostbot")
    body = {"reason": "Asked for a person", "tier": "Wizards"}
    answer = desk.gateway.request("POST", f"/conversations/{lost}/escalate", body, token=desk.keys["agent"])
    desk.world.pump()
    assert (answer.status, answer.json["tier"], answer.json["team_id"]) == (200, None, None)
    entry = desk.call("GET", f"/conversations/{lost}/routing").json["entry"]
    assert (entry["team_id"], entry["reason"]) == ("fallback", "Asked for a person; unknown tier Wizards")


def test_only_an_open_conversation_is_escalated(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "closed")
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"})
    answer = up(desk, conversation)
    assert (answer.status, answer.json["code"]) == (409, "transition_refused")
    assert up(desk, "cnv_0000").status == 404


def test_taking_over_and_giving_back(desk: Desk) -> None:
    conversation = desk.customer_says("The manager!", "taken")
    desk.call("POST", f"/conversations/{conversation}/assignment", {"assignee_id": ME})
    path = f"/conversations/{conversation}/take-over"
    assert desk.call("POST", path, {"reason": "r"}).status == 403
    assert desk.call("POST", path, {"reason": " "}, role="supervisor").json["field"] == "reason"
    taken = desk.call("POST", path, {"reason": "Asked for a manager"}, role="supervisor")
    assert (taken.status, taken.json["assignee_id"]) == (200, SUPERVISOR)
    assert {name: taken.json["taken_over"][name] for name in ("by", "previous")} == {"by": SUPERVISOR, "previous": ME}
    assert desk.call("POST", path, {"reason": "r"}, role="supervisor").json["code"] == "transition_refused"
    lines = [entry["facts"] for entry in thread(desk, conversation) if entry["type"] == "note"]
    assert any(facts.get("type") == "conversation.taken_over" for facts in lines)

    back = f"/conversations/{conversation}/give-back"
    assert desk.call("POST", back, {}).status == 403
    # Nobody of theirs is connected: it waits.
    given = desk.call("POST", back, {"reason": "Solved"}, role="supervisor")
    assert (given.status, given.json["assignee_id"], given.json["taken_over"]) == (200, None, None)
    assert desk.call("POST", back, {}, role="supervisor").json["code"] == "transition_refused"

    desk.call("PUT", "/me/presence", {"intent": "online"})
    desk.call("POST", f"/conversations/{conversation}/assignment", {"assignee_id": ME})
    desk.call("POST", path, {"reason": "Again"}, role="supervisor")
    given = desk.call("POST", back, {}, role="supervisor")
    assert given.json["assignee_id"] == ME
    desk.call("PUT", "/me/presence", {"intent": "offline"})


def whisper(desk: Desk, conversation: str, audience: list[str], role: str = "supervisor", **more: Any) -> Any:
    body = {"client_id": "w1", "text": "Offer a refund.", "audience": audience, **more}
    return desk.call("POST", f"/conversations/{conversation}/notes", body, role=role)


def test_a_whisper_is_for_its_audience_its_author_and_supervisors(desk: Desk) -> None:
    conversation = desk.customer_says("Refund!", "whisper")
    desk.call("POST", f"/conversations/{conversation}/assignment", {"assignee_id": ME})
    said = whisper(desk, conversation, ["owner"])
    assert (said.status, said.json["audience"]) == (201, [ME])
    again = whisper(desk, conversation, ["owner"])
    assert again.json == said.json
    assert whisper(desk, conversation, ["owner"], text="Another").json["code"] == "client_id_reused"

    path = f"/conversations/{conversation}/messages"
    for role in ("agent", "supervisor", "admin"):
        assert said.json["id"] in [entry["id"] for entry in thread(desk, conversation, role)]
    for secret in (token(OTHER, "agent"), desk.keys["agent"]):
        page = desk.gateway.request("GET", path, token=secret)
        assert page.status == 200 and page.json["items"]
        assert "refund." not in page.body.lower() and said.json["id"] not in page.body
    assert said.json["id"] in desk.gateway.request("GET", path, token=desk.keys["supervisor"]).body
    brief = desk.call("GET", f"/conversations/{conversation}/brief", role="supervisor")
    assert "Offer a refund." not in brief.body


def test_pages_go_on_behind_whispers_that_are_not_for_the_reader(desk: Desk) -> None:
    conversation = desk.customer_says("First words", "pages")
    for number in range(4):
        assert whisper(desk, conversation, [ADMIN], client_id=f"p{number}").status == 201
    path, asked, place = f"/conversations/{conversation}/messages?limit=2", 0, ""
    seen: list[str] = []
    while asked < 10:
        page = desk.gateway.request("GET", f"{path}{place}", token=token(OTHER, "agent")).json
        seen += [entry["text"] for entry in page["items"]]
        asked += 1
        if page["before"] is None:
            break
        assert page["before"].startswith("msg_")
        place = f"&before={page['before']}"
    assert (seen, asked) == (["First words"], 3)


def test_who_may_whisper_and_to_whom(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "whom")
    assert (whisper(desk, conversation, [ME], role="agent").status) == 403
    nobodys = whisper(desk, conversation, ["owner"])
    assert (nobodys.status, nobodys.json["field"]) == (400, "audience")
    unknown = whisper(desk, conversation, ["agt_n0b0dy"])
    assert (unknown.status, unknown.json["field"]) == (400, "audience")
    assert whisper(desk, conversation, ["everybody"]).status == 400
    assert whisper(desk, conversation, [ME] * 11).status == 400
    assert whisper(desk, "cnv_0000", [ME]).status == 404


def test_a_brief_names_the_source_of_every_line(desk: Desk) -> None:
    conversation = desk.customer_says("My parcel is late", "brief")
    desk.call("POST", f"/conversations/{conversation}/assignment", {"assignee_id": ME, "reason": "Mine"})
    found = desk.call("GET", f"/conversations/{conversation}/brief")
    assert found.status == 200
    sections = {section["name"]: section["lines"] for section in found.json["sections"]}
    assert list(sections) == [
        name for name in ("who", "about", "state", "tried", "promises", "events", "last_words") if name in sections
    ]
    assert [line["text"] for line in sections["about"] if line["code"] == "first_words"] == ["My parcel is late"]
    assert sections["last_words"][0]["source"]["kind"] == "message"
    assert [line["code"] for line in sections["tried"]] == ["owner", "reason"]
    assert all(line["source"]["id"] for lines in sections.values() for line in lines)
    assert desk.call("GET", "/conversations/cnv_0000/brief").status == 404


def test_many_are_resolved_opened_and_put_aside_each_by_itself(desk: Desk) -> None:
    ids = [desk.customer_says("Hello", f"many{place}") for place in range(2)]

    def change(**body: Any) -> list[Any]:
        answer = desk.call("POST", "/conversations/bulk", {"ids": [*ids, "cnv_0000"], **body}, role="supervisor")
        return [item["code"] for item in answer.json["items"]]

    gone = "conversation_not_found"
    assert change(action="status", status="resolved") == [None, None, gone]
    assert change(action="status", status="resolved") == ["transition_refused"] * 2 + [gone]
    assert change(action="status", status="open") == [None, None, gone]
    until = "2999-01-01T00:00:00Z"
    body = {"ids": ids, "action": "status", "status": "snoozed", "snoozed_until": until}
    too_long = desk.call("POST", "/conversations/bulk", body, role="supervisor")
    assert (too_long.status, too_long.json["field"]) == (400, "snoozed_until")
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    assert change(action="status", status="snoozed", snoozed_until=until) == [None, None, gone]
    found = [desk.call("GET", f"/conversations/{one}").json for one in ids]
    assert [(one["status"], one["episode"]) for one in found] == [("snoozed", 2)] * 2


def test_a_change_of_the_paths_holds_when_it_is_read_again(desk: Desk) -> None:
    assert put(desk, PATH | {"name": "Others"}).json["version"] == 2
    wiring._memory().forget(("paths",))
    conversation = desk.customer_says("Hello", "others")
    assert desk.call("GET", f"/conversations/{conversation}/escalation").json["path"] == "Others"
