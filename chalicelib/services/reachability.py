"""Reachability: a provider says that an address can no longer be written to, or can again. The leg keeps it: the sender
refuses there at once, with the reason, and an agent sees it before writing."""

from chalicelib.channels.base import ReachabilityChanged
from chalicelib.domain.conversation import Reach
from chalicelib.domain.inbox import Inbox
from chalicelib.services.ports import InboundStore


def change_reachability(store: InboundStore, inbox: Inbox, change: ReachabilityChanged) -> bool:
    """Note it at the leg of the address; False where there is none, or where something newer is known of it.
    Raises StoreUnavailable."""
    found = store.find_leg(inbox.id, (change.address,))
    if found is None:
        return False
    reach = Reach(change.reachable, change.reason, change.occurred_at, change.detail[:300])
    return store.set_reach(found.head.id, reach)
