"""Where an integrator's endpoint may not lead, at each call: inside, by whatever way."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_signature import secret_of
from chalicelib.egress.guard import target
from chalicelib.egress.http import HttpSender
from chalicelib.services.webhook_attempts import WebhookCalls

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECRET = secret_of(b"s" * 32)


def attempted(url: str, *answers: Sequence[str]) -> str:
    """Why it was not called; `answers`: what the name resolves to, time after time."""
    resolved = iter(answers)
    http = HttpSender(frozenset(), lambda host, port: next(resolved))
    calls = WebhookCalls(http, lambda endpoint: {"v1": (SECRET,)}, lambda: 0.0)
    attempt, answer = calls.call(Endpoint("whk_1", url, ("*",), "agt_1", NOW), "evt_1", b"{}", NOW)
    assert answer is None
    assert attempt.status is None
    return attempt.error


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "fd00::1", "0.0.0.0"],
)
def test_a_name_that_leads_inside_is_not_called(address: str) -> None:
    assert "not a public address" in attempted("https://hooks.example/", [address])
    assert "not a public address" in attempted("https://hooks.example/", ["93.184.216.34", address])


def test_a_name_that_changed_its_mind_is_not_called() -> None:
    resolved = iter((["93.184.216.34"], ["169.254.169.254"]))
    http = HttpSender(frozenset(), lambda host, port: next(resolved))
    target("https://hooks.example/", frozenset(), lambda host, port: next(resolved))
    calls = WebhookCalls(http, lambda endpoint: {"v1": (SECRET,)}, lambda: 0.0)
    attempt, _ = calls.call(Endpoint("whk_1", "https://hooks.example/", ("*",), "agt_1", NOW), "evt_1", b"{}", NOW)
    assert "not a public address" in attempt.error


@pytest.mark.parametrize("url", ["http://hooks.example/", "https://user:secret@hooks.example/", "ftp://hooks.example/"])
def test_only_plain_https_addresses_are_called(url: str) -> None:
    assert attempted(url, ["93.184.216.34"])
