"""Agents and conversations of a test's own: whoever else works at the desk is left alone."""

from dataclasses import dataclass
from secrets import token_hex

from infra.local.cloud import eventually
from infra.local.desk import Desk
from infra.local.workspace import ADMIN, SUPERVISOR, Person
from tests.web.browser import WebDesk


@dataclass
class Colleague:
    id: str
    person: Person
    api: Desk

    def choose(self, intent: str) -> None:
        self.api.call("PUT", "/me/presence", {"intent": intent})
        self.api.call("POST", "/me/heartbeat")

    def offered(self) -> list[str]:
        return [each["conversation_id"] for each in self.api.call("GET", "/me/offers")["items"]]


def hired(desk: WebDesk, name: str, team: str, role: str = "agent") -> Colleague:
    address = f"{name.lower().replace(' ', '.')}@example.test"
    admin, person = desk.workspace.desk(desk.cloud, ADMIN), Person(role, name, address, f"{token_hex(6)}-Aa1")
    body = {"name": name, "email": address, "role": role, "team_ids": [team], "invite": False}
    made = admin.call("POST", "/agents", body)["id"]
    cognito, pool = desk.cloud.client("cognito-idp"), desk.cloud.outputs["UserPoolId"]
    username = cognito.admin_get_user(UserPoolId=pool, Username=address)["Username"]
    cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=person.password, Permanent=True)
    return Colleague(made, person, desk.cloud.desk(address, person.password))


def team_of(desk: WebDesk, name: str) -> str:
    return str(desk.workspace.desk(desk.cloud, ADMIN).call("POST", "/teams", {"name": name})["id"])


def arrived(desk: WebDesk, name: str, owner: Colleague | None, team: str) -> str:
    """The conversation that somebody of this name has just begun: from then on the owner's, or the team's."""
    supervisor = desk.workspace.desk(desk.cloud, SUPERVISOR)

    def found() -> str | None:
        rows = supervisor.call("GET", "/conversations?view=all&limit=50")["items"]
        return next((row["id"] for row in rows if row["contact_name"] == name), None)

    conversation = str(eventually(found, f"{name} did not arrive"))
    # Somewhere it waits already: an assignment that overtakes the beginning would be overtaken by the routing.
    routing = f"/conversations/{conversation}/routing"
    eventually(lambda: supervisor.call("GET", routing)["entry"] is not None, f"{name} does not wait")
    wish = {"assignee_id": owner.id if owner else None, "team_id": team, "exceed": True}
    supervisor.call("POST", f"/conversations/{conversation}/assignment", wish)
    return conversation
