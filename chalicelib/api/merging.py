"""Two conversations of one person become one, and one becomes two."""

from typing import Annotated

from msgspec import Meta

from chalicelib.api.conversation_views import ConversationView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    CapacityExceeded,
    ConversationNotFound,
    InvalidInput,
    MergeRefused,
    SplitRefused,
    UnmergeRefused,
)
from chalicelib.domain.parting import Cut
from chalicelib.services import administration
from chalicelib.services.merging import Both, Rearranging
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

SourceId = Annotated[str, Meta(pattern=r"^cnv_[0-9a-hjkmnp-tv-z]{1,64}\Z", examples=["cnv_5h2vq8w0c4n1x7r3k9mt"])]
MessageId = Annotated[str, Meta(pattern=r"^msg_[0-9a-hjkmnp-tv-z]{29}\Z")]
LegId = Annotated[str, Meta(pattern=r"^leg_[0-9a-hjkmnp-tv-z]{1,64}\Z")]

resource = Resource("conversations")


class MergeBody(Body, frozen=True, kw_only=True):
    """`preview`: show what would come out, and change nothing."""

    source_id: SourceId
    preview: bool = False


class UnmergeBody(Body, frozen=True, kw_only=True):
    source_id: SourceId


class SplitBody(Body, frozen=True, kw_only=True):
    """Give one: the message from which on, on its leg, or a leg to take all of. `assignee_id`: who gets what is split
    off, where there is room; left out it is nobody's, and routed."""

    from_message_id: MessageId | None = None
    leg_id: LegId | None = None
    assignee_id: AgentId | None = None


class MergedView(View, frozen=True, kw_only=True):
    """Both as they are, or (`preview`) as they would be."""

    conversation: ConversationView
    source: ConversationView
    preview: bool


class SplitView(View, frozen=True, kw_only=True):
    """What is left, and what was split off."""

    conversation: ConversationView
    new: ConversationView


@resource.route(
    "POST",
    "/conversations/{conversation_id}/merge",
    role=Role.AGENT,
    body=MergeBody,
    gives=MergedView,
    refuses=(ConversationNotFound, MergeRefused),
    example={"source_id": "cnv_5h2vq8w0c4n1x7r3k9mt", "preview": True},
)
def merge_conversation(caller: Caller, conversation_id: str, body: MergeBody) -> MergedView:
    """Take another conversation of the same person into this one.

    This one keeps its owner, state, episode and clocks; the other is resolved, tells in `merged_into` where it went on,
    and takes no change any more. No message is changed, so it can be undone. A repeat answers the same."""
    done = _rearranging(caller).merge(conversation_id, body.source_id, preview=body.preview)
    return _merged_view(caller, done, preview=body.preview)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/unmerge",
    role=Role.AGENT,
    body=UnmergeBody,
    gives=MergedView,
    refuses=(ConversationNotFound, UnmergeRefused, SplitRefused),
    example={"source_id": "cnv_5h2vq8w0c4n1x7r3k9mt"},
)
def unmerge_conversation(caller: Caller, conversation_id: str, body: UnmergeBody) -> MergedView:
    """Undo a merge: the other conversation is as it was; what was written since stays in this one."""
    return _merged_view(caller, _rearranging(caller).unmerge(conversation_id, body.source_id), preview=False)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/split",
    role=Role.AGENT,
    body=SplitBody,
    gives=SplitView,
    refuses=(ConversationNotFound, SplitRefused, CapacityExceeded),
    example={"from_message_id": "msg_01hzy7k2e9q8w0c4n1x7r3k9m5h2v"},
)
def split_conversation(caller: Caller, conversation_id: str, body: SplitBody) -> SplitView:
    """Make a conversation of its own of a leg's messages from one on, or of a whole leg.

    What is split off is open and begins its own episode; the customer's next message on that leg goes there."""
    if (body.from_message_id is None) == (body.leg_id is None):
        raise InvalidInput("Give from_message_id or leg_id: one of them.", field="from_message_id")
    if body.assignee_id is not None:
        administration.check_assignable(wiring.agents(), wiring.teams(), body.assignee_id, None)
    cut = Cut(body.leg_id, body.from_message_id)
    done = _rearranging(caller).split(conversation_id, cut, body.assignee_id)
    return SplitView(conversation=view(done.target, caller.now), new=view(done.source, caller.now))


def _rearranging(caller: Caller) -> Rearranging:
    return Rearranging(work.merging(), caller.principal, caller.now)


def _merged_view(caller: Caller, done: Both, *, preview: bool) -> MergedView:
    return MergedView(conversation=view(done.target, caller.now), source=view(done.source, caller.now), preview=preview)
