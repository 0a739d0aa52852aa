"""An agent moves a conversation to another leg: one transaction, with the first message there.

The message begins with where the conversation comes from and what was said last, where it is proven that the address is
the customer's. Without words of the agent's it goes alone, as the desk's own. A repeat with the same client id changes
nothing and answers what was done first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.channels import registry
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.consent import Purpose
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InboxDisabled,
    InboxNotFound,
    InvalidInput,
    LegNotFound,
    LegRefused,
    StoreUnavailable,
)
from chalicelib.domain.events import ConversationLegSwitched
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.leg_choice import judged, ranked
from chalicelib.domain.leg_choice_values import Candidate, Choice, Place
from chalicelib.domain.message import MEDIA, Author, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.switching import composed, opening, quotable, quotation, subject
from chalicelib.domain.switching_words import channel_said, words_of
from chalicelib.domain.writes import Once, Recorded, Written
from chalicelib.services.alternatives import Alternative, measured
from chalicelib.services.desk import note_line
from chalicelib.services.inbox_ports import TemplateReader
from chalicelib.services.leg_addresses import address_of
from chalicelib.services.leg_choice import LegChoosing, Surroundings, Way, candidate
from chalicelib.services.leg_messages import message_on, switch_to
from chalicelib.services.leg_ports import SwitchStore
from chalicelib.services.reply_draft import Draft
from chalicelib.services.template_check import check as check_template

ATTEMPTS = 8
# What is quoted at most where each part of a message is charged.
CHARGED_ROOM = 240
# What of the latest messages is read to find those worth quoting: edits and reactions are not.
READ_AHEAD = 4
SUBJECTED = frozenset({"email"})
DESK_AUTHOR = "automation"
MAX_INSTEAD = 3


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: a leg by its id (also one that is not begun yet, as it was proposed), or an address in an inbox."""

    leg_id: str | None = None
    inbox_id: str | None = None
    identity_id: str | None = None
    address: str | None = None

    @property
    def name(self) -> str:
        return "/".join(part or "" for part in (self.leg_id, self.inbox_id, self.identity_id, self.address))


@dataclass(frozen=True, slots=True)
class Wish:
    """`draft`: the agent's first words there, or a template; its text may be empty. `quotes`: whether the last messages
    are told."""

    target: Target
    draft: Draft
    purpose: Purpose = Purpose.SERVICE
    note: str = ""
    quotes: bool = True

    @property
    def digest(self) -> str:
        draft = replace(self.draft, leg_id=None)
        return ids.digest("switch", self.target.name, self.purpose.value, self.note, str(self.quotes), draft.digest)


@dataclass(frozen=True, slots=True)
class Switched:
    """What has become of it: the conversation, its leg, and the first message there."""

    conversation: Conversation
    leg: Leg
    message: Message


