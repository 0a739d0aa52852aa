"""Inbound Slack messages: new ones, edited and deleted ones, and our own coming back.

Source: "message event" and its subtypes, "app_mention event". A message is known by its `ts`, which is its time and
its id within a channel: `message` and `app_mention` tell of the same one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import Ignored, Inbound, InboundMessage, StatusUpdate
from chalicelib.channels.slack_api import is_ts
from chalicelib.channels.slack_bodies import body_of
from chalicelib.channels.slack_outbound import METADATA
from chalicelib.channels.slack_people import Call, author_in, peer_of
from chalicelib.channels.untrusted import known, label, mapping, objects, seconds, text
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind


def message(call: Call) -> Iterator[Inbound]:
    """`message` and `app_mention`, by subtype; one without is what somebody wrote."""
    subtype = text(call.event.get("subtype"))
    read = SUBTYPES.get(subtype)
    if read is None:
        yield Ignored(f"message.{label(subtype)}")
    else:
        yield read(call)


def _written(call: Call) -> Inbound:
    value = call.event
    if call.is_ours(value):
        return _sent(call, value)
    if call.is_machine(value):
        return Ignored("message.of_an_app")
    ts, channel = text(value.get("ts")), value.get("channel")
    root = text(value.get("thread_ts")) or ts
    peer = peer_of(channel, value, root)
    at = seconds(ts)
    if peer is None or at is None or not is_ts(ts) or not text(value.get("user")):
        return Ignored("message.unattributed")
    body = body_of(value)
    return InboundMessage(
        account_id=call.account_id,
        external_id=ts,
        peer=peer,
        occurred_at=at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        reply_to=root if root != ts and is_ts(root) else None,
        content={
            **body.content,
            **known(
                author=author_in(channel, value),
                client_id=text(value.get("client_msg_id")),
                broadcast=True if value.get("subtype") == "thread_broadcast" else None,
            ),
        },
        echo=call.is_colleague(value),
    )


def _sent(call: Call, value: Mapping[str, Any]) -> Inbound:
    """Our own message. Where Slack gives back the metadata we sent with it, it proves that the message was taken."""
    metadata = mapping(value.get("metadata"))
    tracker = text(mapping(metadata.get("event_payload")).get("tracker"))
    if metadata.get("event_type") != METADATA or not tracker:
        return Ignored("message.own")
    return StatusUpdate(
        account_id=call.account_id,
        state=DeliveryState.SENT,
        occurred_at=seconds(value.get("ts")) or call.at("event_ts"),
        external_id=text(value.get("ts")) or None,
        tracker=tracker,
    )


def _changed(call: Call) -> Inbound:
    """An edit. Slack tells so too of a link's preview, of a thread that grows, and (`tombstone`) of a first message
    that is deleted while its thread stays."""
    now, before = mapping(call.event.get("message")), mapping(call.event.get("previous_message"))
    if now.get("subtype") == "tombstone":
        return _change(call, before or now, MessageKind.REVOKE, {})
    # These come without an id that would be the same for an edit and a preview.
    if before and _said(now) == _said(before):
        return Ignored("message_changed.same_text")
    body = body_of(now)
    content = {**body.content, "kind": body.kind.value}
    return _change(call, now, MessageKind.EDIT, content, body.text)


def _said(value: Mapping[str, Any]) -> tuple[str, list[str]]:
    return text(value.get("text")), [text(file.get("id")) for file in objects(value.get("files"))]


def _deleted(call: Call) -> Inbound:
    before = mapping(call.event.get("previous_message"))
    return _change(call, {**before, "ts": call.event.get("deleted_ts") or before.get("ts")}, MessageKind.REVOKE, {})


def _change(
    call: Call, changed: Mapping[str, Any], kind: MessageKind, content: Mapping[str, Any], said: str = ""
) -> Inbound:
    """A message about another one, in the same thread."""
    if call.is_ours(changed) or call.is_machine(changed):
        return Ignored(f"{kind.value}.of_an_app")
    target, channel = text(changed.get("ts")), call.event.get("channel")
    happened = text(call.event.get("event_ts")) or text(call.event.get("ts"))
    person = {**changed, "channel_type": call.event.get("channel_type")}
    peer = peer_of(channel, person, text(changed.get("thread_ts")) or target)
    if peer is None or not is_ts(target) or not is_ts(happened) or not text(changed.get("user")):
        return Ignored(f"{kind.value}.unattributed")
    return InboundMessage(
        account_id=call.account_id,
        external_id=f"{kind.value}.{happened}",
        peer=peer,
        occurred_at=call.at("event_ts", "ts"),
        kind=kind,
        text=said,
        content={**content, "target": target, **known(author=author_in(channel, changed))},
        echo=call.is_colleague(changed),
    )


def posted_metadata(call: Call) -> Iterator[Inbound]:
    """`message_metadata_posted`: the same proof, for apps that subscribe to it."""
    value = call.event
    if value.get("app_id") != text(call.outer.get("api_app_id")):
        yield Ignored("metadata.of_another_app")
        return
    yield _sent(call, {"metadata": value.get("metadata"), "ts": value.get("message_ts")})


SUBTYPES: Mapping[str, Callable[[Call], Inbound]] = {
    "": _written,
    "file_share": _written,
    "me_message": _written,
    "thread_broadcast": _written,
    "bot_message": _written,
    "message_changed": _changed,
    "message_deleted": _deleted,
}
