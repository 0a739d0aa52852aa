"""The main job on each channel, hop by hop: a customer writes, an agent answers, the customer sees it."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from infra.local.desk import Json
from infra.local.http_json import call
from infra.local.play import HopFailed, Play
from infra.local.workspace import CUSTOM_SYSTEM, MAIL_ADDRESS
from simulators.web_chat import Visitor

COPIES = 3
# One dark pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def tag() -> str:
    """Something that no other run has said."""
    return secrets.token_hex(3)


def uuid7() -> str:
    """A visitor's message id: its time, then chance."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(UUID(int=value))


def phone_number() -> str:
    """A customer's number that no other run has used."""
    return f"49155{secrets.randbelow(10**8):08d}"


def whatsapp(play: Play) -> None:
    """There and back, with the marks."""
    account, number, name = _number(play), phone_number(), f"Marta {tag()}"
    providers = play.cloud.providers
    said = f"Where is my parcel? {tag()}"
    play.begin()
    providers.whatsapp_says(account, number, text=said, name=name)
    play.hop("signed webhook accepted", lambda: play.accepted("whatsapp", account, said))
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    _expect(row["unread"] == 1, f"unread is {row['unread']}, not 1")
    play.hop("its message is in the thread", lambda: play.message(row["id"], said))
    answer = f"It leaves our warehouse today. {tag()}"
    sent = play.hop("agent's reply accepted (202)", lambda: _reply(play, row["id"], answer))
    play.hop(
        "message on the customer's phone",
        lambda: _on_screen(providers.whatsapp_phone(account, number), answer),
    )
    _marks(play, row["id"], sent["id"])


def whatsapp_duplicates(play: Play) -> None:
    """Every webhook three times: one message."""
    account, number, name = _number(play), phone_number(), f"Tom {tag()}"
    providers = play.cloud.providers
    play.begin()
    said = f"Only once, please. {tag()}"
    providers.knobs("whatsapp", duplicates=COPIES)
    try:
        providers.whatsapp_says(account, number, text=said, name=name)
        play.hop(
            f"the same webhook accepted {COPIES} times",
            lambda: play.accepted("whatsapp", account, said, COPIES),
        )
    finally:
        providers.no_faults("whatsapp")
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    play.hop("it has one message, unread once", lambda: _is_alone(play, row["id"], said))


def whatsapp_attachment(play: Play) -> None:
    """A picture: fetched with the provider's token, kept, and served by a link that ends."""
    account, number, name = _number(play), phone_number(), f"Ines {tag()}"
    play.begin()
    play.cloud.providers.whatsapp_sends_file(account, number, "image", PNG, mime_type="image/png", name=name)
    play.hop("signed webhook with a picture accepted", lambda: play.accepted("whatsapp", account, name))
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    message = play.hop("the picture is stored in S3", lambda: _with_stored_file(play, row["id"]))
    link = play.hop("short-lived link made", lambda: _link(play, row["id"], message["id"]))
    play.hop("its bytes are the customer's", lambda: _same_bytes(link["url"], PNG))


def web_chat(play: Play) -> None:
    """A visitor writes, reads the answer, and the desk sees that it was read."""
    inbox_id = play.workspace.inboxes["web_chat"].id
    visitor = Visitor(play.cloud.inbound_url, inbox_id)
    said = f"Do you ship to Norway? {tag()}"
    play.begin()
    play.hop("visitor's session opened", visitor.start)
    play.hop("visitor's message accepted", lambda: visitor.send(said, client_id=uuid7()))
    row = play.hop("conversation visible in the API", lambda: _row_with(play, said))
    answer = f"Yes, in three days. {tag()}"
    sent = play.hop("agent's reply accepted (202)", lambda: _reply(play, row["id"], answer))
    play.hop(
        "reply on the visitor's page",
        lambda: next((m for m in visitor.messages() if m.get("text") == answer), None),
    )
    visitor.read(up_to=sent["id"])
    play.hop("read mark in the API", lambda: _in_state(play, row["id"], sent["id"], "read"))


def custom(play: Play) -> None:
    """A connected system: there and back, signed both ways, with the marks."""
    providers, contact = play.cloud.providers, f"customer-{tag()}"
    name, said = f"Ravi {tag()}", f"Please change order 4711. {tag()}"
    play.begin()
    providers.custom_says(CUSTOM_SYSTEM, contact, text=said, contact={"name": name})
    play.hop("signed event accepted", lambda: play.accepted("custom", CUSTOM_SYSTEM, said))
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    answer = f"Changed. {tag()}"
    sent = play.hop("agent's reply accepted (202)", lambda: _reply(play, row["id"], answer))
    play.hop(
        "message on the contact's screen",
        lambda: _on_screen(providers.custom_phone(CUSTOM_SYSTEM, contact), answer),
    )
    _marks(play, row["id"], sent["id"])


