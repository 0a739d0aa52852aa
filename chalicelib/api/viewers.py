"""Who looks at a conversation now, and who holds its composer. docs/collisions.md says what they are."""

from datetime import datetime
from typing import Any

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.services import desk
from chalicelib.wiring import api as wiring
from chalicelib.wiring.live_stores import rooms

resource = Resource("viewers")


class ViewerView(View, frozen=True, kw_only=True):
    """An agent who has the conversation open, until `until` unless their client goes on. `composing`: reply or note,
    null while they only look."""

    id: str
    name: str
    since: datetime
    until: datetime
    composing: str | None


class ComposerView(View, frozen=True, kw_only=True):
    """Who writes a reply: others may too, and know of it."""

    id: str
    name: str
    since: datetime
    until: datetime


class ViewersView(View, frozen=True, kw_only=True):
    """`lock` is null where nobody writes a reply."""

    viewers: list[ViewerView]
    lock: ComposerView | None


@resource.route(
    "GET",
    "/conversations/{conversation_id}/viewers",
    role=Role.AGENT,
    gives=ViewersView,
    refuses=(ConversationNotFound,),
)
def get_viewers(caller: Caller, conversation_id: str) -> ViewersView:
    """Agents who look at it now, who came first first. Sockets are told of changes: `viewers` and `lock` frames."""
    desk.look(wiring.desk(), conversation_id)
    shown: dict[str, Any] = rooms().room(conversation_id).wire(caller.now)
    viewers = [ViewerView(**viewer) for viewer in shown["viewers"]]
    return ViewersView(viewers=viewers, lock=ComposerView(**shown["lock"]) if shown["lock"] else None)
