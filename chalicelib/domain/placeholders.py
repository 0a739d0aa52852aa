"""Placeholders in what is written to a customer: `{{contact.first_name|there}}` becomes what is known of them.

A placeholder is a name (a misspelt one is of no fact, and so is missing), and maybe what stands there where the fact is
not known: `|` and a text, which may be empty. `{{1}}` is a provider's, and none of ours. What was put in is never
looked at again: a customer who is called `{{external.crm.score}}` is told nobody's score.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import InvalidInput

MAX_PLACEHOLDERS = 50
MAX_DEPTH = 20
_PLACEHOLDER = re.compile(r"\{\{[ \t]{0,8}([A-Za-z_][A-Za-z0-9_.-]{0,99})[ \t]{0,8}(?:\|([^{}\n]{0,200}))?\}\}")
# A value's own braces must make no placeholder, neither alone nor with those beside it.
_BRACES = str.maketrans("{}", "()")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text, or any JSON value whose texts were filled. `missing`: the names that nothing is known for, in their
    order; their placeholders still stand there. `fell_back`: those for which the text's own words stand there."""

    value: Any
    missing: tuple[str, ...] = ()
    fell_back: tuple[str, ...] = ()


def names_in(value: Any) -> Iterator[tuple[str, str]]:
    """What the texts of a JSON value ask for, in their order: the path of each text (`components[0].text`, "" of a text
    itself) and the fact's name. Keys of objects are no texts."""
    for path, text in _texts(value, "", 0):
        for found in _PLACEHOLDER.finditer(text):
            yield path, found.group(1)


def _texts(value: Any, at: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif depth > MAX_DEPTH:
        raise InvalidInput(f"This nests more than {MAX_DEPTH} deep.", field=at)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part, f"{at}.{name}" if at else str(name), depth + 1)
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from _texts(part, f"{at}[{place}]", depth + 1)


def filled(value: Any, facts: Mapping[str, Any]) -> Filled:
    """The text, or the JSON value (of which `names_in` was asked before), with what is known. A fact whose words are
    empty counts as not known."""
    missing: dict[str, None] = {}
    fell_back: dict[str, None] = {}

    def words(found: re.Match[str]) -> str:
        name, instead = found.group(1), found.group(2)
        known = shown(facts.get(name))
        if known:
            return known
        (missing if instead is None else fell_back)[name] = None
        return found.group(0) if instead is None else instead.strip()

    def within(part: Any) -> Any:
        if isinstance(part, str):
            return _PLACEHOLDER.sub(words, part)
        if isinstance(part, Mapping):
            return {name: within(each) for name, each in part.items()}
        return [within(each) for each in part] if isinstance(part, list | tuple) else part

    done = within(value)
    return Filled(done, tuple(missing), tuple(fell_back))


def shown(value: Any) -> str:
    """A fact as a customer may read it: one line, "" where there is nothing to say. False is nothing to say, and true
    says yes only of itself: what it is about has to stand in the text."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list | tuple):
        return ", ".join(line for line in map(shown, value) if line)
    line = " ".join(str(value).split())
    return line.translate(_BRACES)
