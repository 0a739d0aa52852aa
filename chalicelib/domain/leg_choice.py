"""Which leg is the best to reach a customer now: pure rules, each with its points and a sentence.

A candidate is a way to reach the customer: a leg of the conversation, another leg of theirs, or one that could be
begun. What may not be used says why (`refusals`, stable codes); what may is ordered by its points (`reasons`), the same
each time. The codes and points are in docs/channel_switching.md.
"""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.consent import Purpose, consent_now
from chalicelib.domain.leg_choice_policy import LegPolicy
from chalicelib.domain.leg_choice_reasons import reasons
from chalicelib.domain.leg_choice_refusals import refusals
from chalicelib.domain.leg_choice_values import Candidate, Choice, Customer, Place, Situation

BASE, LOWEST, HIGHEST = 50, 0, 100


def ranked(
    candidates: Iterable[Candidate], customer: Customer, policy: LegPolicy, purpose: Purpose, now: datetime
) -> list[Choice]:
    """The best first; those that may not be used last."""
    found = [judged(each, customer, policy, purpose, now) for each in candidates]
    places = tuple(Place)
    return sorted(
        found,
        key=lambda each: (not each.usable, -each.score, places.index(each.candidate.place), each.candidate.leg_id),
    )


def judged(candidate: Candidate, customer: Customer, policy: LegPolicy, purpose: Purpose, now: datetime) -> Choice:
    word = consent_now(customer.consents, candidate.channel, purpose)
    situation = Situation(candidate, customer, policy, purpose, now, word)
    found = reasons(situation)
    score = BASE + sum(reason.points for reason in found)
    return Choice(candidate, min(max(score, LOWEST), HIGHEST), found, refusals(situation))
