"""What Slack calls in with: proven by its own SDK's signature, queued once and in order, everything else left out."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from chalicelib.channels import slack_signing
from chalicelib.channels.http import SignatureMismatch
from chalicelib.services.team_slack_intake import MAX_BODY
from tests.services.leg_room import START
from tests.services.slack_office import BOT, SECRET, TEAM, Office, message, outer, signed

ROOT = "1700.000001"


class At(Clock):
    def now(self) -> float:
        return START.timestamp()


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.integers(-400, 400))
def test_we_and_slacks_sdk_accept_the_same(said: str, off: int) -> None:
    body = said.encode("utf-8", "replace")
    request = signed(body, START + timedelta(seconds=off))
    theirs = SignatureVerifier(SECRET, At()).is_valid(
        body, request.headers["x-slack-request-timestamp"], request.headers["x-slack-signature"]
    )
    try:
        slack_signing.verify(replace(request, received_at=START), {"signing_secret": (SECRET,)})
        ours = True
    except SignatureMismatch:
        ours = False
    assert ours is theirs is (abs(off) <= 300)


def test_a_reply_in_a_thread_is_queued_when_it_is_signed() -> None:
    office = Office()
    taken = office.calls_in(office.says("On its way"))
    assert (taken.reply.status, taken.outcome) == (200, "taken")
    ((_group, dedupe, detail),) = office.queue
    assert dedupe == detail["id"]
    assert detail["data"]["text"] == "On its way"
    assert detail["data"]["thread_ts"] == ROOT


def test_a_repeat_has_the_same_name_when_slack_calls_again() -> None:
    office = Office()
    payload = office.says("On its way")
    office.calls_in(payload)
    again = office.calls_in(payload, headers={"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"})
    assert again.outcome == "repeated"
    (first, second) = office.queue
    assert first == second


def test_what_is_said_in_one_thread_stays_in_order_and_other_threads_do_not_wait() -> None:
    office = Office()
    for root in (ROOT, ROOT, "1700.000002"):
        office.calls_in(office.says("Hi", root))
    groups = [group for group, _dedupe, _detail in office.queue]
    assert groups[0] == groups[1] != groups[2]


@pytest.mark.parametrize("off", [-301, 301])
def test_a_stale_call_is_refused(off: int) -> None:
    office = Office()
    request = signed(b"{}", START + timedelta(seconds=off))
    assert office.intake.take("events", replace(request, received_at=START)).reply.status == 401


@pytest.mark.parametrize("spoil", ["secret", "body", "none"])
def test_a_call_is_refused_when_it_is_not_slacks(spoil: str) -> None:
    office = Office()
    request = signed(b'{"type":"event_callback"}', START, "other" if spoil == "secret" else SECRET)
    if spoil == "body":
        request = replace(request, body=request.body + b" ")
    if spoil == "none":
        request = replace(request, headers={})
    assert office.intake.take("events", request).reply.status == 401
    assert office.queue == []


def test_the_secret_before_the_newest_still_verifies() -> None:
    office = Office(secrets=("fresh", SECRET))
    for secret in ("fresh", SECRET):
        assert office.intake.take("events", signed(b"{}", START, secret)).reply.status == 200


def test_the_address_is_proven_when_it_is_entered() -> None:
    office = Office()
    taken = office.calls_in({"token": "legacy", "type": "url_verification", "challenge": "3eZbrw1a"})
    assert (taken.reply.status, taken.reply.body, taken.outcome) == (200, "3eZbrw1a", "challenge")


def test_nothing_is_known_where_no_workspace_is_connected() -> None:
    office = Office(app=None)
    assert office.calls_in({"type": "url_verification", "challenge": "x"}).reply.status == 404


@pytest.mark.parametrize(("path", "method"), [("commands", "POST"), ("", "POST"), ("events", "GET")])
def test_other_addresses_are_unknown(path: str, method: str) -> None:
    office = Office()
    assert office.intake.take(path, replace(signed(b"{}", START), method=method)).reply.status == 404


def test_a_call_is_too_large_before_anything_is_reckoned() -> None:
    office = Office()
    assert office.intake.take("events", signed(b" " * (MAX_BODY + 1), START)).reply.status == 413


def test_a_pressed_link_is_acknowledged_and_nothing_more() -> None:
    office = Office()
    body = urlencode({"payload": '{"type":"block_actions","actions":[]}'}).encode()
    assert office.calls_in(body, "interactivity").outcome == "interaction"
    assert office.queue == []


_SAID = message("Hi", "1800.000001", ROOT, "U0ANA")


@pytest.mark.parametrize(
    "event",
    [
        {**_SAID, "bot_id": "B0BOT"},
        {**_SAID, "user": BOT},
        {**_SAID, "user": "USLACKBOT!"},
        {**_SAID, "subtype": "channel_join"},
        {**_SAID, "subtype": "bot_message"},
        {**_SAID, "thread_ts": None},
        {**_SAID, "thread_ts": _SAID["ts"]},
        {**_SAID, "channel": "D0ANA"},
        {**_SAID, "channel": ["C0DESK"]},
        {**_SAID, "type": "reaction_added"},
        {**_SAID, "type": "app_mention"},
        # Slack unfolds a link: nobody has changed a word.
        {**_SAID, "subtype": "message_changed", "message": _SAID, "previous_message": _SAID},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"]}},
    ],
)
def test_nothing_is_queued_when_it_is_none_of_ours(event: dict[str, Any]) -> None:
    office = Office()
    assert office.calls_in(outer(event)).outcome == "ignored"
    assert office.queue == []


def test_another_workspaces_event_is_none_of_ours() -> None:
    office = Office()
    foreign = {**outer(_SAID), "team_id": "T0OTHER", "authorizations": []}
    assert office.calls_in(foreign).outcome == "ignored"
    shared = {**foreign, "authorizations": [{"team_id": TEAM}]}
    assert office.calls_in(shared).outcome == "taken"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(["type", "subtype", "user", "channel", "ts", "thread_ts", "text", "files", "message", "team"])


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(_KEYS, _JSON), st.dictionaries(st.sampled_from(["event", "authorizations", "event_id"]), _JSON))
def test_whatever_is_signed_is_answered(event: dict[str, Any], around: dict[str, Any]) -> None:
    office = Office()
    for payload in ({**outer(_SAID), **around}, outer({**_SAID, **event})):
        assert office.calls_in(payload).reply.status == 200


def test_a_signed_call_that_is_no_json_is_not_repeated_for_ever() -> None:
    office = Office()
    assert office.calls_in(b"[1]").outcome == "not_understood"
