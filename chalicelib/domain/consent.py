"""Consent: what a contact agreed to, by channel and purpose, with its whole history.

A word is never changed; what holds is read from the words. The order in which they were recorded does not matter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ANY_CHANNEL = "any"
# How many words of one channel and purpose are kept: the oldest of those that were overtaken go first.
KEPT = 30


class Purpose(StrEnum):
    """What somebody is written to, or recorded, for. SERVICE: about a case of theirs."""

    SERVICE = "service"
    MARKETING = "marketing"
    SURVEY = "survey"
    TRANSCRIPT = "transcript"
    RECORDING = "recording"


class ConsentState(StrEnum):
    """What a word says. To ASK overtakes no answer: who has granted or withdrawn goes on as before."""

    ASKED = "asked"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """One statement. `channel` is a channel's name or `any`; `source` how it came to us (`agent`, `web_form`,
    `message`, a message's id, ...); `by` who recorded it."""

    channel: str
    purpose: Purpose
    state: ConsentState
    at: datetime
    source: str
    by: str = ""
    note: str = ""


def consent_now(words: Iterable[ConsentWord], channel: str, purpose: Purpose) -> ConsentWord | None:
    """The word that holds for this channel and purpose; None where nobody has said or asked anything.

    Words for `any` channel count for each. The newest answer holds; of two at one time a withdrawal does, then the one
    for the channel itself. Without an answer the newest question."""
    fit = [word for word in words if word.purpose is purpose and word.channel in (channel, ANY_CHANNEL)]
    return max(fit, key=_rank, default=None)


def is_granted(words: Iterable[ConsentWord], channel: str, purpose: Purpose) -> bool:
    found = consent_now(words, channel, purpose)
    return found is not None and found.state is ConsentState.GRANTED


def is_withdrawn(words: Iterable[ConsentWord], channel: str, purpose: Purpose) -> bool:
    """Whether they said no: where nothing was ever said, service messages may go."""
    found = consent_now(words, channel, purpose)
    return found is not None and found.state is ConsentState.WITHDRAWN


def with_word(words: Iterable[ConsentWord], word: ConsentWord) -> tuple[ConsentWord, ...]:
    """The history, oldest first, with one more word; the same where it is there already."""
    known = {*words, word}
    own = sorted((each for each in known if _pair(each) == _pair(word)), key=_order)
    newest = max(own, key=_rank)
    dropped = {each for each in own[:-KEPT] if each != newest}
    return tuple(sorted(known - dropped, key=_order))


def with_words(words: Iterable[ConsentWord], more: Iterable[ConsentWord]) -> tuple[ConsentWord, ...]:
    """Of several members of a person: all their words."""
    found = tuple(words)
    for word in more:
        found = with_word(found, word)
    return found


def held(words: Iterable[ConsentWord]) -> Iterator[ConsentWord]:
    """The word that holds for each channel and purpose somebody spoke of, in a stable order."""
    known = tuple(words)
    for channel, purpose in sorted({_pair(word) for word in known}):
        found = consent_now(known, channel, purpose)
        if found is not None:
            yield found if found.channel == channel else _on(found, channel)


def _on(word: ConsentWord, channel: str) -> ConsentWord:
    return ConsentWord(channel, word.purpose, word.state, word.at, word.source, word.by, word.note)


def _pair(word: ConsentWord) -> tuple[str, Purpose]:
    return word.channel, word.purpose


def _rank(word: ConsentWord) -> tuple[bool, datetime, bool, bool, tuple[str, ...]]:
    answered = word.state is not ConsentState.ASKED
    withdrawn = word.state is ConsentState.WITHDRAWN
    return answered, word.at, withdrawn, word.channel != ANY_CHANNEL, (word.source, word.by, word.note)


def _order(word: ConsentWord) -> tuple[datetime, tuple[str, ...]]:
    return word.at, (word.channel, word.purpose, word.state, word.source, word.by, word.note)
