"""What a provider was told of somebody's profile, fit to be kept. Not a channel, but what several of them share."""

from typing import Any

from chalicelib.channels.base import Profile
from chalicelib.channels.untrusted import text

MAX_NAME = 200
MAX_URL = 2000


def shown_profile(
    name: Any = None, username: Any = None, *, email: Any = None, locale: Any = None, avatar_url: Any = None
) -> Profile:
    """Only texts of a sensible length, and pictures with an address of their own."""
    picture = text(avatar_url)
    is_picture = picture.startswith("https://") and picture.isprintable() and len(picture) <= MAX_URL
    return Profile(
        name=_short(name),
        username=_short(username),
        email=_short(email),
        locale=_short(locale),
        avatar_url=picture if is_picture else None,
    )


def _short(value: Any) -> str | None:
    return " ".join(text(value).split())[:MAX_NAME] or None
