"""Notifications by API: what happens at the desk is in the list of whom it concerns, and of nobody else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.web_push import decoded
from chalicelib.wiring import telling as wired
from tests.api.desk import AGENTS, Desk

BROWSER = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


@pytest.fixture(scope="module", autouse=True)
def told(desk: Desk) -> Iterator[None]:
    desk.world.pump()
    desk.world.tells_agents = True
    yield


def listed(desk: Desk, role: str = "agent") -> list[dict[str, Any]]:
    desk.world.pump()
    found: list[dict[str, Any]] = desk.call("GET", "/me/notifications?limit=50", role=role).json["items"]
    return found


def mine(desk: Desk, address: str, role: str = "supervisor") -> str:
    """A customer's conversation that a colleague has given to the agent."""
    found, given = desk.customer_says("Where is my order?", address), {"assignee_id": AGENTS["agent"], "exceed": True}
    answer = desk.call("POST", f"/conversations/{found}/assignment", given, role=role)
    assert answer.status == 200, answer.json
    return found


def test_what_happens_is_in_the_list_of_whom_it_concerns(desk: Desk) -> None:
    conversation = mine(desk, "carla")
    mention = {"text": "Look at this", "client_id": "m-1", "mentions": [{"kind": "agent", "id": AGENTS["agent"]}]}
    made = desk.call("POST", f"/conversations/{conversation}/notes", mention, role="supervisor")
    assert made.status == 201, made.json

    found = [each for each in listed(desk) if each["conversation_id"] == conversation]
    assert {each["title"] for each in found} >= {"Yours now: Carla", "Supervisor mentioned you: Carla"}
    note = next(each for each in found if each["kind"] == "mention")
    assert (note["body"], note["seen_at"], note["tried"]) == ("Look at this", None, {"push": "nowhere"})
    assert (note["customer"], note["colleague"], note["about"]["note_id"]) == ("Carla", "Supervisor", made.json["id"])
    assert not [each for each in listed(desk, "supervisor") if each["conversation_id"] == conversation]

    path = f"/me/notifications/{note['id']}/seen"
    assert desk.call("POST", path).json["seen_at"]
    assert desk.call("POST", path, role="supervisor").json["code"] == "notice_not_found"
    assert desk.call("POST", path, role="admin").status == 404


def test_everything_that_was_on_the_screen_is_seen_at_once(desk: Desk) -> None:
    for address in ("dora", "emil", "finn"):
        mine(desk, address)
    before = [each for each in listed(desk) if each["seen_at"] is None]
    assert desk.call("GET", "/me/notifications/unseen").json == {"unseen": len(before), "more": False}

    answer = desk.call("POST", "/me/notifications/seen", {"up_to": before[1]["id"]})
    assert answer.json == {"seen": len(before) - 1, "more": False}
    after = listed(desk)
    assert [each["id"] for each in after if each["seen_at"] is None] == [before[0]["id"]]
    assert after[0]["id"] == before[0]["id"]
    page = desk.call("GET", "/me/notifications?limit=1").json
    rest = desk.call("GET", f"/me/notifications?limit=1&cursor={page['next_cursor']}").json
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [each["id"] for each in after[:2]]


