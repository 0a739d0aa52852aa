"""What the flows share: what people say, and what is looked for afterwards."""

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

Flow = Callable[[Play], None]
# What each is about, as the demo says it.
Flows = Mapping[str, Flow]
COPIES = 3
# Some phones have something to tell much later: that is not waited for.
IDLE_SECONDS = 3.0
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


def digits(count: int) -> str:
    """A customer's id where those are numbers."""
    return str(secrets.randbelow(9 * 10 ** (count - 1)) + 10 ** (count - 1))


def encoded(content: bytes) -> str:
    """Bytes as the simulators' control API takes them."""
    return base64.b64encode(content).decode()


def expect(holds: Any, complaint: str) -> None:
    """HopFailed where it does not hold: waiting on would not help."""
    if not holds:
        raise HopFailed(complaint)


def spoken(play: Play, conversation_id: str) -> list[Json]:
    """A thread's messages, without what the desk noted."""
    return [entry for entry in play.desk.messages(conversation_id) if entry["type"] == "message"]


def answered(play: Play, conversation_id: str, text: str) -> Json:
    """An agent answers."""
    return play.hop("agent's reply accepted (202)", lambda: play.desk.reply(conversation_id, text))


def marked(play: Play, conversation_id: str, message_id: str, states: tuple[str, ...]) -> None:
    """How far the message came, as the provider tells it; a later mark may overtake an earlier one."""
    for state in states:
        play.hop(
            f"mark {state} in the API",
            lambda state=state: in_state(play, conversation_id, message_id, state),  # type: ignore[misc]
        )


def in_state(play: Play, conversation_id: str, message_id: str, state: str) -> Json | None:
    """The message once it has this mark. Failure ends the waiting."""
    found = next((m for m in spoken(play, conversation_id) if m["id"] == message_id), None)
    if found and found["state"] == "failed":
        raise HopFailed(f"the message failed: {found['failure']}")
    return found if found and (state in found["marks"] or found["state"] == state) else None


def on_screen(messages: list[Json], text: str) -> Json | None:
    """A message of ours, among those that the customer sees."""
    return next((m for m in messages if m.get("text") == text and m.get("author") == "business"), None)


def is_alone(play: Play, conversation_id: str, text: str) -> bool:
    """Whether nothing but this message has come, and it counts once."""
    play.cloud.providers.wait_idle(IDLE_SECONDS)
    entries = spoken(play, conversation_id)
    unread = play.desk.call("GET", f"/conversations/{conversation_id}")["unread"]
    expect(len(entries) == 1, f"there are {len(entries)} messages, not 1")
    expect(unread == 1, f"unread is {unread}, not 1")
    return bool(entries[0]["text"] == text)


def repeated(play: Play, provider: str, say: Callable[[], Any], copies: int = COPIES) -> None:
    """Whatever `say` makes the provider post, it posts several times."""
    providers = play.cloud.providers
    providers.knobs(provider, duplicates=copies)
    try:
        post = play.post(provider)
        say()
        play.hop(f"the same webhook accepted {copies} times", lambda: post.accepted(copies))
    finally:
        providers.no_faults(provider)


def file_kept(play: Play, conversation_id: str, content: bytes) -> None:
    """The customer's file: fetched from the provider, kept, and served by a link that ends."""
    message = play.hop("the file is stored in S3", lambda: _with_stored_file(play, conversation_id))
    link = play.hop("short-lived link made", lambda: _link(play, conversation_id, message["id"]))
    play.hop("its bytes are the customer's", lambda: _same_bytes(link["url"], content))


def _with_stored_file(play: Play, conversation_id: str) -> Json | None:
    for message in spoken(play, conversation_id):
        for attachment in message["attachments"]:
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
    expect(answer.ok, f"the link answered {answer.excerpt()}")
    expect(
        hashlib.sha256(answer.raw).digest() == hashlib.sha256(content).digest(),
        f"{len(answer.raw)} other bytes came",
    )
    return True
