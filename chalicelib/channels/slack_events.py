"""Inbound Slack calls that are no messages: reactions, pressed buttons, commands, forms, news of the app.

Source: "Event types", "block_actions payload", "view_submission payload", "Slash commands".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import AccountNotice, Ignored, Inbound, InboundMessage
from chalicelib.channels.slack_api import is_direct, is_ts
from chalicelib.channels.slack_inbound import message, posted_metadata
from chalicelib.channels.slack_people import DIRECT, Call, author_in, peer_of
from chalicelib.channels.slack_text import plain
from chalicelib.channels.untrusted import content_id, identifier, known, mapping, objects, seconds, text
from chalicelib.domain.message import MessageKind


def reaction(call: Call) -> Iterator[Inbound]:
    """`reaction_added`, `reaction_removed`. In a channel Slack does not tell which thread the message is in: it is
    found where the message is a thread's first, or ours."""
    value, item = call.event, mapping(call.event.get("item"))
    target, channel = text(item.get("ts")), text(item.get("channel"))
    happened = text(value.get("event_ts"))
    peer = peer_of(channel, value, target)
    if peer is None or not is_ts(target) or not is_ts(happened) or call.is_ours(value):
        yield Ignored("reaction.unattributed")
        return
    removed = call.kind == "reaction_removed"
    yield InboundMessage(
        account_id=call.account_id,
        external_id=f"reaction.{happened}",
        peer=peer,
        occurred_at=call.at("event_ts"),
        kind=MessageKind.REACTION,
        content={
            "target": target,
            "emoji": "" if removed else _emoji(text(value.get("reaction"))),
            **known(
                previous=_emoji(text(value.get("reaction"))) if removed else None,
                author=author_in(channel, value),
            ),
        },
        known_only=not is_direct(channel),
    )


def _emoji(name: str) -> str:
    """Slack names its emoji, which may be a workspace's own."""
    return f":{name}:" if name else ""


def pressed(call: Call) -> Iterator[Inbound]:
    """`block_actions`: one call, one or more elements used; each is an answer of its own."""
    outer, asked = call.outer, mapping(call.outer.get("message"))
    container, user = mapping(outer.get("container")), mapping(outer.get("user"))
    channel = text(mapping(outer.get("channel")).get("id")) or text(container.get("channel_id")) or DIRECT
    target = text(asked.get("ts")) or text(container.get("message_ts"))
    root = text(asked.get("thread_ts")) or text(container.get("thread_ts")) or target
    person = {"user": user.get("id"), "team": user.get("team_id"), "username": user.get("username")}
    peer, actions = peer_of(channel, person, root), objects(outer.get("actions"))
    who = identifier(user.get("id"))
    if peer is None or who is None or not actions:
        yield Ignored("block_actions.unattributed")
        return
    for place, action in enumerate(actions):
        at, stamp = seconds(action.get("action_ts")), identifier(action.get("action_ts"))
        payload, title = _chosen(action)
        yield InboundMessage(
            account_id=call.account_id,
            external_id=content_id("press", who, stamp or identifier(outer.get("trigger_id")) or dict(outer), place),
            peer=peer,
            occurred_at=at or call.sent_at,
            kind=MessageKind.POSTBACK,
            text=title or payload,
            reply_to=target if is_ts(target) else None,
            content={
                "payload": payload,
                "source": text(action.get("type")) or "button",
                **known(
                    title=title,
                    action=text(action.get("action_id")),
                    block=text(action.get("block_id")),
                    author=author_in(channel, person),
                    values=_values(mapping(outer.get("state"))) or None,
                ),
            },
        )


def _chosen(action: Mapping[str, Any]) -> tuple[str, str]:
    """What was chosen, and how it was called."""
    options = [mapping(action.get("selected_option")), *objects(action.get("selected_options"))]
    chosen = [option for option in options if option]
    if chosen:
        titles = [plain(text(mapping(option.get("text")).get("text"))) for option in chosen]
        return ", ".join(text(option.get("value")) for option in chosen), ", ".join(titles)
    picked = (text(value) for name, value in action.items() if name.startswith("selected_"))
    payload = text(action.get("value")) or next((each for each in picked if each), "")
    return payload or text(action.get("action_id")), plain(text(mapping(action.get("text")).get("text")))


