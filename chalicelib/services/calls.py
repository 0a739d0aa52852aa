"""Carrying out what a channel has built: its one call, or the steps to it first.

Steps (an access token, an upload) have no effect for the customer and may be repeated; what they end in is sent once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.channels.base import (
    Call,
    HttpRequest,
    HttpResponse,
    Keep,
    MailRequest,
    ProviderError,
    ReadFile,
    Step,
    StepRefused,
)
from chalicelib.domain.delivery import FailureClass
from chalicelib.services.ports import HttpSender, MailSender, NotSent, OutcomeUnknown

KEPT = 500


@dataclass(frozen=True, slots=True)
class Calls:
    """`seconds` is any clock that only grows; `kept` holds answers of `Keep` steps, each until its time."""

    http: HttpSender
    seconds: Callable[[], float]
    mail: MailSender | None = None
    kept: dict[tuple[str, str], tuple[float, HttpResponse]] = field(default_factory=dict)

    def send(self, request: HttpRequest | MailRequest) -> HttpResponse:
        """Raises NotSent, OutcomeUnknown."""
        if isinstance(request, HttpRequest):
            return self.http.send(request)
        if self.mail is None:
            raise NotSent("no mail service is configured")
        return self.mail.send(request)

    def completed(
        self, inbox_id: str, call: Call, files: Sequence[Callable[[], bytes]] = ()
    ) -> HttpRequest | MailRequest:
        """The request that a call ends in, its steps done. `files` read the message's attachments.

        Raises StepRefused, CannotSay: nothing was sent."""
        if isinstance(call, HttpRequest | MailRequest):
            return call
        given: Any = None
        try:
            while True:
                given = self._done(inbox_id, call.send(given), files)
        except StopIteration as end:
            request: HttpRequest | MailRequest = end.value
            return request
        except StepRefused:
            # What was kept may be a refusal itself: some providers refuse with 200.
            self.forget(inbox_id)
            raise

    def forget(self, inbox_id: str) -> None:
        """What was kept for this inbox may be what its provider refused."""
        for key in [key for key in self.kept if key[0] == inbox_id]:
            self.kept.pop(key, None)

    def _done(self, inbox_id: str, step: Step, files: Sequence[Callable[[], bytes]]) -> HttpResponse | bytes:
        if isinstance(step, ReadFile):
            return files[step.place]()
        if isinstance(step, Keep):
            return self._kept(inbox_id, step)
        return self._answer(step)

    def _kept(self, inbox_id: str, step: Keep) -> HttpResponse:
        key = (inbox_id, repr(step.request))
        known = self.kept.get(key)
        if known is not None and known[0] > self.seconds():
            return known[1]
        answer = self._answer(step.request)
        if 200 <= answer.status < 300:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[key] = (self.seconds() + step.seconds, answer)
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """A step whose outcome is unknown has, at worst, to be done again."""
        try:
            return self.http.send(request)
        except (NotSent, OutcomeUnknown) as error:
            detail = f"The provider cannot be reached: {error}"
            raise StepRefused(ProviderError("not_sent", FailureClass.RETRY, detail[:300])) from error
