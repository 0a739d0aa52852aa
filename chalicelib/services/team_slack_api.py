"""Calls to Slack's Web API for the app for teams: what was answered, or why not and whether it may have happened.

Source: "Using the Slack Web API"; reference of the methods. Forms of calls and errors are shared with the channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels import slack_api
from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.channels.slack_errors import DONE_BEFORE, MAYBE_DONE, failure_of
from chalicelib.channels.untrusted import retry_after
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.slack_app import SlackApp
from chalicelib.services.ports import HttpSender
from chalicelib.services.team_slack_ports import SECRET, Connected

# The token is no good any more. A missing scope is not among them: the rest still works.
DEAD = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "team_not_found"})
_EPOCH = datetime.fromtimestamp(0, UTC)


class SlackFailed(Exception):
    """What Slack did not do. `is_certain`: it certainly had no effect. `retry_after`: seconds, where Slack says so."""

    def __init__(
        self, code: str, failure: FailureClass, detail: str, *, is_certain: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.failure = failure
        self.detail = detail
        self.is_certain = is_certain
        self.retry_after = retry_after

    @property
    def may_pass(self) -> bool:
        """Whether trying later may help."""
        return self.failure is FailureClass.RETRY


@dataclass(frozen=True, slots=True)
class SlackApi:
    http: HttpSender

    def post(self, connected: Connected, method: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's payload. Raises SlackFailed."""
        return self.told(slack_api.post(method, payload, inbox_of(connected.app), connected.credentials)).payload

    def get(self, connected: Connected, method: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Raises SlackFailed."""
        return self.told(slack_api.get(method, query, inbox_of(connected.app), connected.credentials)).payload

    def told(self, request: HttpRequest) -> "Told":
        """Raises SlackFailed."""
        try:
            response = self.http.send(request)
        except NotSent as error:
            detail = f"Slack cannot be reached: {error}"
            raise SlackFailed("not_sent", FailureClass.RETRY, detail, is_certain=True) from error
        except OutcomeUnknown as error:
            detail = f"Slack did not answer: {error}"
            raise SlackFailed("no_answer", FailureClass.RETRY, detail, is_certain=False) from error
        return _checked(response)


@dataclass(frozen=True, slots=True)
class Told:
    payload: dict[str, Any]
    headers: Mapping[str, str]


def _checked(response: HttpResponse) -> Told:
    payload = slack_api.payload_of(response)
    if 200 <= response.status < 300 and payload.get("ok") is True:
        return Told(payload, response.headers)
    error = failure_of(payload, response.status)
    if error.code in DONE_BEFORE:
        return Told(payload, response.headers)
    # A page instead of an answer, or a fault inside: it may have happened all the same.
    unclear = response.status >= 500 or error.code in MAYBE_DONE or (response.status < 300 and not payload)
    failure = FailureClass.RETRY if unclear else error.failure
    wait = retry_after(response.headers)
    raise SlackFailed(error.code, failure, error.detail, is_certain=not unclear, retry_after=wait)


def inbox_of(app: SlackApp) -> Inbox:
    """The app in the form in which calls to Slack are built."""
    settings = {"api_base": app.api_base} if app.api_base else {}
    return Inbox("slack-app", "slack", "Slack app", app.workspace_id, SECRET, _EPOCH, settings)
