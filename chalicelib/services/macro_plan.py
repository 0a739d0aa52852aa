"""What a macro would do with a conversation: each action by its outcome, with nothing changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput, Refusal
from chalicelib.domain.errors_texts import TextUnsuited
from chalicelib.domain.labels import LabelScope, Vocabulary
from chalicelib.domain.macro import ME, STATE, Action, ActionKind, Block, Macro, blocks
from chalicelib.domain.macro_state import changes, with_action
from chalicelib.domain.message import MessageKind
from chalicelib.domain.text_scope import Reader
from chalicelib.services.assignment import Wish, load
from chalicelib.services.canned_responses import CannedResponses, agent_facts, check_channel
from chalicelib.services.composing import Verdict
from chalicelib.services.ports import DeskStore
from chalicelib.services.reply_draft import Draft


class Outcome(StrEnum):
    """NOTHING: it is so already."""

    DONE = "done"
    NOTHING = "nothing"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of one action. `action` with the texts that this customer would get; `changes`: [field, before,
    after] each; `parts`: the messages that a reply goes as, in the form the customer gets."""

    action: Action
    outcome: Outcome = Outcome.DONE
    refusal: Refusal | None = None
    changes: Sequence[tuple[str, Any, Any]] = ()
    parts: Sequence[str] = ()

    @property
    def is_undoable(self) -> bool:
        return self.outcome is Outcome.DONE and self.action.kind in STATE


class Drafts(Protocol):
    def judged(self, draft: Draft, *, split: bool) -> Verdict: ...


class Tasks(Protocol):
    def check(self, conversation: Conversation, values: Mapping[str, Any], principal: Principal) -> None:
        """Raises what asking for this task would."""


@dataclass(frozen=True, slots=True)
class Planning:
    """`assignable` raises InvalidInput where work cannot be given to this agent or team. `drafts` judges what is sent
    in one conversation. `tasks` None: there are none on this desk."""

    store: DeskStore
    responses: CannedResponses
    vocabulary: Callable[[], Vocabulary]
    assignable: Callable[[str | None, str | None], None]
    drafts: Callable[[Principal, str, datetime], Drafts]
    tasks: Tasks | None = None

    def plan(self, reader: Reader, conversation: Conversation, macro: Macro, now: datetime) -> Sequence[Outlook]:
        """One outlook for each action, in their order. Raises StoreUnavailable."""
        return _Plan(self, reader, now).of(conversation, macro.actions)


