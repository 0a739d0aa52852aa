"""The clock: each moment of a conversation's life has one holder, as somebody would say who looks on."""

from hypothesis import given, settings

from chalicelib.domain.clock import intervals
from chalicelib.domain.clock_events import of_moment
from tests.domain.clock_by_hand import Hand
from tests.domain.clock_forms import HOURS, MINUTE, START, Tale, tales


@settings(max_examples=40)
@given(tales())
def test_each_minute_has_the_holder_that_who_looks_on_would_say(tale: Tale) -> None:
    hand = Hand(tale.events)
    found = intervals(tale.ledger, HOURS, tale.now)
    if hand.is_away:
        return
    horizon = int((tale.now - START) / MINUTE)
    for episode in hand.episodes:
        seen = []
        for each in (each for each in found if each.episode == episode[0]):
            first, last = (int((at - of_moment(START)) / 60_000) for at in (each.start, each.end))
            seen += [(at, each.who.value, each.holder.value) for at in range(first, last)]
        assert seen == [*hand.minutes(episode, horizon)]
