"""Agents, teams and API keys over HTTP."""

from typing import Any

import boto3
import pytest

from tests.api.desk import AGENTS, Desk, token


def make_agent(desk: Desk, email: str, **more: object) -> dict:
    body = {"email": email, "name": "Bo", **more}
    answer = desk.call("POST", "/agents", body, role="admin")
    assert answer.status == 201, answer.body
    return answer.json


def groups_of(agent_id: str) -> list[str]:
    cognito = boto3.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    found = cognito.admin_list_groups_for_user(UserPoolId=pool, Username=agent_id)["Groups"]
    return [group["GroupName"] for group in found]


def account_of(agent_id: str) -> Any:
    cognito = boto3.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return cognito.admin_get_user(UserPoolId=pool, Username=agent_id)


def test_an_agent_is_a_record_and_an_account(desk: Desk) -> None:
    made = make_agent(desk, "Bo@Example.com", role="supervisor", invite=False)

    assert made["email"] == "bo@example.com"
    assert len(made["temporary_password"]) >= 12
    assert groups_of(made["id"]) == ["supervisor"]
    assert desk.call("GET", f"/agents/{made['id']}").json["role"] == "supervisor"
    assert "temporary_password" not in desk.call("GET", f"/agents/{made['id']}").json


def test_an_invitation_tells_no_password(desk: Desk) -> None:
    assert make_agent(desk, "invited@example.com")["temporary_password"] is None


def test_an_address_has_one_agent(desk: Desk) -> None:
    make_agent(desk, "once@example.com")

    again = desk.call("POST", "/agents", {"email": "ONCE@example.com", "name": "Bo"}, role="admin")

    assert (again.status, again.json["code"], again.json["field"]) == (409, "agent_exists", "email")


def test_making_an_agent_goes_on_where_it_stopped(desk: Desk) -> None:
    from chalicelib.domain.agent import Role
    from chalicelib.services.administration import agent_id
    from chalicelib.wiring import api as wiring

    identifier = agent_id("half@example.com")
    boto3.client("cognito-idp").admin_create_user(
        UserPoolId=wiring.settings().user_pool_id, Username=identifier, MessageAction="SUPPRESS"
    )

    made = make_agent(desk, "half@example.com", role="admin", invite=False)

    assert made["id"] == identifier
    assert groups_of(identifier) == [Role.ADMIN]


def test_the_first_administrator_becomes_an_agent_with_the_account_there_is(desk: Desk) -> None:
    """Their account was made by hand; nothing in it changes, and a slip cannot demote them."""
    from chalicelib.services.administration import agent_id

    mine = agent_id("first@example.com")
    secret = token(mine, "admin")
    before = desk.gateway.request("GET", "/me", token=secret).json
    assert (before["id"], before["listed"], before["name"]) == (mine, False, "Agent")
    body = {"email": "first@example.com", "name": "First", "role": "admin", "invite": False}

    slip = desk.gateway.request("POST", "/agents", {**body, "role": "agent"}, token=secret)
    made = desk.gateway.request("POST", "/agents", body, token=secret)

    assert (slip.status, slip.json["code"], slip.json["field"]) == (403, "not_permitted", "role")
    assert (made.status, made.json["temporary_password"]) == (201, None)
    after = desk.gateway.request("GET", "/me", token=secret).json
    assert (after["id"], after["listed"], after["name"]) == (mine, True, "First")


def test_a_change_of_role_and_access_reaches_the_account(desk: Desk) -> None:
    made = make_agent(desk, "changed@example.com")
    path = f"/agents/{made['id']}"

    changed = desk.call("PATCH", path, {"version": 1, "role": "admin", "enabled": False}, role="admin").json

    assert (changed["role"], changed["enabled"], changed["version"]) == ("admin", False, 2)
    assert groups_of(made["id"]) == ["admin"]
    assert account_of(made["id"])["Enabled"] is False


