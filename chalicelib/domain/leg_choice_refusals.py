"""What forbids a leg, each with a stable code. See `leg_choice`."""

from datetime import datetime

from chalicelib.domain.consent import ConsentState, Purpose
from chalicelib.domain.leg_choice_policy import Need
from chalicelib.domain.leg_choice_reasons import is_quiet_until, quiet_said
from chalicelib.domain.leg_choice_values import Candidate, Obstacle, Place, Situation

LEADS_ELSEWHERE = "Another open conversation of the customer is there: merge the two, and go on in one."
WINDOW_CLOSED = "Its messaging window is closed for such a message."
UNPROVEN = (
    "Nothing proves that this address is the customer's: verify it with a code, or record their consent to be written "
    "to there."
)


def refusals(situation: Situation) -> tuple[Obstacle, ...]:
    candidate = situation.candidate
    found = (
        _disabled(candidate),
        _unreachable(candidate),
        Obstacle("other_customer", "This address belongs to another customer.") if candidate.foreign else None,
        Obstacle("leads_elsewhere", LEADS_ELSEWHERE) if candidate.elsewhere is not None else None,
        _public(candidate),
        None if candidate.window_open else Obstacle("window_closed", WINDOW_CLOSED),
        _unfit(candidate),
        _silence(situation),
        _consented(situation),
        _strictly_quiet(situation),
    )
    return tuple(obstacle for obstacle in found if obstacle is not None)


def _disabled(candidate: Candidate) -> Obstacle | None:
    name = candidate.inbox_name
    return None if candidate.enabled else Obstacle("inbox_disabled", f"The inbox {name} is disabled.", {"inbox": name})


def _unfit(candidate: Candidate) -> Obstacle | None:
    return None if candidate.misfit is None else Obstacle("unfit", candidate.misfit, candidate.misfit_facts)


def _unreachable(candidate: Candidate) -> Obstacle | None:
    reach = candidate.reach
    if reach is None or reach.reachable:
        return None
    said = reach.detail or f"The customer cannot be written to there: {reach.reason}."
    return Obstacle("unreachable", said, {"reason": reach.reason})


def _public(candidate: Candidate) -> Obstacle | None:
    """A case does not go on where everybody reads it, unless it is there already."""
    if not candidate.public or candidate.place is Place.ACTIVE:
        return None
    return Obstacle("public", "It is a public thread.")


def _asked_since(situation: Situation, at: datetime) -> bool:
    """Whether the customer has written here since: an answer is what they asked for."""
    candidate = situation.candidate
    last = candidate.last_inbound_at
    return situation.purpose is Purpose.SERVICE and candidate.written_here and last is not None and last > at


def _silence(situation: Situation) -> Obstacle | None:
    silence = situation.customer.do_not_contact
    if silence is None or _asked_since(situation, silence.at):
        return None
    return Obstacle("do_not_contact", "The customer does not want to be contacted, and has not written there since.")


def _consented(situation: Situation) -> Obstacle | None:
    word, candidate = situation.word, situation.candidate
    if word is not None and word.state is ConsentState.WITHDRAWN:
        asked = _asked_since(situation, word.at)
        return None if asked else Obstacle("consent_withdrawn", "The customer has said no to such messages there.")
    if candidate.written_here and situation.purpose is Purpose.SERVICE:
        return None
    granted = word is not None and word.state is ConsentState.GRANTED
    need = situation.policy.need(situation.purpose, candidate.channel)
    return _needed(need, proven=candidate.is_proven, granted=granted)


def _needed(need: Need, *, proven: bool, granted: bool) -> Obstacle | None:
    if need is Need.PROOF_OR_CONSENT:
        return None if proven or granted else Obstacle("identity_unproven", UNPROVEN)
    if need in (Need.PROOF, Need.PROOF_AND_CONSENT) and not proven:
        return Obstacle("identity_unproven", UNPROVEN)
    if need in (Need.CONSENT, Need.PROOF_AND_CONSENT) and not granted:
        return Obstacle("consent_missing", "The customer has not consented to such messages there.")
    return None


def _strictly_quiet(situation: Situation) -> Obstacle | None:
    until = is_quiet_until(situation) if situation.policy.quiet_strict else None
    return None if until is None else Obstacle("quiet_hours", quiet_said(until), {"until": until})
