"""Apple Messages for Business: the steps of a message with files (the bytes they make: test_apple_files.py)."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import apple
from chalicelib.channels.apple_outbound import MAX_SENT
from chalicelib.channels.base import CannotSay, HttpRequest, HttpResponse, ReadFile, Step, StepRefused
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import completed
from tests.channels.kits import KITS
from tests.channels.test_apple import BIZ, FILES, step_answer, to_apple
from tests.channels.test_apple_sending import GATEWAY, built

KIT = KITS["apple"]
IMAGE = MessageKind.IMAGE


def steps_of(answers: dict[int, Callable[[Step], Any]] | None = None, **values: Any) -> list[Step | HttpRequest]:
    """The steps of a picture, and the request they end in; `answers` replaces those of some steps."""
    seen: list[Step | HttpRequest] = []

    def answer(step: Step) -> HttpResponse | bytes:
        seen.append(step)
        given = (answers or {}).get(len(seen) - 1, step_answer)(step)
        assert isinstance(given, HttpResponse | bytes)
        return given

    message = to_apple(IMAGE, attachments=(FILES[IMAGE],), **values)
    call = apple.build_send(message, KIT.inbox, KIT.credentials)
    assert call is not None
    request = completed(call, answer)
    assert isinstance(request, HttpRequest)
    return [*seen, request]


def test_a_file_is_read_placed_put_and_then_named() -> None:
    read, place, put, final = steps_of(text="Look")
    assert read == ReadFile(0)
    assert isinstance(place, HttpRequest) and isinstance(put, HttpRequest) and isinstance(final, HttpRequest)
    assert (place.method, place.url) == ("GET", f"{GATEWAY}/preUpload")
    assert {name: place.headers[name] for name in ("source-id", "size", "mmcs-size")} == {
        "source-id": BIZ,
        "size": "9",
        "mmcs-size": "9",
    }
    assert place.secret_headers["authorization"].startswith("Bearer ")
    assert (put.method, put.url, len(put.body)) == ("POST", "https://up.example/1", 9)
    assert put.body != b"the file!" and not put.secret_headers
    body = json.loads(final.body)
    assert (body["type"], body["body"]) == ("text", "\ufffcLook")
    (part,) = body["attachments"]
    assert len(part.pop("key")) == 66
    assert part == {
        "name": "1.png",
        "mimeType": "image/png",
        "size": "9",
        "signature-base64": "AWWn5bHw0sPk9QYX",
        "url": "https://mmcs.example/1",
        "owner": "M1.owner",
    }


def test_every_file_has_a_placeholder_and_a_key_of_its_own() -> None:
    body = built(IMAGE, attachments=(FILES[IMAGE], replace(FILES[IMAGE], name=None)))
    assert body["body"] == "\ufffc\ufffc"
    assert [part["name"] for part in body["attachments"]] == ["1.png", "file-2"]
    assert len({part["key"] for part in body["attachments"]}) == 2


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, {}, FailureClass.RETRY),
        (200, {"singleFile": []}, FailureClass.RETRY),
        (200, {"upload-url": "https://up.example/1"}, FailureClass.RETRY),
        (401, {}, FailureClass.REAUTH),
        (413, {}, FailureClass.CONTENT),
        (429, {}, FailureClass.RETRY),
        (503, {}, FailureClass.RETRY),
        (302, {}, FailureClass.CONFIG),
    ],
)
def test_nothing_is_sent_when_a_step_fails(step: int, status: int, body: Any, failure: FailureClass) -> None:
    refusing = HttpResponse(status, {"retry-after": "9"}, json.dumps(body).encode())
    with pytest.raises(StepRefused) as refusal:
        steps_of({step: lambda _: refusing})
    assert refusal.value.error.failure is failure
    assert refusal.value.retry_after_seconds == (None if status == 200 else 9.0)


@pytest.mark.parametrize("plain", [b"", b"x" * (MAX_SENT + 1)])
def test_a_file_of_an_impossible_size_is_refused(plain: bytes) -> None:
    with pytest.raises(CannotSay) as refusal:
        steps_of({0: lambda _: plain})
    assert refusal.value.field == "attachments[0]"


def test_files_that_are_announced_too_large_are_refused_before() -> None:
    half = replace(FILES[IMAGE], size_bytes=MAX_SENT // 2 + 1)
    apple.check_send(to_apple(IMAGE, attachments=(half,)))
    for files in ((half, half), (FILES[IMAGE],) * 11):
        with pytest.raises(CannotSay) as refusal:
            apple.check_send(to_apple(IMAGE, attachments=files))
        assert refusal.value.field == "attachments"
