"""What speaks for a leg and against it, in points. See `leg_choice`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.consent import ConsentState
from chalicelib.domain.leg_choice_policy import Cost, quiet_until
from chalicelib.domain.leg_choice_values import Place, Proof, Reason, Situation, time_said

NOW_THERE, LATELY, TODAY = timedelta(minutes=5), timedelta(hours=1), timedelta(hours=24)
CLOSES_SOON = timedelta(minutes=10)
# Fewer times and nothing has been learned yet.
ENOUGH_TIMES = 3

PLACES: Mapping[Place, Reason] = {
    Place.ACTIVE: Reason("active", 10, "The conversation is there."),
    Place.LEG: Reason("leg", 6, "The conversation has been there."),
    Place.KNOWN: Reason("known", 3, "The customer has been in touch there."),
    Place.NEW: Reason("new", 0, "Nothing has been said there yet."),
}
PROOFS: Mapping[Proof, Reason] = {
    Proof.WRITTEN: Reason("written", 12, "The customer has written from there."),
    Proof.SITE: Reason("signed_in", 10, "The company's site has said who the customer is there."),
    Proof.CODE: Reason("verified", 10, "The customer has confirmed it with a code."),
    Proof.PROVIDER: Reason("attested", 6, "The provider has told that it is the customer's."),
    Proof.TYPED: Reason("unverified", 0, "Somebody has typed it: nothing proves that it is the customer's."),
}
COSTS: Mapping[Cost, Reason] = {
    Cost.FREE: Reason("free", 0, "It costs nothing."),
    Cost.LOW: Reason("low_cost", -2, "It costs next to nothing."),
    Cost.CHARGED: Reason("charged", -8, "Each message is charged."),
}


def reasons(situation: Situation) -> tuple[Reason, ...]:
    candidate = situation.candidate
    found = (
        PLACES[candidate.place],
        _recent(situation),
        PROOFS[candidate.proof],
        _window(situation),
        _consent(situation),
        _preference(situation),
        _quiet(situation),
        _hours(situation),
        COSTS[candidate.cost],
    )
    return tuple(reason for reason in found if reason is not None)


def _recent(situation: Situation) -> Reason | None:
    at = situation.candidate.last_inbound_at
    if at is None:
        return None
    ago = situation.now - at
    if ago <= NOW_THERE:
        return Reason("there_now", 15, "The customer wrote there within the last five minutes.")
    if ago <= LATELY:
        return Reason("recent", 8, "The customer wrote there within the last hour.")
    return Reason("recent", 4, "The customer wrote there within the last day.") if ago <= TODAY else None


def _window(situation: Situation) -> Reason | None:
    candidate = situation.candidate
    if candidate.by_template:
        return Reason("template_needed", -8, "Only an approved template goes there now.")
    closes_at = candidate.window_closes_at
    if closes_at is None or not candidate.window_open:
        return None
    if closes_at - situation.now <= CLOSES_SOON:
        return Reason("window_closes_soon", -6, f"Its messaging window closes at {time_said(closes_at)}.")
    return Reason("window_open", 4, f"Its messaging window is open until {time_said(closes_at)}.")


def _consent(situation: Situation) -> Reason | None:
    if situation.word is None or situation.word.state is not ConsentState.GRANTED:
        return None
    return Reason("consent", 5, f"The customer has consented to {situation.purpose.value} messages there.")


def _preference(situation: Situation) -> Reason | None:
    customer, channel = situation.customer, situation.candidate.channel
    declared, learned = customer.preferred, customer.learned
    if declared == channel:
        return Reason("preferred", 20, "It is the channel that the customer prefers.")
    if declared is None and learned is not None and learned[0] == channel and learned[1] >= ENOUGH_TIMES:
        return Reason("habit", 8, f"The customer has used this channel most: {learned[1]} times.")
    return None


def _quiet(situation: Situation) -> Reason | None:
    until = is_quiet_until(situation)
    return None if until is None else Reason("quiet_hours", -25, quiet_said(until), {"until": until})


def quiet_said(until: datetime) -> str:
    return f"It is quiet time at the customer's until {time_said(until)}."


def is_quiet_until(situation: Situation) -> datetime | None:
    """Until when it is quiet time on this channel; None where it is none. Who has just written is awake."""
    policy, customer = situation.policy, situation.customer
    last = customer.last_inbound_at
    awake = last is not None and situation.now - last <= timedelta(seconds=policy.awake_seconds)
    if awake or situation.candidate.channel not in policy.quiet_channels:
        return None
    return quiet_until(policy, customer.time_zone, situation.now)


def _hours(situation: Situation) -> Reason | None:
    hours, zone = situation.customer.hours, situation.customer.time_zone
    if not hours or zone is None:
        return None
    local = situation.now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if any(start <= minute < end for start, end in hours.get(local.weekday(), ())):
        return None
    return Reason("outside_hours", -10, "It is outside of the hours at which the customer likes to be reached.")
