"""What is told of waits holds as often as it says, on generated days that nothing was fitted to."""

from datetime import timedelta

from bench import days
from bench.waits_day import Book, Waited, calibrated
from chalicelib.domain.expected_wait import ENOUGH, expected


def test_four_of_five_waits_are_within_what_is_told() -> None:
    told = calibrated(agents=8, conversations=650, days_told=3)

    assert told.told >= 500
    assert 0.75 <= told.share(told.within_high) <= 0.90
    assert 0.40 <= told.share(told.within_low) <= 0.60
    # Rounded up to whole minutes it holds at least as often.
    assert told.share(told.within_said) >= told.share(told.within_high)


def test_who_was_never_given_to_anybody_teaches_nothing() -> None:
    book, today = Book(), days.MORNING.date()
    for number in range(ENOUGH):
        at = days.MORNING + timedelta(minutes=number)
        book.count(Waited("team_support", 1, at, None), today)
    assert expected(book.of("team_support"), today, 1) is None