def email(play: Play) -> None:
    """A mail, its answer, and the customer's answer to that, by a program that has lost the reply address."""
    providers, mailbox, name = play.cloud.providers, f"ida-{tag()}@customer.test", f"Ida {tag()}"
    said = f"Do you repair lamps? {tag()}"
    play.begin()
    providers.email_says(MAIL_ADDRESS, mailbox, text=said, name=name, subject="Lamps")
    row = play.hop("signed notification, mail read, conversation visible", lambda: play.conversation_of(name))
    play.hop("its message is in the thread", lambda: play.message(row["id"], said))
    answer = f"We do. {tag()}"
    sent = play.hop("agent's reply accepted (202)", lambda: _reply(play, row["id"], answer))
    mail = play.hop("mail in the customer's mailbox", lambda: _in_mailbox(play, mailbox, answer))
    play.hop("mark delivered in the API", lambda: _in_state(play, row["id"], sent["id"], "delivered"))
    thanks = f"Thank you. {tag()}"
    providers.email_answers(MAIL_ADDRESS, mailbox, mail["id"], text=thanks, drop=["token"])
    play.hop("the customer's answer is in the same thread", lambda: play.message(row["id"], thanks))


def _in_mailbox(play: Play, mailbox: str, text: str) -> Json | None:
    mails = play.cloud.providers.mailbox(MAIL_ADDRESS, mailbox)
    return next((mail for mail in mails if mail["author"] == "desk" and mail["text"].strip() == text), None)


Flow = Callable[[Play], None]
# Channel -> its flows, each with what it is about.
CHANNELS: Mapping[str, Mapping[str, Flow]] = {
    "whatsapp": {
        "a message there and back": whatsapp,
        "redelivered webhooks": whatsapp_duplicates,
        "an attachment": whatsapp_attachment,
    },
    "web_chat": {"a message there and back": web_chat},
    "custom": {"a message there and back": custom},
    "email": {"a mail there and back": email},
}


def _number(play: Play) -> str:
    return str(play.workspace.inboxes["whatsapp"].account_id)


def _reply(play: Play, conversation_id: str, text: str) -> Json:
    return play.desk.reply(conversation_id, text)


def _on_screen(messages: list[Json], text: str) -> Json | None:
    return next((m for m in messages if m.get("text") == text and m.get("author") == "business"), None)


def _marks(play: Play, conversation_id: str, message_id: str) -> None:
    """Sent, delivered and read, as the provider tells them; a later mark may overtake an earlier one."""
    for state in ("sent", "delivered", "read"):
        play.hop(
            f"mark {state} in the API",
            lambda state=state: _in_state(play, conversation_id, message_id, state),  # type: ignore[misc]
        )


def _in_state(play: Play, conversation_id: str, message_id: str, state: str) -> Json | None:
    """The message once it has this mark. Failure ends the waiting."""
    found = next((m for m in play.desk.messages(conversation_id) if m["id"] == message_id), None)
    if found and found["state"] == "failed":
        raise HopFailed(f"the message failed: {found['failure']}")
    return found if found and (state in found["marks"] or found["state"] == state) else None


def _is_alone(play: Play, conversation_id: str, text: str) -> bool:
    play.cloud.providers.wait_idle()
    entries = play.desk.messages(conversation_id)
    unread = play.desk.call("GET", f"/conversations/{conversation_id}")["unread"]
    _expect(len(entries) == 1, f"there are {len(entries)} messages, not 1")
    _expect(unread == 1, f"unread is {unread}, not 1")
    return bool(entries[0]["text"] == text)


def _row_with(play: Play, text: str) -> Json | None:
    """The conversation whose newest message this is."""
    rows = play.desk.items("/conversations?view=all&limit=100")
    return next((r for r in rows if (r["last_message"] or {}).get("preview") == text), None)


def _with_stored_file(play: Play, conversation_id: str) -> Json | None:
    for message in play.desk.messages(conversation_id):
        for attachment in message.get("attachments", []):
            if attachment["state"] == "failed":
                raise HopFailed(f"the file could not be fetched: {attachment['reason']}")
            if attachment["state"] == "stored":
                return message
    return None


def _link(play: Play, conversation_id: str, message_id: str) -> Json:
    path = f"/conversations/{conversation_id}/messages/{message_id}/attachments/0"
    return play.desk.call("GET", path)


def _same_bytes(url: str, content: bytes) -> bool:
    answer = call("GET", url)
    _expect(answer.ok, f"the link answered {answer.excerpt()}")
    _expect(
        hashlib.sha256(answer.raw).digest() == hashlib.sha256(content).digest(),
        f"{len(answer.raw)} other bytes came",
    )
    return True


def _expect(holds: Any, complaint: str) -> None:
    if not holds:
        raise HopFailed(complaint)
