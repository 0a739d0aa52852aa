"""What agents choose for themselves is kept for them, whoever else changes it meanwhile."""

from tests.api.desk import AGENTS, Desk, token


def test_settings_are_set_forgotten_and_nobody_elses(desk: Desk) -> None:
    before = desk.call("GET", "/me")
    first = desk.call("PATCH", "/me", {"settings": {"shortcut.resolve": "y", "pane.list": 360, "keys.single": False}})
    then = desk.call("PATCH", "/me", {"settings": {"shortcut.resolve": None, "pane.context": 300}})
    mine = desk.call("GET", "/me")
    others = desk.call("GET", "/me", role="supervisor")

    assert (before.status, before.json["id"], before.json["settings"]) == (200, AGENTS["agent"], {})
    assert first.json["settings"] == {"shortcut.resolve": "y", "pane.list": 360, "keys.single": False}
    assert then.json["settings"] == {"pane.list": 360, "keys.single": False, "pane.context": 300}
    assert mine.json == then.json
    assert others.json["settings"] == {}


def test_what_is_no_setting_is_refused_and_changes_nothing(desk: Desk) -> None:
    named = desk.call("PATCH", "/me", {"settings": {"pane.list": 300, "No name": 1}}, role="admin")
    nested = desk.call("PATCH", "/me", {"settings": {"pane": {"list": 1}}}, role="admin")
    nothing = desk.call("PATCH", "/me", {"settings": {}}, role="admin")
    full = desk.call("PATCH", "/me", {"settings": {f"s{place}": place for place in range(200)}}, role="admin")
    more = desk.call("PATCH", "/me", {"settings": {"one.more": True}}, role="admin")

    assert (named.status, named.json["field"]) == (400, "settings.No name")
    assert (nested.status, nothing.status, full.status) == (400, 400, 200)
    assert (more.status, more.json["field"]) == (400, "settings")
    assert len(desk.call("GET", "/me", role="admin").json["settings"]) == 200
    assert desk.call("PATCH", "/me", {"settings": {"s0": None, "one.more": True}}, role="admin").status == 200


def test_it_tells_whether_somebody_is_among_the_agents(desk: Desk) -> None:
    nobody = desk.gateway.request("GET", "/me", token=token("agt_0ada", "admin")).json
    key = desk.gateway.request("GET", "/me", token=desk.keys["agent"]).json

    assert desk.call("GET", "/me").json["listed"] is True
    assert (nobody["id"], nobody["role"], nobody["listed"]) == ("agt_0ada", "admin", False)
    assert key["listed"] is False


def test_a_program_has_none(desk: Desk) -> None:
    key = desk.keys["agent"]

    assert desk.gateway.request("GET", "/me", token=key).json["settings"] == {}
    assert desk.gateway.request("PATCH", "/me", {"settings": {"a": 1}}, token=key).status == 403
