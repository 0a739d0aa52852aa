"""Steps on the way to a send: carried out in order, kept where they may be used again, and forgotten with a refusal."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    Keep,
    NotSent,
    ProviderError,
    ReadFile,
    StepRefused,
    Steps,
)
from chalicelib.domain.delivery import FailureClass
from chalicelib.services.calls import Calls

TOKEN = HttpRequest("POST", "https://a.example/token", {"content-type": "application/json"}, {"x": "secret"}, b"{}")
DONE = HttpRequest("POST", "https://a.example/send")


@dataclass
class Http:
    """Answers every request with the next number."""

    sent: list[HttpRequest] = field(default_factory=list)
    status: int = 200
    is_down: bool = False

    def send(self, request: HttpRequest) -> HttpResponse:
        if self.is_down:
            raise NotSent("down")
        self.sent.append(request)
        return HttpResponse(self.status, {}, str(len(self.sent)).encode())

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        return self.send(request)


@dataclass
class Clock:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def taking(seen: list[bytes], *, refuses: bool = False) -> Steps:
    answer = yield Keep(TOKEN, 60)
    seen.append(answer.body)
    if refuses:
        raise StepRefused(ProviderError("40164", FailureClass.CONFIG, "No."))
    return DONE


def made() -> tuple[Calls, Http, Clock]:
    http, clock = Http(), Clock()
    return Calls(http, clock), http, clock


def test_what_is_kept_is_used_again_until_its_time_is_over() -> None:
    calls, http, clock = made()
    seen: list[bytes] = []
    for at in (0.0, 59.9, 60.0):
        clock.at = at
        assert calls.completed("ibx_a", taking(seen)) == DONE
    assert seen == [b"1", b"1", b"2"] and http.sent == [TOKEN, TOKEN]


def test_what_is_kept_is_one_inboxs_own() -> None:
    calls, _, _ = made()
    seen: list[bytes] = []
    for inbox in ("ibx_a", "ibx_b", "ibx_a"):
        calls.completed(inbox, taking(seen))
    assert seen == [b"1", b"2", b"1"]


@pytest.mark.parametrize("status", [199, 300, 500])
def test_a_refusal_by_status_is_not_kept(status: int) -> None:
    calls, http, _ = made()
    http.status = status
    seen: list[bytes] = []
    for _ in "ab":
        calls.completed("ibx_a", taking(seen))
    assert seen == [b"1", b"2"]


def test_a_refusal_that_came_with_200_is_not_kept_either() -> None:
    calls, _, _ = made()
    seen: list[bytes] = []
    calls.completed("ibx_b", taking(seen))
    with pytest.raises(StepRefused):
        calls.completed("ibx_a", taking(seen, refuses=True))
    calls.completed("ibx_a", taking(seen))
    calls.completed("ibx_b", taking(seen))
    assert seen == [b"1", b"2", b"3", b"1"]


def test_files_are_read_by_their_place() -> None:
    calls, _, _ = made()
    read: list[bytes] = []

    def reading() -> Steps:
        for place in (1, 0):
            read.append((yield ReadFile(place)))
        return DONE

    files: list[Callable[[], bytes]] = [lambda: b"first", lambda: b"second"]
    assert calls.completed("ibx_a", reading(), files) == DONE
    assert read == [b"second", b"first"]


def test_a_step_that_does_not_get_through_is_tried_later() -> None:
    calls, http, _ = made()
    http.is_down = True
    with pytest.raises(StepRefused) as refusal:
        calls.completed("ibx_a", taking([]))
    assert refusal.value.error.failure is FailureClass.RETRY
