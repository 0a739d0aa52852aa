"""What channels say of their setup, and what they do where they say that they can."""

import re

import pytest

from chalicelib.channels import (
    instagram,
    line,
    messenger,
    registry,
    sms,
    telegram,
    viber,
    whatsapp,
)
from chalicelib.channels.base import HttpResponse, RegisteringChannel, TemplatingChannel
from chalicelib.services.inbox_fields import CHECKS, settings_of

TEMPLATING: tuple[TemplatingChannel, ...] = (whatsapp, messenger)
REGISTERING: tuple[RegisteringChannel, ...] = (whatsapp, messenger, instagram, telegram, line, viber, sms)


def flagged(flag: str) -> set[object]:
    return {channel for channel in map(registry.load, registry.CHANNELS) if getattr(channel.CAPABILITIES, flag)}


def test_what_a_channel_says_it_can_it_can() -> None:
    assert flagged("templates") == set(TEMPLATING)
    assert flagged("registers") == set(REGISTERING)


@pytest.mark.parametrize("channel", REGISTERING, ids=lambda channel: channel.NAME)
@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"success": "yes"}', b'{"ok": 1}', b'{"error": 7}', b"null"])
@pytest.mark.parametrize("status", [200, 400, 503])
def test_an_answer_that_makes_no_sense_is_no_registration(
    channel: RegisteringChannel, body: bytes, status: int
) -> None:
    said = channel.parse_register(HttpResponse(status, {}, body))

    assert said.ok is False
    assert said.detail


@pytest.mark.parametrize("name", registry.CHANNELS)
def test_fields_are_fit_to_be_shown_and_checked(name: str) -> None:
    channel = registry.load(name)
    fields = [*settings_of(channel), *([channel.ACCOUNT] if channel.ACCOUNT else [])]

    for field in fields:
        assert field.kind in CHECKS, field.name
        re.compile(field.pattern or "")
        assert (field.kind == "choice") is bool(field.choices), field.name
        if field.default is not None and field.kind in ("text", "url"):
            assert CHECKS[field.kind](field, field.default) is None, field.name
    assert len({field.name for field in fields}) == len(fields)
