"""Progress: what happened to a case, for whoever gets it next and for whoever asks how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.message import Message
from chalicelib.domain.progress import Material, Step, milestones, steps
from chalicelib.domain.progress_lines import Milestone


class ProgressStore(Protocol):
    def material(self, conversation_id: str) -> Material | None: ...

    def first_answer(self, conversation: Conversation) -> Message | None: ...

    def names(self, agent_ids: Sequence[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Progress:
    conversation: Conversation
    steps: Sequence[Step]
    milestones: Sequence[Milestone]


def progress(store: ProgressStore, conversation_id: str) -> Progress:
    """Three reads, and one for each further leg. Raises ConversationNotFound, StoreUnavailable."""
    found = store.material(conversation_id) if ids.is_id("cnv", conversation_id) else None
    if found is None:
        raise ConversationNotFound("There is no such conversation.")
    agents = _agents(found)
    whole = replace(
        found,
        answer=store.first_answer(found.conversation),
        names=store.names(agents) if agents else {},
    )
    return Progress(found.conversation, steps(whole), milestones(whole))


def _agents(found: Material) -> list[str]:
    """Who is named by id alone."""
    named = [decision.agent_id for decision in found.decisions]
    named += [note.facts.get("assignee_id") for note in found.notes]
    named += [promise.made_by.id for promise in found.promises]
    return sorted({name for name in named if isinstance(name, str)})
