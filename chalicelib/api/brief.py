"""The brief of a conversation: what whoever gets it has to know."""

from datetime import datetime

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Json, View
from chalicelib.domain.agent import Role
from chalicelib.domain.brief import Brief
from chalicelib.domain.brief_lines import Line
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.wiring import escalation as wiring

resource = Resource("brief")


class SourceView(View, frozen=True, kw_only=True):
    """What a line was taken from: `kind` is contact, conversation, leg, message, note, decision, clock, promise or
    event; `id` names which (of a decision: its time)."""

    kind: str
    id: str


class LineView(View, frozen=True, kw_only=True):
    """`code` says what the line is of; `at` is its time, where it has one; `facts`: what a text of ours tells, as data
    ({} where it is somebody's own words)."""

    code: str
    text: str
    facts: Json
    at: datetime | None
    source: SourceView


class SectionView(View, frozen=True, kw_only=True):
    name: str
    lines: list[LineView]


class BriefView(View, frozen=True, kw_only=True):
    """Sections, in this order as far as there is something: who, about, state, tried, promises, events, last_words."""

    conversation_id: str
    at: datetime
    sections: list[SectionView]


@resource.route(
    "GET",
    "/conversations/{conversation_id}/brief",
    role=Role.AGENT,
    gives=BriefView,
    refuses=(ConversationNotFound,),
)
def get_brief(caller: Caller, conversation_id: str) -> BriefView:
    """Facts, promises and what was tried, taken from what is stored; nothing is made up, and every line has its source.
    Colleagues' notes are not in it."""
    found = wiring.briefs().of(conversation_id, caller.now)
    return BriefView(conversation_id=found.conversation_id, at=found.at, sections=section_views(found))


def section_views(found: Brief) -> list[SectionView]:
    return [SectionView(name=name, lines=[_line(line) for line in lines]) for name, lines in found.sections.items()]


def _line(line: Line) -> LineView:
    kind, identifier = line.source
    source = SourceView(kind=kind, id=identifier)
    return LineView(code=line.code, text=line.text, facts=dict(line.facts), at=line.at, source=source)
