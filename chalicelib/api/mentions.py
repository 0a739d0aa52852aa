"""What mentions the caller: notes that name them, or a team of theirs."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid, InvalidInput
from chalicelib.domain.mention import Mark, Mention, MentionKind
from chalicelib.domain.note import Note
from chalicelib.wiring import api as wiring
from chalicelib.wiring import together

resource = Resource("mentions")

NoteId = Annotated[str, Meta(pattern=r"^nte_[0-9a-hjkmnp-tv-z]{29}\Z", description="Id of a note")]
MarkId = Annotated[str, Meta(pattern=r"^(agt|team)_[0-9a-hjkmnp-tv-z]{1,64}\Z", examples=["agt_5h2vq8w0c4n1x7r3k9mt"])]
MAX_SEEN = 100


class MarkBody(Body, frozen=True, kw_only=True):
    """Whom a note means: an agent, or everybody in a team at this time."""

    kind: MentionKind
    id: MarkId

    def mark(self, place: int) -> Mark:
        """Raises InvalidInput where the id is of another kind."""
        if self.id.partition("_")[0] != ("agt" if self.kind is MentionKind.AGENT else "team"):
            raise InvalidInput(f"This is no id of {self.kind.value}s.", field=f"mentions[{place}]")
        return Mark(self.kind, self.id)


class MentionQuery(PageQuery, frozen=True, kw_only=True):
    """`unseen`: those only; a page may then hold fewer, or none, while `next_cursor` goes on."""

    unseen: bool = False


class MentionView(View, frozen=True, kw_only=True):
    """A note that means the caller."""

    note_id: str
    conversation_id: str
    author_id: str
    author_name: str
    text: str
    whisper: bool
    at: datetime
    seen: bool


class MentionPage(View, frozen=True, kw_only=True):
    """Newest first, for 180 days. `unseen`: how many are not seen yet, 100 at most."""

    items: list[MentionView]
    unseen: int
    next_cursor: str | None


class SeenBody(Body, frozen=True, kw_only=True):
    """`note_ids`: these; `up_to`: that note's and all before it."""

    note_ids: Annotated[list[NoteId], Meta(max_length=MAX_SEEN)] = []
    up_to: NoteId | None = None


class SeenView(View, frozen=True, kw_only=True):
    unseen: int


@resource.route(
    "GET",
    "/me/mentions",
    role=Role.AGENT,
    query=MentionQuery,
    gives=MentionPage,
    refuses=(CursorInvalid,),
    people_only=True,
)
def list_mentions(caller: Caller, query: MentionQuery) -> MentionPage:
    """Notes that mention you, in whatever conversation."""
    mentions = together.mentions()
    found, cursor = cursors.page_of(
        "mentions",
        lambda limit, start: mentions.page(caller.principal, limit, start, unseen=query.unseen),
        wiring.cursor_secret,
        caller,
        query,
    )
    items = [_view(mention, note) for mention, note in found]
    return MentionPage(items=items, unseen=mentions.unseen(caller.principal), next_cursor=cursor)


@resource.route(
    "POST",
    "/me/mentions/seen",
    role=Role.AGENT,
    body=SeenBody,
    gives=SeenView,
    people_only=True,
    example={"note_ids": ["nte_01h8k2m4n01c8w5h2vq0n4x7r3k9m"]},
)
def see_mentions(caller: Caller, body: SeenBody) -> SeenView:
    """Mark mentions as seen. Again, or of a note that does not mention you, it changes nothing."""
    if not body.note_ids and body.up_to is None:
        raise InvalidInput("Name notes, or up to which you have seen all.", field="note_ids")
    return SeenView(unseen=together.mentions().see(caller.principal, body.note_ids, body.up_to, caller.now))


def _view(mention: Mention, note: Note) -> MentionView:
    return MentionView(
        note_id=mention.note_id,
        conversation_id=mention.conversation_id,
        author_id=mention.author_id,
        author_name=note.author_name,
        text=note.text,
        whisper=bool(note.audience),
        at=mention.at,
        seen=mention.seen,
    )
