"""Refusals of Meta's Graph API: from its error object to our class and a sentence.

Source: Graph API, "Handling errors". Each product has tables of its own; the most exact entry wins: subcode, then
`is_transient`, then code, then range of codes, then HTTP status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import mapping, optional, text, whole
from chalicelib.domain.delivery import FailureClass

MAX_QUOTED = 300

HTTP_CLASSES: Mapping[int, FailureClass] = {
    401: FailureClass.REAUTH,
    403: FailureClass.CONFIG,
    408: FailureClass.RETRY,
    429: FailureClass.RETRY,
}

# The class, and a sentence where that of the class does not say enough.
Listed = tuple[FailureClass, str | None]


@dataclass(frozen=True, slots=True)
class Refusals:
    """A product's tables. `name` is the product's; `ranges` are (first code, last code, class)."""

    name: str
    sentences: Mapping[FailureClass, str]
    codes: Mapping[int, Listed]
    ranges: tuple[tuple[int, int, FailureClass], ...] = ()
    subcodes: Mapping[int, Listed] = field(default_factory=dict)

    def failure_of(self, error: Mapping[str, Any], status: int | None = None) -> ProviderError:
        """The refusal in an `error` object, with the HTTP status it came with."""
        code, subcode = whole(error.get("code")), whole(error.get("error_subcode"))
        exact = self.subcodes.get(subcode) if subcode is not None else None
        if exact is not None:
            return ProviderError(f"{code or 0}/{subcode}", exact[0], exact[1] or self.sentences[exact[0]])
        failure = self._class_of(error, code, status)
        name = str(code) if code is not None else f"http_{status}" if status else "unknown"
        return ProviderError(name, failure, self._sentence(code, failure, error))

    def _class_of(self, error: Mapping[str, Any], code: int | None, status: int | None) -> FailureClass:
        if error.get("is_transient") is True:
            return FailureClass.RETRY
        if code is not None and code in self.codes:
            return self.codes[code][0]
        found = next((failure for low, high, failure in self.ranges if low <= (code or 0) <= high), None)
        return found or class_of_status(status or 400)

    def _sentence(self, code: int | None, failure: FailureClass, error: Mapping[str, Any]) -> str:
        listed = self.codes.get(code) if code is not None else None
        if listed and listed[0] is failure:
            return listed[1] or self.sentences[failure]
        words = told(error)
        return f"{self.sentences[failure]} ({self.name} says: {words})" if words else self.sentences[failure]


def class_of_status(status: int) -> FailureClass:
    """The class of an HTTP status that comes without a code we know."""
    return FailureClass.RETRY if status >= 500 else HTTP_CLASSES.get(status, FailureClass.CONTENT)


def told(error: Mapping[str, Any]) -> str | None:
    """The provider's own words, the most exact first."""
    details = mapping(error.get("error_data")).get("details")
    for words in (details, error.get("error_user_msg"), error.get("message"), error.get("title")):
        line = optional(" ".join(text(words).split()))
        if line:
            return line[:MAX_QUOTED]
    return None
