"""What an administrator enters for an inbox, held against what its channel asks for."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from chalicelib.channels.base import Channel, SettingField
from chalicelib.channels.fields import COMMON
from chalicelib.domain.errors import InvalidInput

MAX_SHOWN = 40


def settings_of(channel: Channel) -> Sequence[SettingField]:
    """The channel's own, and those of every channel."""
    return (*channel.SETTINGS, *COMMON)


def check_account(channel: Channel, account_id: str | None) -> None:
    """Raises InvalidInput."""
    field = channel.ACCOUNT
    if field is None:
        return
    if account_id is None:
        if field.required:
            raise InvalidInput(f"{channel.NAME} needs this: {field.label}. {field.help}".strip(), field="account_id")
        return
    if field.pattern and not re.fullmatch(field.pattern, account_id):
        raise InvalidInput(f"This is no {field.label}. {field.help}".strip(), field="account_id")


def check_credentials(channel: Channel, given: Mapping[str, str]) -> None:
    """Names only: whether the values are good, the provider tells. Raises InvalidInput."""
    known = {field.name for field in channel.CREDENTIALS}
    for name in given:
        if name not in known:
            raise InvalidInput(
                f"{channel.NAME} has no such credential, only: {', '.join(sorted(known)) or 'none'}.",
                field=f"credentials.{name[:60]}",
            )


def check_complete(channel: Channel, given: Mapping[str, str]) -> None:
    """Raises InvalidInput where a credential is missing that only the administrator has."""
    for field in channel.CREDENTIALS:
        if not (field.generated or field.optional or given.get(field.name)):
            raise InvalidInput(f"{channel.NAME} needs this: {field.label}.", field=f"credentials.{field.name}")


def check_settings(channel: Channel, given: Mapping[str, Any]) -> None:
    """Raises InvalidInput."""
    fields = {field.name: field for field in settings_of(channel)}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            raise InvalidInput(
                f"{channel.NAME} has no such setting, only: {', '.join(sorted(fields))}.",
                field=f"settings.{name[:60]}",
            )
        wrong = _wrong(field, value)
        if wrong:
            raise InvalidInput(f"{field.label}: {wrong}", field=f"settings.{name}")
    for field in channel.SETTINGS:
        if field.required and given.get(field.name) in (None, ""):
            raise InvalidInput(
                f"{channel.NAME} needs this: {field.label}. {field.help}".strip(), field=f"settings.{field.name}"
            )


def _wrong(field: SettingField, value: Any) -> str | None:
    """What is wrong with a value, as a sentence."""
    return CHECKS[field.kind](field, value)


def _text(field: SettingField, value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "this has to be a text."
    if field.pattern and not re.fullmatch(field.pattern, value):
        return f"“{value[:MAX_SHOWN]}” has not the form it should have. {field.help}".strip()
    return None


def _url(field: SettingField, value: Any) -> str | None:
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        return "this has to be an address (https://…)."
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    return _text(field, value) if good else "this has to be an address (https://…)."


def _number(_: SettingField, value: Any) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if good else "this has to be a whole number above 0."


def _boolean(_: SettingField, value: Any) -> str | None:
    return None if isinstance(value, bool) else "this has to be true or false."


def _choice(field: SettingField, value: Any) -> str | None:
    return None if value in field.choices else f"this has to be one of: {', '.join(field.choices)}."


def _list(field: SettingField, value: Any) -> str | None:
    if not isinstance(value, list | tuple):
        return "this has to be a list of texts."
    return next((wrong for wrong in (_text(field, one) for one in value) if wrong), None)


CHECKS = {"text": _text, "url": _url, "number": _number, "boolean": _boolean, "choice": _choice, "list": _list}
