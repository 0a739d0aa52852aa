"""What the REST API of Twilio has in common for messages and calls: the account, who may use it, and refusals."""

from typing import Any, ClassVar, Protocol, TypeVar

from werkzeug.wrappers import Request, Response

from simulators.faults import spoil
from simulators.fronts import AccountsFront, Provider, Registered
from simulators.knobs import KnobBoard
from simulators.wire import Refused, json_answer


class TwilioAccount(Registered, Protocol):
    """An account, with the secret of its calls."""

    sid: str
    auth_token: str


class TwilioProvider(Provider, Protocol):
    """Messages or calls."""

    knobs: KnobBoard
    accounts: dict[str, Any]


P = TypeVar("P", bound=TwilioProvider)
A = TypeVar("A", bound=TwilioAccount)


class TwilioFront(AccountsFront[P, A]):
    """Accounts of Twilio: to people, and to those with the account's secret."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"auth_token"})

    def read_account(self, request: Request, sid: str) -> Response:
        """Accounts/{sid}.json."""
        account = self._caller(request, sid)
        return json_answer({"sid": account.sid, "status": "active", "friendly_name": "Simulated", "type": "Full"})

    def _accounts(self) -> dict[str, A]:
        return self._provider.accounts

    def _caller(self, request: Request, sid: str) -> A:
        account, given = self._accounts().get(sid), request.authorization
        if account is None or given is None or given.username != sid or given.password != account.auth_token:
            raise refusal(401, 20003, "Authenticate")
        return account

    def _spoil(self, *, codes: bool = True) -> None:
        """`codes`: errors are told at once, and not by a status."""
        spoil(
            self._provider.knobs,
            limited=lambda now: refusal(429, 20429, "Too Many Requests", now.retry_after_seconds),
            broken=lambda now: refusal(now.server_error_status, 20500, "Internal Server Error"),
            refused=(lambda now: refusal(400, now.provider_error_code, "set with the knobs")) if codes else None,
        )


def refusal(status: int, code: int, message: str, wait_seconds: int | None = None) -> Refused:
    """As Twilio words it."""
    waits = {} if wait_seconds is None else {"Retry-After": str(wait_seconds)}
    return Refused(status, {"code": code, "message": message, "status": status}, waits)
