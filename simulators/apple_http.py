"""HTTP fronts of the simulated Apple: the providers' gateway for the desk, the control API for people."""

import gzip
import zlib
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.apple import Apple
from simulators.apple_accounts import Business
from simulators.apple_messages import AppleError
from simulators.faults import answered, http_code, spoil
from simulators.fronts import ChatsFront, account_routes, explained, made, queued
from simulators.wire import Json, Route, bearer_token, control_body, json_answer, parse_object, raw_body

API = "/apple/v1"
BUSINESS = "/sim/apple/<account_id>"
CUSTOMER = f"{BUSINESS}/customers/<customer_id>"
MAX_FILE = 100 * 1024 * 1024


class AppleHttp(ChatsFront[Apple, Business]):
    """Routes of the simulated Apple."""

    LISTED = "businesses"
    HIDDEN = frozenset({"secret"})
    ADDED: ClassVar[Json] = {"api_base_path": API}

    def message(self, request: Request) -> Response:
        """Send to a customer. The answer has no body."""
        business = self._caller(request)
        body = _body(request)
        spoil(
            self._provider.knobs,
            limited=lambda now: AppleError(429, "too many requests", {"Retry-After": str(now.retry_after_seconds)}),
            broken=lambda now: AppleError(now.server_error_status, "internal error"),
            refused=lambda now: AppleError(http_code(now), "set with the knobs"),
        )
        ends = {name: request.headers.get(name) for name in ("id", "source-id", "destination-id")}
        self._provider.take(business, body, ends)
        return answered(request, Response(status=200), self._provider.knobs)

    def pre_upload(self, request: Request) -> Response:
        """A place for a file."""
        self._caller(request)
        size = request.headers.get("size") or request.headers.get("mmcs-size") or ""
        if not size.isascii() or not size.isdigit() or not 0 < int(size) <= MAX_FILE:
            raise AppleError(400, "size is needed, of at most 100 MB")
        file_id = self._provider.store.reserve(int(size))
        place = f"{self._provider.base_url()}/apple/mmcs/{file_id}"
        return json_answer({"upload-url": place, "mmcs-url": place, "mmcs-owner": f"M1.{file_id}"})

    def upload(self, request: Request, file_id: str) -> Response:
        """Put a file in its place; a token does not belong there."""
        if "Authorization" in request.headers:
            raise AppleError(400, "no token is wanted here")
        request.max_content_length = MAX_FILE
        with explained():
            checksum = self._provider.store.fill(file_id, request.get_data())
        return json_answer({"singleFile": {"fileChecksum": checksum, "size": self._provider.store.sizes[file_id]}})

    def pre_download(self, request: Request) -> Response:
        """Where a customer's file is."""
        self._caller(request)
        headers = request.headers
        url = headers.get("url") or headers.get("mmcs-url") or ""
        file_id = url.rpartition("/")[2]
        owner = headers.get("owner") or headers.get("mmcs-owner")
        if self._provider.store.files.get(file_id) is None or owner != f"M1.{file_id}" or not headers.get("signature"):
            raise AppleError(404, "no such file")
        return json_answer({"download-url": url})

    def download(self, request: Request, file_id: str) -> Response:
        """The encrypted bytes, for everybody who knows the place."""
        found = self._provider.store.files.get(file_id)
        if found is None or "Authorization" in request.headers:
            raise AppleError(404 if found is None else 400, "not here")
        return Response(found, mimetype="application/octet-stream")

    def post_event(self, request: Request, account_id: str) -> Response:
        """Post a body of the caller's making, with a genuine token."""
        return queued(self._provider.post_event, account_id, control_body(request))

    def post_action(self, request: Request, account_id: str, customer_id: str) -> Response:
        """The customer types, picks or closes, which is a message of its own."""
        return made(request, self.SAID, self._provider.act, account_id, customer_id, status=202)

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/message", message),
        ("GET", f"{API}/preUpload", pre_upload),
        ("GET", f"{API}/preDownload", pre_download),
        ("POST", "/apple/mmcs/<file_id>", upload),
        ("GET", "/apple/mmcs/<file_id>", download),
        *account_routes("/sim/apple"),
        ("POST", f"{BUSINESS}/events", post_event),
        ("POST", f"{CUSTOMER}/messages", ChatsFront.post_message),
        ("POST", f"{CUSTOMER}/actions", post_action),
        ("GET", f"{CUSTOMER}/phone", ChatsFront.get_phone),
    )

    def _accounts(self) -> dict[str, Business]:
        return self._provider.businesses

    def _details(self, account: Business) -> Json:
        return {"customers": list(account.devices)}

    def _caller(self, request: Request) -> Business:
        try:
            return self._provider.caller(request.headers.get("source-id", ""), bearer_token(request))
        except (ValueError, TypeError, AttributeError):
            raise AppleError(401, "the token makes no sense") from None


def _body(request: Request) -> Json:
    raw = raw_body(request)
    try:
        found = parse_object(gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw)
    except (OSError, EOFError, zlib.error):
        found = None
    if not found:
        raise AppleError(400, "the body is no JSON object")
    return found