@dataclass(frozen=True, slots=True)
class Switching:
    store: SwitchStore
    choosing: LegChoosing
    templates: TemplateReader
    principal: Principal
    now: datetime

    def switch(self, conversation_id: str, wish: Wish) -> Switched:
        """Raises ConversationNotFound, ConversationIsMerged, LegNotFound, LegRefused, MessageUnfit, InvalidInput,
        InboxNotFound, InboxDisabled, ClientIdReused."""
        for _ in range(ATTEMPTS):
            done = self._before(conversation_id, wish) or self._attempt(conversation_id, wish)
            if done is not None:
                return done
        raise StoreUnavailable("too many writers at once")

    def _before(self, conversation_id: str, wish: Wish) -> Switched | None:
        """What the same call has done a moment ago."""
        if not ids.is_id("cnv", conversation_id):
            raise ConversationNotFound("There is no such conversation.")
        once = self.store.once(conversation_id, wish.draft.client_id)
        if once is None:
            return None
        if once.digest != wish.digest:
            told = "This client_id was used for something else in this conversation: make a new one."
            raise ClientIdReused(told, field="client_id")
        message = self.store.message(once.leg_id, once.message_id)
        conversation = self.store.conversation(conversation_id)
        if message is None or conversation is None or once.leg_id not in conversation.legs:
            raise LegNotFound("What was said there is part of another conversation now.")
        return Switched(conversation, conversation.legs[once.leg_id], message)

    def _attempt(self, conversation_id: str, wish: Wish) -> Switched | None:
        found = self.choosing.surroundings(conversation_id, self.now)
        way = way_of(self.choosing, found, wish.target)
        choice = self._judged(found, way, wish)
        draft = self._first_words(found, way, choice.candidate, wish)
        author = Author(self.principal.kind, self.principal.id, self.principal.name)
        if not _speaks(wish.draft):
            author = Author(DESK_AUTHOR, self.principal.id, None)
        message = message_on(way, found.conversation, draft, author, self.now)
        if draft.kind is MessageKind.TEMPLATE:
            shown = check_template(self.templates, way.inbox, message.content)
            message = replace(message, text=message.text or shown)
        told = self._told(found, choice.candidate, message, wish)
        once = Once(conversation_id, draft.client_id, message.id, message.leg_id, wish.digest)
        recorded = Recorded((told,), Actor(self.principal.kind, self.principal.id), self.now)
        note = self._note(found, choice.candidate, told, wish)
        proven = choice.candidate.is_proven
        write = switch_to(found, way, message, once, recorded, moves=True, proven=proven, note=note)
        if self.store.switch(write) is not Written.DONE:
            return None
        return Switched(write.after, write.after.legs[message.leg_id], message)

    def _judged(self, found: Surroundings, way: Way, wish: Wish) -> Choice:
        """Raises LegRefused."""
        conversation, person = found.conversation, self.principal.kind == "agent"
        if conversation.status is Status.RESOLVED:
            raise refused("resolved", "The conversation is resolved: open it first.")
        here = candidate(found, way, wish.draft, self.now, by_a_person=person)
        if here.place is Place.ACTIVE:
            raise refused("active", "The conversation is there already: reply to it.")
        choice = judged(here, found.customer, found.policy, wish.purpose, self.now)
        if choice.usable:
            return choice
        others = [candidate(found, each, wish.draft, self.now, by_a_person=person) for each in found.ways]
        instead = [*ways_out(choice), *other_ways(found, others, here, wish.purpose, self.now)]
        codes = [obstacle.code for obstacle in choice.refusals]
        raise refused(codes[0], choice.refusals[0].said, all=codes, instead=instead)

    def _first_words(self, found: Surroundings, way: Way, here: Candidate, wish: Wish) -> Draft:
        """The draft with what comes before it."""
        draft, words = wish.draft, words_of(found.customer.language)
        came_from = _channel(found)
        if draft.kind is not MessageKind.TEXT and draft.kind not in MEDIA:
            return draft
        content = draft.content
        if way.inbox.channel in SUBJECTED and "subject" not in content:
            content = {**content, "subject": subject(came_from, words)}
        limit = _limit(way.inbox, draft.kind)
        first = opening(came_from, words)
        if limit is None or measured(composed(first, "", draft.text), _abilities(way.inbox)) > limit:
            # The agent's own words go before ours.
            return replace(draft, content=content)
        quoted = self._quoted(found, way, here, wish, limit) if wish.quotes else ""
        return replace(draft, text=composed(first, quoted, draft.text), content=content)

    def _quoted(self, found: Surroundings, way: Way, here: Candidate, wish: Wish, limit: int) -> str:
        """To nobody of whom it is not proven who they are."""
        policy, words, abilities = found.policy, words_of(found.customer.language), _abilities(way.inbox)
        if not here.is_proven or policy.quote_messages == 0:
            return ""
        said = self.store.last_messages(found.conversation, policy.quote_messages * READ_AHEAD)
        messages = quotable(said, policy.quote_messages)
        room = min(policy.quote_characters, CHARGED_ROOM if abilities.segmented else policy.quote_characters)
        first = opening(_channel(found), words)
        while room > 0:
            quoted = quotation(messages, words, room)
            if measured(composed(first, quoted, wish.draft.text), abilities) <= limit:
                return quoted
            room //= 2
        return ""

    def _told(self, found: Surroundings, here: Candidate, message: Message, wish: Wish) -> ConversationLegSwitched:
        return ConversationLegSwitched(
            from_leg_id=found.conversation.active_leg_id,
            from_channel=_channel(found),
            to_leg_id=here.leg_id,
            to_channel=here.channel,
            inbox_id=here.inbox_id,
            message_id=message.id,
            purpose=wish.purpose.value,
            proof=here.proof.value,
            begun=here.place is Place.NEW,
        )

    def _note(self, found: Surroundings, here: Candidate, told: ConversationLegSwitched, wish: Wish) -> Note:
        words = words_of("en")
        moved = f"Moved from {channel_said(told.from_channel, words)} to {channel_said(here.channel, words)}."
        facts = {
            "type": told.TYPE,
            "from_leg_id": told.from_leg_id,
            "to_leg_id": told.to_leg_id,
            "purpose": told.purpose,
            "proof": told.proof,
        }
        said = f"{moved} {wish.note}".strip()
        return note_line(found.conversation.id, "activity", self.principal, self.now, said, message_seed(told), facts)