def test_an_agent_chooses_how_to_be_told(desk: Desk) -> None:
    first = desk.call("GET", "/me/notification-preferences").json
    assert first["version"] == 0
    assert first["preferences"]["ways"]["message"] == ["push"]
    body = {
        "version": 0,
        "ways": {"message": [], "mention": ["email", "push", "push"]},
        "quiet_hours": {"zone": "Europe/Berlin", "start": "19:00", "end": "08:30", "days": [0, 1]},
        "pierce": True,
    }
    kept = desk.call("PUT", "/me/notification-preferences", body).json
    assert kept["version"] == 1
    assert kept["preferences"]["ways"]["mention"] == ["email", "push"]
    assert kept["preferences"]["ways"]["message"] == []
    assert kept["preferences"]["quiet_hours"] == body["quiet_hours"]
    assert desk.call("GET", "/me/notification-preferences").json == kept
    assert desk.call("GET", "/me/notification-preferences", role="supervisor").json["version"] == 0

    assert desk.call("PUT", "/me/notification-preferences", body).status == 409
    wrong = body | {"version": 1, "quiet_hours": {"zone": "Nowhere", "start": "19:00", "end": "08:00"}}
    refused = desk.call("PUT", "/me/notification-preferences", wrong)
    assert (refused.status, refused.json["field"]) == (400, "quiet_hours.zone")
    twice = body | {"version": 1, "quiet_hours": {"zone": "UTC", "start": "19:00", "end": "08:00", "days": [1, 1]}}
    assert desk.call("PUT", "/me/notification-preferences", twice).json["field"] == "quiet_hours.days"
    machine = desk.gateway.request("GET", "/me/notification-preferences", None, token=desk.keys["agent"])
    assert machine.status in (401, 403)


def test_a_browser_is_registered_for_one_agent_and_its_keys_are_shown_to_nobody(desk: Desk) -> None:
    assert len(decoded(desk.call("GET", "/me/push-key").json["public_key"])) == 65
    made = desk.call("POST", "/me/push-subscriptions", BROWSER | {"name": "Firefox"})
    assert (made.status, made.json["service"]) == (201, "updates.push.services.mozilla.com")
    again = desk.call("POST", "/me/push-subscriptions", BROWSER, role="supervisor")
    assert again.json["id"] == made.json["id"]

    assert desk.call("GET", "/me/push-subscriptions").json == {"items": []}
    (kept,) = desk.call("GET", "/me/push-subscriptions", role="supervisor").json["items"]
    assert set(kept) == {"id", "name", "service", "created_at"}
    path = f"/me/push-subscriptions/{kept['id']}"
    assert desk.call("DELETE", path).json["code"] == "push_subscription_not_found"
    assert desk.call("DELETE", path, role="supervisor").status == 204
    assert desk.call("DELETE", path, role="supervisor").status == 404
    inside = desk.call("POST", "/me/push-subscriptions", BROWSER | {"endpoint": "https://169.254.169.254/latest"})
    assert (inside.status, inside.json["field"]) == (400, "endpoint")


def test_a_customer_who_is_back_is_told_and_comes_first_with_the_reason(desk: Desk) -> None:
    now = datetime.now(UTC)
    conversation = mine(desk, "gina")
    listed(desk)
    from chalicelib.domain.returning import Seen
    from chalicelib.wiring.returning import radar

    radar().signs.note(conversation, Seen(now - timedelta(minutes=52)), now)
    desk.customer_says("I am back", "gina")

    (back,) = [each for each in listed(desk) if each["kind"] == "returned"]
    assert back["title"] == "Gina is back after 52 min"
    rows = desk.call("GET", "/me/attention").json
    found = next(row for row in rows["items"] if row["conversation"]["id"] == conversation)
    assert [each["text"] for each in found["reasons"] if each["kind"] == "returned"] == ["back after 52 min"]
    assert rows["more"] is False


def test_administrators_say_when_somebody_is_away(desk: Desk) -> None:
    assert desk.call("GET", "/radar-rules", role="supervisor").status == 403
    assert desk.call("GET", "/radar-rules", role="admin").json["version"] == 0
    rules = {"version": 0, "idle_seconds": 300, "tiers": {"gold": 20}}
    assert desk.call("PUT", "/radar-rules", rules, role="admin").json == {
        "rules": {"idle_seconds": 300, "lift_seconds": 180, "patience_seconds": 300, "tiers": {"gold": 20}},
        "version": 1,
    }
    assert desk.call("PUT", "/radar-rules", rules, role="admin").status == 409
    assert desk.call("PUT", "/radar-rules", rules | {"version": 1, "idle_seconds": 1}, role="admin").status == 400


def test_the_mail_of_the_desk_names_its_address_and_where_to_go(desk: Desk) -> None:
    mailing = wired.digests().mailing

    assert (mailing.sender, mailing.desk_url) == ("desk@desk.example", "https://desk.example")
