"""The demo workspace's conversations: customers write through the simulators, agents answer through the API."""

from dataclasses import dataclass

from infra.local.accounts import CUSTOM_SYSTEM, MAIL_ADDRESS, place_of
from infra.local.cloud import LocalCloud, eventually
from infra.local.desk import Desk, Json
from infra.local.flows import hops, stores, voice
from infra.local.flows.chat_apps import Customer
from infra.local.flows.hops import uuid7
from infra.local.progress import LocalCloudError
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
    Chat("web_chat", "", "", ("Do you deliver to Norway?",)),
    Chat(
        "custom",
        "customer-2001",
        "Ravi Menon",
        ("Please add a second invoice address to order 4711.",),
        by=AGENT,
        note="Address is in the order system already.",
    ),
    Chat("messenger", "2000000000000201", "Lea Brandt", ("Are the red ones coming back?",)),
    Chat("instagram", "2000000000000202", "Sofia Rossi", ("Love the new colours! What do they cost?",)),
    Chat(
        "telegram",
        "5000000203",
        "Pavel Novak",
        ("Which adapter do I need in Prague?",),
        reply="None: the plug is the same as here.",
        by=AGENT,
    ),
    Chat("line", "U00000000000000000000000000000204", "Yuki Tanaka", ("配送状況を教えてください。",)),
    Chat("viber", "Vb0000000000000000000205==", "Elena Petrova", ("Is the shop open on Sunday?",)),
    Chat("wechat", "oW00000000000000000000000206", "Li Wei", ("有货吗?",)),
    Chat("apple", "urn:mbid:00000000000000000000000000000207", "Grace Hill", ("Can I pay on delivery?",)),
    Chat("slack", "U0PARTNER08", "Noah Weber", ("The stock feed has been empty since noon.",)),
    Chat(
        "sms",
        "+15555500209",
        "Maya Johnson",
        ("Running late. Can I collect at 7?",),
        reply="Yes, we are here until 8.",
        by=AGENT,
        resolved=True,
    ),
    Chat("email", "ida.lund@customer.test", "Ida Lund", ("My lamp flickers. What can I do?",)),
)
# Who has called and left a message, and the customer who has ordered.
CALLER, CALLERS_WORDS = "+15555500210", "Please call me back about order 1042."
ORDERED = "+4915550000101"


def make(cloud: LocalCloud, workspace: Workspace) -> None:
    """Every chat: first all that the customers say, then what agents do about it."""
    for chat in CHATS:
        SPEAKERS.get(chat.channel, _app)(cloud, workspace, chat)
    _calls(cloud)
    cloud.providers.wait_idle()
    desk = workspace.desk(cloud, ADMIN)
    for chat, row in _all_there(desk):
        _answer(cloud, workspace, chat, row)
    eventually(lambda: _called(desk), f"the call of {CALLER} did not reach the desk")
    _buys(cloud, workspace)


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


def _email(cloud: LocalCloud, workspace: Workspace, chat: Chat) -> None:
    for text in chat.says:
        cloud.providers.email_says(MAIL_ADDRESS, chat.address, text=text, name=chat.name, subject="A question")


def _app(cloud: LocalCloud, workspace: Workspace, chat: Chat) -> None:
    customer = Customer(cloud, chat.channel, chat.address)
    for text in chat.says:
        customer.says(text, name=chat.name)


SPEAKERS = {"whatsapp": _whatsapp, "custom": _custom, "web_chat": _web_chat, "email": _email}


def _calls(cloud: LocalCloud) -> None:
    """Somebody whose call nobody took leaves a message."""
    call = voice.rings(cloud, CALLER)
    voice.do(cloud, call, "ring_out")
    voice.do(cloud, call, "pass_time", seconds=60)
    voice.do(cloud, call, "leave_message", content=hops.encoded(voice.SOUND), transcript=CALLERS_WORDS)


def _called(desk: Desk) -> bool:
    return any(row["channel"] == "voice" for row in _rows(desk))


def _buys(cloud: LocalCloud, workspace: Workspace) -> None:
    """The customer's contact is there by now: the shop's order and the till's sale stand on its timeline."""
    shop = f"{place_of('shopify')}/orders"
    number = cloud.providers.call("POST", shop, {"phone": ORDERED})["number"]
    cloud.providers.call("POST", f"{shop}/{number}/actions", {"type": "pay"})
    sale: Json = {"id": "sale-1", "type": "sale.made", "occurred_at": stores.now(), "title": "Sale of 12.00 EUR"}
    sale |= {"contact": {"phone": ORDERED}, "data": {"total": "12.00", "currency": "EUR"}}
    stores.told(cloud, workspace, sale)
    cloud.providers.wait_idle()


def _all_there(desk: Desk) -> list[tuple[Chat, Json]]:
    """The chats with their conversations, once they are there."""
    missing: list[str] = []

    def look() -> list[tuple[Chat, Json]] | None:
        rows = _rows(desk)
        found = [(chat, row) for chat in CHATS if (row := _row(rows, chat))]
        missing[:] = [chat.channel for chat in CHATS if not _row(rows, chat)]
        return None if missing else found

    try:
        pairs: list[tuple[Chat, Json]] = eventually(look, "")
    except LocalCloudError:
        raise LocalCloudError(f"what customers wrote did not reach the desk: {', '.join(missing)}") from None
    return pairs


def _rows(desk: Desk) -> list[Json]:
    """All conversations, whatever has become of them."""
    views = (f"/conversations?view=all&status={status}&limit=100" for status in ("open", "resolved"))
    return [row for view in views for row in desk.items(view)]


def _row(rows: list[Json], chat: Chat) -> Json | None:
    """The chat's conversation."""
    for row in rows:
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
