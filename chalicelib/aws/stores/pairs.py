"""The writes of pairs and of the history of links, for who makes them part of a transaction."""

from collections.abc import Iterable, Iterator

from chalicelib.aws import keys_contact
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_pairs import line_items, pair_items
from chalicelib.aws.keys import Key
from chalicelib.aws.transaction import Check, Desk, Put
from chalicelib.domain.suggestion import LinkLine, Pair

_MOST_AT_ONCE = 100


def read_many(desk: Desk, wanted: Iterable[Key]) -> Iterator[Item]:
    """The items that are there, by a hundred."""
    keys = list(dict.fromkeys(wanted))
    for start in range(0, len(keys), _MOST_AT_ONCE):
        yield from desk.get_many(keys[start : start + _MOST_AT_ONCE]).values()


def pair_writes(pair: Pair) -> Iterator[Put]:
    for item in pair_items(pair, pair.version + 1):
        yield Put(item, "version = :read", {":read": pair.version}) if pair.version else Put(item)


def pair_check(a: str, b: str, version: int) -> Check:
    """The pair is as it was read (0: there was none)."""
    key = keys_contact.pair(a, b)
    if not version:
        return Check(key, "attribute_not_exists(pk)")
    return Check(key, "version = :read", {":read": version})


def line_writes(line: LinkLine) -> Iterator[Put]:
    for item in line_items(line):
        yield Put(item)
