"""What the findings of `domain/why_slow.py` say in a sentence, with the figures that they stand on. Pages in other
languages say it in their own words, by cause and facts."""

from collections.abc import Callable, Mapping

from chalicelib.domain.why_slow import Cause, Finding

Facts = Mapping[str, float]


def sentence(finding: Finding) -> str:
    return _SAID[finding.cause](finding.share, finding.facts)


def length(milliseconds: float) -> str:
    """As people say it, to two places of it: `3 h 20 min`, `45 s`."""
    seconds = round(milliseconds / 1000)
    for unit, size, small, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            rest = seconds % size // part
            return f"{seconds // size} {unit}" + (f" {rest} {small}" if rest else "")
    return f"{seconds} s"


def _not_enough(_share: float, facts: Facts) -> str:
    fewest = int(min(facts["n"], facts["n_before"] or facts["n"]))
    return f"Too few answers to tell: {fewest}, and {int(facts['needed'])} are needed."


def _no_slower(_share: float, facts: Facts) -> str:
    return f"Answers are not shown to be slower than before ({int(facts['n'])} answers, p = {facts['chance']:.2f})."


def _cause(named: str, advice: str, *beside: tuple[str, str]) -> Callable[[float, Facts], str]:
    def said(share: float, facts: Facts) -> str:
        then = facts.get("before_ms")
        of = "of the wait" if then is None else "of the slowdown"
        grew = f"{length(facts['mean_ms'])} an answer" + (f", {length(then)} before" if then is not None else "")
        changes = [f"{words} {_change(facts[name])}" for name, words in beside if name in facts]
        return f"{named}: {share:.0%} {of} ({grew}). " + "".join(f"{each}. " for each in changes) + advice

    return said


def _change(share: float) -> str:
    if abs(share) < 0.005:
        return "did not change"
    return f"{'rose' if share > 0 else 'fell'} by {abs(share):.0%}"


_SAID: Mapping[Cause, Callable[[float, Facts], str]] = {
    Cause.NOT_ENOUGH: _not_enough,
    Cause.NO_SLOWER: _no_slower,
    Cause.TOO_MANY_ENQUIRIES: _cause(
        "Too many enquiries, they wait in the queue",
        "Look at what the new ones are about, and at who could be lent.",
        ("arrivals_change", "Arrivals"),
    ),
    Cause.TOO_FEW_HANDS: _cause(
        "Cases wait in the queue though there are not more of them",
        "Look at who is there when they come, and at how long each case takes.",
        ("arrivals_change", "Arrivals"),
        ("handling_change", "Handling time"),
    ),
    Cause.SLOW_PICK_UP: _cause(
        "Agents have the case and have not looked at it yet",
        "Look at capacity: whoever holds many cannot look at each.",
    ),
    Cause.LONG_PROCESS: _cause(
        "The process is long: agents take longer to answer",
        "Look at the topics that need the most messages, and at what agents look up.",
        ("messages_a_case_change", "Messages a case"),
        ("handovers_a_case_change", "Hand-overs a case"),
        ("handling_change", "Handling time"),
    ),
    Cause.WAITS_FOR_COLLEAGUES: _cause(
        "Agents wait for colleagues", "Look at whom they ask: could they know or decide it themselves?"
    ),
    Cause.TOO_FEW_HOURS: _cause(
        "Customers write when the desk is closed", "Look at the heat map of arrivals beside the business hours."
    ),
    Cause.BOT_HOLDS: _cause("The bot keeps customers waiting", "Look at when it hands over."),
    Cause.LEFT_SNOOZED: _cause("Cases were put aside while the customer waited", "Look at what wakes them."),
}
