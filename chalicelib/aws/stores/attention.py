"""What hangs on an agent's conversations: returns, running clocks and contacts, by keys that their heads tell."""

from collections.abc import Sequence

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_notices import back_from
from chalicelib.aws.codec_sla import clock_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.domain.attention import Pressing
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.ids import time_part
from chalicelib.domain.sla import Clock, ClockKind

AT_ONCE = 100


class AttentionStore(DeskStore):
    def pressing(self, found: Sequence[Conversation]) -> Pressing:
        wanted = [keys_work.returned(each.id) for each in found]
        wanted += [keys.contact(each.contact_id) for each in found]
        wanted += [key for each in found for key in _clocks(each)]
        items: list[Item] = []
        for first in range(0, len(wanted), AT_ONCE):
            items += self._desk.get_many(wanted[first : first + AT_ONCE]).values()
        backs = [back_from(item) for item in items if item["sk"] == keys_work.returned("")[1]]
        contacts = [contact_from(item) for item in items if item["pk"].startswith("CON#")]
        clocks: dict[str, list[Clock]] = {}
        for item in items:
            if item["sk"].startswith(keys.CLOCK):
                clocks.setdefault(keys.identifier(item["pk"]), []).append(clock_from(item))
        return Pressing({each.conversation_id: each for each in backs}, clocks, {each.id: each for each in contacts})


def _clocks(found: Conversation) -> list[keys.Key]:
    """Of this episode: the first response, the solution, and the next response to who waits now (see `sla_clocks`)."""
    kinds = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)
    names = [f"{found.episode:05d}-{kind.value}" for kind in kinds]
    if found.waiting_since is not None:
        names.append(f"{found.episode:05d}-{ClockKind.NEXT_RESPONSE.value}-{time_part(found.waiting_since)}")
    return [keys.clock(found.id, name) for name in names]
