"""Contacts as agents see and edit them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ContactNotFound, VersionConflict
from chalicelib.domain.events import ContactUpdated
from chalicelib.services import evidence
from chalicelib.services.ports import ContactStore, Recorded, Written

EDITABLE = frozenset({"name", "username", "phone", "email", "locale", "notes", "attributes"})


def get(store: ContactStore, contact_id: str) -> Contact:
    """Raises ContactNotFound."""
    found = store.get(contact_id) if ids.is_id("con", contact_id) else None
    if found is None:
        raise ContactNotFound("There is no such contact.")
    return found


def edit(
    store: ContactStore,
    principal: Principal,
    contact_id: str,
    version: int,
    changes: Mapping[str, Any],
    now: datetime,
) -> Contact:
    """Change fields of the contact as it was at `version`; each keeps who said it.

    Raises ContactNotFound, VersionConflict."""
    current = get(store, contact_id)
    if current.version != version:
        raise VersionConflict("The contact has changed: read it again.", field="version")
    changed = {name: value for name, value in changes.items() if name in EDITABLE}
    sources = {**current.sources, **dict.fromkeys(changed, "agent")}
    after = replace(current, **changed, sources=sources, updated_at=now, version=version + 1)
    event = ContactUpdated(fields=tuple(sorted(changed)))
    recorded = Recorded((event,), Actor(principal.kind, principal.id), now)
    if store.replace(after, version, recorded, evidence.changed(current, after)) is not Written.DONE:
        raise VersionConflict("The contact has changed: read it again.", field="version")
    return after
