"""Verdicts: what is different is found, like with like; what is not, or is too few, is never called different."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from random import Random
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.comparison import Comparison, Question, Side, Verdict, compared
from chalicelib.domain.comparison_rows import OTHER, Strata, TopicsOverlap, grouping_by, hour_of_week
from chalicelib.domain.comparison_strata import Fineness, Sides, less
from chalicelib.domain.comparison_words import Names, sentence
from chalicelib.domain.measure import Dimension, Dims, Measure
from chalicelib.domain.rollup import Cells, Group, Grouping, counted
from chalicelib.domain.spread import spread_of

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CHANNEL, LABEL, AGENT = Dimension.CHANNEL, Dimension.LABEL, Dimension.AGENT


def rows(measures: Iterable[Measure], grouping: Grouping) -> dict[tuple[str, Group], Cells]:
    """Hour rows as the roll-ups keep them."""
    hours: dict[datetime, list[Measure]] = {}
    for each in measures:
        hours.setdefault(each.at.replace(minute=0, second=0, microsecond=0), []).append(each)
    return {
        (f"{hour:%Y-%m-%dT%H:%MZ}", group): cells
        for hour, held in hours.items()
        for group, cells in counted(held, grouping).items()
    }


def strata(measures: list[Measure], by: Dimension, metrics: tuple[str, ...], topics: tuple[str, ...] = ()) -> Strata:
    made = Strata(by, metrics, BERLIN, topics)
    made.add(rows(measures, grouping_by(by)), rows(measures, (CHANNEL,)))
    return made


def ask(measures: list[Measure], by: Dimension, metric: str, shape: str, *sides: Sides) -> list[Comparison]:
    observed = strata(measures, by, (metric,)).observed()
    return compared([Question(metric, shape, each) for each in sides], observed)


def at(chance: Random, hour: int) -> datetime:
    return MONDAY + timedelta(days=chance.randrange(28), hours=hour, seconds=chance.randrange(3600))


def first_response(when: datetime, value: float, dims: Dims) -> list[Measure]:
    whole = round(value)
    return [
        Measure("first_response", when, 1, value=whole, business=whole // 2, dims=dims),
        Measure("arrivals", when, 1, dims=dims),
    ]


def mixed(seed: int, slower: Mapping[str, float], n: int = 600) -> list[Measure]:
    """Mail gets the hard topic and the night; chat the easy one by day. Within a topic and an hour the same, but for
    the factor of a channel in `slower`."""
    chance, made = Random(seed), []
    for _ in range(n):
        for channel, hard, night in (("email", 0.8, 0.7), ("chat", 0.2, 0.2), ("whatsapp", 0.5, 0.4)):
            topic = "refund" if chance.random() < hard else "delivery"
            late = chance.random() < night
            middle = 60_000 * (4 if topic == "refund" else 1) * (3 if late else 1) * slower.get(channel, 1.0)
            value = chance.lognormvariate(log(middle), 0.8)
            made += first_response(at(chance, 23 if late else 10), value, Dims(channel, labels=(topic,)))
    return made


PAIRS = (Sides("chat", "email"), Sides("chat", "whatsapp"), Sides("email", "whatsapp"))


def test_a_harder_mix_is_not_called_slow_when_like_is_compared_with_like() -> None:
    found = ask(mixed(1, {}), CHANNEL, "first_response", "duration", *PAIRS)
    assert [each.verdict for each in found] == [Verdict.NO_DIFFERENCE_SHOWN] * 3
    chat, email = found[0].a.middle, found[0].b.middle
    assert chat is not None and email is not None and email > 4 * chat
    assert all(each.seen is not None and 1 < each.seen < 1.4 for each in found)
    assert all(each.asked == 3 and each.strata >= 4 for each in found)


def test_a_slower_channel_is_found_with_its_size_though_its_topics_are_easier() -> None:
    found = ask(mixed(2, {"chat": 1.3}), CHANNEL, "first_response", "duration", *PAIRS)
    assert [each.verdict for each in found] == [Verdict.SLOWER, Verdict.SLOWER, Verdict.NO_DIFFERENCE_SHOWN]
    for each in found[:2]:
        assert each.low is not None and each.high is not None and each.size is not None
        assert 1 < each.low < 1.3 < each.high < 1.6
    assert found[0].a.middle is not None and found[0].b.middle is not None
    assert found[0].a.middle < found[0].b.middle
    assert "say otherwise" in sentence(found[0], Names("First response", "Chat", "E-mail"))


def test_the_other_way_round_is_the_contrary() -> None:
    measures = mixed(2, {"chat": 1.3})
    one, other = ask(measures, CHANNEL, "first_response", "duration", Sides("chat", "email"), Sides("email", "chat"))
    assert (one.verdict, other.verdict) == (Verdict.SLOWER, Verdict.FASTER)
    assert one.chance == pytest.approx(other.chance)
    assert one.size is not None and other.size is not None
    assert one.size == pytest.approx(1 / other.size, rel=0.01)


def test_business_time_is_compared_when_it_is_asked_for() -> None:
    observed = strata(mixed(3, {}), CHANNEL, ("first_response",)).observed()
    plain, within = compared(
        [Question("first_response", "duration", PAIRS[0], business=each) for each in (False, True)], observed
    )
    assert plain.a.middle is not None and within.a.middle is not None
    assert within.a.middle == pytest.approx(plain.a.middle / 2, rel=0.03)


def one_touch(seed: int, rates: Mapping[str, float], n: int) -> list[Measure]:
    chance = Random(seed)
    return [
        Measure("one_touch", at(chance, 9), 1, hit=chance.random() < rate, dims=Dims("chat", agent=agent))
        for agent, rate in rates.items()
        for _ in range(n)
    ]


def test_an_agent_with_a_lower_rate_is_found_among_the_others() -> None:
    measures = one_touch(4, {"agt_a": 0.6, "agt_b": 0.6, "agt_c": 0.42, "agt_d": 0.6}, 400)
    found = ask(measures, AGENT, "one_touch", "rate", *(Sides(f"agt_{each}") for each in "abcd"))
    low = found[2]
    assert low.verdict is Verdict.LOWER
    assert low.low is not None and low.high is not None and low.low < -0.18 < low.high < 0
    assert (low.a.n, low.b.n) == (400, 1200)
    assert low.longer is None


@pytest.mark.parametrize("n", [5, 29])
def test_few_are_never_different_however_far_apart(n: int) -> None:
    (found,) = ask(one_touch(5, {"agt_a": 0.0, "agt_b": 1.0}, n), AGENT, "one_touch", "rate", Sides("agt_a", "agt_b"))
    assert (found.verdict, found.too_few, found.corrected) == (Verdict.NO_DIFFERENCE_SHOWN, True, None)
    assert 0 < found.compared_a <= n and found.compared_b <= n
    assert sentence(found, Names("One touch", "A", "B")).startswith("One touch: too few to say anything of A and B")


def test_a_rate_that_nearly_never_falls_the_other_way_is_too_few() -> None:
    (found,) = ask(one_touch(6, {"agt_a": 0.0, "agt_b": 0.01}, 200), AGENT, "one_touch", "rate", Sides("agt_a"))
    assert found.too_few


def test_what_is_never_alike_is_not_compared() -> None:
    """All of one at night and all of the other by day: nothing can be told apart from the hours."""
    chance = Random(7)
    measures = [
        each
        for channel, hour in (("chat", 10), ("email", 23))
        for _ in range(100)
        for each in first_response(at(chance, hour), 50_000, Dims(channel))
    ]
    (found,) = ask(measures, CHANNEL, "first_response", "duration", Sides("chat"))
    assert (found.too_few, found.compared_a, found.strata) == (True, 0, 0)
    assert (found.a.n, found.b.n) == (100, 100)


def test_what_was_not_measured_is_too_few() -> None:
    (found,) = ask([], CHANNEL, "first_response", "duration", Sides("chat", "email"))
    assert found == Comparison(
        "first_response", Sides("chat", "email"), Verdict.NO_DIFFERENCE_SHOWN, Side(0, None), Side(0, None)
    )


def test_several_labels_make_nothing_surer() -> None:
    """Each conversation with three labels is three times in the strata; the chance is that of once."""

    def relabelled(labels: tuple[str, ...]) -> list[Measure]:
        chance = Random(8)
        return [
            each
            for channel, factor in (("chat", 1.0), ("email", 1.15))
            for _ in range(300)
            for each in first_response(
                at(chance, 10), chance.lognormvariate(11, 1) * factor, Dims(channel, labels=labels)
            )
        ]

    sides = Sides("chat", "email")
    (once,) = ask(relabelled(("a",)), CHANNEL, "first_response", "duration", sides)
    (thrice,) = ask(relabelled(("a", "b", "c")), CHANNEL, "first_response", "duration", sides)
    assert once.chance is not None
    assert thrice.chance == pytest.approx(once.chance)


def tagged(seed: int) -> list[Measure]:
    """As `mixed`, and one in four has a second label, whatever its topic."""
    chance, made = Random(seed), []
    for each in mixed(seed, {}):
        if each.kind == "arrivals":
            continue
        labels = (*each.dims.labels, "vip") if chance.random() < 0.25 else each.dims.labels
        dims = replace(each.dims, labels=labels)
        made += [replace(each, dims=dims), Measure("arrivals", each.at, 1, dims=dims)]
    return made


def test_topics_that_are_named_are_strata_and_nothing_else_is() -> None:
    made = strata(tagged(13), CHANNEL, ("first_response",), ("refund", "delivery"))
    assert made.overlap() == 1.0
    observed = made.observed()["first_response"]
    assert {mix for mix, _ in observed.cells} == {"refund", "delivery"}
    assert sum(cell.n for cell in observed.whole.values()) == 1800
    (found,) = compared([Question("first_response", "duration", Sides("chat", "email"))], {"first_response": observed})
    assert found.verdict is Verdict.NO_DIFFERENCE_SHOWN
    assert strata(tagged(13), CHANNEL, ("first_response",)).overlap() == pytest.approx(1.25, abs=0.03)


def test_what_has_no_named_topic_is_a_stratum_too() -> None:
    observed = strata(tagged(14), CHANNEL, ("first_response",), ("refund",)).observed()["first_response"]
    assert {mix for mix, _ in observed.cells} == {"refund", OTHER}
    assert sum(cell.n for cell in observed.whole.values()) == 1800


def test_topics_that_overlap_are_refused() -> None:
    with pytest.raises(TopicsOverlap):
        strata(tagged(15), CHANNEL, ("first_response",), ("refund", "delivery", "vip"))


def test_several_answers_of_one_conversation_make_nothing_surer() -> None:
    def answered(times: int) -> list[Measure]:
        chance, made = Random(9), []
        for channel, factor in (("chat", 1.0), ("email", 1.2)):
            for _ in range(200):
                when, value = at(chance, 10), round(chance.lognormvariate(11, 1) * factor)
                made.append(Measure("arrivals", when, 1, dims=Dims(channel)))
                made += [
                    Measure("response", when, 1, place, value, value, dims=Dims(channel)) for place in range(times)
                ]
        return made

    (once,) = ask(answered(1), CHANNEL, "response", "duration", Sides("chat"))
    (often,) = ask(answered(4), CHANNEL, "response", "duration", Sides("chat"))
    assert once.chance is not None
    assert often.chance == pytest.approx(once.chance, rel=0.1)


def test_a_label_is_compared_with_all_that_do_not_have_it() -> None:
    chance = Random(10)
    both = [first_response(at(chance, 10), 90_000, Dims("chat", labels=("vip", "refund"))) for _ in range(40)]
    other = [first_response(at(chance, 10), 30_000, Dims("chat", labels=("refund",))) for _ in range(50)]
    (found,) = ask(
        [each for made in (*both, *other) for each in made], LABEL, "first_response", "duration", Sides("vip")
    )
    assert (found.a.n, found.b.n) == (40, 50)
    assert found.verdict is Verdict.SLOWER
    assert found.size == pytest.approx(3, rel=0.02)


def test_hours_are_of_the_local_week_when_the_clocks_change() -> None:
    # 2026-03-29, a Sunday: Berlin is an hour from UTC until 01:00 UTC, two hours after it.
    assert hour_of_week("2026-03-29T00:00Z", BERLIN) == 6 * 24 + 1
    assert hour_of_week("2026-03-29T01:00Z", BERLIN) == 6 * 24 + 3
    assert hour_of_week("2026-03-29T22:00Z", BERLIN) == 0


@pytest.mark.parametrize(
    ("later", "alike"),
    [
        (timedelta(days=7), Fineness.HOUR_OF_WEEK),
        (timedelta(days=1), Fineness.HOUR_OF_DAY),
        (timedelta(hours=1), Fineness.TWO_HOURS),
        (timedelta(hours=2), None),
        (timedelta(days=5), None),
    ],
)
def test_times_are_as_alike_as_what_there_is_allows(later: timedelta, alike: Fineness | None) -> None:
    """Chat always comes so much later than mail did: at nine in Berlin on a Monday."""
    chance, when = Random(12), MONDAY + timedelta(hours=7)
    made = [
        each
        for channel, began in (("email", when), ("chat", when + later))
        for _ in range(40)
        for each in first_response(began, chance.lognormvariate(11, 1), Dims(channel))
    ]
    (found,) = ask(made, CHANNEL, "first_response", "duration", Sides("chat", "email"))
    assert (None if found.too_few else found.alike) == alike


def test_a_whole_less_a_part_is_the_rest() -> None:
    dims = Dims("chat")
    measures = [Measure("first_response", MONDAY, 1, value=value, business=value, dims=dims) for value in (5, 9, 9, 70)]
    whole = counted(measures, ())[()]["first_response"]
    part = counted(measures[:2], ())[()]["first_response"]
    rest = less(whole, part)
    assert rest == counted(measures[2:], ())[()]["first_response"]
    assert rest.spread == spread_of([9, 70])


def told(**of: object) -> Comparison:
    held: dict[str, object] = {
        "metric": "first_response",
        "sides": Sides("whatsapp"),
        "verdict": Verdict.SLOWER,
        "a": Side(1203, 250_000.0),
        "b": Side(8900, 182_000.0),
        "compared_a": 1200,
        "compared_b": 8000,
        "too_few": False,
        "size": 1.18,
        "low": 1.12,
        "high": 1.25,
        "longer": 0.56,
        "seen": 1.09,
    }
    return Comparison(**{**held, **of})  # type: ignore[arg-type]


NAMES = Names("First response", "WhatsApp", "the rest")
RATE = {"metric": "one_touch", "longer": None, "a": Side(1203, 0.412), "b": Side(8900, 0.494), "seen": 0.031}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            told(),
            "First response: WhatsApp was slower than the rest: like by like about 18 % longer (between 12 % and 25 "
            "%). Medians: 4 min 10 s of 1,203 against 3 min 2 s of 8,900.",
        ),
        (
            told(verdict=Verdict.FASTER, size=0.945, low=0.91, high=0.98, a=Side(40, 100_000.0)),
            "First response: WhatsApp was faster than the rest: like by like about 5.5 % shorter (between 2.0 % and "
            "9.0 %). Medians: 1 min 40 s of 40 against 3 min 2 s of 8,900.",
        ),
        (
            told(size=2.4, low=1.9, high=None),
            "First response: WhatsApp was slower than the rest: like by like about 2.4 times as long. Medians: 4 min "
            "10 s of 1,203 against 3 min 2 s of 8,900.",
        ),
        (
            told(verdict=Verdict.NO_DIFFERENCE_SHOWN, size=1.01, low=0.97, high=1.05),
            "First response: no difference shown between WhatsApp and the rest: 1,200 and 8,000 were compared, like "
            "with like; a difference of 9.0 % would have been found four times of five.",
        ),
        (
            told(verdict=Verdict.LOWER, size=-0.082, low=-0.113, high=-0.051, **RATE),
            "First response: WhatsApp was lower than the rest: like by like 8.2 points of a hundred lower (between 5.1 "
            "and 11.3). Shares: 41.2 % of 1,203 against 49.4 % of 8,900.",
        ),
        (
            told(verdict=Verdict.NO_DIFFERENCE_SHOWN, size=-0.01, low=-0.03, high=0.01, **RATE),
            "First response: no difference shown between WhatsApp and the rest: 1,200 and 8,000 were compared, like "
            "with like; a difference of 3.1 points of a hundred would have been found four times of five.",
        ),
    ],
)
def test_sentences_say_what_the_figures_say(found: Comparison, words: str) -> None:
    assert sentence(found, NAMES) == words
