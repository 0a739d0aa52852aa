"""Verifying an address: a code goes there by the way of every message, and its coming back is proof.

What is stored of the message has a mask in the code's place; the code is put in when it is sent (`services/codes`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.consent import Purpose
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_points import EMAIL, PHONE, proven
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    CodesTooMany,
    CodeWrong,
    ContactNotFound,
    InvalidInput,
    StoreUnavailable,
    VerificationNotFound,
    VerificationOver,
)
from chalicelib.domain.events import ContactUpdated, ContactVerified
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.leg_choice import judged
from chalicelib.domain.leg_choice_values import Place
from chalicelib.domain.message import Author
from chalicelib.domain.note import Note
from chalicelib.domain.switching import SECRET, Switch
from chalicelib.domain.switching_words import words_of
from chalicelib.domain.verification import (
    GOOD_FOR,
    MASK,
    TRIES,
    Asked,
    Verification,
    VerificationState,
    is_code,
    masked,
    missed,
    recent,
    replaced,
    tried,
    verified,
    wait_seconds,
)
from chalicelib.domain.writes import Once, Recorded, Written
from chalicelib.services import evidence
from chalicelib.services.administration_ports import Ids
from chalicelib.services.desk import note_line
from chalicelib.services.leg_addresses import address_of
from chalicelib.services.leg_choice import LegChoosing, Surroundings, Way, candidate
from chalicelib.services.leg_messages import message_on, switch_to
from chalicelib.services.leg_ports import SwitchStore
from chalicelib.services.reply_draft import Draft
from chalicelib.services.switching import DESK_AUTHOR, SUBJECTED, Target, refused, way_of

ATTEMPTS = 8
# By kind of address: the channel by which a code goes there.
SENT_BY = {EMAIL: "email", PHONE: "sms"}
# What a code is sent in spite of: it is there to prove, its customer waits for it, and it says nothing else.
IN_SPITE_OF = frozenset({"identity_unproven", "consent_missing", "quiet_hours"})


class VerificationStore(SwitchStore, Protocol):
    def verification(self, contact_id: str, verification_id: str) -> Verification | None: ...

    def on_leg(self, leg_id: str) -> Verification | None:
        """The newest whose code was sent there."""

    def contact(self, contact_id: str) -> Contact | None: ...

    def asked(self, contact_id: str, kind: str, value: str) -> Asked: ...

    def begin(self, verification: Verification, switch: Switch, before: Asked, after: Asked) -> Written:
        """With the message that has the code. DUPLICATE: the client id is taken. CONFLICT: something has changed."""

    def save(self, verification: Verification) -> Written:
        """CONFLICT: somebody has written it since."""

    def settle(
        self,
        verification: Verification,
        contact: Contact,
        read_version: int,
        recorded: Recorded,
        evidence: Sequence[Evidence],
    ) -> Written:
        """Verified, and known so of the contact: both or neither."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Which address, and where the code goes: a leg of the conversation's, or an inbox that can write there."""

    kind: str
    value: str
    conversation_id: str
    client_id: str
    leg_id: str | None = None
    inbox_id: str | None = None

    @property
    def digest(self) -> str:
        return ids.digest("verify", self.kind, self.value, self.leg_id or "", self.inbox_id or "")


