"""Every way to reach a customer now, the best first, and why: what is stored is gathered, `domain/leg_choice` judges.

About seven reads, however long the conversation: conversation, contact (and person), habits, policy, identities, heads
of legs, and the conversations that other legs lead to; inboxes are remembered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.email_threads import UNPROVEN
from chalicelib.domain import ids
from chalicelib.domain.consent import Purpose
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg, LegHead, Status
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.leg_choice import ranked
from chalicelib.domain.leg_choice_policy import Cost, LegPolicy
from chalicelib.domain.leg_choice_values import Candidate, Choice, Customer, KnownIdentity, Place, Proof
from chalicelib.domain.message import MessageKind
from chalicelib.services import people
from chalicelib.services.alternatives import leg_window_seconds
from chalicelib.services.customers import customer_of
from chalicelib.services.followed import check_unmerged
from chalicelib.services.leg_addresses import SIGNED, THREADED, Known, leg_id, may_begin, points_of
from chalicelib.services.leg_ports import LegReader
from chalicelib.services.misfits import misfit_facts
from chalicelib.services.people import PeopleStore
from chalicelib.services.rendering import rendered
from chalicelib.services.reply_draft import Draft

# So many addresses of one person are looked at.
MAX_WAYS = 200
_PROOFS = (Proof.WRITTEN, Proof.CODE, Proof.SITE, Proof.PROVIDER, Proof.TYPED)


@dataclass(frozen=True, slots=True)
class Way:
    """An address in an inbox. `leg`: where it is one of the conversation's; `said`: as the conversation that it leads
    to knows it."""

    leg_id: str
    inbox: Inbox
    known: Known
    leg: Leg | None = None
    head: LegHead | None = None
    said: Leg | None = None
    identity: KnownIdentity | None = None
    elsewhere: str | None = None

    @property
    def last_inbound_at(self) -> datetime | None:
        found = [leg.last_inbound_at for leg in (self.leg, self.said) if leg and leg.last_inbound_at]
        return max(found, default=None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A conversation, and the person whose it is."""

    conversation: Conversation
    contacts: Mapping[str, Contact]
    customer: Customer
    policy: LegPolicy
    ways: Sequence[Way] = ()
    inboxes: Mapping[str, Inbox] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegChoosing:
    """`inboxes` and `policy` may be a minute old."""

    legs: LegReader
    people: PeopleStore
    inboxes: Callable[[], Sequence[Inbox]]
    policy: Callable[[], LegPolicy]

    def choices(
        self, conversation_id: str, draft: Draft, purpose: Purpose, now: datetime, *, by_a_person: bool = True
    ) -> tuple[Surroundings, list[Choice]]:
        """Every way for this draft, the best first. Raises ConversationNotFound, ConversationIsMerged."""
        found = self.surroundings(conversation_id, now)
        candidates = [candidate(found, way, draft, now, by_a_person=by_a_person) for way in found.ways]
        return found, ranked(candidates, found.customer, found.policy, purpose, now)

    def surroundings(self, conversation_id: str, now: datetime) -> Surroundings:
        """Raises ConversationNotFound, ConversationIsMerged."""
        conversation = self.legs.conversation(conversation_id) if ids.is_id("cnv", conversation_id) else None
        if conversation is None:
            raise ConversationNotFound("There is no such conversation.")
        check_unmerged(self.legs, conversation)
        _, contacts = people.person_of(self.people, conversation.contact_id)
        policy = self.policy()
        inboxes = {inbox.id: inbox for inbox in self.inboxes()}
        found = Surroundings(conversation, contacts, Customer(), policy, inboxes=inboxes)
        ways = self._ways(found, now)
        last = max((way.last_inbound_at for way in ways if way.last_inbound_at), default=None)
        customer = customer_of(contacts.values(), last, self.legs.openings(contacts))
        return replace(found, ways=ways, customer=customer)

    def one_more(self, found: Surroundings, inbox: Inbox, address: str) -> Way:
        """A way to an address that somebody gave."""
        typed = Known(inbox.channel, address, found.conversation.contact_id, Proof.TYPED)
        (way,) = self._looked_up(found, [_way(found, inbox, typed)])
        return way

    def _ways(self, found: Surroundings, now: datetime) -> list[Way]:
        members = self.legs.identities(
            identity_id for contact in found.contacts.values() for identity_id in contact.identities
        )
        wanted = [*_own(found), *_of_identities(found, members), *_of_points(found, now)]
        first: dict[str, Way] = {}
        for way in wanted:
            known = first.get(way.leg_id)
            first[way.leg_id] = way if known is None else _surer(known, way)
        return self._looked_up(found, list(first.values())[:MAX_WAYS])

    def _looked_up(self, found: Surroundings, ways: Sequence[Way]) -> list[Way]:
        """With heads, owners, and the conversations that legs lead to; each leg once, whatever its addresses."""
        heads = self.legs.heads(way.leg_id for way in ways)
        owners = self.legs.identities(_identity(way) for way in ways)
        other = {head.conversation_id for head in heads.values()} - {found.conversation.id, ""}
        conversations = self.legs.conversations(other) if other else {}
        done: dict[str, Way] = {}
        for way in ways:
            head = heads.get(way.leg_id)
            real = replace(way, leg_id=head.id, head=head) if head else way
            real = replace(real, identity=owners.get(_identity(way)), leg=found.conversation.legs.get(real.leg_id))
            leads_to = conversations.get(head.conversation_id) if head else None
            if leads_to is not None:
                is_open = leads_to.status is not Status.RESOLVED
                said, elsewhere = leads_to.legs.get(real.leg_id), leads_to.id if is_open else None
                real = replace(real, said=said, elsewhere=elsewhere)
            known = done.get(real.leg_id)
            done[real.leg_id] = real if known is None else _surer(known, real)
        return [way for way in done.values() if way.head is not None or may_begin(way.inbox.channel, way.known.address)]


