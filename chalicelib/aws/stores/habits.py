"""When and by which channel contacts begin conversations: one item beside each contact."""

from collections.abc import Sequence

from chalicelib.aws import keys_contact
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import moment
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.habits import Opening
from chalicelib.domain.writes import Written


class HabitStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def openings(self, contact_id: str) -> tuple[Sequence[Opening], int]:
        """Oldest first, and how often they were written. One read."""
        item = self._desk.get(keys_contact.habits(contact_id))
        if item is None:
            return (), 0
        return tuple(Opening(key, moment(at), channel) for key, at, channel in item["openings"]), item["written"]

    def put(self, contact_id: str, openings: Sequence[Opening], read_version: int) -> Written:
        """`read_version` 0: there are none yet. Nobody is told."""
        pk, sk = keys_contact.habits(contact_id)
        kept = [(each.key, each.at, each.channel) for each in openings]
        item = {"pk": pk, "sk": sk, "written": read_version + 1, "openings": kept}
        put = Put(item, "written = :read", {":read": read_version}) if read_version else Put(item)
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE
