"""What the function `people` is made of: a row for each thing that follows from news of customers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.suggestions import SuggestionStore
from chalicelib.services.matching import Matching
from chalicelib.wiring import code_answers, customer, profile, search, sources, windows
from chalicelib.wiring.shared import desk

# Called with an event's wire form; a repeat or another order does no harm.
Reaction = Callable[[Mapping[str, Any], datetime], object]


@cache
def people() -> PeopleStore:
    return PeopleStore(desk())


@cache
def suggestions() -> SuggestionStore:
    return SuggestionStore(desk())


@cache
def matching() -> Matching:
    return Matching(people(), suggestions())


@cache
def reactions() -> Sequence[Reaction]:
    # Who is who comes first: what follows may ask for it.
    return (
        code_answers.code_answers().react,
        matching().react,
        customer.timeline_lines().react,
        windows.join_customers,
        windows.hear_answers,
        windows.watch_windows,
        search.indexing().react,
        search.memberships().react,
        profile.habit_keeping().react,
        profile.keyword_labels().react,
        sources.told_facts().react,
        # Last: other systems may be slow.
        sources.facts_reaction().react,
    )
