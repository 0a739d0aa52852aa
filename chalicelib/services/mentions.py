"""Mentions in notes: whom a note means is looked up as it is written, and stored with it in one transaction: the note,
a line in each agent's list, and that they follow the conversation now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.agent import Agent, Principal
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.follower import mentioned
from chalicelib.domain.mention import MAX_MENTIONED, Mark, Mention, MentionKind, joined
from chalicelib.domain.note import Note, may_see
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded
from chalicelib.domain.writes_together import Beside, FollowingChange
from chalicelib.services.administration import every
from chalicelib.services.administration_ports import AgentStore, TeamStore
from chalicelib.services.together_ports import FollowerStore, MentionStore

# More unseen ones than these are told as so many.
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a note means: its marks, and the agents of each."""

    marks: tuple[Mark, ...]
    agents: tuple[tuple[str, ...], ...]
    followers: FollowerStore

    @property
    def seeds(self) -> tuple[str, ...]:
        """What tells this note from another one: whom it names, whoever is in a team at the time."""
        return tuple(mark.seed for mark in self.marks)

    def of(self, author_id: str, audience: Sequence[str]) -> tuple[str, ...]:
        """The agents, each once and without the author. Raises InvalidInput."""
        return joined(self.agents, author_id, audience)

    def beside(self, note: Note, actor: Actor) -> tuple[Beside, ...]:
        """What is written with the note, by what is now: to be asked again for each attempt."""
        if not note.mentions:
            return ()
        made: list[Beside] = [
            Mention(agent_id, note.id, note.conversation_id, note.author_id, note.at) for agent_id in note.mentions
        ]
        before = self.followers.followings([note.conversation_id])[note.conversation_id]
        after = mentioned(before, note.mentions, note.at)
        if after is not None:
            made.append(FollowingChange(after, before.version, Recorded((), actor, note.at)))
        return tuple(made)


def meant(agents: AgentStore, teams: TeamStore, followers: FollowerStore, marks: Sequence[Mark]) -> Meant:
    """Whom these marks mean now: of teams, everybody who has access. Raises InvalidInput, which names the mark."""
    staff: Sequence[Agent] | None = None
    found: list[tuple[str, ...]] = []
    for place, mark in enumerate(marks):
        field = f"mentions[{place}]"
        if mark.kind is MentionKind.AGENT:
            agent = agents.get(mark.id)
            if agent is None or not agent.enabled:
                raise InvalidInput("There is no such agent, or access was taken away.", field=field)
            found.append((agent.id,))
            continue
        if teams.get(mark.id) is None:
            raise InvalidInput("There is no such team.", field=field)
        staff = every(agents.list) if staff is None else staff
        members = _in_team(staff, mark.id)
        if not members:
            raise InvalidInput("There is nobody in this team.", field=field)
        found.append(members)
    return Meant(tuple(marks), tuple(found), followers)


def members(agents: AgentStore, team_id: str) -> tuple[str, ...]:
    """Who is in a team and has access: so many as a note may mention."""
    return _in_team(every(agents.list), team_id)[:MAX_MENTIONED]


def _in_team(staff: Sequence[Agent], team_id: str) -> tuple[str, ...]:
    return tuple(agent.id for agent in staff if agent.enabled and team_id in agent.team_ids)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What mentions the caller."""

    store: MentionStore

    def page(
        self, principal: Principal, limit: int, start: Mapping[str, Any] | None, *, unseen: bool
    ) -> Page[tuple[Mention, Note]]:
        """Newest first, with the notes; without what is gone, or not for them any more."""
        page = self.store.page(principal.id, limit, start, unseen=unseen)
        notes = self.store.notes(page.items)
        found = [(each, notes[each.note_id]) for each in page.items if each.note_id in notes]
        return Page([(each, note) for each, note in found if may_see(note, principal)], page.next)

    def unseen(self, principal: Principal) -> int:
        """How many, `MOST_COUNTED` at most."""
        return self.store.unseen(principal.id, MOST_COUNTED)

    def see(self, principal: Principal, note_ids: Sequence[str], up_to: str | None, now: datetime) -> int:
        """Mark some, or all up to a note, as seen; how many are not then. Raises InvalidInput."""
        if up_to is not None:
            if ids.body_of(up_to)[: ids.TIME_LENGTH] > ids.time_part(now):
                raise InvalidInput("There is no such note yet: what is to come is not seen.", field="up_to")
            self.store.see_to(principal.id, up_to)
        self.store.see(principal.id, note_ids)
        return self.unseen(principal)
