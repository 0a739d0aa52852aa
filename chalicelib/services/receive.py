"""Receiving: one inbound message becomes stored state, exactly once, whatever else happens at the same time.

The usual message (its leg is known, the conversation open, the message the newest) costs one read and one blind
transaction. Everything else reads the conversation and writes its whole new state, guarded by its version. A lost
race reads again and goes on: nothing is ever dropped because somebody else was first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels.base import InboundMessage
from chalicelib.domain import ids
from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.conversation import Conversation, LegHead, Reach, Status
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ContactCreated, ConversationCreated, ConversationStatusChanged
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import SILENT, Message
from chalicelib.domain.transitions import is_stale, may_reopen, with_message
from chalicelib.services import newcomers
from chalicelib.services.evidence import evidence_of
from chalicelib.services.ports import Fold, FoundLeg, InboundStore, Join, Recorded, Written

ATTEMPTS = 8
JOINABLE = frozenset({Status.OPEN, Status.PENDING})


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an inbound message."""

    outcome: Written
    message_id: str
    leg_id: str
    conversation_id: str


def receive(store: InboundStore, inbox: Inbox, inbound: InboundMessage, now: datetime) -> Received:
    """Store one inbound message. Raises StoreUnavailable where the store cannot take it now: spill it then."""
    if inbound.untimed:
        first = store.first_seen(inbox.id, inbound.external_id, inbound.occurred_at)
        inbound = replace(inbound, occurred_at=first)
    for attempt in range(ATTEMPTS):
        message, outcome = _Receiving(store, inbox, inbound, now, again=attempt > 0).run()
        if outcome is not Written.CONFLICT:
            return Received(outcome, message.id, message.leg_id, message.conversation_id)
    raise StoreUnavailable("too many writers at once")


