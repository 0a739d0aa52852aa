"""Promises: what customers were told will happen by when, and whether it did."""

from datetime import UTC
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.promise_views import PromiseView, promise_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Moment, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, TransitionRefused
from chalicelib.domain.promise import MAX_TEXT, PromiseNotFound
from chalicelib.services import desk, promises
from chalicelib.wiring import api as wiring
from chalicelib.wiring import waits

resource = Resource("promises")


class PromiseList(View, frozen=True, kw_only=True):
    """In the order in which they were told."""

    items: list[PromiseView]


class PromiseBody(Body, frozen=True, kw_only=True):
    """`text`: what you told the customer you will do; `due_at`: by when."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    due_at: Moment


@resource.route(
    "GET",
    "/conversations/{conversation_id}/promises",
    role=Role.AGENT,
    gives=PromiseList,
    refuses=(ConversationNotFound,),
)
def list_promises(caller: Caller, conversation_id: str) -> PromiseList:
    """What the customer was told of their wait, and what agents said they would do."""
    desk.get(wiring.desk(), conversation_id)
    return PromiseList(items=[promise_view(one) for one in waits.promise_store().of(conversation_id)])


@resource.route(
    "POST",
    "/conversations/{conversation_id}/promises",
    role=Role.AGENT,
    body=PromiseBody,
    gives=PromiseView,
    status=HTTPStatus.CREATED,
    refuses=(ConversationNotFound, TransitionRefused),
    example={"text": "I will call you by 5 pm", "due_at": "2026-12-01T17:00:00+01:00"},
)
def make_promise(caller: Caller, conversation_id: str, body: PromiseBody) -> PromiseView:
    """Note what you promised. It is broken when its time is up and you have not said that it was kept. The same words
    for the same time again give the promise that is there."""
    due_at = body.due_at.astimezone(UTC)
    due_at = due_at.replace(microsecond=due_at.microsecond // 1000 * 1000)
    store, who = waits.promise_store(), caller.principal
    return promise_view(promises.promise(store, who, conversation_id, body.text, due_at, caller.now))


@resource.route(
    "POST",
    "/conversations/{conversation_id}/promises/{promise_id}/keep",
    role=Role.AGENT,
    gives=PromiseView,
    refuses=(ConversationNotFound, PromiseNotFound, TransitionRefused),
)
def keep_promise(caller: Caller, conversation_id: str, promise_id: str) -> PromiseView:
    """It was done."""
    kept = promises.keep(waits.promise_store(), caller.principal, conversation_id, promise_id, caller.now)
    return promise_view(kept)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/promises/{promise_id}/cancel",
    role=Role.AGENT,
    gives=PromiseView,
    refuses=(ConversationNotFound, PromiseNotFound, TransitionRefused),
)
def cancel_promise(caller: Caller, conversation_id: str, promise_id: str) -> PromiseView:
    """It was taken back: nobody waits for it any more."""
    cancelled = promises.cancel(waits.promise_store(), caller.principal, conversation_id, promise_id, caller.now)
    return promise_view(cancelled)