def test_a_change_of_what_was_read_before_another_is_refused(desk: Desk) -> None:
    made = make_agent(desk, "versions@example.com")
    path = f"/agents/{made['id']}"
    desk.call("PATCH", path, {"version": 1, "name": "Bo II"}, role="admin")

    late = desk.call("PATCH", path, {"version": 1, "name": "Bo III"}, role="admin")

    assert (late.status, late.json["code"]) == (409, "version_conflict")
    assert desk.call("GET", path).json["name"] == "Bo II"


@pytest.mark.parametrize("change", [{"role": "agent"}, {"enabled": False}])
def test_nobody_takes_their_own_access_away(desk: Desk, change: dict) -> None:
    path = f"/agents/{AGENTS['admin']}"

    answer = desk.call("PATCH", path, {"version": 1, **change}, role="admin")

    assert (answer.status, answer.json["code"]) == (403, "not_permitted")


@pytest.mark.parametrize("email", ["bo", "bo@", "@example.com", "bo@example.com\n", "bö@example.com", "a b@c.de"])
def test_an_agent_has_an_address(desk: Desk, email: str) -> None:
    answer = desk.call("POST", "/agents", {"email": email, "name": "Bo"}, role="admin")

    assert (answer.status, answer.json["field"]) == (400, "email")


def test_agents_belong_to_teams_that_are_there(desk: Desk) -> None:
    team = desk.call("POST", "/teams", {"name": " Returns "}, role="admin").json
    assert team["name"] == "Returns"

    made = make_agent(desk, "team@example.com", team_ids=[team["id"], team["id"]])
    assert made["team_ids"] == [team["id"]]

    body = {"email": "lost@example.com", "name": "Bo", "team_ids": [team["id"], "team_000"]}
    refused = desk.call("POST", "/agents", body, role="admin")
    assert (refused.status, refused.json["field"]) == (400, "team_ids[1]")


def test_a_team_is_renamed_and_deleted_when_nobody_is_in_it(desk: Desk) -> None:
    team = desk.call("POST", "/teams", {"name": "Sales"}, role="admin").json
    path = f"/teams/{team['id']}"
    member = make_agent(desk, "seller@example.com", team_ids=[team["id"]])

    assert desk.call("PATCH", path, {"version": 1, "name": "Shop"}, role="admin").json["name"] == "Shop"
    used = desk.call("DELETE", path, role="admin")
    assert (used.status, used.json["code"]) == (409, "team_in_use")

    desk.call("PATCH", f"/agents/{member['id']}", {"version": 1, "team_ids": []}, role="admin")
    assert desk.call("DELETE", path, role="admin").status == 204
    assert desk.call("GET", path).status == 404
    assert desk.call("DELETE", path, role="admin").status == 404


def test_a_key_is_shown_once_and_listed_by_its_end(desk: Desk) -> None:
    made = desk.call("POST", "/api-keys", {"name": "Shop", "role": "agent"}, role="admin").json
    assert made["key"].startswith("pk_")
    assert made["key"].endswith(made["last_four"])

    listed = desk.call("GET", "/api-keys?limit=100", role="admin")
    row = next(key for key in listed.json["items"] if key["id"] == made["id"])
    assert "key" not in row
    assert made["key"] not in listed.body

    revoked = desk.call("DELETE", f"/api-keys/{made['id']}", role="admin").json
    again = desk.call("DELETE", f"/api-keys/{made['id']}", role="admin").json
    assert revoked["revoked_at"] is not None
    assert again == revoked
    assert desk.call("GET", f"/api-keys/{made['id']}", role="admin").json == revoked
    assert desk.call("DELETE", "/api-keys/key_000", role="admin").status == 404


def test_a_key_tells_when_it_was_last_used(desk: Desk) -> None:
    made = desk.call("POST", "/api-keys", {"name": "Shop", "role": "agent"}, role="admin").json
    assert made["used_at"] is None
    assert desk.gateway.request("GET", "/me", token=made["key"]).status == 200

    used = desk.call("GET", f"/api-keys/{made['id']}", role="admin").json
    assert made["created_at"] <= used["used_at"]


def test_only_a_keys_hash_is_stored(desk: Desk) -> None:
    made = desk.call("POST", "/api-keys", {"name": "Shop", "role": "agent"}, role="admin").json

    assert made["key"] not in str(desk.world.items())
