"""What the function `fanout` is made of."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from chalicelib.aws.live_changes import Changed, changed
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events_message import MessageCreated
from chalicelib.domain.ids import inbox_of
from chalicelib.domain.live import Change
from chalicelib.domain.message import Message
from chalicelib.services.live_fanout import FanOut
from chalicelib.wiring.live_stores import sockets, topics
from chalicelib.wiring.shared import known_inboxes
from chalicelib.wiring.sockets import owner_of, pusher

WEB_CHAT = "web_chat"


@cache
def fan_out() -> FanOut:
    return FanOut(topics(), sockets(), pusher(), owner_of)


def told_aside(thing: Changed) -> Iterator[tuple[str, Change]]:
    """What else a change is told to, in a form of its own: messages of a web chat, to the visitor."""
    message = thing.thing
    if isinstance(message, Message) and _is_web_chat(message.leg_id):
        from chalicelib.services.visitor_live import told_to_visitor

        yield told_to_visitor(message, thing.version, thing.events)


def _is_web_chat(leg_id: str) -> bool:
    inbox = known_inboxes().inbox(inbox_of(leg_id))
    return inbox is not None and inbox.channel == WEB_CHAT


def let_go(things: Iterable[Changed], at: datetime) -> None:
    """Agents who have sent what they wrote do not hold its composer any more. Best effort: it ends by itself."""
    for message in (thing.thing for thing in things if _is_begun(thing)):
        if isinstance(message, Message) and message.author.kind == "agent" and message.author.id:
            from chalicelib.wiring.viewing import composer_lock

            with suppress(StoreUnavailable):
                composer_lock().free(message.conversation_id, message.author.id, at)


def _is_begun(thing: Changed) -> bool:
    return any(event["type"] == MessageCreated.TYPE for event in thing.events)


__all__ = ["Changed", "changed", "fan_out", "let_go", "told_aside"]
