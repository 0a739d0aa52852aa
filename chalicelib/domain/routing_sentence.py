"""A routing decision in one readable sentence."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.routing_values import Candidate, Reason, Skipped, Weighed, Work


def sentence(
    work: Work,
    chosen: Candidate | None,
    weighed: Sequence[Weighed],
    skipped: Sequence[Skipped],
    names: Mapping[str, str],
    *,
    sticky: bool,
    waits: bool,
    offers: bool = False,
) -> str:
    gets = "is offered it" if offers else "gets it"
    relaxed = f" after asking for less of {', '.join(work.asked.relaxed)}" if work.asked.relaxed else ""
    if chosen is not None and sticky:
        return f"{chosen.name} {gets}: the customer was with them before, and they have room."
    if chosen is not None:
        free = weighed[0].free_share // 10
        others = len(weighed) - 1
        against = f", the most of {others + 1} who could take it" if others else ", the only one who could take it"
        return f"{chosen.name} {gets}{relaxed}: {free} % of their capacity is free{against}."
    if waits:
        return f"It waits for {names[work.sticky_id or '']}, who knows the customer and is busy now."
    return f"It waits{relaxed}: {_why_nobody(skipped)}."


def _why_nobody(skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return "there is nobody in the team"
    counted = [(sum(each.reason is reason for each in skipped), phrase) for reason, phrase in _PHRASES.items()]
    return ", ".join(f"{count} {phrase}" for count, phrase in counted if count)


_PHRASES: Mapping[Reason, str] = {
    Reason.FULL: "with no room",
    Reason.LACKS_SKILL: "without the skills",
    Reason.UNAVAILABLE: "not available",
    Reason.DECLINED: "who did not take it",
    Reason.OTHER_TEAM: "of another team",
}
