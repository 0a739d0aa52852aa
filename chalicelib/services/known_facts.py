"""What is known already of what other systems say: for rules, which never wait for anybody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.data_source import Consumer, DataSource
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.external_fact import Answered, Breaker, Fact, facts_from, newest
from chalicelib.domain.routing_policy import EXTERNAL


class KnownStore(Protocol):
    def answered(
        self, contact_id: str, source_ids: Sequence[str]
    ) -> tuple[Mapping[str, Answered], Mapping[str, Breaker]]:
        """What sources last said of a contact, and how they fared of late, by source. One read."""

    def pushed(self, contact_id: str) -> Sequence[Fact]:
        """One query."""


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """`sources`: those there are."""

    store: KnownStore
    sources: Callable[[], Sequence[DataSource]]

    def known(self, contact: Contact, consumer: Consumer, now: datetime) -> dict[str, Fact]:
        """What is there, whatever its age; nobody is asked. A read and a query; the query alone without sources."""
        sources = self.seen_by(consumer)
        answered = self.store.answered(contact.id, [each.id for each in sources])[0] if sources else {}
        return self.shown(contact, sources, answered, now)

    def for_rules(self, contact: Contact, now: datetime) -> Mapping[str, Any]:
        """Facts for rules, `external.<system>.<fact>`. Where they cannot be read they are not known: no conversation
        waits for them."""
        try:
            found = self.known(contact, Consumer.RULES, now)
        except StoreUnavailable:
            return {}
        return {f"{EXTERNAL}{name}": fact.value for name, fact in found.items() if fact.value is not None}

    def seen_by(self, consumer: Consumer) -> Sequence[DataSource]:
        return [each for each in self.sources() if each.enabled and consumer in each.consumers]

    def shown(
        self, contact: Contact, sources: Sequence[DataSource], answered: Mapping[str, Answered], now: datetime
    ) -> dict[str, Fact]:
        told = [fact for source in sources for fact in facts_from(source, answered.get(source.id), now)]
        return newest([*told, *self.store.pushed(contact.id)])