@dataclass(frozen=True, slots=True)
class Asking:
    store: VerificationStore
    choosing: LegChoosing
    ids: Ids
    principal: Principal
    now: datetime

    def ask(self, contact_id: str, asked: Ask) -> Verification:
        """Send a code; the one before it is void. A repeat with the same client id sends nothing more.

        Raises ContactNotFound, ConversationNotFound, ConversationIsMerged, InvalidInput, LegNotFound, LegRefused,
        InboxNotFound, InboxDisabled, CodesTooMany, ClientIdReused, MessageUnfit."""
        value = evidence.normal(asked.kind, asked.value) if asked.kind in SENT_BY else ""
        if not value or address_of(SENT_BY[asked.kind], value) is None:
            raise InvalidInput("Give an e-mail address, or a phone number with its country code.", field="value")
        asked = replace(asked, value=value)
        for _ in range(ATTEMPTS):
            done = self._before(contact_id, asked) or self._attempt(contact_id, asked)
            if done is not None:
                return done
        raise StoreUnavailable("too many writers at once")

    def _before(self, contact_id: str, asked: Ask) -> Verification | None:
        """What the same call has done a moment ago."""
        is_id = ids.is_id("cnv", asked.conversation_id)
        once = self.store.once(asked.conversation_id, asked.client_id) if is_id else None
        if once is None:
            return None
        message = self.store.message(once.leg_id, once.message_id) if once.digest == asked.digest else None
        named = message.content.get(SECRET) if message is not None else None
        found = self.store.verification(contact_id, str(named["id"])) if isinstance(named, dict) else None
        if found is None:
            told = "This client_id was used for something else in this conversation: make a new one."
            raise ClientIdReused(told, field="client_id")
        return found

    def _attempt(self, contact_id: str, asked: Ask) -> Verification | None:
        found = self.choosing.surroundings(asked.conversation_id, self.now)
        if contact_id not in found.contacts:
            if self.store.contact(contact_id) is None:
                raise ContactNotFound("There is no such contact.")
            raise InvalidInput("This is no conversation of the contact.", field="conversation_id")
        way = self._way(found, asked)
        before = self.store.asked(contact_id, asked.kind, asked.value)
        wait = max(wait_seconds(before.contact, self.now), wait_seconds(before.address, self.now))
        if wait:
            told = f"Too many codes were asked for: the next one can be sent in {wait} seconds."
            raise CodesTooMany(told, field="value", wait_seconds=wait)
        verification = self._verification(contact_id, asked, way)
        switch = self._switch(found, way, verification, asked)
        verification = replace(verification, message_id=switch.message.id)
        newest = before.newest if before.newest and before.newest.state is VerificationState.WAITING else None
        after = Asked(
            recent(before.contact, self.now), recent(before.address, self.now), replaced(newest) if newest else None
        )
        done = self.store.begin(verification, switch, before, after)
        return verification if done is Written.DONE else None

    def _way(self, found: Surroundings, asked: Ask) -> Way:
        """To this very address. Raises LegRefused, InvalidInput, LegNotFound and what finding an inbox raises."""
        if found.conversation.status is Status.RESOLVED:
            raise refused("resolved", "The conversation is resolved: open it first.")
        address = address_of(SENT_BY[asked.kind], asked.value)
        at = Target(leg_id=asked.leg_id) if asked.leg_id else Target(inbox_id=asked.inbox_id, address=address)
        inbox = found.inboxes.get(asked.inbox_id or "")
        if inbox is not None and inbox.channel != SENT_BY[asked.kind]:
            raise InvalidInput(f"{inbox.channel} does not lead to this address.", field="inbox_id")
        way = way_of(self.choosing, found, at)
        if way.known.address != address or way.inbox.channel != SENT_BY[asked.kind]:
            raise InvalidInput("This leg does not lead to that address.", field="leg_id")
        here = candidate(found, way, Draft("", "x"), self.now, by_a_person=False)
        choice = judged(here, found.customer, found.policy, Purpose.SERVICE, self.now)
        against = [each for each in choice.refusals if each.code not in IN_SPITE_OF]
        if against and (here.place is not Place.ACTIVE or against[0].code != "do_not_contact"):
            raise refused(against[0].code, against[0].said, all=[each.code for each in against])
        return way

    def _verification(self, contact_id: str, asked: Ask, way: Way) -> Verification:
        return Verification(
            id=self.ids.new("vrf"),
            contact_id=contact_id,
            kind=asked.kind,
            value=asked.value,
            conversation_id=asked.conversation_id,
            leg_id=way.leg_id,
            message_id="",
            asked_by=self.principal.id,
            asked_at=self.now,
            expires_at=self.now + GOOD_FOR,
        )

    def _switch(self, found: Surroundings, way: Way, verification: Verification, asked: Ask) -> Switch:
        words = words_of(found.customer.language)
        content: dict[str, Any] = {SECRET: {"id": verification.id, "contact_id": verification.contact_id}}
        if way.inbox.channel in SUBJECTED:
            content["subject"] = words.code_subject
        text = words.code.format(code=MASK, minutes=int(GOOD_FOR.total_seconds()) // 60)
        draft = Draft(asked.client_id, text, content=content)
        author = Author(DESK_AUTHOR, self.principal.id, None)
        message = message_on(way, found.conversation, draft, author, self.now)
        once = Once(asked.conversation_id, asked.client_id, message.id, message.leg_id, asked.digest)
        recorded = Recorded((), Actor(self.principal.kind, self.principal.id), self.now)
        note = self._note(verification)
        return switch_to(found, way, message, once, recorded, moves=False, proven=False, note=note)

    def _note(self, verification: Verification) -> Note:
        said = f"A confirmation code was sent to {masked(verification.kind, verification.value)}."
        facts = {"type": "verification.asked", "verification_id": verification.id, "kind": verification.kind}
        return note_line(
            verification.conversation_id, "activity", self.principal, self.now, said, verification.id, facts
        )


@dataclass(frozen=True, slots=True)
class Checking:
    """A code that somebody gives: an agent to whom the customer has told it, or the customer who answers with it."""

    store: VerificationStore
    key: Callable[[], str]
    now: datetime

    def check(self, contact_id: str, verification_id: str, code: str, actor: Actor) -> Verification:
        """Verified; a repeat after that answers the same. Raises VerificationNotFound, VerificationOver, CodeWrong."""
        if not ids.is_id("vrf", verification_id):
            raise VerificationNotFound("There is no such verification.")
        return self._tried(contact_id, verification_id, code, actor, "")

    def hear(self, leg_id: str, message_id: str, code: str, said_at: datetime, actor: Actor) -> None:
        """The customer has answered so on a leg. What is no try, or was one already, changes nothing."""
        found = self.store.on_leg(leg_id)
        if found is None or said_at < found.asked_at or message_id in found.heard or not found.is_good(self.now):
            return
        try:
            self._tried(found.contact_id, found.id, code, actor, message_id)
        except (CodeWrong, VerificationOver, VerificationNotFound):
            return

    def _tried(self, contact_id: str, verification_id: str, code: str, actor: Actor, message_id: str) -> Verification:
        counted: Verification | None = None
        for _ in range(ATTEMPTS):
            found = self.store.verification(contact_id, verification_id)
            if found is None:
                raise VerificationNotFound("There is no such verification.")
            if found.state is VerificationState.VERIFIED:
                return found
            if counted is None:
                counted = self._counted(found, message_id)
                continue
            if found.state is VerificationState.REPLACED:
                raise self._over(found)
            if not is_code(self.key(), found.id, code):
                self._missed(found)
                continue
            done = self._settled(found, actor)
            if done is not None:
                return done
        raise StoreUnavailable("too many writers at once")

    def _counted(self, found: Verification, message_id: str) -> Verification | None:
        """None: somebody else was writing. Raises VerificationOver."""
        if not found.is_good(self.now):
            raise self._over(found)
        after = tried(found, message_id)
        return after if self.store.save(after) is Written.DONE else None

    def _over(self, found: Verification) -> VerificationOver:
        because = found.over_because(self.now)
        said = {"replaced": "A newer code was sent.", "tries": "There were too many wrong codes: send a new one."}
        return VerificationOver(said.get(because, "The code has expired: send a new one."), because=because)

    def _missed(self, found: Verification) -> None:
        """Raises CodeWrong, once it is noted where that was the last try."""
        after = missed(found)
        if after.state is not found.state and self.store.save(after) is not Written.DONE:
            return
        left = max(0, TRIES - found.tries)
        raise CodeWrong(f"It is another code; {left} tries are left.", field="code", left=left)

    def _settled(self, found: Verification, actor: Actor) -> Verification | None:
        """None: the contact or the verification has changed meanwhile."""
        contact = self.store.contact(found.contact_id)
        if contact is None:
            raise VerificationNotFound("The contact is gone.")
        after = verified(found, self.now)
        known = proven(contact, found.kind, found.value, found.id, self.now)
        known = replace(known, updated_at=self.now, version=contact.version + 1)
        told = ContactVerified(verification_id=found.id, kind=found.kind, leg_id=found.leg_id)
        recorded = Recorded((ContactUpdated(fields=("contact_points",)), told), actor, self.now)
        said = evidence.changed(contact, known)
        done = self.store.settle(after, known, contact.version, recorded, said)
        return after if done is Written.DONE else None
