"""Comments below posts of a Facebook page (`feed`) and of an Instagram account (`comments`, `live_comments`).

Sources: Graph API webhooks reference "Page: feed", Instagram Platform "Webhooks: comments". A comment is a message of
the commenter, on a leg of its own: the thread that its first comment begins. `content` has `comment_id` and `post_id`,
and who wrote (`author`), for others may write below the same comment.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.channels.base import AccountNotice, Ignored, Inbound, InboundMessage, Peer, Profile
from chalicelib.channels.bodies import Body
from chalicelib.channels.meta_bodies import file_of, web_url
from chalicelib.channels.meta_events import Item, Part, moment
from chalicelib.channels.meta_sending import CHANGE, thread_of
from chalicelib.channels.untrusted import identifier, known, label, mapping, optional, text
from chalicelib.domain.message import MessageKind

_FEED_READ = frozenset({"item", "verb", "from", "message", "created_time", "photo", "video"})
_COMMENT_READ = frozenset({"id", "from", "text", "created_time"})


def feed(item: Item, value: Part) -> Iterator[Inbound]:
    """`feed` of a page: comments that are new, changed or gone. Posts, likes and hidden comments are no messages."""
    verb, comment_id = text(value.get("verb")), identifier(value.get("comment_id"))
    if text(value.get("item")) != "comment":
        yield Ignored(f"feed.{label(value.get('item'))}", item_id=comment_id)
        return
    if comment_id is None or verb not in ("add", "edit", "edited", "remove"):
        yield Ignored(f"feed.comment.{label(verb)}", item_id=comment_id)
        return
    at = moment(value.get("created_time")) or item.at
    told = {name: part for name, part in value.items() if name not in _FEED_READ}
    if verb == "add":
        body = _written(value)
    elif verb == "remove":
        body = Body(MessageKind.REVOKE, content={"target": comment_id})
    else:
        body = Body(MessageKind.EDIT, text(value.get("message")), {"target": comment_id, "kind": "text"})
    own_id = comment_id if verb == "add" else f"{CHANGE}{item.derived_id}"
    yield _comment(item, own_id, at, body, {**told, "comment_id": comment_id})


def comments(item: Item, value: Part) -> Iterator[Inbound]:
    """`comments` and `live_comments` of an Instagram account; they are never told to have changed or gone."""
    comment_id = identifier(value.get("id")) or identifier(value.get("comment_id"))
    if comment_id is None:
        yield Ignored("comment_without_id")
        return
    media = mapping(value.get("media"))
    told = {name: part for name, part in value.items() if name not in _COMMENT_READ}
    said = text(value.get("text"))
    body = Body(MessageKind.TEXT, said) if said else _nothing(value)
    post_id = identifier(media.get("id"))
    at = moment(value.get("created_time")) or item.at
    yield _comment(item, comment_id, at, body, {**told, **known(comment_id=comment_id, post_id=post_id)})


def mentions(item: Item, value: Part) -> Iterator[Inbound]:
    """`mentions`: somebody named the account below a post of theirs; nothing tells who."""
    yield AccountNotice(item.account_id, "account.mention", item.at, dict(value))


def _written(value: Part) -> Body:
    said = text(value.get("message"))
    for name, kind in (("photo", MessageKind.IMAGE), ("video", MessageKind.VIDEO)):
        url = web_url(value.get(name))
        if url:
            return Body(kind, said, attachments=(file_of(kind, url),))
    return Body(MessageKind.TEXT, said) if said else _nothing(value)


def _nothing(value: Part) -> Body:
    """A sticker, or whatever else is told of by nothing but its id."""
    return Body(MessageKind.UNSUPPORTED, content={"type": "comment", "raw": dict(value)})


def _comment(item: Item, external_id: str, at: datetime, body: Body, told: dict[str, Any]) -> Inbound:
    author = mapping(item.value.get("from"))
    author_id = identifier(author.get("id"))
    if author_id == item.account_id:
        return Ignored("comment.own", item_id=told["comment_id"])
    if author_id is None:
        return AccountNotice(item.account_id, "comment.unattributed", at, dict(item.value))
    parent = identifier(told.get("parent_id"))
    parent = None if parent == told.get("post_id") else parent
    own = told["comment_id"]
    named = {"id": author_id, "name": optional(author.get("name")), "username": optional(author.get("username"))}
    facts = {name: value for name, value in author.items() if name not in ("id", "name", "username")}
    return InboundMessage(
        account_id=item.account_id,
        external_id=external_id,
        peer=Peer(
            # Of both, so that an answer to an answer finds its thread.
            tuple(dict.fromkeys((thread_of(parent or own), thread_of(own)))),
            Profile(name=named["name"], username=named["username"]),
            facts,
            identity=author_id,
        ),
        occurred_at=at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        reply_to=parent,
        content={**told, **body.content, "author": known(**named)},
    )
