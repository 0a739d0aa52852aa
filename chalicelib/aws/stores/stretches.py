"""Reading stretches of legs: the messages that a conversation shows."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.transaction import Desk
from chalicelib.domain.conversation import Conversation, Stretch
from chalicelib.domain.message import Message
from chalicelib.domain.stretches import stretches

Place = tuple[str, Stretch]


def places(conversation: Conversation) -> list[Place]:
    """Every stretch, with its leg."""
    return [(leg.id, stretch) for leg in conversation.legs.values() for stretch in stretches(conversation, leg)]


def messages_in(
    desk: Desk, wanted: Sequence[Place], bounds: tuple[str, str], limit: int, *, newest_first: bool
) -> list[Message]:
    """Of each stretch the messages within `bounds`, and one more than `limit` at most; each message once. Stretches are
    read side by side."""

    def read(place: Place) -> list[Item]:
        return _read(desk, place, bounds, limit, newest_first=newest_first)

    if len(wanted) == 1:
        return _once([read(wanted[0])])
    with ThreadPoolExecutor(max_workers=max(1, min(len(wanted), 8))) as pool:
        return _once(pool.map(read, wanted))


def all_messages_in(desk: Desk, wanted: Sequence[Place], limit: int) -> list[Message]:
    """All messages of the stretches; where one has more than `limit`, one more tells so. One after the other, for it is
    rarely asked for."""
    return _once(_read(desk, place, ("msg_", "msg_~"), limit, newest_first=False) for place in wanted)


def _once(pages: Iterable[list[Item]]) -> list[Message]:
    return list({(row["pk"], row["sk"]): message_from(row) for page in pages for row in page}.values())


def _read(desk: Desk, place: Place, bounds: tuple[str, str], limit: int, *, newest_first: bool) -> list[Item]:
    """One stretch; the filter only matters where two cases overlap in time."""
    leg_id, stretch = place
    low, high = max(bounds[0], stretch.first_message_id), min(bounds[1], stretch.last_message_id)
    if low > high:
        return []
    values: dict[str, Any] = {
        ":pk": keys.leg(leg_id)[0],
        ":first": f"{keys.MESSAGE}{low}",
        ":last": f"{keys.MESSAGE}{high}",
        ":conversation": stretch.conversation_id,
    }
    part = "attribute_not_exists(nth)"
    if stretch.part:
        part, values[":part"] = "nth = :part", stretch.part
    found: list[Item] = []
    start: Item | None = None
    while True:
        rows, start = desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values,
            limit=limit + 1,
            newest_first=newest_first,
            filter_expression=f"conversation = :conversation AND {part}",
            start=start,
            consistent=True,
        )
        found += rows
        if start is None or len(found) > limit:
            return found[: limit + 1]