def _own(found: Surroundings) -> Iterator[Way]:
    """The conversation's legs."""
    for leg in found.conversation.legs.values():
        inbox = found.inboxes.get(leg.inbox_id)
        if inbox is not None:
            known = Known(leg.channel, leg.address, found.conversation.contact_id, Proof.TYPED)
            yield Way(leg.id, inbox, known, leg)


def _of_identities(found: Surroundings, identities: Mapping[str, KnownIdentity]) -> Iterator[Way]:
    """Where the person has written from, in every inbox of that channel; threads are found by the conversation only."""
    for known in identities.values():
        one = known.identity
        if one.address.startswith(UNPROVEN):
            continue
        for inbox in _writable(found, one.channel):
            proof = Proof.SITE if one.channel == "web_chat" and one.address.startswith(SIGNED) else Proof.TYPED
            yield _way(found, inbox, Known(one.channel, one.address, one.contact_id, proof))


def _of_points(found: Surroundings, now: datetime) -> Iterator[Way]:
    for known in points_of(found.contacts.values(), now.astimezone(UTC).date()):
        for inbox in _writable(found, known.channel):
            yield _way(found, inbox, known)


def _way(found: Surroundings, inbox: Inbox, known: Known) -> Way:
    thread = is_thread_of(found.conversation, inbox, known.address)
    return Way(thread.id if thread else leg_id(inbox, known.address, found.conversation.id), inbox, known)


def _writable(found: Surroundings, channel: str) -> Iterator[Inbox]:
    """The enabled inboxes of a channel by which something can be written."""
    for inbox in found.inboxes.values():
        takes_text = MessageKind.TEXT in registry.load(inbox.channel).CAPABILITIES.kinds_out
        if inbox.channel == channel and inbox.enabled and takes_text:
            yield inbox


def _surer(one: Way, other: Way) -> Way:
    """The first, with the better proof of both."""
    better = min(one.known, other.known, key=lambda known: _PROOFS.index(known.proof))
    return replace(one, known=replace(one.known, proof=better.proof, proven_at=better.proven_at))


def _identity(way: Way) -> str:
    return ids.identity_id(way.inbox.channel, way.known.address)


# --- one way, for one draft --------------------------------------------------------------------------------------


