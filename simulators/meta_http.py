"""HTTP fronts of the simulated Messenger and Instagram: the Graph API for the business, the control API for people.

Sources: Messenger Platform "Send API", Instagram Platform "Send messages", Graph API "Comments". Any version is
answered, behind `/messenger` and `/instagram`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from simulators.clock import iso_text
from simulators.faults import drop_connection
from simulators.meta import MetaMessaging, UnknownAccount
from simulators.meta_accounts import Account, Flavour
from simulators.meta_errors import MetaRefused, invalid
from simulators.meta_handshake import challenged
from simulators.wire import Json, Route, bearer_token, control_body, json_answer, parse_object, problem, raw_body

EARLY_STATUS_WAIT_SECONDS = 2.0


class MetaHttp:
    """Routes of one of the two; a subclass names them with `routes_of`."""

    def __init__(self, meta: MetaMessaging) -> None:
        self._meta = meta
        self._knobs = meta.knobs

    # The Graph API.

    def messages(self, request: Request, version: str, account_id: str) -> Response:
        """A send, or a sender action."""
        account = self._authorised(request, account_id)
        body = parse_object(raw_body(request))
        if not body:
            raise invalid("the body is not a JSON object")
        self._spoil("receipts" if "sender_action" in body else "messages")
        answer, follow = self._meta.accept(account, body)
        response = json_answer(answer)
        if self._knobs.now.statuses_before_answer:
            follow()
            self._meta.poster.wait_idle(EARLY_STATUS_WAIT_SECONDS)
        else:  # once the answer is out
            delay = self._knobs.now.status_delay_seconds
            response.call_on_close(lambda: self._meta.poster.schedule(delay, follow))
        return self._sent(request, response)

    def answer_comment(self, request: Request, version: str, comment_id: str) -> Response:
        """A public answer below a comment."""
        account = self._authorised(request, "me")
        self._spoil("messages")
        answer = self._meta.answer_comment(account, comment_id, parse_object(raw_body(request)) or {})
        return self._sent(request, json_answer(answer))

    def read_object(self, request: Request, version: str, object_id: str) -> Response:
        """The account (the usual health call), or somebody's profile."""
        account = self._authorised(request, "me")
        if object_id in ("me", account.id):
            return json_answer({"id": account.id, "name": account.name, "username": account.name})
        person = account.people.get(object_id)
        if person is None:
            raise MetaRefused(100, f"Object with ID '{object_id}' does not exist", subcode=33)
        first, _, last = person.name.partition(" ")
        told = {"id": person.id, "name": person.name, "first_name": first, "last_name": last}
        return json_answer(told | {"username": person.username})

    def file(self, request: Request, file_id: str, key: str, name: str) -> Response:
        """The bytes of what somebody sent, by a link without credentials."""
        file = self._meta.files.get(file_id, self._meta.clock.now())
        if file is None or file.key != key:
            return Response("URL signature expired", status=403, mimetype="text/plain")
        safe = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(file.content, content_type=file.mime_type, headers=safe)

    # The control API.

    def list_accounts(self, request: Request) -> Response:
        """The registered accounts, without their secrets."""
        return json_answer({"accounts": [_shown(account) for account in self._meta.accounts.values()]})

    def put_account(self, request: Request, account_id: str) -> Response:
        """Register an account, or change it."""
        with _explained():
            return json_answer(_shown(self._meta.register(account_id, **control_body(request))))

    def get_account(self, request: Request, account_id: str) -> Response:
        """One account and the people who wrote."""
        with _explained():
            account = self._meta.account(account_id)
        people = [person.profile() for person in list(account.people.values())]
        return json_answer(_shown(account) | {"customers": people})

    def delete_account(self, request: Request, account_id: str) -> Response:
        """Forget an account."""
        with _explained():
            self._meta.forget(account_id)
        return json_answer({"deleted": account_id})

    def handshake(self, request: Request, account_id: str) -> Response:
        """Ask the account's webhook to prove itself."""
        with _explained():
            account = self._meta.account(account_id)
        return json_answer(challenged(account.webhook_url, account.verify_token))

    def post_event(self, request: Request, account_id: str) -> Response:
        """Post items of the caller's making: {"messaging": {...}}, or standby, or changes."""
        with _explained():
            for part, value in control_body(request).items():
                self._meta.post_event(account_id, part, value)
        return json_answer({"queued": True}, 202)

    def put_customer(self, request: Request, account_id: str, person_id: str) -> Response:
        """Make or change somebody: name, reachability, whether they are online or read at once."""
        with _explained():
            return json_answer(self._meta.customer(account_id, person_id, **control_body(request)).profile())

    def post_message(self, request: Request, account_id: str, person_id: str) -> Response:
        """Somebody sends a message, reacts, edits, unsends."""
        with _explained():
            mid = self._meta.say(account_id, person_id, **control_body(request))
        return json_answer({"id": mid, "at": iso_text(self._meta.clock.now())}, 201)

    def post_comment(self, request: Request, account_id: str, person_id: str) -> Response:
        """Somebody comments below a post."""
        with _explained():
            comment_id = self._meta.comment(account_id, person_id, **control_body(request))
        return json_answer({"id": comment_id}, 201)

    def post_read(self, request: Request, account_id: str, person_id: str) -> Response:
        """Somebody looks at the chat."""
        with _explained():
            return json_answer({"read": self._meta.read(account_id, person_id)})

    def get_phone(self, request: Request, account_id: str, person_id: str) -> Response:
        """Somebody's screen."""
        with _explained():
            return json_answer(self._meta.phone(account_id, person_id))

    def _sent(self, request: Request, response: Response) -> Response:
        if self._knobs.spend("drop_answer_next"):
            self._knobs.wait(self._knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def _authorised(self, request: Request, account_id: str) -> Account:
        token = bearer_token(request)
        found = [account for account in self._meta.accounts.values() if account.access_token == token]
        if not token or not found:
            raise MetaRefused(190, "Cannot parse access token")
        account = found[0] if account_id == "me" else self._meta.accounts.get(account_id)
        if account is None or account.access_token != token:
            raise MetaRefused(100, f"Object with ID '{account_id}' does not exist", subcode=33)
        return account

    def _spoil(self, scope: str) -> None:
        if not self._knobs.concerns(scope):
            return
        knobs = self._knobs.now
        self._knobs.wait(knobs.latency_seconds)
        if self._knobs.spend("rate_limit_next"):
            raise MetaRefused(613, "slow down", retry_after=knobs.retry_after_seconds)
        if self._knobs.spend("server_error_next"):
            raise MetaRefused(2, "try again", status=knobs.server_error_status)
        if self._knobs.spend("provider_error_next"):
            raise MetaRefused(knobs.provider_error_code, "Fault set with the knobs.")


def routes_of(flavour: Flavour) -> tuple[Route, ...]:
    """The paths of one of the two."""
    graph, control = f"/{flavour.provider}/<version>", f"/sim/{flavour.provider}/accounts"
    account, http = f"{control}/<account_id>", MetaHttp
    customer = f"{account}/customers/<person_id>"
    return (
        ("GET", f"/{flavour.provider}/files/<file_id>/<key>/<name>", http.file),
        ("POST", f"{graph}/<account_id>/messages", http.messages),
        ("POST", f"{graph}/<comment_id>/{flavour.answers_edge}", http.answer_comment),
        ("GET", f"{graph}/<object_id>", http.read_object),
        ("GET", control, http.list_accounts),
        ("PUT", account, http.put_account),
        ("GET", account, http.get_account),
        ("DELETE", account, http.delete_account),
        ("POST", f"{account}/handshake", http.handshake),
        ("POST", f"{account}/events", http.post_event),
        ("PUT", customer, http.put_customer),
        ("POST", f"{customer}/messages", http.post_message),
        ("POST", f"{customer}/comments", http.post_comment),
        ("POST", f"{customer}/read", http.post_read),
        ("GET", f"{customer}/phone", http.get_phone),
    )


def _shown(account: Account) -> Json:
    hidden = {"access_token", "app_secret", "verify_token"}
    return {key: value for key, value in account.settings().items() if key not in hidden}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except UnknownAccount as unknown:
        raise problem(404, "no_account", f"no account {unknown} is registered") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
