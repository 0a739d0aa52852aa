"""Facts that another system tells by the events channel: each is a line of the timeline, and what it says holds from
then on, until a newer one of the same name comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.events_inbound import CHANNEL
from chalicelib.domain.contact import Contact
from chalicelib.domain.events import TimelineEventAdded
from chalicelib.domain.external_fact import TOLD, Fact
from chalicelib.services.external_facts import MAX_PUSHED, FactStore


@dataclass(frozen=True, slots=True)
class ToldFacts:
    store: FactStore
    contacts: Callable[[str], Contact | None]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Late, twice, in whatever order: of each name the newest holds. A contact has `MAX_PUSHED` names at most; what
        is beyond stays a line. Raises StoreUnavailable."""
        line = event["snapshot"] if event["type"] == TimelineEventAdded.TYPE else {}
        if line.get("kind") != TOLD or line.get("channel") != CHANNEL:
            return
        contact_id = line["contact_id"]
        if self.contacts(contact_id) is None:
            return
        at = datetime.fromisoformat(line["occurred_at"])
        known = {fact.name for fact in self.store.pushed(contact_id)}
        for name, value in line["data"]["facts"].items():
            if name in known or len(known) < MAX_PUSHED:
                known.add(name)
                self.store.push(contact_id, Fact(name, value, line["inbox_id"], at))