@dataclass(frozen=True, slots=True)
class _Plan:
    planning: Planning
    reader: Reader
    now: datetime

    def of(self, conversation: Conversation, actions: Sequence[Action]) -> Sequence[Outlook]:
        found: list[Outlook] = []
        for block in blocks(actions):
            if block.is_state:
                conversation, seen = self._state(conversation, block)
                found += seen
            else:
                found.append(self._other(conversation, block.actions[0]))
        return found

    def _state(self, before: Conversation, block: Block) -> tuple[Conversation, Sequence[Outlook]]:
        """One after the other, and whether the owner whom all of them leave has room."""
        found: list[Outlook] = []
        state = before
        for action in block.actions:
            try:
                self._check(action)
                after = with_action(state, action, self.reader.principal.id, self.now)
            except Refusal as refusal:
                found.append(Outlook(action, Outcome.REFUSED, refusal))
                continue
            told = [(each.field, each.before, each.after) for each in changes(state, after)]
            found.append(Outlook(action, Outcome.DONE if told else Outcome.NOTHING, None, told))
            state = after
        try:
            check_room(self.planning.store, before, state)
        except Refusal as refusal:
            found = _refused_assignment(found, refusal)
        return state, found

    def _check(self, action: Action) -> None:
        if action.kind is ActionKind.LABELS:
            self.planning.vocabulary().check(action.values["add"], LabelScope.CONVERSATION, "add")
        if action.kind is ActionKind.ASSIGN:
            assignee = action.values.get("assignee_id")
            if assignee == ME and self.reader.principal.kind != "agent":
                raise InvalidInput("An API key is nobody to give work to: name an agent.", field="assignee_id")
            self.planning.assignable(None if assignee == ME else assignee, action.values.get("team_id"))

    def _other(self, conversation: Conversation, action: Action) -> Outlook:
        try:
            return self._seen(conversation, action)
        except Refusal as refusal:
            return Outlook(action, Outcome.REFUSED, refusal)

    def _seen(self, conversation: Conversation, action: Action) -> Outlook:
        if action.kind is ActionKind.NOTE:
            return Outlook(action)
        if action.kind is ActionKind.TASK:
            if self.planning.tasks is None:
                raise TextUnsuited("This desk keeps no tasks.", field="do")
            self.planning.tasks.check(conversation, action.values, self.reader.principal)
            return Outlook(action)
        if action.kind is ActionKind.TEMPLATE:
            return self._judged(conversation, self._template(conversation, action))
        return self._judged(conversation, self._reply(conversation, action))

    def _reply(self, conversation: Conversation, action: Action) -> Action:
        """With the words that this customer gets, on the leg that is active now."""
        responses = self.planning.responses
        if "text" in action.values:
            done = responses.filled_text(action.values["text"], conversation, self.reader.principal, self.now)
        else:
            response = responses.library.get(self.reader, action.values["canned_response_id"])
            check_channel(response, conversation.channel)
            if response.files:
                raise TextUnsuited("It has files: send it by hand.", field="canned_response_id")
            done = responses.filled(response, conversation, self.reader.principal, self.now)
        _check_ready(done.missing, "text")
        return Action(action.kind, {"text": done.text, "leg_id": conversation.active_leg_id})

    def _template(self, conversation: Conversation, action: Action) -> Action:
        facts = agent_facts(self.reader.principal)
        words = self.planning.responses.words
        done = words.filled(conversation.contact_id, {"content": dict(action.values)}, self.now, facts)
        _check_ready(done.missing, "components")
        return Action(action.kind, {"content": done.value["content"], "leg_id": conversation.active_leg_id})

    def _judged(self, conversation: Conversation, action: Action) -> Outlook:
        drafts = self.planning.drafts(self.reader.principal, conversation.id, self.now)
        verdict = drafts.judged(draft_of(action, ""), split=False)
        if verdict.refusal is not None:
            return Outlook(action, Outcome.REFUSED, verdict.refusal)
        return Outlook(action, parts=[part.shown.text for part in verdict.parts])


def draft_of(action: Action, client_id: str) -> Draft:
    """What a resolved reply or template sends."""
    values = action.values
    if action.kind is ActionKind.TEMPLATE:
        return Draft(client_id, kind=MessageKind.TEMPLATE, content=values["content"], leg_id=values["leg_id"])
    return Draft(client_id, values["text"], leg_id=values["leg_id"])


def check_room(
    store: DeskStore, before: Conversation, after: Conversation, *, keeps: bool = False
) -> tuple[int, Mapping[str, int]]:
    """The units it takes of its owner after, and what must be in use at most. `keeps`: what is taken up again stays
    with whom it is; else routing looks for somebody. Raises CapacityExceeded."""
    taken_up_again = keeps and after.status is not before.status and after.weight == 0
    if after.assignee_id == before.assignee_id and not taken_up_again:
        return after.weight, {}
    taken_up = replace(before, status=after.status)
    return load(store, taken_up, Wish(after.assignee_id, after.team_id))


def _check_ready(missing: Sequence[str], at: str) -> None:
    if missing:
        said = f"Nothing is known for {{{{{missing[0]}}}}}: give it words of its own, behind a |."
        raise InvalidInput(said, field=at)


def _refused_assignment(found: Sequence[Outlook], refusal: Refusal) -> list[Outlook]:
    """The last assignment is what does not fit."""
    last = max(place for place, each in enumerate(found) if each.action.kind is ActionKind.ASSIGN)
    seen = list(found)
    seen[last] = replace(seen[last], outcome=Outcome.REFUSED, refusal=refusal)
    return seen
