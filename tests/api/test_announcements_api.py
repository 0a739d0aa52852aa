"""Announcements over HTTP: who writes, who reads, and who is told apart."""

from datetime import UTC, datetime, timedelta

from chalicelib.services.announcements import TELL
from chalicelib.wiring.texts import announcements
from chalicelib.wiring.timer_calls import timer_calls
from tests.api.desk import AGENTS, Desk


def test_an_announcement_is_written_read_and_confirmed(desk: Desk) -> None:
    body = {"client_id": "a-1", "title": "Outage", "body": "Cards are down.", "level": "critical", "requires_ack": True}

    forbidden = desk.call("POST", "/announcements", body)
    made = desk.call("POST", "/announcements", body, role="supervisor")
    again = desk.call("POST", "/announcements", body, role="supervisor")
    path = f"/announcements/{made.json['id']}"
    mine = desk.call("GET", "/me/announcements")
    receipt = desk.call("POST", f"/me{path}/receipt", {})
    still = desk.call("GET", "/me/announcements")
    confirmed = desk.call("POST", f"/me{path}/receipt", {"acknowledged": True})
    gone = desk.call("GET", "/me/announcements")
    everything = desk.call("GET", "/me/announcements?all=true")
    figures = desk.call("GET", path, role="supervisor")
    receipts = desk.call("GET", f"{path}/receipts", role="supervisor")

    assert forbidden.status == 403
    assert made.status == 201, made.body
    assert again.json == made.json
    assert [each["title"] for each in mine.json["items"]] == ["Outage"]
    assert (receipt.status, receipt.json["acknowledged_at"]) == (200, None)
    assert [each["read_at"] for each in still.json["items"]] == [receipt.json["read_at"]]
    assert confirmed.json["read_at"] == receipt.json["read_at"]
    assert gone.json["items"] == []
    assert len(everything.json["items"]) == 1
    assert (figures.json["read"], figures.json["acknowledged"]) == (1, 1)
    assert {each["id"] for each in figures.json["waiting"]} == {AGENTS["supervisor"], AGENTS["admin"]}
    assert [each["agent_id"] for each in receipts.json["items"]] == [AGENTS["agent"]]
    assert desk.gateway.request("GET", "/me/announcements", token=desk.keys["agent"]).status == 403

    ended = desk.call("POST", f"{path}/end", role="supervisor")
    assert ended.status == 200, ended.body
    over = desk.call("PATCH", path, {"version": ended.json["version"], "title": "x"}, role="supervisor")
    assert (over.status, over.json["code"]) == (409, "announcement_over")
    assert desk.call("GET", "/announcements", role="supervisor").json["items"][0]["id"] == made.json["id"]


def test_what_is_for_a_team_is_for_nobody_else(desk: Desk) -> None:
    team = desk.call("POST", "/teams", {"name": "Night"}, role="admin").json["id"]
    begins = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    body = {"client_id": "a-2", "title": "Night", "body": "Lock up.", "team_ids": [team], "starts_at": begins}

    made = desk.call("POST", "/announcements", body, role="supervisor")
    nowhere = desk.call("POST", "/announcements", {**body, "team_ids": ["team_0"], "client_id": "x"}, role="supervisor")
    changed = desk.call(
        "PATCH", f"/announcements/{made.json['id']}", {"version": 1, "level": "important"}, role="supervisor"
    )

    assert made.status == 201, made.body
    assert (nowhere.status, nowhere.json["field"]) == (400, "team_ids[0]")
    assert (changed.status, changed.json["level"]) == (200, "important")
    assert desk.call("GET", "/me/announcements").json["items"] == []
    assert desk.call("POST", f"/me/announcements/{made.json['id']}/receipt", {}).status == 404


def test_what_begins_later_is_told_by_its_timer(desk: Desk) -> None:
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    body = {"client_id": "a-3", "title": "Later", "body": "Soon.", "starts_at": begins.isoformat()}
    made = desk.call("POST", "/announcements", body, role="supervisor").json
    timer = {"kind": TELL, "subject": made["id"], "epoch": 1, "due_at": begins.isoformat()}

    assert timer_calls().call(timer, begins)
    found = announcements().get(made["id"])

    assert (found.told, found.version) == (True, 2)
    assert "Later" not in [each["title"] for each in desk.call("GET", "/me/announcements").json["items"]]