def submitted(call: Call) -> Iterator[Inbound]:
    """`view_submission`: a form of the app's, filled in."""
    outer, view = call.outer, mapping(call.outer.get("view"))
    user = mapping(outer.get("user"))
    person = {"user": user.get("id"), "team": user.get("team_id"), "username": user.get("username")}
    peer = peer_of(DIRECT, person, "")
    if peer is None:
        yield Ignored("view_submission.unattributed")
        return
    yield InboundMessage(
        account_id=call.account_id,
        external_id=f"view.{identifier(outer.get('trigger_id')) or content_id('slack', dict(outer))}",
        peer=peer,
        occurred_at=call.sent_at,
        kind=MessageKind.FORM,
        content={
            "name": text(view.get("callback_id")),
            "values": _values(mapping(view.get("state"))),
            **known(title=text(mapping(view.get("title")).get("text")), data=text(view.get("private_metadata"))),
        },
    )


def _values(state: Mapping[str, Any]) -> dict[str, Any]:
    """`state.values`: block, element -> what was entered."""
    return {
        name: _entered(mapping(element))
        for block in mapping(state.get("values")).values()
        for name, element in mapping(block).items()
    }


def _entered(element: Mapping[str, Any]) -> Any:
    return element.get("value") if "value" in element else _chosen(element)[0]


def command(call: Call) -> Iterator[Inbound]:
    """A slash command with words behind it is a message to us that nobody else sees."""
    value = call.outer
    person = {"user": value.get("user_id"), "team": value.get("team_id"), "username": value.get("user_name")}
    peer, said = peer_of(DIRECT, person, ""), plain(text(value.get("text")))
    trigger = identifier(value.get("trigger_id"))
    if peer is None or not said.strip() or trigger is None:
        yield Ignored("command.empty")
        return
    yield InboundMessage(
        account_id=call.account_id,
        external_id=f"command.{trigger}",
        peer=peer,
        occurred_at=call.sent_at,
        kind=MessageKind.TEXT,
        text=said,
        content=known(command=text(value.get("command")), channel=text(value.get("channel_id"))),
    )


def membership(call: Call) -> Iterator[Inbound]:
    """`member_joined_channel`: of interest where it is the app itself."""
    if call.is_ours(call.event):
        yield _notice(call, "bot.membership")
    else:
        yield Ignored(call.kind)


def _notice(call: Call, kind: str) -> AccountNotice:
    told = {name: value for name, value in (call.event or call.outer).items() if name != "token"}
    return AccountNotice(call.account_id, kind, call.at("event_ts"), told)


def _told(kind: str) -> Callable[[Call], Iterator[Inbound]]:
    def read(call: Call) -> Iterator[Inbound]:
        yield _notice(call, kind)

    return read


def _of_no_use(call: Call) -> Iterator[Inbound]:
    yield Ignored(call.kind)


UNUSED = (
    "url_verification",
    "app_home_opened",
    "app_context_changed",
    "assistant_thread_started",
    "assistant_thread_context_changed",
    "view_closed",
    "shortcut",
    "message_action",
    "ssl_check",
)

HANDLERS: Mapping[str, Callable[[Call], Iterator[Inbound]]] = {
    "message": message,
    "app_mention": message,
    "message_metadata_posted": posted_metadata,
    "reaction_added": reaction,
    "reaction_removed": reaction,
    "block_actions": pressed,
    "view_submission": submitted,
    "slash_command": command,
    "member_joined_channel": membership,
    "member_left_channel": membership,
    "app_uninstalled": _told("app.uninstalled"),
    "tokens_revoked": _told("tokens.revoked"),
    "app_rate_limited": _told("events.rate_limited"),
    **dict.fromkeys(UNUSED, _of_no_use),
}
