"""The demo workspace: three people, three inboxes and a few conversations, made through our own API only.

Every step finds what an earlier, interrupted one has made, so it can be repeated.
"""

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from infra.local.bootstrap import create_first_admin
from infra.local.cloud import LocalCloud
from infra.local.desk import Desk, Json
from infra.local.home import Home, read_private, write_private
from infra.local.progress import LocalCloudError, Progress

ADMIN, SUPERVISOR, AGENT = "admin", "supervisor", "agent"
CUSTOM_SYSTEM = "orders"
MAIL_ADDRESS = "support@desk.test"
MAIL_TOPIC = "arn:aws:sns:us-east-1:000000000000:parley-local-mail"
GRAPH_VERSION = "v25.0"


@dataclass(frozen=True, slots=True)
class Person:
    """An agent who can sign in."""

    role: str
    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class InboxAccount:
    """An inbox, its account at the simulated provider, and the secrets they share."""

    channel: str
    name: str
    account_id: str | None
    credentials: dict[str, str]
    id: str = ""


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
        whatsapp = {
            "access_token": _secret(), "app_secret": _secret(), "verify_token": _secret()
        }  # fmt: skip
        chat = {"widget_secret": _secret(), "identity_secret": _secret()}
        inboxes = (
            InboxAccount("whatsapp", "WhatsApp", "106540352242922", whatsapp),
            InboxAccount("web_chat", "Web chat", None, chat),
            InboxAccount("custom", "Order system", None, {"secret": _secret()}),
            InboxAccount("email", "E-mail", MAIL_ADDRESS, {"token_secret": _secret()}),
        )
        return cls({one.role: one for one in people}, {one.channel: one for one in inboxes})

    @classmethod
    def saved(cls, kept: dict[str, Any]) -> "Workspace":
        """As `save` wrote it."""
        return cls(
            {role: Person(**one) for role, one in kept["people"].items()},
            {channel: InboxAccount(**one) for channel, one in kept["inboxes"].items()},
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
    cognito, pool = cloud.client("cognito-idp"), cloud.outputs["UserPoolId"]
    admin = workspace.people[ADMIN]
    create_first_admin(cognito, pool, admin.email, admin.name, admin.password)
    desk = workspace.desk(cloud, ADMIN)
    for role in (SUPERVISOR, AGENT):
        _make_person(desk, cognito, pool, workspace.people[role])
    known = {(one["channel"], one["name"]): one for one in desk.items("/inboxes")}
    for channel, inbox in workspace.inboxes.items():
        made = known.get((channel, inbox.name)) or _make_inbox(cloud, desk, inbox)
        workspace.inboxes[channel] = InboxAccount(channel, inbox.name, inbox.account_id, inbox.credentials, made["id"])
    _register(cloud, workspace)


def _make_person(desk: Desk, cognito: Any, pool: str, person: Person) -> None:
    body = {"name": person.name, "email": person.email, "role": person.role, "invite": False}
    answer = desk.ask("POST", "/agents", body)
    if not answer.ok and answer.status != 409:
        raise LocalCloudError(f"POST /agents answered {answer.excerpt()}")
    username = cognito.admin_get_user(UserPoolId=pool, Username=person.email)["Username"]
    # A lasting password instead of the temporary one that has to be changed at the first sign-in.
    cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=person.password, Permanent=True)


def _make_inbox(cloud: LocalCloud, desk: Desk, inbox: InboxAccount) -> Json:
    settings = {
        "whatsapp": {"api_base": f"{cloud.providers.url}/graph/{GRAPH_VERSION}"},
        "custom": {"delivery_url": f"{cloud.providers.url}/custom/{CUSTOM_SYSTEM}/deliver"},
        "email": {
            "topic_arn": MAIL_TOPIC,
            "display_name": "Parley demo",
            "certificate_hosts": [cloud.providers.url.removeprefix("http://")],
        },
    }
    body: Json = {
        "channel": inbox.channel,
        "name": inbox.name,
        "settings": settings.get(inbox.channel, {}),
        "credentials": inbox.credentials,
        # The provider learns of the account after the inbox is made: its webhook's address names the inbox.
        "check": False,
    }
    if inbox.account_id:
        body["account_id"] = inbox.account_id
    made = desk.call("POST", "/inboxes", body)
    found: Json = made.get("inbox", made)
    return found


def _register(cloud: LocalCloud, workspace: Workspace) -> None:
    """The providers' side: accounts with our credentials, posting to our addresses."""
    number, system = workspace.inboxes["whatsapp"], workspace.inboxes["custom"]
    cloud.providers.register_whatsapp(
        str(number.account_id),
        webhook_url=cloud.webhook_url("whatsapp", number.id),
        **number.credentials,
    )
    cloud.providers.register_custom(
        CUSTOM_SYSTEM,
        secret=system.credentials["secret"],
        webhook_url=cloud.webhook_url("custom", system.id),
    )
    mail = workspace.inboxes.get("email")
    if mail is not None:
        cloud.providers.register_email(
            MAIL_ADDRESS,
            topic_arn=MAIL_TOPIC,
            bucket=cloud.outputs["MailBucketName"],
            webhook_url=cloud.webhook_url("email", mail.id),
        )


def _secret() -> str:
    return secrets.token_urlsafe(24)


def _password() -> str:
    """Letters and digits, and what the pool's rules ask for besides."""
    return f"{secrets.token_hex(6)}-Aa1"
