"""What an import would do, without a write: a store that keeps in mind what was written to it."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.import_rows import ImportStore


class Rehearsal:
    """Reads `store` where it has nothing of its own."""

    def __init__(self, store: ImportStore) -> None:
        self._store = store
        self._contacts: dict[str, Contact] = {}
        self._identities: dict[str, ContactIdentity] = {}
        self._evidence: dict[tuple[str, str], dict[str, Evidence]] = {}

    def known(
        self, contact_ids: Sequence[str], identity_ids: Sequence[str]
    ) -> tuple[Mapping[str, Contact], Mapping[str, ContactIdentity]]:
        contacts, identities = self._store.known(contact_ids, identity_ids)
        ours = {each: self._contacts[each] for each in contact_ids if each in self._contacts}
        named = {each: self._identities[each] for each in identity_ids if each in self._identities}
        return {**contacts, **ours}, {**identities, **named}

    def candidates(self, kind: str, value: str) -> Sequence[Evidence]:
        found = {each.contact_id: each for each in self._store.candidates(kind, value)}
        return list({**found, **self._evidence.get((kind, value), {})}.values())

    def create(
        self,
        contact: Contact,
        identities: Sequence[ContactIdentity],
        evidence: Sequence[Evidence],
        recorded: Recorded,
    ) -> Written:
        return self._keep(contact, identities, evidence)

    def replace(
        self,
        before: Contact,
        after: Contact,
        identities: Sequence[ContactIdentity],
        evidence: Sequence[Evidence],
        recorded: Recorded,
    ) -> Written:
        return self._keep(after, identities, evidence)

    def _keep(self, contact: Contact, identities: Sequence[ContactIdentity], evidence: Sequence[Evidence]) -> Written:
        if any(each.id in self.known([], [each.id])[1] for each in identities):
            return Written.CONFLICT
        self._contacts[contact.id] = contact
        self._identities |= {each.id: each for each in identities}
        for each in evidence:
            self._evidence.setdefault((each.kind, each.value), {})[each.contact_id] = each
        return Written.DONE
