"""The demo workspace's conversations: customers write through the simulators, agents answer through the API.

Few, for the sake of a quick start: those on the other channels come with `make demo`.
"""

from dataclasses import dataclass

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import LocalCloud, eventually
from infra.local.desk import Desk, Json
from infra.local.flows.hops import uuid7
from infra.local.workspace import ADMIN, AGENT, SUPERVISOR, Workspace
from simulators.web_chat import Visitor


@dataclass(frozen=True, slots=True)
class Chat:
    """One customer, what they write, and what becomes of it. `by` is who answers and owns it."""

    channel: str
    address: str
    name: str
    says: tuple[str, ...]
    reply: str = ""
    by: str = ""
    note: str = ""
    resolved: bool = False


CHATS = (
    Chat(
        "whatsapp",
        "4915550000101",
        "Marta Keller",
        ("Hello! Where is my order 1042?", "It was to come on Tuesday."),
        reply="Hello Marta, it is with the carrier and comes tomorrow before noon.",
        by=AGENT,
    ),
    Chat("whatsapp", "34655500102", "Diego Ruiz", ("Can I still change the size to 42?",)),
    Chat(
        "whatsapp",
        "447700900103",
        "Priya Shah",
        ("The lamp arrived broken.", "I would like my money back."),
        reply="I am sorry, Priya. I have asked for the refund; it takes three working days.",
        by=SUPERVISOR,
        note="Second breakage from this warehouse this week.",
    ),
    Chat(
        "whatsapp",
        "5511955500104",
        "Joana Lima",
        ("Thank you, everything is fine now!",),
        reply="Glad to hear that. Have a good day!",
        by=AGENT,
        resolved=True,
    ),
    Chat("web_chat", "", "Visitor", ("Do you deliver to Norway?",)),
    Chat(
        "custom",
        "customer-2001",
        "Ravi Menon",
        ("Please add a second invoice address to order 4711.",),
        by=AGENT,
        note="Address is in the order system already.",
    ),
)


def make(cloud: LocalCloud, workspace: Workspace) -> None:
    """Every chat: first all that the customers say, then what agents do about it."""
    for chat in CHATS:
        SPEAKERS[chat.channel](cloud, workspace, chat)
    cloud.providers.wait_idle()
    desk = workspace.desk(cloud, ADMIN)
    for chat in CHATS:
        row = eventually(
            lambda chat=chat: _row(desk, chat),  # type: ignore[misc]
            f"what {chat.name} wrote on {chat.channel} did not reach the desk",
        )
        _answer(cloud, workspace, chat, row)


def _whatsapp(cloud: LocalCloud, workspace: Workspace, chat: Chat) -> None:
    account = str(workspace.inboxes["whatsapp"].account_id)
    for text in chat.says:
        cloud.providers.whatsapp_says(account, chat.address, text=text, name=chat.name)


def _custom(cloud: LocalCloud, workspace: Workspace, chat: Chat) -> None:
    for text in chat.says:
        cloud.providers.custom_says(CUSTOM_SYSTEM, chat.address, text=text, contact={"name": chat.name})


def _web_chat(cloud: LocalCloud, workspace: Workspace, chat: Chat) -> None:
    visitor = Visitor(cloud.inbound_url, workspace.inboxes["web_chat"].id)
    visitor.start()
    for text in chat.says:
        visitor.send(text, client_id=uuid7())


SPEAKERS = {"whatsapp": _whatsapp, "custom": _custom, "web_chat": _web_chat}


def _row(desk: Desk, chat: Chat) -> Json | None:
    """The conversation, once it is there."""
    for status in ("open", "resolved"):
        for row in desk.items(f"/conversations?view=all&status={status}&limit=100"):
            newest = (row["last_message"] or {}).get("preview")
            # WhatsApp tells whole seconds: of messages within one, any may count as the newest.
            if row["channel"] == chat.channel and newest in (*chat.says, chat.reply):
                return row
    return None


def _answer(cloud: LocalCloud, workspace: Workspace, chat: Chat, row: Json) -> None:
    if not chat.by or row["assignee_id"]:
        return
    desk = workspace.desk(cloud, chat.by)
    path = f"/conversations/{row['id']}"
    me = desk.call("GET", "/me")["id"]
    desk.call("POST", f"{path}/assignment", {"assignee_id": me, "team_id": None})
    desk.call("POST", f"{path}/read")
    if chat.note:
        body = {"client_id": f"note-{row['id']}", "text": chat.note}
        desk.call("POST", f"{path}/notes", body)
    if chat.reply:
        body = {"client_id": f"reply-{row['id']}", "text": chat.reply}
        desk.call("POST", f"{path}/messages", body)
    if chat.resolved:
        desk.call("POST", f"{path}/status", {"status": "resolved"})
