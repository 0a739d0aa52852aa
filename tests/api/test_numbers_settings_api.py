"""Settings of the numbers over HTTP, and the job that makes them anew."""

import pytest

from tests.api.desk import Desk

PATH = "/numbers/settings"


def test_everybody_sees_what_is_in_force_and_administrators_change_it(desk: Desk) -> None:
    first = desk.call("GET", PATH)
    assert (first.json["zone"], first.json["version"]) == ("UTC", 0)
    hours = desk.call("POST", "/hours", {"name": "Office", "zone": "Europe/Berlin"}, role="admin").json["id"]
    wanted = {"version": 0, "zone": "Asia/Kolkata", "first_weekday": 6, "hours_id": hours}
    assert desk.call("PUT", PATH, wanted).status == 403
    changed = desk.call("PUT", PATH, wanted, role="admin")
    assert (changed.status, changed.json["version"], changed.json["hours_id"]) == (200, 1, hours)
    assert desk.call("PUT", PATH, wanted, role="admin").status == 409
    assert desk.call("GET", PATH).json == changed.json


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"first_weekday": 7}, "first_weekday"),
        ({"hours_id": "hrs_0000"}, "hours_id"),
        ({"team_hours": {"team_0000": "hrs_0000"}}, "team_hours.team_0000"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(desk: Desk, wrong: dict[str, object], field: str) -> None:
    before = desk.call("GET", PATH).json
    refused = desk.call("PUT", PATH, {"version": before["version"], **wrong}, role="admin")
    assert refused.status in (400, 422)
    assert field in str(refused.json)
    assert desk.call("GET", PATH).json == before


def test_a_rebuild_is_asked_for_by_administrators(desk: Desk) -> None:
    assert desk.call("POST", "/numbers/rebuild", {}, role="supervisor").status == 403
    asked = desk.call("POST", "/numbers/rebuild", {"anew": True}, role="admin")
    assert (asked.status, asked.json["kind"]) == (202, "numbers.rebuild")
