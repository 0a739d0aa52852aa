"""Drafts of agents, kept so that another device goes on with them. A device that is behind is told so and given the
newer words; it can never write over them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.agent_draft import AgentDraft, DraftWords, saved
from chalicelib.domain.errors import DraftBehind, DraftNotFound, InvalidInput, StoreUnavailable
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written
from chalicelib.services import desk
from chalicelib.services.ports import DeskStore
from chalicelib.services.together_ports import AgentDraftStore


@dataclass(frozen=True, slots=True)
class AgentDrafts:
    """For one caller."""

    store: AgentDraftStore
    conversations: DeskStore
    principal: Principal
    now: datetime

    def get(self, conversation_id: str) -> AgentDraft:
        """Raises DraftNotFound."""
        found = self._found(conversation_id)
        if found is None:
            raise DraftNotFound("There is no draft of yours in this conversation.")
        return found

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[AgentDraft]:
        """The caller's, the newest begun first."""
        return self.store.page(self.principal.id, limit, start, self.now)

    def save(self, conversation_id: str, words: DraftWords, read_version: int) -> AgentDraft:
        """`read_version`: that of the draft the device has, 0 where it has none. The same words again change nothing,
        whatever the device has. Raises ConversationNotFound, ConversationIsMerged, DraftBehind, InvalidInput."""
        if not (words.text.strip() or words.attachments):
            raise InvalidInput("There is nothing to keep: delete the draft.", field="text")
        desk.get(self.conversations, conversation_id)
        before = self._found(conversation_id)
        if before is not None and before.words == words:
            return before
        self._check(before, read_version)
        after = saved(before, self.principal.id, conversation_id, words, self.now)
        if self.store.put(after, read_version, self.now) is Written.DONE:
            return after
        current = self._found(conversation_id)
        if current is None or current.words != words:
            self._behind(current)
        return current or after

    def delete(self, conversation_id: str, read_version: int) -> None:
        """What is gone is no trouble. Raises DraftBehind."""
        before = self._found(conversation_id)
        if before is None:
            return
        self._check(before, read_version)
        if self.store.remove(conversation_id, self.principal.id, read_version) is not Written.DONE:
            now = self._found(conversation_id)
            if now is not None:
                self._behind(now)

    def sent(self, conversation_id: str, version: int) -> None:
        """Its words are on their way. What was written since stays; where the store fails, the draft stays too, which
        loses nothing."""
        with suppress(StoreUnavailable):
            self.store.remove(conversation_id, self.principal.id, version)

    def _found(self, conversation_id: str) -> AgentDraft | None:
        return self.store.get(conversation_id, self.principal.id, self.now)

    def _check(self, before: AgentDraft | None, read_version: int) -> None:
        if (before.version if before else 0) != read_version:
            self._behind(before)

    def _behind(self, now: AgentDraft | None) -> None:
        raise DraftBehind(
            "The draft has changed on another device: show both, and save what is to stay.",
            field="version",
            draft=draft_fact(now) if now else None,
        )


def draft_fact(draft: AgentDraft) -> Mapping[str, Any]:
    """A draft as a refusal tells it."""
    words = draft.words
    return {
        "version": draft.version,
        "saved_at": draft.saved_at.isoformat(),
        "kind": words.kind.value,
        "text": words.text,
        "leg_id": words.leg_id,
        "attachments": list(words.attachments),
        "reply_to": words.reply_to,
    }
