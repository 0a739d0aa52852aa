"""Contacts who begin something else within seven days of a resolution: then the first contact did not settle it.

Of each contact is kept when conversations began and were resolved, of late; from that follow the same lines in
whatever order events come, and however often.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain.clock_events import CAME_BACK
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import digest
from chalicelib.domain.numbers import KnownContact
from chalicelib.services.numbers_ports import Line

DAY = 24 * 3600 * 1000
SOON = 7 * DAY
# What is older than the newest by so much is forgotten: events come late, but not by weeks.
REMEMBERED = 30 * DAY
MOST = 200
ATTEMPTS = 5
BEGAN, RESOLVED = "A", "R"
CREATED, STATUS_CHANGED = "conversation.created", "conversation.status_changed"


class ContactMoments(Protocol):
    def read(self, contact_ids: Sequence[str]) -> Mapping[str, KnownContact]:
        """Those who are still there. Raises StoreUnavailable."""

    def put(self, contacts: Sequence[KnownContact], until: Mapping[str, int]) -> bool:
        """Each as it was read, with more moments. `until`: when each may be forgotten (milliseconds). False: another
        change came first, to one of them at least. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Moment:
    contact_id: str
    key: str
    at: int


def moment_of(event: Mapping[str, Any], line: Line) -> Moment | None:
    """What an event says of it: only customers come back."""
    what = None
    if event["type"] in (CREATED, STATUS_CHANGED):
        if line["status"] == "resolved" and line.get("reason") != "merged":
            what = RESOLVED
        elif line["since"] == line["opened"] and event["actor"]["kind"] == "contact":
            what = BEGAN
    if what is None:
        return None
    key = f"{what}#{line['conversation_id']}#{line['episode']}"
    return Moment(event["snapshot"]["contact_id"], key, line["since"])


@dataclass(frozen=True, slots=True)
class ComingBack:
    store: ContactMoments

    def note(
        self, moments: Iterable[Moment], known: Mapping[str, KnownContact]
    ) -> tuple[Sequence[Line], Mapping[str, KnownContact]]:
        """Keep what happened, and tell who came back; the contacts as they are then. Raises StoreUnavailable."""
        new: dict[str, dict[str, int]] = {}
        for each in moments:
            if each.contact_id in known:
                held = new.setdefault(each.contact_id, {})
                held[each.key] = max(each.at, held.get(each.key, each.at))
        for _ in range(ATTEMPTS):
            after = {name: _with(known[name], found) for name, found in new.items() if name in known}
            changed = [each for name, each in after.items() if each.moments != known[name].moments]
            until = {each.contact_id: max(each.moments.values()) + REMEMBERED for each in changed}
            if not changed or self.store.put(changed, until):
                lines = [line for name, each in after.items() for line in _lines(each.moments, new[name])]
                return lines, {**known, **after}
            known = {**known, **self.store.read([each.contact_id for each in changed])}
        raise StoreUnavailable("too many writers at once")


def _with(contact: KnownContact, new: Mapping[str, int]) -> KnownContact:
    found = dict(contact.moments)
    for key, at in new.items():
        found[key] = max(at, found.get(key, at))
    newest = max(found.values())
    kept = sorted(((at, key) for key, at in found.items() if at >= newest - REMEMBERED or key in new), reverse=True)
    return replace(contact, moments={key: at for at, key in sorted(kept[:MOST])})


def _lines(moments: Mapping[str, int], new: Mapping[str, int]) -> Iterable[Line]:
    """For whatever of it is new, also where it is told again."""
    began = [(key, at) for key, at in moments.items() if key.startswith(BEGAN)]
    for resolved, ended in moments.items():
        if not resolved.startswith(RESOLVED):
            continue
        _, conversation_id, episode = resolved.split("#")
        for key, at in began:
            other = key.split("#")[1]
            if other != conversation_id and ended < at <= ended + SOON and (key in new or resolved in new):
                yield {
                    "id": f"cbk_{digest(conversation_id, episode, key)}",
                    "type": CAME_BACK,
                    "conversation_id": conversation_id,
                    "at": at,
                    "v": 0,
                }
