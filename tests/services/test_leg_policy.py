"""The policy of legs comes back as it was kept, and whatever else is given is refused by its field."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.registry import CHANNELS
from chalicelib.domain.consent import Purpose
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.leg_choice_policy import ANY, Cost, LegPolicy, Need
from chalicelib.services.leg_policy_documents import leg_policy_body, leg_policy_from

channels = st.sampled_from(sorted(CHANNELS))
policies = st.builds(
    LegPolicy,
    quote_messages=st.integers(0, 20),
    quote_characters=st.integers(0, 5000),
    quiet_from=st.integers(0, 1439),
    quiet_to=st.integers(0, 1439),
    quiet_channels=st.frozensets(channels),
    quiet_strict=st.booleans(),
    awake_seconds=st.integers(0, 86400),
    time_zone=st.none() | st.sampled_from(("Europe/Berlin", "UTC")),
    needs=st.dictionaries(st.tuples(st.sampled_from(Purpose), channels | st.just(ANY)), st.sampled_from(Need)),
    costs=st.dictionaries(channels, st.sampled_from(Cost)),
)
NAMES = tuple(leg_policy_body(LegPolicy()))
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(("25:00", "09:61", "0a:00", "١٢:٠٠")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | channels, inner, max_size=3),
    max_leaves=6,
)


@given(policies, st.integers(0, 9))
def test_a_policy_comes_back_as_it_was_kept(policy: LegPolicy, version: int) -> None:
    assert leg_policy_from(leg_policy_body(policy), version) == replace(policy, version=version)


@given(st.sampled_from(NAMES), values)
def test_what_makes_no_sense_is_refused_by_its_field_and_nothing_else_happens(name: str, value: Any) -> None:
    with suppress(InvalidInput):
        policy = leg_policy_from({name: value}, 1)
        assert leg_policy_from(leg_policy_body(policy), 1) == policy
        return
    try:
        leg_policy_from({name: value}, 1)
    except InvalidInput as refusal:
        assert (refusal.field or "").startswith(name)


def test_what_the_administrators_have_not_said_is_the_desks_own() -> None:
    assert leg_policy_from({}, 0) == LegPolicy()
    own = LegPolicy(needs={(Purpose.SERVICE, ANY): Need.CONSENT, (Purpose.SERVICE, "email"): Need.NOTHING})
    assert (own.need(Purpose.SERVICE, "sms"), own.need(Purpose.SERVICE, "email")) == (Need.CONSENT, Need.NOTHING)
    assert own.need(Purpose.TRANSCRIPT, "sms") is Need.PROOF
    assert (own.cost("sms"), own.cost("web_chat")) == (Cost.CHARGED, Cost.FREE)
