"""What an administrator enters for a web chat, and what its widget is told of that."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.untrusted import items, text

ACCOUNT: SettingField | None = None
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("widget_secret", "Secret that signs visitors' sessions", generated=True),
    CredentialField("identity_secret", "Secret with which your site signs its users' identity", generated=True),
    CredentialField(
        "identity_public_key",
        "Public key (PEM) of your site's RS256 identity tokens, if it uses them",
        optional=True,
        secret=False,
    ),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "allowed_origins",
        "Sites that may show the chat",
        "list",
        help="As browsers name them: https://shop.example. Every site's, where none is named.",
        pattern=r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?",
    ),
    SettingField("brand_name", "Name that the widget shows", pattern=r"\S.{0,59}"),
    SettingField(
        "accent_color",
        "Colour of the widget",
        help="As in #0b57d0. What is written on it is black or white, whichever reads better.",
        pattern=r"#[0-9A-Fa-f]{6}",
    ),
    SettingField("theme", "Light or dark", "choice", choices=("auto", "light", "dark"), default="auto"),
    SettingField(
        "position",
        "Corner of the page",
        "choice",
        help="Where lines begin or where they end: right-to-left pages turn it round.",
        choices=("end", "start"),
        default="end",
    ),
    SettingField(
        "greetings",
        "Greetings, one for each language",
        "list",
        help="As in “en: Hello. How can we help?”; the first one is for everybody else.",
        pattern=r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?: ?\S.{0,299}",
    ),
    SettingField(
        "suggestions",
        "Questions to begin with",
        "list",
        help="Shown as buttons before the first message; the first six.",
        pattern=r"\S.{0,79}",
    ),
    SettingField(
        "pre_chat",
        "What visitors are asked for before they write",
        "list",
        help="name, email; with “!” they cannot go on without it: email!",
        pattern=r"(name|email)!?",
    ),
    SettingField("privacy_url", "Page about what you do with what visitors tell you", "url"),
    SettingField(
        "languages",
        "Languages of the widget",
        "list",
        help="en, zh-Hant, zh-Hans, ru: all of them, where none is named. The first is for everybody else.",
        pattern=r"en|zh-Hant|zh-Hans|ru",
    ),
    SettingField(
        "hours_id",
        "Business hours that visitors are told",
        help="Id of a calendar. Without one the chat never says that it is closed.",
        pattern=r"[A-Za-z0-9_-]{1,64}",
    ),
)
MOST_SUGGESTIONS = 6


def look(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the widget is told, in one form whatever was entered."""
    return {
        "brand": text(settings.get("brand_name")),
        "accent": text(settings.get("accent_color")) or None,
        "theme": text(settings.get("theme")) or "auto",
        "position": text(settings.get("position")) or "end",
        "greetings": dict(_greeting(text(each)) for each in items(settings.get("greetings"))),
        "suggestions": [text(each) for each in items(settings.get("suggestions"))][:MOST_SUGGESTIONS],
        "pre_chat": _asked(items(settings.get("pre_chat"))),
        "privacy_url": text(settings.get("privacy_url")) or None,
        "languages": [text(each) for each in items(settings.get("languages"))],
    }


def _greeting(line: str) -> tuple[str, str]:
    language, _, words = line.partition(":")
    return language.strip(), words.strip()


def _asked(given: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Each field once."""
    found = {text(each).removesuffix("!"): text(each).endswith("!") for each in given}
    return [{"field": field, "required": required} for field, required in found.items()]
