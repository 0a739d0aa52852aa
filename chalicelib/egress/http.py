"""HTTP by urllib3, with outcomes a sender can act on: answered, certainly not sent, or nobody knows."""

import time
from collections.abc import Mapping
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    SSLError,
)

from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain.errors import TooLarge
from chalicelib.egress.guard import Resolve, Target, resolve, target

CONNECT_SECONDS = 3.0
MAX_ANSWER = 1024 * 1024
MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USER_AGENT = "Parley/1"


class HttpSender:
    def __init__(self, trusted_hosts: frozenset[str], resolver: Resolve = resolve) -> None:
        self._trusted = trusted_hosts
        self._resolve = resolver

    def send(self, request: HttpRequest) -> HttpResponse:
        """One call, no redirects, no retries. Raises NotSent, OutcomeUnknown."""
        place = target(request.url, self._trusted, self._resolve)
        try:
            return self._exchange(place, request, {**request.headers, **request.secret_headers}, MAX_ANSWER)
        except TooLarge as error:
            raise OutcomeUnknown("the answer was too long to read") from error

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        """GET with redirects followed, credentials only to the first host. Raises TooLarge, NotSent, OutcomeUnknown."""
        url, secrets = request.url, dict(request.secret_headers)
        for _ in range(MAX_REDIRECTS + 1):
            place = target(url, self._trusted, self._resolve)
            response = self._exchange(place, request, {**request.headers, **secrets}, limit_bytes)
            location = response.headers.get("location")
            if response.status not in REDIRECTS or not location:
                return response
            url, secrets = urljoin(url, location), {}
        raise NotSent("too many redirects")

    def _exchange(self, place: Target, request: HttpRequest, headers: Mapping[str, str], limit: int) -> HttpResponse:
        pool = _pool(place)
        default_port = 443 if place.scheme == "https" else 80
        host = place.host if place.port == default_port else f"{place.host}:{place.port}"
        deadline = time.monotonic() + request.timeout_seconds
        try:
            answer = pool.request(
                request.method,
                place.path,
                body=request.body or None,
                headers={"User-Agent": USER_AGENT, **headers, "Host": host},
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=request.timeout_seconds),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            body = _read(answer, limit, deadline)
        except (NewConnectionError, ConnectTimeoutError, SSLError, LocationValueError) as error:
            raise NotSent(type(error).__name__) from error
        except ValueError as error:  # a header or address that HTTP cannot carry: noticed before anything is sent
            raise NotSent(type(error).__name__) from error
        except HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        finally:
            pool.close()
        return HttpResponse(answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)


def _pool(place: Target) -> urllib3.HTTPConnectionPool:
    if place.scheme == "http":
        return urllib3.HTTPConnectionPool(place.address, place.port, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        place.address,
        place.port,
        maxsize=1,
        server_hostname=place.host,
        assert_hostname=place.host,
        cert_reqs="CERT_REQUIRED",
    )


def _read(answer: urllib3.BaseHTTPResponse, limit: int, deadline: float) -> bytes:
    """The whole body, within the size and the time. Raises TooLarge, OutcomeUnknown."""
    parts: list[bytes] = []
    size = 0
    # Not `stream`: it waits until a whole part is there, however slowly that drips.
    while part := answer.read1(65536):
        size += len(part)
        if size > limit:
            raise TooLarge(f"The file is larger than {limit} bytes.")
        if time.monotonic() > deadline:
            raise OutcomeUnknown("the answer took too long")
        parts.append(part)
    return b"".join(parts)
