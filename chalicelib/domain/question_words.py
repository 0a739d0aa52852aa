"""How customers are asked, and how they answer, in the languages the desk speaks. What is not clearly an answer is
none."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.question import NONE
from chalicelib.domain.question_phrases import CHANNELS, PLAIN, WORDS, Words

# Buttons have at most this many characters on the strictest channel.
BUTTON = 20
TOPIC = 60
DEFAULT = "en"
_MARKS = re.compile(r"[^\w]+", re.UNICODE)
# Nobody who answers writes more.
LONGEST_ANSWER = 40


def words_of(language: str) -> Words:
    return WORDS.get(language, WORDS[DEFAULT])


def channel_name(channel: str, language: str) -> str:
    return CHANNELS.get(channel, {}).get(language) or PLAIN.get(channel) or channel.replace("_", " ").title()


def day_said(at: datetime, now: datetime, language: str) -> str:
    """The weekday, of what was a week ago or more the date. Both times in the customer's zone."""
    if (now.date() - at.date()).days < 7:
        return words_of(language).days[at.weekday()]
    return at.date().isoformat()


def topic_said(topic: str) -> str:
    """In one line, without what could be taken for a line of the desk's own."""
    line = " ".join(part for part in re.split(r"[\s\x00-\x1f\x7f]+", topic) if part)
    return line if len(line) <= TOPIC else f"{line[: TOPIC - 1].rstrip()}…"


def button_said(text: str) -> str:
    return text if len(text) <= BUTTON else f"{text[: BUTTON - 1].rstrip()}…"


def plain(text: str) -> str:
    """A short answer in its barest form: without marks, case or width."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _MARKS.sub(" ", folded).strip()


def chosen_by_words(text: str, options: Sequence[str], titles: Sequence[str]) -> str | None:
    """What a short text chooses: a number, a button's own words, yes or no in any of the languages (where there is one
    option; no always). None where it is not clearly one of these."""
    if not 0 < len(text) <= LONGEST_ANSWER:
        return None
    said, all_options = plain(text), (*options, NONE)
    if said.isascii() and said.isdecimal():
        place = int(said) - 1
        return all_options[place] if 0 <= place < len(all_options) else None
    for title, option in zip(titles, all_options, strict=True):
        if said and said == plain(title):
            return option
    return _yes_or_no(said, options)


def looks_like_answer(text: str, content: Mapping[str, Any]) -> bool:
    """Whether it may answer some question: a button of one, or a number, yes or no."""
    value = content.get("payload")
    if isinstance(value, str) and value.startswith("qst_"):
        return True
    said = plain(text) if 0 < len(text) <= LONGEST_ANSWER else ""
    return (said.isascii() and said.isdecimal()) or _yes_or_no(said, ("",)) is not None


def _yes_or_no(said: str, options: Sequence[str]) -> str | None:
    yes = any(said == plain(word) for words in WORDS.values() for word in words.said_yes)
    no = any(said == plain(word) for words in WORDS.values() for word in words.said_no)
    if yes is no:
        return None
    if no:
        return NONE
    return options[0] if len(options) == 1 else None
