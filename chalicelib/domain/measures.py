"""What follows from a conversation's ledger for reports: its measures, of the kinds that `metrics` defines.

Pure and complete: the same lines give the same measures, and no measure depends on the time at which it is asked for.
"""

from collections.abc import Mapping

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock import held
from chalicelib.domain.clock_facts import facts_of
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.clock_waits import waits
from chalicelib.domain.measure import Measure
from chalicelib.domain.measures_book import Book
from chalicelib.domain.measures_case import measure_case
from chalicelib.domain.measures_parts import Case
from chalicelib.domain.measures_said import measure_said


def measures(ledger: ClockLedger, hours: Mapping[str, BusinessHours]) -> tuple[Measure, ...]:
    """By kind, episode and time. `hours`: the calendars that the ledger's lines name, by digest; one that is not there
    is always open. A conversation that is part of another is no case: it has what was said in it, and no more."""
    facts = facts_of(ledger)
    book = Book(facts)
    measure_said(book, ledger)
    if facts.away is None:
        # After all that is known: what still goes on there is not over, and is not measured.
        limit = facts.last + 1
        for episode in facts.episodes:
            waited = waits(facts, episode)
            found = held(facts, episode, waited, hours, limit)
            measure_case(Case(book, episode, waited.all, found, hours, limit))
    return book.measures()
