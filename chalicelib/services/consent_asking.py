"""Asking a customer, while their window is open, whether we may write to them on another channel as well; and keeping
what they say as consent, with their own message as the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose, consent_now
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_points import EMAIL, PHONE, points_of
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import ContactNotFound, ConversationNotFound, InvalidInput, Refusal
from chalicelib.domain.question import NONE, Question, QuestionKind
from chalicelib.domain.question_words import channel_name, words_of
from chalicelib.domain.wait_words import language_of
from chalicelib.services.contact_wishes import Said, record_consent
from chalicelib.services.followed import check_unmerged
from chalicelib.services.people import PeopleStore, person_of
from chalicelib.services.ports import ContactStore
from chalicelib.services.questions import Answer, Questions, Wanted
from chalicelib.services.reply import leg_of

# Where a customer can be asked to go on: what has an address that they may have told us.
ADDRESSED: Mapping[str, str] = {"email": EMAIL, "sms": PHONE, "whatsapp": PHONE}
CONTACT = Principal("contact", "contact", "Customer", Role.AGENT)
YES = "yes"


class ConsentNotAsked(Refusal):
    """There is nothing to ask: `facts.because` says why (granted, withdrawn, address, channel, silence)."""

    code = "consent_not_asked"
    kind = "conflict"


class ConversationReader(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...


@dataclass(frozen=True, slots=True)
class ConsentAsking:
    conversations: ConversationReader
    contacts: ContactStore
    people: PeopleStore
    questions: Questions

    def ask(
        self,
        principal: Principal,
        conversation_id: str,
        channel: str,
        purpose: Purpose,
        client_id: str,
        now: datetime,
        leg_id: str | None = None,
    ) -> Question:
        """Send the question on a leg (the active one), with buttons where the channel has them. A repeat with the same
        client id sends nothing more.

        Raises ConversationNotFound, ConsentNotAsked, QuestionOpen, InvalidInput, WindowClosed and what a reply
        raises."""
        found = self.conversations.conversation(conversation_id)
        if found is None:
            raise ConversationNotFound("There is no such conversation.")
        check_unmerged(self.conversations, found)
        leg = leg_of(found, leg_id)
        if channel not in ADDRESSED or channel == leg.channel:
            there = ", ".join(sorted(name for name in ADDRESSED if name != leg.channel))
            raise InvalidInput(f"Ask about another channel that has an address: {there}.", field="channel")
        contacts = self._contacts(found)
        contact, address = self._addressed(contacts, found.contact_id, ADDRESSED[channel], now)
        client = f"consent {client_id}"
        before = self.questions.store.get(found.id, leg.id)
        if before is None or before.client_id != client:
            _check_unsaid(contacts, channel, purpose)
        language = _language(contacts.get(found.contact_id))
        words = words_of(language)
        text = words.consent.format(channel=channel_name(channel, language), address=_masked(address))
        about = {"channel": channel, "purpose": purpose.value, "contact_id": contact.id, "address": address}
        wanted = Wanted(
            conversation_id=found.id,
            leg_id=leg.id,
            kind=QuestionKind.CONSENT,
            options=(YES,),
            titles=(words.yes, words.no),
            text=text,
            language=language,
            client_id=client,
            about=about,
        )
        asked = self.questions.ask(wanted, principal, now)
        self._record(asked, ConsentState.ASKED, asked.client_id, asked.asked_at, principal, now)
        return asked

    def answered(self, answer: Answer, now: datetime) -> None:
        """What they said is kept, then told. A repeat changes nothing. Raises StoreUnavailable."""
        question = answer.question
        if question.kind is not QuestionKind.CONSENT:
            return
        state = ConsentState.WITHDRAWN if answer.choice == NONE else ConsentState.GRANTED
        try:
            # Our clock may be a moment behind the provider's.
            self._record(question, state, answer.message_id, min(answer.at, now), CONTACT, now)
        except ContactNotFound:
            return  # nobody is there any more whose word it could be
        where = channel_name(question.about["channel"], "en")
        agreed = f"The customer agreed to be written to by {where}."
        refused = f"The customer does not want to be written to by {where}."
        self.questions.settle(answer, refused if state is ConsentState.WITHDRAWN else agreed, now)

    def _record(
        self, question: Question, state: ConsentState, source: str, at: datetime, who: Principal, now: datetime
    ) -> None:
        about = question.about
        note = f"Asked in {question.conversation_id}."
        said = Said(about["channel"], Purpose(about["purpose"]), state, source, note, at)
        record_consent(self.contacts, who, about["contact_id"], said, now)

    def _contacts(self, found: Conversation) -> Mapping[str, Contact]:
        _person, contacts = person_of(self.people, found.contact_id)
        return contacts

    def _addressed(self, contacts: Mapping[str, Contact], first: str, kind: str, now: datetime) -> tuple[Contact, str]:
        """Whose address it is, and which; the conversation's own contact before others of the person."""
        for contact in sorted(contacts.values(), key=lambda each: (each.id != first, each.id)):
            address = address_of(contact, kind, now)
            if address:
                return contact, address
        what = "e-mail address" if kind == EMAIL else "phone number"
        raise ConsentNotAsked(f"No {what} of this customer is known.", field="channel", because="address")


def address_of(contact: Contact, kind: str, now: datetime) -> str | None:
    """A contact's address of a kind: its own, else one beside it that holds today."""
    found = [each for each in points_of(contact) if each.kind == kind and each.holds_on(now.date())]
    own = contact.email if kind == EMAIL else contact.phone
    known = min(found, key=lambda each: (each.value != own, each.verified_at is None, each.value), default=None)
    return known.value if known is not None else None


def _check_unsaid(contacts: Mapping[str, Contact], channel: str, purpose: Purpose) -> None:
    """Raises ConsentNotAsked where they have answered before."""
    said: Sequence[ConsentWord] = [word for contact in contacts.values() for word in contact.consents]
    if any(contact.do_not_contact for contact in contacts.values()):
        raise ConsentNotAsked("This customer wants to hear nothing that they did not ask for.", because="silence")
    now = consent_now(said, channel, purpose)
    if now is not None and now.state is ConsentState.GRANTED:
        raise ConsentNotAsked(f"They have agreed on {now.at:%Y-%m-%d} already.", field="channel", because="granted")
    if now is not None and now.state is ConsentState.WITHDRAWN:
        raise ConsentNotAsked(f"They said no on {now.at:%Y-%m-%d}.", field="channel", because="withdrawn")


def _language(contact: Contact | None) -> str:
    return language_of((contact.language or contact.locale) if contact else None)


def _masked(address: str) -> str:
    """Enough for the one whose it is to know it, and for nobody else."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}…@{host}"
    return f"…{address[-4:]}"
