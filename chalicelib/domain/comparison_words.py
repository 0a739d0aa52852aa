"""A comparison in plain words, with the figures that it rests on."""

from dataclasses import dataclass

from chalicelib.domain.brief_lines import spoken_seconds
from chalicelib.domain.comparison import ENOUGH, Comparison, Side, Verdict

# From here on a factor is said as one, not in percent.
_TWICE = 2.0


@dataclass(frozen=True, slots=True)
class Names:
    """What is compared, and what the sides are called."""

    metric: str
    a: str
    b: str


def sentence(found: Comparison, names: Names) -> str:
    return f"{names.metric}: {_body(found, names)}"


def _body(found: Comparison, names: Names) -> str:
    if found.too_few or found.size is None:
        return (
            f"too few to say anything of {names.a} and {names.b}: {found.compared_a:,} and {found.compared_b:,} were "
            f"alike enough to be compared, and at least {ENOUGH} of each are needed that could fall either way."
        )
    if found.verdict is Verdict.NO_DIFFERENCE_SHOWN:
        return (
            f"no difference shown between {names.a} and {names.b}: {found.compared_a:,} and {found.compared_b:,} were "
            f"compared, like with like{_seen(found)}."
        )
    return (
        f"{names.a} was {found.verdict} than {names.b}: like by like {_size(found, found.size)}{_between(found)}. "
        f"{_sides(found)}{_otherwise(found)}"
    )


def _rate(found: Comparison) -> bool:
    return found.longer is None


def _size(found: Comparison, value: float) -> str:
    if _rate(found):
        return f"{abs(value) * 100:.1f} points of a hundred {'higher' if value > 0 else 'lower'}"
    if value >= _TWICE:
        return f"about {value:.1f} times as long"
    return f"about {_percent(value)} {'longer' if value > 1 else 'shorter'}"


def _percent(factor: float) -> str:
    share = abs(factor - 1) * 100
    return f"{share:.0f} %" if share >= 10 else f"{share:.1f} %"


def _between(found: Comparison) -> str:
    if found.low is None or found.high is None:
        return ""
    if _rate(found):
        ends = sorted((abs(found.low), abs(found.high)))
        return f" (between {ends[0] * 100:.1f} and {ends[1] * 100:.1f})" if found.low * found.high > 0 else ""
    if (found.low - 1) * (found.high - 1) <= 0:
        return ""
    if found.high >= _TWICE:
        return f" (between {found.low:.1f} and {found.high:.1f} times)"
    near, far = sorted((found.low, found.high), key=lambda each: abs(each - 1))
    return f" (between {_percent(near)} and {_percent(far)})"


def _seen(found: Comparison) -> str:
    if found.seen is None:
        return "; only a very large difference would have been found"
    if _rate(found):
        return f"; a difference of {found.seen * 100:.1f} points of a hundred would have been found four times of five"
    large = _percent(found.seen) if found.seen < _TWICE else f"{found.seen:.1f} times as long"
    return f"; a difference of {large} would have been found four times of five"


def _sides(found: Comparison) -> str:
    what = "Shares" if _rate(found) else "Medians"
    return f"{what}: {_figure(found, found.a)} of {found.a.n:,} against {_figure(found, found.b)} of {found.b.n:,}."


def _figure(found: Comparison, side: Side) -> str:
    if side.middle is None:
        return "nothing"
    if _rate(found):
        return f"{side.middle * 100:.1f} %"
    return _spoken(round(side.middle / 1000))


def _spoken(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if rest and 1 <= minutes < 60 else spoken_seconds(seconds)


def _otherwise(found: Comparison) -> str:
    """Where all taken together says the contrary, it is said why."""
    a, b = found.a.middle, found.b.middle
    if a is None or b is None or a == b:
        return ""
    up = found.verdict in (Verdict.SLOWER, Verdict.HIGHER)
    return "" if (a > b) is up else " All together say otherwise, for their topics, channels or hours differ."
