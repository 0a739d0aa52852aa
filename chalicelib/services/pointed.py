"""What webhooks only point at: a certificate at the provider's, a mail in our own bucket."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.channels.base import HttpRequest, NotSent, OutcomeUnknown, Pointer
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.services.ports import BlobStore, HttpSender

KEPT = 50
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Following:
    """`mails` is the bucket that inbound mail is put into, None where none is configured. `seconds` is any clock that
    only grows; what does not change is kept by its address."""

    http: HttpSender
    mails: BlobStore | None
    seconds: Callable[[], float]
    kept: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def fetch(self, pointer: Pointer) -> bytes | None:
        """None where there is nothing. Raises TooLarge, StoreUnavailable."""
        if pointer.object_key is not None:
            return self.mails.read(pointer.object_key, limit_bytes=pointer.limit_bytes) if self.mails else None
        if pointer.url is None:
            return None
        known = self.kept.get(pointer.url)
        if known is not None and known[0] > self.seconds():
            return known[1]
        return self._fetched(pointer, pointer.url)

    def _fetched(self, pointer: Pointer, url: str) -> bytes | None:
        try:
            answer = self.http.fetch(
                HttpRequest("GET", url, timeout_seconds=TIMEOUT_SECONDS), limit_bytes=pointer.limit_bytes
            )
        except (NotSent, OutcomeUnknown) as error:
            raise StoreUnavailable(f"{pointer.name} cannot be had now") from error
        if answer.status >= 500:
            raise StoreUnavailable(f"{pointer.name} cannot be had now")
        if answer.status != 200:
            return None
        if pointer.keep_seconds:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[url] = (self.seconds() + pointer.keep_seconds, answer.body)
        return answer.body


class Nowhere:
    """For callers whose channels point at nothing."""

    def fetch(self, pointer: Pointer) -> bytes | None:
        return None
