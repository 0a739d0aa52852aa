"""The board of windows against brute force over the conversation, whatever happens and whenever timers come."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.changes import announcements
from chalicelib.domain.conversation import Status
from chalicelib.services import promises
from chalicelib.wiring import waits, windows
from tests.flow.later import Later
from tests.flow.scene import ANA
from tests.flow.test_windows import DAY, HOUR, LEAD, board, guarded, told, window_timers

acts = st.sampled_from(["says", "answers", "resolved", "open", "pending", "snoozed", "promise", "keep", "again"])
waits_between = st.sampled_from([60, HOUR, 6 * HOUR, 21 * HOUR, int(21.9 * HOUR), 23 * HOUR, 25 * HOUR])


@given(st.lists(st.tuples(acts, waits_between), min_size=1, max_size=10), st.sampled_from([[0], [0, 600], [30]]))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_board_is_what_brute_force_says_whatever_happens(plan: list[tuple[str, int]], late: list[int]) -> None:
    with guarded() as here:
        here.lateness = lambda: late
        for place, (act, seconds) in enumerate(plan):
            _do(here, act, str(place))
            _check(here)
            here.pass_(seconds=seconds)
            here.pass_(seconds=700)  # what comes late has come
            _check(here)
        kinds = [kind for kind, _ in told(here)]
        assert kinds.count("closed") <= kinds.count("closing") + len(plan)
        here.pass_(days=3)
        assert board(here) == [] and window_timers(here) == 0


def _do(here: Later, act: str, name: str) -> None:
    found = here.conversation
    if act == "says":
        here.says(f"Word {name}")
    elif act == "answers" and window_is_open(here):
        here.answers(f"Answer {name}", name)
    elif act in ("resolved", "open", "pending") and found.status is not Status(act):
        here.becomes(Status(act))
    elif act == "snoozed" and found.status is not Status.SNOOZED:
        here.snoozes(hours=40)
    elif act in ("promise", "keep"):
        _promise(here, act, name)
    elif act == "again":
        events = [event for record in here.scene.cloud.tables["desk"].stream for event in announcements(record)]
        for event in events[::-1][:20]:
            windows.watch_windows(event, here.scene.now())
    here.settle()


def _promise(here: Later, act: str, name: str) -> None:
    store, now, found = waits.promise_store(), here.scene.now(), here.conversation
    if act == "promise":
        promises.promise(store, ANA, found.id, f"Promise {name}", now + timedelta(days=9), now)
        return
    for each in store.of(found.id):
        if each.kind.value == "agent" and each.state.value == "open":
            promises.keep(store, ANA, found.id, each.id, now)


def window_is_open(here: Later) -> bool:
    leg = here.conversation.legs[here.conversation.active_leg_id]
    return leg.last_inbound_at is not None and here.scene.now() + timedelta(seconds=5) < leg.last_inbound_at + DAY


def _check(here: Later) -> None:
    """Whatever is owed in a window that has begun to close is shown; what was promised since it began, at the second
    look at the latest. What is not owed is never shown."""
    found, now = here.conversation, here.scene.now()
    leg = found.legs[found.active_leg_id]
    assert leg.last_inbound_at is not None
    closes_at = leg.last_inbound_at + DAY
    promised = [each for each in waits.promise_store().of(found.id) if each.state.value == "open"]
    owed = found.status is not Status.RESOLVED and (found.waiting_since is not None or bool(promised))
    shown = [(each.conversation.id, each.closes_at) for each in board(here)]
    if not owed or now >= closes_at:
        assert shown == []
    # A timer may be late by ten minutes here.
    elif now >= closes_at - LEAD / 4 + timedelta(minutes=11):
        assert shown == [(found.id, closes_at)]
    assert len(shown) <= 1
