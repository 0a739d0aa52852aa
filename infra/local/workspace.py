"""The demo workspace: three people, an inbox of each channel and a few conversations, made through our own API only.

Every step finds what an earlier, interrupted one has made, so it can be repeated.
"""

import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from infra.local import team_slack
from infra.local.accounts import ACCOUNTS, InboxAccount, fresh
from infra.local.bootstrap import create_first_admin
from infra.local.cloud import LocalCloud
from infra.local.desk import Desk, Json
from infra.local.home import Home, read_private, write_private
from infra.local.progress import LocalCloudError, Progress

ADMIN, SUPERVISOR, AGENT = "admin", "supervisor", "agent"


@dataclass(frozen=True, slots=True)
class Person:
    """An agent who can sign in."""

    role: str
    name: str
    email: str
    password: str


@dataclass(slots=True)
class Workspace:
    """What the demo workspace is made of."""

    people: dict[str, Person]
    inboxes: dict[str, InboxAccount]
    chats_made: bool = False
    _desks: dict[str, Desk] = field(default_factory=dict)

    @classmethod
    def fresh(cls) -> "Workspace":
        """New passwords and secrets."""
        people = (
            Person(ADMIN, "Ada Lind", "ada@example.test", _password()),
            Person(SUPERVISOR, "Sam Ortiz", "sam@example.test", _password()),
            Person(AGENT, "Nia Okafor", "nia@example.test", _password()),
        )
        return cls({one.role: one for one in people}, fresh())

    @classmethod
    def saved(cls, kept: dict[str, Any]) -> "Workspace":
        """As `save` wrote it, and the inboxes that there were none of then."""
        return cls(
            {role: Person(**one) for role, one in kept["people"].items()},
            fresh() | {channel: InboxAccount(**one) for channel, one in kept["inboxes"].items()},
            bool(kept["chats_made"]),
        )

    def save(self) -> dict[str, Any]:
        return {
            "people": {role: asdict(one) for role, one in self.people.items()},
            "inboxes": {channel: asdict(one) for channel, one in self.inboxes.items()},
            "chats_made": self.chats_made,
        }

    def desk(self, cloud: LocalCloud, role: str = AGENT) -> Desk:
        """The API, signed in as the person with this role. Tokens last an hour: this is for short work."""
        if role not in self._desks:
            person = self.people[role]
            self._desks[role] = cloud.desk(person.email, person.password)
        return self._desks[role]


def prepare(cloud: LocalCloud, home: Home, progress: Progress, *, chats: bool) -> Workspace:
    """The workspace of `run`: as it was, or new."""
    from infra.local import chats as conversations

    kept = read_private(home.workspace)
    workspace = Workspace.saved(kept) if kept else Workspace.fresh()
    write_private(home.workspace, workspace.save())
    with progress.step("people and inboxes of the demo workspace"):
        furnish(cloud, workspace)
    if chats and not workspace.chats_made:
        with progress.step("conversations, through signed webhooks"):
            conversations.make(cloud, workspace)
        workspace.chats_made = True
    write_private(home.workspace, workspace.save())
    return workspace


def furnish(cloud: LocalCloud, workspace: Workspace) -> None:
    """People, inboxes and the providers' side of the inboxes."""
    hire(cloud, workspace)
    desk = workspace.desk(cloud, ADMIN)
    open_inboxes(cloud, workspace, *workspace.inboxes)
    named = {"U0SAM": SUPERVISOR, "U0NIA": AGENT}
    colleagues = {name: (workspace.desk(cloud, role), workspace.people[role].email) for name, role in named.items()}
    team_slack.connect(cloud, desk, colleagues)


def open_inboxes(cloud: LocalCloud, workspace: Workspace, *channels: str) -> None:
    """The inboxes of these channels alone, and the providers' side of them."""
    desk = workspace.desk(cloud, ADMIN)
    known = {(one["channel"], one["name"]): one["id"] for one in desk.items("/inboxes")}
    for channel in channels:
        inbox = workspace.inboxes[channel]
        found = known.get((channel, inbox.name))
        workspace.inboxes[channel] = replace(inbox, id=found or _make_inbox(cloud, desk, inbox))
        _introduce(cloud, desk, workspace.inboxes[channel])


def hire(cloud: LocalCloud, workspace: Workspace) -> None:
    """People alone: whoever only signs in needs no more."""
    cognito, pool = cloud.client("cognito-idp"), cloud.outputs["UserPoolId"]
    admin = workspace.people[ADMIN]
    create_first_admin(cognito, pool, admin.email, admin.name, admin.password)
    for role in (SUPERVISOR, AGENT):
        _make_person(workspace.desk(cloud, ADMIN), cognito, pool, workspace.people[role])


def _make_person(desk: Desk, cognito: Any, pool: str, person: Person) -> None:
    body = {"name": person.name, "email": person.email, "role": person.role, "invite": False}
    answer = desk.ask("POST", "/agents", body)
    if not answer.ok and answer.status != 409:
        raise LocalCloudError(f"POST /agents answered {answer.excerpt()}")
    username = cognito.admin_get_user(UserPoolId=pool, Username=person.email)["Username"]
    # A lasting password instead of the temporary one that has to be changed at the first sign-in.
    cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=person.password, Permanent=True)


def _make_inbox(cloud: LocalCloud, desk: Desk, inbox: InboxAccount) -> str:
    account = ACCOUNTS[inbox.channel]
    if account.is_checked:
        # The live check finds the account; its webhook's address names the inbox, so that follows.
        _register(cloud, inbox, webhook_url="")
    body: Json = {
        "channel": inbox.channel,
        "name": inbox.name,
        "settings": account.settings(cloud),
        "credentials": inbox.credentials,
        "check": account.is_checked,
    }
    if inbox.account_id:
        body["account_id"] = inbox.account_id
    made = desk.call("POST", "/inboxes", body)
    return str(made["id"])


def _introduce(cloud: LocalCloud, desk: Desk, inbox: InboxAccount) -> None:
    """Provider and inbox get to know where the webhook is."""
    webhook_url = cloud.webhook_url(inbox.channel, inbox.id)
    if ACCOUNTS[inbox.channel].tells_address:
        desk.call("POST", f"/inboxes/{inbox.id}/secrets", {"credentials": {"webhook_url": webhook_url}})
    _register(cloud, inbox, webhook_url)


def _register(cloud: LocalCloud, inbox: InboxAccount, webhook_url: str) -> None:
    """The provider's side: an account with our credentials, posting to our address."""
    account = ACCOUNTS[inbox.channel]
    if account.known is not None:
        cloud.providers.register(account.place, account.known(inbox, cloud, webhook_url))


def _password() -> str:
    """Letters and digits, and what the pool's rules ask for besides."""
    return f"{secrets.token_hex(6)}-Aa1"
