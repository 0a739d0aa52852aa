"""How Twilio refuses, the same for messages and calls: `{"code", "message", "status"}` with an HTTP status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import text, whole
from chalicelib.domain.delivery import FailureClass

MAX_QUOTED = 300
STATUSES: Mapping[int, FailureClass] = {
    401: FailureClass.REAUTH,
    403: FailureClass.CONFIG,
    404: FailureClass.CONFIG,
    408: FailureClass.RETRY,
    429: FailureClass.RETRY,
}
LATER = (FailureClass.RETRY, "")
# Codes of the account, the same for messages and calls.
ACCOUNT: Mapping[int, tuple[FailureClass, str]] = {
    20001: (FailureClass.CONTENT, ""),
    20003: (FailureClass.REAUTH, ""),
    20005: (FailureClass.CONFIG, "The Twilio account is not active."),
    20404: (FailureClass.CONFIG, "Twilio does not know the account or the number of this inbox."),
    20429: LATER,
    20500: LATER,
    20503: LATER,
}


@dataclass(frozen=True, slots=True)
class ErrorBook:
    """What a product's codes mean: the class and the sentence of each, the class of each family of codes (every number
    from, up to), and the sentence of each class for what has none of its own."""

    codes: Mapping[int, tuple[FailureClass, str]]
    families: tuple[tuple[int, int, FailureClass], ...]
    sentences: Mapping[FailureClass, str]

    def refusal(self, answer: Mapping[str, Any], status: int) -> ProviderError:
        """Of an answer; by HTTP status where there is no code we know."""
        code = whole(answer.get("code"))
        told = " ".join(text(answer.get("message")).split())
        otherwise = FailureClass.RETRY if status >= 500 else STATUSES.get(status, FailureClass.CONTENT)
        return self.explained(str(code or f"http_{status}"), code, otherwise, told)

    def explained(self, shown: str, code: int | None, otherwise: FailureClass, told: str) -> ProviderError:
        """`otherwise` is the class of a code that nobody knows."""
        found, sentence = self._meaning(code, otherwise)
        sentence = sentence or self.sentences[found]
        return ProviderError(shown, found, (f"{sentence} (Twilio says: {told})" if told else sentence)[:MAX_QUOTED])

    def _meaning(self, code: int | None, otherwise: FailureClass) -> tuple[FailureClass, str]:
        if code is None:
            return otherwise, ""
        if code in self.codes:
            return self.codes[code]
        named = next((failure for start, end, failure in self.families if start <= code <= end), None)
        return (otherwise if named is None or otherwise is FailureClass.RETRY else named), ""
