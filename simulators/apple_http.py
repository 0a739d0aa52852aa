"""HTTP fronts of the simulated Apple: the providers' gateway for the desk, the control API for people."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.apple import Apple
from simulators.apple_accounts import Business
from simulators.apple_messages import AppleError
from simulators.faults import drop_connection
from simulators.wire import Json, Route, bearer_token, control_body, json_answer, parse_object, problem, raw_body

API = "/apple/v1"
BUSINESS = "/sim/apple/<business_id>"
CUSTOMER = f"{BUSINESS}/customers/<customer_id>"
MAX_FILE = 100 * 1024 * 1024


class AppleHttp:
    """Routes of the simulated Apple."""

    def __init__(self, apple: Apple, changed: Callable[[], None] = lambda: None) -> None:
        self._apple = apple
        self._changed = changed

    def message(self, request: Request) -> Response:
        """Send to a customer. The answer has no body."""
        business = self._caller(request)
        body = _body(request)
        self._spoil()
        ends = {name: request.headers.get(name) for name in ("id", "source-id", "destination-id")}
        self._apple.take(business, body, ends)
        knobs = self._apple.knobs
        if knobs.spend("drop_answer_next"):
            knobs.wait(knobs.now.hang_seconds)
            drop_connection(request)
        return Response(status=200)

    def pre_upload(self, request: Request) -> Response:
        """A place for a file."""
        self._caller(request)
        size = request.headers.get("size") or request.headers.get("mmcs-size") or ""
        if not size.isascii() or not size.isdigit() or not 0 < int(size) <= MAX_FILE:
            raise AppleError(400, "size is needed, of at most 100 MB")
        file_id = self._apple.store.reserve(int(size))
        place = f"{self._apple.base_url()}/apple/mmcs/{file_id}"
        return json_answer({"upload-url": place, "mmcs-url": place, "mmcs-owner": f"M1.{file_id}"})

    def upload(self, request: Request, file_id: str) -> Response:
        """Put a file in its place; a token does not belong there."""
        if "Authorization" in request.headers:
            raise AppleError(400, "no token is wanted here")
        request.max_content_length = MAX_FILE
        with _explained():
            checksum = self._apple.store.fill(file_id, request.get_data())
        return json_answer({"singleFile": {"fileChecksum": checksum, "size": self._apple.store.sizes[file_id]}})

    def pre_download(self, request: Request) -> Response:
        """Where a customer's file is."""
        self._caller(request)
        headers = request.headers
        url = headers.get("url") or headers.get("mmcs-url") or ""
        file_id = url.rpartition("/")[2]
        owner = headers.get("owner") or headers.get("mmcs-owner")
        if self._apple.store.files.get(file_id) is None or owner != f"M1.{file_id}" or not headers.get("signature"):
            raise AppleError(404, "no such file")
        return json_answer({"download-url": url})

    def download(self, request: Request, file_id: str) -> Response:
        """The encrypted bytes, for everybody who knows the place."""
        found = self._apple.store.files.get(file_id)
        if found is None or "Authorization" in request.headers:
            raise AppleError(404 if found is None else 400, "not here")
        return Response(found, mimetype="application/octet-stream")

    def list_businesses(self, request: Request) -> Response:
        """The registered businesses, without their secrets."""
        return json_answer({"businesses": [_shown(business) for business in self._apple.businesses.values()]})

    def put_business(self, request: Request, business_id: str) -> Response:
        """Register a business, or change it."""
        with _explained():
            business = self._apple.register(business_id, **control_body(request))
        self._changed()
        return json_answer(_shown(business))

    def get_business(self, request: Request, business_id: str) -> Response:
        """One business and its customers."""
        with _explained():
            business = self._apple.business(business_id)
        return json_answer(_shown(business) | {"customers": list(business.devices)})

    def delete_business(self, request: Request, business_id: str) -> Response:
        """Forget a business."""
        with _explained():
            self._apple.business(business_id)
        self._apple.businesses.pop(business_id, None)
        self._changed()
        return json_answer({"deleted": business_id})

    def post_event(self, request: Request, business_id: str) -> Response:
        """Post a body of the caller's making, with a genuine token."""
        with _explained():
            self._apple.post_event(business_id, control_body(request))
        return json_answer({"queued": True}, 202)

    def post_message(self, request: Request, business_id: str, customer_id: str) -> Response:
        """The customer writes."""
        with _explained():
            message_id = self._apple.say(business_id, customer_id, **control_body(request))
        return json_answer({"id": message_id}, 201)

    def post_action(self, request: Request, business_id: str, customer_id: str) -> Response:
        """The customer types, picks or closes."""
        with _explained():
            message_id = self._apple.act(business_id, customer_id, **control_body(request))
        return json_answer({"id": message_id}, 202)

    def get_phone(self, request: Request, business_id: str, customer_id: str) -> Response:
        """What the customer sees."""
        with _explained():
            return json_answer(self._apple.phone(business_id, customer_id))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/message", message),
        ("GET", f"{API}/preUpload", pre_upload),
        ("GET", f"{API}/preDownload", pre_download),
        ("POST", "/apple/mmcs/<file_id>", upload),
        ("GET", "/apple/mmcs/<file_id>", download),
        ("GET", "/sim/apple", list_businesses),
        ("PUT", BUSINESS, put_business),
        ("GET", BUSINESS, get_business),
        ("DELETE", BUSINESS, delete_business),
        ("POST", f"{BUSINESS}/events", post_event),
        ("POST", f"{CUSTOMER}/messages", post_message),
        ("POST", f"{CUSTOMER}/actions", post_action),
        ("GET", f"{CUSTOMER}/phone", get_phone),
    )

    def _caller(self, request: Request) -> Business:
        try:
            return self._apple.caller(request.headers.get("source-id", ""), bearer_token(request))
        except (ValueError, TypeError, AttributeError):
            raise AppleError(401, "the token makes no sense") from None

    def _spoil(self) -> None:
        knobs = self._apple.knobs
        now = knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            raise AppleError(429, "too many requests", {"Retry-After": str(now.retry_after_seconds)})
        if knobs.spend("server_error_next"):
            raise AppleError(now.server_error_status, "internal error")
        if knobs.spend("provider_error_next"):
            code = now.provider_error_code
            raise AppleError(code if 400 <= code < 600 else 400, "set with the knobs")


def _body(request: Request) -> Json:
    raw = raw_body(request)
    try:
        found = parse_object(gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw)
    except (OSError, EOFError, zlib.error):
        found = None
    if not found:
        raise AppleError(400, "the body is no JSON object")
    return found


def _shown(business: Business) -> Json:
    kept = {name: value for name, value in business.saved().items() if name != "secret"}
    return {**kept, "api_base_path": API}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown} here") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
