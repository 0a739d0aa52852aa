"""What the workspace's setup says of a channel in the reader's language: nothing is missing, and in English it is what
the API says. That the other languages have the same texts, web/test/locales.test.ts holds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.channels import registry
from chalicelib.channels.base import Capabilities, Channel, CredentialField, SettingField
from chalicelib.domain.delivery import FailureClass
from chalicelib.services.inbox_fields import settings_of

WEB = Path(__file__).parents[2] / "web" / "src"
AREA = "web/src/locales/*/admin_setup.json"
TEXTS: dict[str, str] = json.loads((WEB / "locales" / "en" / "admin_setup.json").read_text("utf-8"))
FAMILIES = dict(re.findall(r'\["(\w+)", "(\w+)"\]', (WEB / "pages/admin/inboxes/setupWords.ts").read_text("utf-8")))
CHANNELS = [pytest.param(registry.load(name), id=name) for name in registry.CHANNELS]


def said(channel: Channel) -> Iterator[tuple[str, str]]:
    """Every word of the channel's form by its place in the catalogue, without the channel."""
    settings = settings_of(channel)
    fields: list[CredentialField | SettingField] = [*channel.CREDENTIALS, *settings]
    for field in [channel.ACCOUNT, *fields] if channel.ACCOUNT else fields:
        yield field.name, field.label
        if field.help:
            yield f"{field.name}.help", field.help
    for setting in settings:
        for choice in setting.choices:
            yield f"{setting.name}.choice.{choice}", choice


def id_of(channel: str, place: str) -> str:
    """The text that the page takes, as web/src/pages/admin/inboxes/setupWords.ts looks for it; else its own."""
    ids = [f"setup.{owner}.{place}" for owner in (channel, FAMILIES.get(channel), "any")]
    return next((one for one in ids if one in TEXTS), ids[0])


def kinds_of(capabilities: Capabilities) -> set[str]:
    return {*capabilities.kinds_out, *capabilities.outside_window, *capabilities.max_bytes}


def unquoted(text: str) -> str:
    return text.replace("'{", "{").replace("}'", "}")


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_word_of_a_channels_form_has_a_text_that_says_the_same(channel: Channel) -> None:
    wanted = {id_of(channel.NAME, place): text for place, text in said(channel)}
    shown = {one: unquoted(TEXTS[one]) for one in wanted if one in TEXTS}

    assert shown == wanted, f"write them in {AREA}"


def test_no_text_is_of_a_field_that_no_channel_has() -> None:
    used = {id_of(name, place) for name in registry.CHANNELS for place, _ in said(registry.load(name))}

    assert {one for one in TEXTS if one.startswith("setup.")} == used
    assert FAMILIES.keys() <= registry.CHANNELS.keys()


def test_each_kind_that_a_channel_carries_has_a_text() -> None:
    kinds = set().union(*(kinds_of(registry.load(name).CAPABILITIES) for name in registry.CHANNELS))

    assert {one for one in TEXTS if one.startswith("setup_kind.")} == {f"setup_kind.{kind}" for kind in kinds}


def test_each_thing_that_a_refusal_asks_of_us_has_a_text() -> None:
    asked = {f"setup_failure.{each}" for each in FailureClass}

    assert {one for one in TEXTS if one.startswith("setup_failure.")} == asked
