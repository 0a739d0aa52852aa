"""One Slack call: whose it is, when it happened, and who is at the other end of it.

Source: "Events API" (outer event), "Interaction payloads", "Slack Connect".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import Peer, Profile
from chalicelib.channels.profiles import shown_profile
from chalicelib.channels.slack_api import address
from chalicelib.channels.untrusted import known, mapping, objects, optional, seconds, text

# A direct message whose person is known, but not its channel.
DIRECT = "D"
# Slack's own voices.
_SLACKBOT = frozenset({"USLACKBOT", "USLACK"})


@dataclass(frozen=True, slots=True)
class Call:
    """`outer` is the whole payload, `event` the part that something happened in. `sent_at` is the time Slack signed."""

    account_id: str
    kind: str
    outer: Mapping[str, Any]
    event: Mapping[str, Any]
    sent_at: datetime

    def at(self, *names: str) -> datetime:
        """The first of these times that the event has; all are `seconds.microseconds`."""
        found = (seconds(self.event.get(name)) for name in names)
        known_at = next((at for at in found if at), None)
        return known_at or seconds(self.outer.get("event_time")) or self.sent_at

    def is_ours(self, message: Mapping[str, Any]) -> bool:
        """Whether this app itself wrote it."""
        app_id = text(self.outer.get("api_app_id"))
        if app_id and message.get("app_id") == app_id:
            return True
        author = text(message.get("user"))
        return bool(author) and author in self._own_users()

    def is_machine(self, message: Mapping[str, Any]) -> bool:
        """Whether an app, or Slack itself, wrote it."""
        is_bot = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
        return is_bot or text(message.get("user")) in _SLACKBOT

    def is_colleague(self, message: Mapping[str, Any]) -> bool:
        """In a channel that is shared with another organisation our own people are no customers."""
        if self.outer.get("is_ext_shared_channel") is not True:
            return False
        named = {text(message.get(name)) for name in ("user_team", "source_team", "team")} - {""}
        return named == {self.account_id}

    def _own_users(self) -> set[str]:
        given = objects(self.outer.get("authorizations"))
        return {text(each.get("user_id")) for each in given if each.get("is_bot") is True}


def account_of(outer: Mapping[str, Any]) -> str:
    """The workspace through which the app gets this: in shared channels `team_id` may be the other side's."""
    installed = next(iter(objects(outer.get("authorizations"))), {})
    view, message, team = (mapping(outer.get(name)) for name in ("view", "message", "team"))
    candidates = (
        installed.get("team_id"),
        outer.get("context_team_id"),
        view.get("app_installed_team_id"),
        message.get("team"),
        team.get("id"),
        outer.get("team_id"),
        installed.get("enterprise_id"),
        outer.get("enterprise_id"),
    )
    return next((text(each) for each in candidates if text(each)), "")


def peer_of(channel: Any, person: Mapping[str, Any], root: Any) -> Peer | None:
    """The person in a direct message; in a channel the thread, whoever writes in it."""
    user = text(person.get("user"))
    found = address(text(channel), user, text(root))
    if found is None:
        return None
    told = mapping(person.get("user_profile"))
    name = text(told.get("display_name")) or text(told.get("real_name")) or text(told.get("name"))
    profile = Profile(
        name=name or None,
        username=optional(person.get("username")),
        avatar_url=optional(told.get("image_72")),
    )
    facts = known(
        user=user,
        channel=text(channel) if channel != DIRECT else None,
        channel_type=text(person.get("channel_type")),
        team=text(person.get("user_team")) or text(person.get("team")),
    )
    return Peer((found,), profile, facts)


def profile_in(payload: Mapping[str, Any]) -> Profile:
    """Of an answer of `users.info`; the address only where the app may read it (`users:read.email`)."""
    user = mapping(payload.get("user")) if payload.get("ok") is True else {}
    told = mapping(user.get("profile"))
    name = text(told.get("display_name")) or text(told.get("real_name")) or text(user.get("real_name"))
    return shown_profile(
        name,
        user.get("name"),
        email=told.get("email"),
        locale=user.get("locale"),
        avatar_url=told.get("image_72"),
    )


def author_in(channel: Any, person: Mapping[str, Any]) -> dict[str, Any] | None:
    """Who did it, where the address does not say so itself: in a channel."""
    if text(channel).startswith("D"):
        return None
    team = text(person.get("user_team")) or text(person.get("source_team")) or text(person.get("team"))
    return known(user=text(person.get("user")), team=team, profile=dict(mapping(person.get("user_profile"))) or None)
