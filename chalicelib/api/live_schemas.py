"""What is said on sockets, both ways, frame by frame: the types behind the AsyncAPI document (see `asyncapi`).

What the desk says is built from plain values where it is said; tests hold that to these types, and these to that.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.floor_views import FloorFrame
from chalicelib.api.schemas import Json, Moment, View

Topic = Annotated[
    str,
    Meta(
        pattern=r"^(desk|floor|(conversation|work|team|contact|visitor):[A-Za-z0-9_.~-]{1,200})\Z",
        description="What somebody looks at",
        examples=["conversation:cnv_5h2vq8w0c4n1x7r3k9mt", "work:agt_5h2vq8w0c4n1x7r3k9mt", "desk"],
    ),
]
PlaceText = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,18}\.[0-9]{1,18}\Z",
        description="How far a client is: its number, and the last `as_of` it was complete at, in milliseconds",
        examples=["20514000000042.1772444671000"],
    ),
]
Number = Annotated[int, Meta(ge=0, lt=10**18)]
Request = Annotated[str, Meta(max_length=64, description="Comes back with the answer")]
Topics = Annotated[list[Topic], Meta(max_length=60)]


class HappenedView(View, frozen=True, kw_only=True):
    """An event, without its snapshot: that is the thing's `view`. Whoever has seen its `id` can drop it."""

    id: str
    type: str
    occurred_at: str
    actor: Json
    data: Json


class ChangeView(View, frozen=True, kw_only=True):
    """A thing as the REST API shows it (`view`), and what happened to it. The higher `version` is the newer view."""

    kind: str
    id: str
    version: int
    view: Json
    happened: list[HappenedView]


class LiveEntry(View, frozen=True, kw_only=True):
    """One number of a topic: numbers have no holes."""

    topic: str
    seq: int
    at: Moment
    changes: list[ChangeView]


class LiveTopic(View, frozen=True, kw_only=True):
    """What came behind the client's place, oldest first; it is at `place` (number `seq`) then. `more`: there is more
    behind it. `reset`: what was missed cannot be told any more; read the topic anew, then go on from `place`."""

    topic: str
    place: str
    seq: int
    reset: bool
    more: bool
    entries: list[LiveEntry]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of a client."""

    request: Request | UnsetType = UNSET


class Follow(Said, frozen=True, kw_only=True, tag_field="action", tag="follow"):
    """Follow topics, each from its place (null: from now). `after`: places by a cursor."""

    topics: dict[Topic, PlaceText | None] | Topics | UnsetType = UNSET
    after: str | UnsetType = UNSET


class Leave(Said, frozen=True, kw_only=True, tag_field="action", tag="leave"):
    """Follow these no more."""

    topics: list[str]


class Ping(Said, frozen=True, kw_only=True, tag_field="action", tag="ping"):
    """A sign of life, every half minute. `seqs`: the numbers that the client has."""

    seqs: dict[str, Number] = {}


class Typing(Said, frozen=True, kw_only=True, tag_field="action", tag="typing"):
    """An agent writes, or has stopped (`on` false); a reply is told to the customer, a note never."""

    conversation_id: str
    on: bool = True
    composing: Literal["reply", "note"] = "reply"


class ViewFrame(Said, frozen=True, kw_only=True, tag_field="action", tag="view"):
    """What this socket shows from now on; null: nothing."""

    conversation_id: str | None


class Take(Said, frozen=True, kw_only=True, tag_field="action", tag="take"):
    """A supervisor takes the composer."""

    conversation_id: str


class Told(View, frozen=True, kw_only=True):
    """A frame of the desk. `request`: that of the frame it answers."""

    request: Request | UnsetType = UNSET


class Followed(Told, frozen=True, kw_only=True, tag_field="type", tag="followed"):
    """What came behind each place. `cursor`: all the new places in one."""

    as_of: Moment
    cursor: str
    topics: list[LiveTopic]


class Left(Told, frozen=True, kw_only=True, tag_field="type", tag="left"):
    topics: list[str]


class Pong(Told, frozen=True, kw_only=True, tag_field="type", tag="pong"):
    """`heads`: the newest number of each topic that was asked for; who has them is complete up to `as_of`. `lost`: not
    followed on this socket (any more)."""

    as_of: Moment
    heads: dict[str, int]
    lost: list[str]


class LiveError(Told, frozen=True, kw_only=True, tag_field="type", tag="error"):
    """`code` is stable: `invalid_input`, `too_many_requests`, `not_connected` (connect anew), `unavailable` (later)."""

    code: str
    detail: str
    field: str | None | UnsetType = UNSET


class Entries(View, frozen=True, kw_only=True, tag_field="type", tag="entries"):
    """The next entries of topics. May come twice, late, or not at all."""

    entries: list[LiveEntry]


class Heads(View, frozen=True, kw_only=True, tag_field="type", tag="heads"):
    """There are entries up to these numbers, to be fetched: too large to be pushed, or the client is behind."""

    heads: dict[str, int]


class WhoView(View, frozen=True, kw_only=True):
    kind: str
    name: str | None
    id: str | UnsetType = UNSET


class TypingView(View, frozen=True, kw_only=True, tag_field="type", tag="typing"):
    """Somebody writes until then. Visitors are told a name alone."""

    topic: str
    who: WhoView
    until: Moment
    conversation_id: str | UnsetType = UNSET
    composing: Literal["message", "reply", "note"] | UnsetType = UNSET


class ViewerView(View, frozen=True, kw_only=True):
    id: str
    name: str
    since: Moment
    until: Moment
    composing: Literal["reply", "note"] | None


class LockView(View, frozen=True, kw_only=True):
    """Who holds a composer. It hinders nobody."""

    id: str
    name: str
    since: Moment
    until: Moment


class Viewing(Told, frozen=True, kw_only=True, tag_field="type", tag="viewing"):
    """Who else looks at what this socket shows now."""

    conversation_id: str | None
    viewers: list[ViewerView]
    lock: LockView | None


class Viewers(View, frozen=True, kw_only=True, tag_field="type", tag="viewers"):
    topic: str
    viewers: list[ViewerView]
    lock: LockView | None


class Lock(Told, frozen=True, kw_only=True, tag_field="type", tag="lock"):
    topic: str
    lock: LockView | None


class Gauges(View, frozen=True, kw_only=True, tag_field="type", tag="gauges"):
    """How a queue is, as the REST API shows it; at most every five seconds."""

    topic: str
    as_of: Moment
    team_id: str
    depth: int
    depth_is_more: bool
    oldest_waiting_since: Moment | None
    agents_available: int
    free_units: int
    at_once: bool
    arrivals_per_minute: dict[str, float]
    expected_wait: dict[str, Any] | None
    left_today: int


# Each frame of a client, and what it may be answered besides an error.
ANSWERS: dict[type[Said], tuple[type[View], ...]] = {
    Follow: (Followed,),
    Leave: (Left,),
    Ping: (Pong,),
    Typing: (Lock,),
    ViewFrame: (Viewing,),
    Take: (Lock,),
}
PUSHED: tuple[type[View], ...] = (Entries, Heads, TypingView, Viewers, Lock, Gauges, FloorFrame)
