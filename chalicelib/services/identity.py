"""Identity changes told by a provider: a new address of a leg we know. No message is moved; the leg gains an address,
and answers go there."""

from datetime import datetime

from chalicelib.channels.base import IdentityChanged
from chalicelib.domain.inbox import Inbox
from chalicelib.services.newcomers import new_identities
from chalicelib.services.ports import InboundStore


def change_identity(store: InboundStore, inbox: Inbox, change: IdentityChanged, now: datetime) -> bool:
    """Let `current` lead to the leg of `previous`; False where that is unknown or `current` leads somewhere already."""
    found = store.find_leg(inbox.id, (change.previous, change.current))
    if found is None or change.current not in found.new_addresses:
        return False
    owned = store.owners(inbox.channel, (change.current,))
    free = () if owned else (change.current,)
    identities = new_identities(inbox.channel, free, found.head.contact_id, now)
    return store.add_address(found.head, change.current, identities, replaces=change.previous)