def message_seed(told: ConversationLegSwitched) -> str:
    return f"{told.TYPE} {told.message_id}"


def refused(because: str, said: str, **facts: Any) -> LegRefused:
    return LegRefused(said, field="leg_id", because=because, **{"all": [because], "instead": [], **facts})


def way_of(choosing: LegChoosing, found: Surroundings, target: Target) -> Way:
    """The way that is meant. Raises LegNotFound, InboxNotFound, InboxDisabled, InvalidInput."""
    if target.leg_id is not None:
        return _one(found, lambda way: way.leg_id == target.leg_id, "leg_id")
    inbox = found.inboxes.get(target.inbox_id or "")
    if inbox is None:
        raise InboxNotFound("There is no such inbox.", field="inbox_id")
    if not inbox.enabled:
        raise InboxDisabled(f"The inbox {inbox.name} is disabled.", field="inbox_id")
    if target.identity_id is not None:
        wanted = target.identity_id
        return _one(found, lambda way: way.inbox.id == inbox.id and _identity_of(way) == wanted, "identity_id")
    address = address_of(inbox.channel, target.address or "")
    given = (address, target.address)
    known = [way for way in found.ways if way.inbox.id == inbox.id and way.known.address in given]
    if known:
        return known[0]
    if address is None:
        raise InvalidInput(f"This is no address to which {inbox.channel} could begin to write.", field="address")
    return choosing.one_more(found, inbox, address)


def _identity_of(way: Way) -> str:
    return ids.identity_id(way.inbox.channel, way.known.address)


def _one(found: Surroundings, fits: Callable[[Way], bool], field: str) -> Way:
    way = next((way for way in found.ways if fits(way)), None)
    if way is None:
        raise LegNotFound("This is no way to reach this customer.", field=field)
    return way


def ways_out(choice: Choice) -> list[Alternative]:
    """What would make this very leg usable, as data for the composer."""
    here, codes = choice.candidate, {obstacle.code for obstacle in choice.refusals}
    found: list[Alternative] = []
    if here.elsewhere is not None:
        found.append({"kind": "merge", "source_id": here.elsewhere})
    if here.foreign:
        found.append({"kind": "link", "contact_id": here.contact_id})
    if "window_closed" in codes and here.by_template:
        found.append({"kind": MessageKind.TEMPLATE.value, "leg_id": here.leg_id})
    if "identity_unproven" in codes and here.channel in ("email", "sms"):
        found.append({"kind": "verification", "inbox_id": here.inbox_id, "value": here.address})
    if codes & {"identity_unproven", "consent_missing"}:
        found.append({"kind": "consent", "channel": here.channel})
    return found


def other_ways(
    found: Surroundings, candidates: Sequence[Candidate], here: Candidate, purpose: Purpose, now: datetime
) -> list[Mapping[str, Any]]:
    """The best of the other legs."""
    others = ranked(
        [each for each in candidates if each.leg_id != here.leg_id], found.customer, found.policy, purpose, now
    )
    usable = [each.candidate for each in others if each.usable][:MAX_INSTEAD]
    return [{"kind": "leg", "leg_id": one.leg_id, "channel": one.channel, "inbox_id": one.inbox_id} for one in usable]


def _speaks(draft: Draft) -> bool:
    return bool(draft.text.strip() or draft.attachments or draft.kind is not MessageKind.TEXT)


def _channel(found: Surroundings) -> str:
    """The channel of the leg on which the conversation is."""
    return found.conversation.legs[found.conversation.active_leg_id].channel


def _abilities(inbox: Inbox) -> Any:
    return registry.load(inbox.channel).CAPABILITIES


def _limit(inbox: Inbox, kind: MessageKind) -> int | None:
    """How long the text may be; None where there is none."""
    abilities = _abilities(inbox)
    limit: int | None = abilities.max_text if kind is MessageKind.TEXT else abilities.max_caption
    return limit or None
