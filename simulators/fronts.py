"""What the control APIs of most simulated providers have in common.

An account (a bot, a business, a shop, a workspace) is listed, registered, shown and forgotten; its customers write, do
something, and have a screen to look at. A provider's own front says what is different there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from werkzeug.wrappers import Request, Response

from simulators.wire import Json, Route, control_body, json_answer, problem


class Registered(Protocol):
    """An account."""

    def saved(self) -> Json:
        """What survives a restart."""


class Provider(Protocol):
    """A simulated provider."""

    def register(self, *args: Any, **settings: Any) -> Any:
        """Create or change an account; ValueError says what is wrong with the settings."""


class ChatProvider(Provider, Protocol):
    """One whose customers chat."""

    def say(self, *args: Any, **spec: Any) -> Any:
        """The customer writes; returns the message's id."""

    def act(self, *args: Any, **spec: Any) -> Any:
        """The customer does something."""

    def phone(self, *args: Any) -> Json:
        """What the customer sees."""


P = TypeVar("P", bound=Provider)
C = TypeVar("C", bound=ChatProvider)
A = TypeVar("A", bound=Registered)


class AccountsFront(Generic[P, A]):
    """Accounts, by HTTP. `LISTED` is what the provider calls several of them, `HIDDEN` are their secrets, `ADDED` is
    shown of each besides."""

    LISTED: ClassVar[str] = "accounts"
    HIDDEN: ClassVar[frozenset[str]] = frozenset()
    ADDED: ClassVar[Json] = {}

    def __init__(
        self,
        provider: P,
        changed: Callable[[], None] = lambda: None,
        settle_webhooks: Callable[[float], object] = lambda seconds: None,
    ) -> None:
        self._provider = provider
        self._changed = changed
        self._settle_webhooks = settle_webhooks

    def list_accounts(self, request: Request) -> Response:
        """The registered accounts, without their secrets."""
        return json_answer({self.LISTED: [self._shown(account) for account in self._accounts().values()]})

    def put_account(self, request: Request, account_id: str) -> Response:
        """Register an account, or change it."""
        with explained():
            account = self._register(account_id, control_body(request))
        self._changed()
        return json_answer(self._shown(account))

    def get_account(self, request: Request, account_id: str) -> Response:
        """One account, and what happened there."""
        with explained():
            account = self._account(account_id)
        return json_answer(self._shown(account) | self._details(account))

    def delete_account(self, request: Request, account_id: str) -> Response:
        """Forget an account."""
        with explained():
            self._account(account_id)
        self._accounts().pop(account_id, None)
        self._changed()
        return json_answer({"deleted": account_id})

    def _accounts(self) -> dict[str, A]:
        """All of them, by their ids."""
        raise NotImplementedError

    def _account(self, account_id: str) -> A:
        try:
            return self._accounts()[account_id]
        except KeyError:
            raise LookupError(account_id) from None

    def _register(self, account_id: str, settings: Json) -> A:
        account: A = self._provider.register(account_id, **settings)
        return account

    def _shown(self, account: A) -> Json:
        return {name: value for name, value in account.saved().items() if name not in self.HIDDEN} | self.ADDED

    def _details(self, account: A) -> Json:
        """What is shown of one account that a list of many leaves out."""
        raise NotImplementedError


class ChatsFront(AccountsFront[C, A]):
    """Accounts and their customers, by HTTP. `SAID` is what the provider calls a message's id."""

    SAID: ClassVar[str] = "id"

    def post_message(self, request: Request, account_id: str, customer_id: Any) -> Response:
        """The customer writes."""
        return made(request, self.SAID, self._provider.say, account_id, customer_id)

    def post_action(self, request: Request, account_id: str, customer_id: Any) -> Response:
        """The customer does something."""
        return queued(self._provider.act, account_id, customer_id, **control_body(request))

    def get_phone(self, request: Request, account_id: str, customer_id: Any) -> Response:
        """What the customer sees."""
        return looked_at(self._provider.phone, account_id, customer_id)


def account_routes(path: str) -> tuple[Route, ...]:
    """Routes of accounts; all of them are at `path`."""
    account = f"{path}/<account_id>"
    return (
        ("GET", path, AccountsFront.list_accounts),
        ("PUT", account, AccountsFront.put_account),
        ("GET", account, AccountsFront.get_account),
        ("DELETE", account, AccountsFront.delete_account),
    )


def chat_routes(customer: str) -> tuple[Route, ...]:
    """Routes of a customer, who is at `customer`."""
    return (
        ("POST", f"{customer}/messages", ChatsFront.post_message),
        ("POST", f"{customer}/actions", ChatsFront.post_action),
        ("GET", f"{customer}/phone", ChatsFront.get_phone),
    )


def made(request: Request, name: str, deed: Callable[..., Any], *whose: Any, status: int = 201) -> Response:
    """Somebody does what the body says; the answer has the id of what came of it, under `name`."""
    with explained():
        identifier = deed(*whose, **control_body(request))
    return json_answer({name: identifier}, status)


def queued(deed: Callable[..., Any], /, *about: Any, **spec: Any) -> Response:
    """Something is done that ends in a webhook."""
    with explained():
        deed(*about, **spec)
    return json_answer({"queued": True}, 202)


def looked_at(look: Callable[..., Json], *whose: Any) -> Response:
    """Something of the provider's is shown."""
    with explained():
        return json_answer(look(*whose))


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown} here") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
