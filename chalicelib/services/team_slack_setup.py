"""Connecting the company's Slack workspace, and saying which person of it an agent is. Administrators paste the token
of an app that they made themselves: one company, one workspace, so there is no way of OAuth to walk.

Secrets go in and never come out. Source: "auth.test", "users.info", "users.lookupByEmail", "Scopes".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.channels import slack_api
from chalicelib.channels.base import Credentials
from chalicelib.channels.untrusted import identifier, mapping, text
from chalicelib.domain.agent import Agent, Principal
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.errors_slack import SlackLinkNotFound, SlackNotConnected, SlackRefused, SlackUserTaken
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.slack_app import (
    DEFAULT_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    MIN_WAIT_SECONDS,
    Happening,
    SlackApp,
    SlackLink,
    is_channel,
    is_user,
)
from chalicelib.services import paperwork
from chalicelib.services.administration_ports import SecretStore, TeamStore
from chalicelib.services.document_fields import number_of, truth_of
from chalicelib.services.team_slack import TeamSlack
from chalicelib.services.team_slack_api import SlackApi, SlackFailed, inbox_of
from chalicelib.services.team_slack_documents import ID, app_body, app_from
from chalicelib.services.team_slack_ports import SECRET, Connected
from chalicelib.services.team_slack_words import TEST

MAX_SECRET = 400
MAX_URL = 300
MAX_CHANNELS = 200
# The newest signs; the one before it still verifies, until Slack's page shows the new one alone.
SECRETS_KEPT = 2
SCOPES = ("chat:write", "channels:history", "users:read", "users:read.email")
PLACEHOLDER = "{conversation_id}"


@dataclass(frozen=True, slots=True)
class SlackSetup:
    documents: paperwork.DocumentStore
    secrets: SecretStore
    teams: TeamStore
    api: SlackApi
    slack: TeamSlack

    def get(self) -> tuple[SlackApp | None, int]:
        """The app, None where there is none, and the version to change it by."""
        document = self.documents.get(ID)
        return (app_from(document.body, document.version), document.version) if document else (None, 0)

    def put(self, given: Mapping[str, Any], credentials: Mapping[str, str], version: int) -> SlackApp:
        """Connect a workspace, or change how it is used. Slack is asked first whether it takes the token.

        Raises InvalidInput, SlackRefused, VersionConflict."""
        before, current = self.get()
        paperwork.check_version(current, version)
        kept = self.secrets.read(SECRET) if before is not None else {}
        asked = self._asked(given)
        if before is not None and asked.api_base != before.api_base and "bot_token" not in credentials:
            raise InvalidInput("It goes to another address now: enter it again.", field="bot_token")
        secrets = _merged(kept, credentials)
        told = self._introduced(asked, secrets)
        # What Slack says of the app is no field of the settings: it is asked anew each time.
        app = app_from({**app_body(asked), **told}, version + 1)
        if app is None:
            raise SlackNotConnected("No workspace is connected.")
        saved = paperwork.save(self.documents, ID, app_body(app), version)
        # After the document: who lost a race must not change what the winner signs in with.
        if credentials or before is None:
            self.secrets.write(SECRET, secrets)
        self.slack.note(TokenState.OK, None)
        return app_from(saved.body, saved.version) or app

    def remove(self, version: int) -> None:
        """Disconnect: the secrets are emptied, the settings gone; who is who stays, for a next time.

        Raises SlackNotConnected, VersionConflict."""
        before, current = self.get()
        if before is None:
            raise SlackNotConnected("No workspace is connected.")
        paperwork.check_version(current, version)
        paperwork.save(self.documents, ID, {}, version)
        self.secrets.write(SECRET, {})

    def test(self, channel: str) -> str:
        """Say something in a channel; gives its `ts`. Raises SlackNotConnected, InvalidInput, SlackRefused."""
        connected = self._connected()
        if not is_channel(channel):
            raise InvalidInput("Give the id of a channel: C or G, then capitals and digits.", field="channel")
        payload = {"channel": channel, "text": TEST}
        try:
            return text(self.slack.call(connected, "chat.postMessage", payload).get("ts"))
        except SlackFailed as failed:
            raise refused(failed, "channel") from failed

    # Who is who.

    def link_of(self, agent_id: str) -> SlackLink:
        """Raises SlackLinkNotFound."""
        found = self.slack.links.of_agent(agent_id)
        if found is None:
            raise SlackLinkNotFound("This agent is not linked to anybody in Slack.")
        return found

    def link_by_email(self, agent: Agent, principal: Principal, now: datetime) -> SlackLink:
        """The person whose address in Slack is the agent's own: that proves who they are. An address of another
        spelling is for an administrator to link. Raises SlackNotConnected, SlackRefused, SlackUserTaken."""
        connected = self._connected()
        try:
            told = self.api.get(connected, "users.lookupByEmail", {"email": agent.email})
        except SlackFailed as failed:
            if failed.code == "users_not_found":
                detail = "Slack knows nobody with your address: ask an administrator to link you."
                raise SlackRefused(detail, slack=failed.code) from failed
            raise refused(failed, None) from failed
        return self._linked(connected, agent, mapping(told.get("user")), principal, now)

    def link(self, agent: Agent, user_id: str, principal: Principal, now: datetime) -> SlackLink:
        """Raises InvalidInput, SlackNotConnected, SlackRefused, SlackUserTaken."""
        connected = self._connected()
        if not is_user(user_id):
            raise InvalidInput("Give a member ID of Slack: U or W, then capitals and digits.", field="user_id")
        try:
            told = self.api.get(connected, "users.info", {"user": user_id})
        except SlackFailed as failed:
            raise refused(failed, "user_id") from failed
        return self._linked(connected, agent, mapping(told.get("user")), principal, now)

    def unlink(self, agent_id: str) -> None:
        """Raises SlackLinkNotFound."""
        self.slack.links.unlink(self.link_of(agent_id))

    def _linked(
        self, connected: Connected, agent: Agent, user: Mapping[str, Any], principal: Principal, now: datetime
    ) -> SlackLink:
        user_id, workspace = text(user.get("id")), connected.app.workspace_id
        foreign = text(user.get("team_id")) not in ("", workspace)
        if not is_user(user_id) or foreign or user.get("deleted") is True or user.get("is_bot") is True:
            raise SlackRefused("This is no member of the workspace.", field="user_id", slack="not_a_member")
        profile = mapping(user.get("profile"))
        name = text(profile.get("display_name")) or text(profile.get("real_name")) or text(user.get("name"))
        link = SlackLink(agent.id, workspace, user_id, name[:80], principal.id, now)
        taken = self.slack.links.link(link)
        if taken is not None:
            raise SlackUserTaken("This person is another agent already.", field="user_id", agent_id=taken)
        return link

    def _connected(self) -> Connected:
        app, _version = self.get()
        if app is None:
            raise SlackNotConnected("No Slack workspace is connected: an administrator does that.")
        return Connected(app, self.secrets.read(SECRET))

    # The settings.

    def _asked(self, given: Mapping[str, Any]) -> SlackApp:
        channels = given.get("channels") or {}
        for team_id, channel in channels.items():
            _check_channel(channel, f"channels.{team_id}")
            if self.teams.get(team_id) is None:
                raise InvalidInput("There is no such team.", field=f"channels.{team_id}")
        default = given.get("default_channel") or ""
        if default:
            _check_channel(default, "default_channel")
        return SlackApp(
            workspace_id="",
            workspace_name="",
            bot_user_id="",
            default_channel=default,
            channels=channels,
            posts=frozenset(Happening(each) for each in given.get("posts", list(Happening))),
            mirror=truth_of(given.get("mirror", False), "mirror"),
            wait_seconds=number_of(
                given.get("wait_seconds", DEFAULT_WAIT_SECONDS), "wait_seconds", MIN_WAIT_SECONDS, MAX_WAIT_SECONDS
            ),
            link=_link(given.get("link") or ""),
            api_base=_address(given.get("api_base") or "", "api_base"),
        )

    def _introduced(self, app: SlackApp, secrets: Credentials) -> dict[str, str]:
        """Whose token it is, by Slack. Raises SlackRefused."""
        try:
            told = self.api.told(slack_api.post("auth.test", {}, inbox_of(app), secrets))
        except SlackFailed as failed:
            raise refused(failed, "bot_token") from failed
        granted = {each.strip() for each in told.headers.get("x-oauth-scopes", "").split(",")} - {""}
        lacking = [scope for scope in SCOPES if granted and scope not in granted]
        if lacking:
            detail = f"The app lacks scopes: {', '.join(lacking)}. Add them and install the app again."
            raise SlackRefused(detail, field="bot_token", slack="missing_scope")
        workspace, bot = identifier(told.payload.get("team_id")), identifier(told.payload.get("user_id"))
        if workspace is None or bot is None:
            raise SlackRefused("Slack does not say whose token this is.", field="bot_token", slack="no_team")
        return {
            "workspace_id": workspace,
            "workspace_name": text(told.payload.get("team"))[:80],
            "bot_user_id": bot,
        }


def refused(failed: SlackFailed, field: str | None) -> SlackRefused:
    return SlackRefused(failed.detail, field=field, slack=failed.code)


def _merged(kept: Credentials, given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """With the new values; the signing secret before the new one still verifies. Raises InvalidInput."""
    for name, value in given.items():
        if not 0 < len(value) <= MAX_SECRET or not value.isascii() or not value.isprintable() or " " in value:
            raise InvalidInput("Give what Slack's page shows, without blanks.", field=name)
    if not given.get("bot_token", "xoxb-").startswith("xoxb-"):
        raise InvalidInput("Give the bot token: it begins with xoxb-.", field="bot_token")
    merged = {name: tuple(values) for name, values in kept.items()}
    if "bot_token" in given:
        merged["bot_token"] = (given["bot_token"],)
    if "signing_secret" in given:
        older = [each for each in merged.get("signing_secret", ()) if each != given["signing_secret"]]
        merged["signing_secret"] = (given["signing_secret"], *older)[:SECRETS_KEPT]
    for name in ("bot_token", "signing_secret"):
        if not merged.get(name):
            raise InvalidInput("It is needed to connect the workspace.", field=name)
    return merged


def _check_channel(value: Any, at: str) -> None:
    if not isinstance(value, str) or not is_channel(value):
        raise InvalidInput("Give the id of a channel: C or G, then capitals and digits.", field=at)


def _link(value: str) -> str:
    if value and PLACEHOLDER not in value:
        raise InvalidInput(f"Give the address of a conversation, with {PLACEHOLDER} in it.", field="link")
    _address(value.replace(PLACEHOLDER, "x"), "link")
    # It stands in Slack's own markup.
    if any(each in value for each in "<>|"):
        raise InvalidInput("The address is malformed.", field="link")
    return value


def _address(value: str, at: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise InvalidInput("The address is malformed.", field=at) from error
    plain = value.isascii() and value.isprintable() and " " not in value and len(value) <= MAX_URL
    if not plain or parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise InvalidInput("Give an address that begins with https://.", field=at)
    return value