@dataclass(frozen=True, slots=True)
class _Receiving:
    """One attempt. `again`: the blind way was tried and something had changed, so look at everything."""

    store: InboundStore
    inbox: Inbox
    inbound: InboundMessage
    now: datetime
    again: bool

    def run(self) -> tuple[Message, Written]:
        found = self.store.find_leg(self.inbox.id, self.inbound.peer.addresses)
        if found is None:
            return self._first_contact()
        if self._was_erased(found.head):
            return self._message(found.head, found.head.conversation_id), Written.DUPLICATE
        found = self._lifted(found)
        blind = not self.again and not found.new_addresses and found.head.status in JOINABLE
        return self._join(found.head) if blind else self._fold(found)

    def _was_erased(self, head: LegHead) -> bool:
        """Whether it was said before all of that time was erased: a delivery that comes late brings nothing back."""
        return head.cut is not None and self.inbound.occurred_at <= head.cut

    def _lifted(self, found: FoundLeg) -> FoundLeg:
        """Who writes again can be answered again."""
        reach, inbound = found.head.reach, self.inbound
        if reach is None or inbound.echo or inbound.kind in SILENT or not reach.is_lifted_by(inbound.occurred_at):
            return found
        lifted = Reach(True, "customer_wrote", inbound.occurred_at)
        self.store.set_reach(found.head.id, lifted)
        return replace(found, head=replace(found.head, reach=lifted))

    def _message(self, head: LegHead, conversation_id: str) -> Message:
        return newcomers.stored_message(self.inbound, head.id, conversation_id, head.contact_id, self.now)

    def _join(self, head: LegHead) -> tuple[Message, Written]:
        message = self._message(head, head.conversation_id)
        join = Join(
            head=head,
            message=message,
            message_recorded=newcomers.message_recorded(message),
            recorded=newcomers.conversation_recorded(message),
            move_view=is_stale(head.view_at, message.occurred_at),
        )
        return message, self.store.join(join)

    def _fold(self, found: FoundLeg) -> tuple[Message, Written]:
        head = found.head
        current = self.store.conversation(head.conversation_id)
        message = self._message(head, head.conversation_id)
        if current is not None and self._has_left(head, current):
            return message, Written.CONFLICT
        if current is None or self._is_over(current, message):
            return self._begin(head, found.new_addresses)
        message = replace(message, part=current.part)
        if head.id not in current.legs:
            current = replace(current, legs={**current.legs, head.id: newcomers.new_leg(head, message)})
        after = replace(with_message(current, message), version=current.version + 1)
        fold = Fold(
            message=message,
            before=current,
            after=after,
            head=head,
            message_recorded=newcomers.message_recorded(message),
            conversation_recorded=newcomers.conversation_recorded(message, *_woken(current, after)),
            aliases=found.new_addresses,
            identities=self._free_identities(found.new_addresses, head.contact_id),
        )
        return message, self.store.fold(fold)

    def _has_left(self, head: LegHead, current: Conversation) -> bool:
        """Whether a merge or a split has led the leg elsewhere since its head was read. Asked only where there may have
        been one; one that comes later changes the conversation's version."""
        if current.merged_into is None and current.part == 0 and head.id in current.legs:
            return False
        now = self.store.head(head.id)
        return now is None or now.conversation_id != current.id

    def _is_over(self, current: Conversation, message: Message) -> bool:
        """A resolved case whose reopening time has passed: the message begins another one."""
        if current.status is not Status.RESOLVED or message.kind in SILENT:
            return False
        return not may_reopen(current.resolved_at, message.occurred_at, self.inbox.reopen_seconds)

    def _free_identities(self, addresses: Sequence[str], contact_id: str) -> tuple[ContactIdentity, ...]:
        """Those of the new addresses that nobody owns yet (which is rarely asked for, and costs a read)."""
        if not addresses or self.inbound.peer.identity:
            return ()
        owned = self.store.owners(self.inbox.channel, addresses)
        free = [address for address in addresses if address not in owned]
        return newcomers.new_identities(self.inbox.channel, free, contact_id, self.now)

    def _begin(self, head: LegHead, aliases: tuple[str, ...] = ()) -> tuple[Message, Written]:
        """The next conversation of a known leg."""
        ordinal = head.ordinal + 1
        message = self._message(head, ids.conversation_id(head.id, ordinal))
        return message, self.store.fold(self._birth(head, message, ordinal, aliases))

    def _birth(self, head: LegHead, message: Message, ordinal: int, aliases: tuple[str, ...]) -> Fold:
        after = newcomers.new_conversation(self.inbox, head, message)
        return Fold(
            message=message,
            before=None,
            after=after,
            head=replace(
                head,
                conversation_id=after.id,
                ordinal=ordinal,
                status=after.status,
                view_at=after.view_at,
                resolved_at=None,
            ),
            message_recorded=newcomers.message_recorded(message),
            conversation_recorded=newcomers.conversation_recorded(message, ConversationCreated(message_id=message.id)),
            ordinal_read=head.ordinal,
            aliases=aliases,
        )

    def _first_contact(self) -> tuple[Message, Written]:
        """Nobody has written from this address to this inbox. That the address is known from another inbox of the
        channel is rare: it is looked for only when writing a new contact has failed."""
        inbox, peer = self.inbox, self.inbound.peer
        cut = self.store.cut_off(inbox.id, peer.addresses) if self.again else None
        if cut is not None and self._was_erased(cut.head):
            return self._message(cut.head, ""), Written.DUPLICATE
        owned = self.store.owners(inbox.channel, peer.identities) if self.again else {}
        # Who is being erased owns nothing any more; their address is free as soon as that is written.
        known = next((each for each in owned.values() if cut is None or each.id != cut.head.was), None)
        contact = known or newcomers.new_contact(inbox, self.inbound, self.now, another=self.again)
        free = [address for address in peer.identities if known is None or address not in owned]
        head = newcomers.new_head(inbox, peer, contact, cut.head if cut else None)
        message = self._message(head, ids.conversation_id(head.id, head.ordinal + 1))
        created = ContactCreated(channel=inbox.channel, identity_id=head.identity_id, leg_id=head.id)
        actor = newcomers.actor_of(message)
        fold = replace(
            self._birth(head, message, head.ordinal + 1, cut.new_addresses if cut else peer.addresses[1:]),
            head_is_new=cut is None,
            contact=None if known else contact,
            contact_recorded=None if known else Recorded((created,), actor, self.now),
            evidence=() if known else evidence_of(contact),
            identities=newcomers.new_identities(inbox.channel, free, contact.id, self.now),
        )
        return message, self.store.fold(fold)


def _woken(before: Conversation, after: Conversation) -> tuple[ConversationStatusChanged, ...]:
    if before.status is after.status:
        return ()
    reason = "reopened" if before.status is Status.RESOLVED else "customer_wrote"
    return (
        ConversationStatusChanged(
            previous=before.status.value,
            status=after.status.value,
            episode=after.episode,
            reason=reason,
        ),
    )
