"""Which addresses lead to a leg that nobody has written on yet: an e-mail address, a phone number.

Other channels give an address only to whom they know: the customer has to write first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.channels.email_recipients import plain_address
from chalicelib.channels.email_threads import UNPROVEN
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_points import EMAIL, PHONE, reachable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.leg_choice_values import Proof
from chalicelib.services.evidence import normal

# By channel: what kind of address leads there.
REACHED_BY = {"email": EMAIL, "sms": PHONE, "whatsapp": PHONE}
# Where a leg is a thread: each conversation begins one of its own.
THREADED = frozenset({"email"})
# What a site has signed, and what stands before it in the web chat's addresses.
SIGNED = "user:"
# Where an address without a leg can be written to, since what is stored is delivered or somebody's system takes it.
OWN = frozenset({"web_chat", "custom"})


@dataclass(frozen=True, slots=True)
class Known:
    """An address of a contact, and how far it is proven."""

    channel: str
    address: str
    contact_id: str
    proof: Proof
    proven_at: datetime | None = None


def address_of(channel: str, value: str) -> str | None:
    """An e-mail address or phone number as the channel writes it; None where it leads nowhere there."""
    kind = REACHED_BY.get(channel)
    found = normal(kind, value) if kind else ""
    if not found:
        return None
    if kind == EMAIL:
        return plain_address(found)
    if not found.startswith("+"):
        return None
    return found.removeprefix("+") if channel == "whatsapp" else found


def points_of(contacts: Iterable[Contact], today: date) -> Iterator[Known]:
    """The e-mail addresses and phone numbers of a person, on each channel that they lead to."""
    for contact in contacts:
        for channel, kind in REACHED_BY.items():
            for point in reachable(contact, kind, today):
                address = address_of(channel, point.value)
                if address is not None:
                    proof = Proof.CODE if point.verified_at else _PROOFS.get(point.source, Proof.TYPED)
                    yield Known(channel, address, contact.id, proof, point.verified_at)


_PROOFS = {"site": Proof.SITE, "verified": Proof.CODE, "provider": Proof.PROVIDER}


def leg_id(inbox: Inbox, address: str, conversation_id: str) -> str:
    """The leg of an address in an inbox; where a leg is a thread, the one that this conversation begins there."""
    if inbox.channel in THREADED:
        return ids.leg_id(inbox.id, f"begun:{conversation_id}:{address.removeprefix(UNPROVEN)}")
    return ids.leg_id(inbox.id, address)


def may_begin(channel: str, address: str) -> bool:
    """Whether something can be sent to an address from which nothing has come to this inbox."""
    return channel in REACHED_BY or (channel in OWN and (channel != "web_chat" or address.startswith(SIGNED)))
