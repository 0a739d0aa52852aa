"""The item of an early warning. It holds numbers, and names of teams and agents; nothing of a customer."""

from chalicelib.aws import keys_work
from chalicelib.aws.codec import Item, events_of, moment, moment_or_none
from chalicelib.domain.ids import time_part
from chalicelib.domain.warning import KEPT_FOR, Rule, Warned
from chalicelib.domain.writes import Recorded

# What stands comes before what is over.
_STANDS, _OVER = "1", "0"


def warned_item(warned: Warned, recorded: Recorded) -> Item:
    pk, sk = keys_work.warning(warned.id)
    row = {
        "r": warned.rule.value,
        "j": warned.subject,
        "s": warned.said,
        "b": warned.since,
        "t": warned.team_id,
        "n": dict(warned.numbers),
        "a": warned.action,
        "l": warned.lend,
        "w": warned.told,
        "x": warned.ended_at,
        "e": warned.epoch,
    }
    place = f"{_STANDS if warned.stands else _OVER}{time_part(warned.since)}{warned.id}"
    listed = {"kind_key": keys_work.WARNINGS, "kind_sort": place}
    expires = {"expires_at": int((warned.ended_at + KEPT_FOR).timestamp())} if warned.ended_at else {}
    return {
        "pk": pk,
        "sk": sk,
        "version": warned.version,
        "row": row,
        "events": events_of(recorded),
        **listed,
        **expires,
    }


def warned_from(item: Item) -> Warned:
    row = item["row"]
    return Warned(
        rule=Rule(row["r"]),
        subject=row["j"],
        said=row["s"],
        since=moment(row["b"]),
        team_id=row.get("t"),
        numbers={name: float(value) for name, value in row.get("n", {}).items()},
        action=row["a"],
        lend=tuple(row.get("l", ())),
        told=tuple(row.get("w", ())),
        ended_at=moment_or_none(row.get("x")),
        epoch=row["e"],
        version=item["version"],
    )
