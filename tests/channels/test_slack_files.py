"""Slack: files that are uploaded in three calls, reactions, and who somebody is."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import slack
from chalicelib.channels.base import (
    CannotSay,
    HttpRequest,
    HttpResponse,
    Keep,
    OutgoingAttachment,
    Profile,
    ReadFile,
    Step,
    StepRefused,
)
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import completed, outgoing
from tests.channels.kits import KITS
from tests.channels.test_slack import FILES, PICTURE, THREAD, TS, UPLOAD_URL, USER, slacks_answer
from tests.channels.test_slack_sending import answered, refused

KIT = KITS["slack"]
IMAGE = MessageKind.IMAGE


# Files that are uploaded.


def steps_to(kind: MessageKind, answer: Any = slacks_answer, **values: Any) -> tuple[list[str], HttpRequest]:
    """What is asked on the way, and the request that it ends in."""
    call = slack.build_send(outgoing(kind, **{"to": USER, **values}), KIT.inbox, KIT.credentials)
    assert call is not None
    asked: list[str] = []

    def told(step: Step) -> HttpResponse | bytes:
        request = step.request if isinstance(step, Keep) else step
        asked.append(f"file {request.place}" if isinstance(request, ReadFile) else request.url.rpartition("/")[2])
        found: HttpResponse | bytes = answer(step)
        return found

    request = completed(call, told)
    assert isinstance(request, HttpRequest)
    return asked, request


def test_files_are_uploaded_one_by_one_and_posted_together() -> None:
    asked, request = steps_to(
        MessageKind.DOCUMENT, text="1 < 2", attachments=(FILES[MessageKind.DOCUMENT], FILES[MessageKind.AUDIO])
    )
    one, other = "filename=1.pdf&length=3", "filename=file.ogg&length=3"
    where = "files.getUploadURLExternal"
    assert asked == ["conversations.open", "file 0", f"{where}?{one}", "ABC", "file 1", f"{where}?{other}", "ABC"]
    assert request.url == "https://slack.com/api/files.completeUploadExternal"
    assert json.loads(request.body) == {
        "files": [{"id": "F0100000001", "title": "1.pdf"}, {"id": "F0100000001", "title": "file.ogg"}],
        "channel_id": "D0100000001",
        "initial_comment": "1 &lt; 2",
    }


def test_files_go_into_the_thread_of_a_channel() -> None:
    asked, request = steps_to(MessageKind.VIDEO, to=THREAD, attachments=(FILES[MessageKind.VIDEO],))
    assert asked[0] == "file 0"
    body = json.loads(request.body)
    assert (body["channel_id"], body["thread_ts"]) == ("C0100000001", "1785578300.000100")
    assert "initial_comment" not in body


@pytest.mark.parametrize(
    "picture",
    [
        replace(PICTURE, mime="image/webp"),
        replace(PICTURE, size_bytes=10 * 1024 * 1024 + 1),
        replace(PICTURE, url="https://files.example/" + "a" * 3000),
    ],
)
def test_a_picture_that_slack_would_not_show_by_link_is_uploaded(picture: OutgoingAttachment) -> None:
    _, request = steps_to(IMAGE, attachments=(PICTURE, picture))
    assert request.url.endswith("/files.completeUploadExternal")


@pytest.mark.parametrize(
    ("url", "answer", "code"),
    [
        ("conversations.open", {"ok": False, "error": "user_not_found"}, "user_not_found"),
        ("getUploadURLExternal", {"ok": False, "error": "missing_scope", "needed": "files:write"}, "missing_scope"),
        (
            "getUploadURLExternal",
            {"ok": True, "file_id": "F1", "upload_url": "https://evil.example/u"},
            "no_upload_url",
        ),
        ("getUploadURLExternal", {"ok": True, "upload_url": UPLOAD_URL}, "no_upload_url"),
    ],
)
def test_nothing_is_posted_where_a_step_fails(url: str, answer: dict[str, Any], code: str) -> None:
    def told(step: Step) -> HttpResponse | bytes:
        request = step.request if isinstance(step, Keep) else step
        return answered(**answer) if isinstance(request, HttpRequest) and url in request.url else slacks_answer(step)

    with pytest.raises(StepRefused) as refusal:
        steps_to(MessageKind.DOCUMENT, told, attachments=(FILES[MessageKind.DOCUMENT],))
    assert refusal.value.error.code == code


def test_an_upload_that_is_refused_and_an_empty_file_are_told() -> None:
    def told(step: Step) -> HttpResponse | bytes:
        is_upload = isinstance(step, HttpRequest) and step.url == UPLOAD_URL
        return HttpResponse(503, {"retry-after": "9"}) if is_upload else slacks_answer(step)

    with pytest.raises(StepRefused) as refusal:
        steps_to(MessageKind.DOCUMENT, told, attachments=(FILES[MessageKind.DOCUMENT],))
    assert (refusal.value.error.failure, refusal.value.retry_after_seconds) == (FailureClass.RETRY, 9.0)
    with pytest.raises(CannotSay) as empty:
        steps_to(
            MessageKind.DOCUMENT,
            lambda step: b"" if isinstance(step, ReadFile) else slacks_answer(step),
            attachments=(FILES[MessageKind.DOCUMENT],),
        )
    assert empty.value.field == "attachments[0]"


# Reactions.


@pytest.mark.parametrize(
    ("content", "method", "name"),
    [
        ({"emoji": "👍"}, "reactions.add", "+1"),
        ({"emoji": "❤️"}, "reactions.add", "heart"),
        ({"emoji": "👍🏽"}, "reactions.add", "+1::skin-tone-4"),
        ({"emoji": ":party_parrot:"}, "reactions.add", "party_parrot"),
        ({"emoji": "", "previous": ":tada:"}, "reactions.remove", "tada"),
    ],
)
def test_a_reaction_goes_to_its_message_by_name(content: dict[str, Any], method: str, name: str) -> None:
    asked, request = steps_to(MessageKind.REACTION, content={"target": TS, **content})
    assert asked == ["conversations.open"]
    assert request.url == f"https://slack.com/api/{method}"
    assert json.loads(request.body) == {"channel": "D0100000001", "timestamp": TS, "name": name}
    asked, request = steps_to(MessageKind.REACTION, to=THREAD, content={"target": TS, **content})
    assert asked == [] and json.loads(request.body)["channel"] == "C0100000001"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"emoji": "👍"}, "content.target"),
        ({"emoji": "👍", "target": "F0100000001"}, "content.target"),
        ({"emoji": "🦩", "target": TS}, "content.emoji"),
        ({"emoji": "🏽", "target": TS}, "content.emoji"),
        ({"emoji": ":a b:", "target": TS}, "content.emoji"),
        ({"emoji": "", "target": TS}, "content.previous"),
    ],
)
def test_a_reaction_that_slack_has_no_name_for_is_refused(content: dict[str, Any], field: str) -> None:
    assert refused(MessageKind.REACTION, content=content).field == field


# Who somebody is.


def test_a_person_is_asked_about_and_a_thread_is_not() -> None:
    request = slack.build_profile(USER, KIT.inbox, KIT.credentials)
    assert request and request.url == f"https://slack.com/api/users.info?user={USER}&include_locale=true"
    assert slack.build_profile(THREAD, KIT.inbox, KIT.credentials) is None


@pytest.mark.parametrize(
    ("user", "profile"),
    [
        (
            {
                "name": "bia",
                "locale": "pt-BR",
                "profile": {
                    "display_name": "Bia",
                    "real_name": "Bia Lima",
                    "email": "bia@example.com",
                    "image_72": "https://avatars.slack-edge.com/b.png",
                },
            },
            Profile("Bia", "bia", None, "bia@example.com", "pt-BR", "https://avatars.slack-edge.com/b.png"),
        ),
        ({"profile": {"display_name": "", "real_name": "Bia Lima", "image_72": "javascript:x"}}, Profile("Bia Lima")),
        ({"profile": {"display_name": "x" * 300}}, Profile("x" * 200)),
        ({"profile": ["Bia"]}, Profile()),
    ],
)
def test_a_profile_is_what_slack_tells(user: dict[str, Any], profile: Profile) -> None:
    assert slack.parse_profile(answered(ok=True, user=user)) == profile
    assert slack.parse_profile(answered(ok=False, user=user)) == Profile()
