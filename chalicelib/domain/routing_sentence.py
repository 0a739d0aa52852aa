"""A routing decision in one readable sentence, and what it tells as data, for pages in other languages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.routing_values import Candidate, Reason, Skipped, Weighed, Work

MANUAL: Mapping[str, Any] = {"kind": "manual"}


def facts_of(
    work: Work,
    chosen: Candidate | None,
    weighed: Sequence[Weighed],
    skipped: Sequence[Skipped],
    names: Mapping[str, str],
    *,
    sticky: bool,
    waits: bool,
) -> Mapping[str, Any]:
    """What a sentence tells beside whether it is offered and what was asked for less of. Lists of a decision are cut;
    the counts here are of all."""
    if chosen is not None and sticky:
        return {"kind": "returning", "name": chosen.name}
    if chosen is not None:
        return {"kind": "free", "name": chosen.name, "percent": weighed[0].free_share // 10, "able": len(weighed)}
    if waits:
        return {"kind": "own_busy", "name": names[work.sticky_id or ""]}
    if not skipped:
        return {"kind": "no_agents"}
    return {"kind": "nobody", "passed": dict(Counter(each.reason.value for each in skipped))}


def sentence(facts: Mapping[str, Any], less: Sequence[str] = (), *, offers: bool = False) -> str:
    """`less`: of which skills less was asked for."""
    name, kind = facts.get("name"), facts["kind"]
    gets = "is offered it" if offers else "gets it"
    relaxed = f" after asking for less of {', '.join(less)}" if less else ""
    if kind == "manual":
        return "It waits until somebody takes it."
    if kind == "returning":
        return f"{name} {gets}: the customer was with them before, and they have room."
    if kind == "free":
        able = facts["able"]
        against = f", the most of {able} who could take it" if able > 1 else ", the only one who could take it"
        return f"{name} {gets}{relaxed}: {facts['percent']} % of their capacity is free{against}."
    if kind == "own_busy":
        return f"It waits for {name}, who knows the customer and is busy now."
    why = "there is nobody in the team" if kind == "no_agents" else _passed(facts["passed"])
    return f"It waits{relaxed}: {why}."


def _passed(passed: Mapping[str, int]) -> str:
    return ", ".join(f"{passed[reason]} {phrase}" for reason, phrase in _PHRASES.items() if passed.get(reason))


_PHRASES: Mapping[str, str] = {
    Reason.FULL: "with no room",
    Reason.LACKS_SKILL: "without the skills",
    Reason.UNAVAILABLE: "not available",
    Reason.DECLINED: "who did not take it",
    Reason.OTHER_TEAM: "of another team",
}