def candidate(found: Surroundings, way: Way, draft: Draft, now: datetime, *, by_a_person: bool) -> Candidate:
    """The way as it is judged."""
    channel = registry.load(way.inbox.channel)
    leg = Leg(way.leg_id, way.inbox.id, way.inbox.channel, way.known.address, "", "", way.last_inbound_at, _newest(way))
    window = leg_window_seconds(leg, way.inbox, draft.kind, by_a_person=by_a_person)
    plain = leg_window_seconds(leg, way.inbox, MessageKind.TEXT, by_a_person=by_a_person)
    closes_at = _closes_at(leg, plain)
    is_template = draft.kind is MessageKind.TEMPLATE
    shut = plain is not None and (closes_at is None or now >= closes_at)
    cost = found.policy.cost(way.inbox.channel)
    owner = way.head.contact_id if way.head else way.identity.identity.contact_id if way.identity else None
    return Candidate(
        leg_id=way.leg_id,
        inbox_id=way.inbox.id,
        inbox_name=way.inbox.name,
        channel=way.inbox.channel,
        address=way.known.address.removeprefix(UNPROVEN),
        contact_id=owner or way.known.contact_id,
        place=_place(found, way),
        proof=_proof(way),
        proven_at=way.known.proven_at,
        identity_id=way.identity.identity.id if way.identity else None,
        enabled=way.inbox.enabled,
        written_here=way.leg is not None and way.leg.last_inbound_at is not None,
        last_inbound_at=way.last_inbound_at,
        window_open=window is None or not shut,
        window_closes_at=closes_at,
        by_template=shut and MessageKind.TEMPLATE in channel.CAPABILITIES.outside_window,
        **_misfit(way.inbox, draft, by_a_person=by_a_person),
        cost=Cost.CHARGED if is_template else cost,
        reach=way.head.reach if way.head else None,
        elsewhere=way.elsewhere,
        public=channel.CAPABILITIES.public and plain is None,
        foreign=owner is not None and owner not in found.contacts,
    )


def _newest(way: Way) -> str | None:
    return next((leg.last_inbound_external_id for leg in (way.leg, way.said) if leg and leg.last_inbound_at), None)


def _closes_at(leg: Leg, seconds: int | None) -> datetime | None:
    if seconds is None or leg.last_inbound_at is None:
        return None
    return datetime.fromtimestamp(leg.last_inbound_at.timestamp() + seconds, UTC)


def _place(found: Surroundings, way: Way) -> Place:
    if way.leg_id == found.conversation.active_leg_id:
        return Place.ACTIVE
    if way.leg is not None:
        return Place.LEG
    return Place.KNOWN if way.head is not None or _has_written(way) else Place.NEW


def _has_written(way: Way) -> bool:
    """By this channel, to some inbox. Of the web chat a signed-in visitor is known before they have written."""
    return way.identity is not None and not way.identity.begun and way.inbox.channel != "web_chat"


def _proof(way: Way) -> Proof:
    """The best there is. An address that we began to write to, or that nothing proves, is none of the customer's."""
    if way.known.address.startswith(UNPROVEN):
        return way.known.proof
    wrote = way.last_inbound_at is not None or _has_written(way)
    return Proof.WRITTEN if wrote else way.known.proof


def _misfit(inbox: Inbox, draft: Draft, *, by_a_person: bool) -> dict[str, Any]:
    """Why the channel cannot carry the draft; what is not written yet is taken for a short text."""
    said = draft.text or ("…" if draft.kind is MessageKind.TEXT and not draft.attachments else "")
    files = tuple(OutgoingAttachment("", part.mime, part.name, part.size_bytes) for part in draft.attachments)
    out = Outgoing("", "", "", draft.kind, said, draft.content, files, human=by_a_person)
    channel = registry.load(inbox.channel)
    try:
        rendered(out, channel)
    except CannotSay as cannot:
        return {"misfit": cannot.reason, "misfit_facts": misfit_facts(out, channel.CAPABILITIES, cannot)}
    return {}


def is_thread_of(conversation: Conversation, inbox: Inbox, address: str) -> Leg | None:
    """The conversation's newest thread with this address in this inbox."""
    if inbox.channel not in THREADED:
        return None
    same = [leg for leg in conversation.legs.values() if leg.inbox_id == inbox.id and leg.address == address]
    return max(same, key=lambda leg: leg.last_message_id, default=None)
