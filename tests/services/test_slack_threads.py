"""A question to a Slack channel, and the answers in its thread."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutcomeUnknown
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.side_thread import SideAuthor, SideMessage, SideThread, ThreadKind, Whom
from chalicelib.domain.slack_app import PlaceKind
from chalicelib.services.side_thread_ports import NotPosted, Said, ThreadFile
from chalicelib.services.team_slack_files import SlackFiles
from chalicelib.services.team_slack_threads import SlackAnswers, SlackThreads
from tests.services.leg_room import ANA, START
from tests.services.slack_office import CHANNEL, EVE_SLACK, Office, SlackWeb

UPLOAD = "https://files.slack.com/upload/v1/F0UP"
THREAD = SideThread(
    id="sth_1",
    conversation_id="cnv_1",
    kind=ThreadKind.SLACK,
    subject="Parcel <7>",
    whom=Whom(channel_id=CHANNEL),
    started_by=ANA.id,
    started_at=START,
    last_at=START,
    participants=(ANA.id,),
)
ASKED = SideMessage("sth_1", "cnv_1", 1, SideAuthor("agent", ANA.id, "Ana"), "Where is it & why?", START)
BILL = ThreadFile(
    Attachment("application/pdf", "bill.pdf", 4, object_key="attachments/1", state=AttachmentState.STORED),
    lambda: b"%PDF",
)


class Web(SlackWeb):
    def __init__(self) -> None:
        super().__init__()
        self.uploads: list[bytes] = []
        self.shown: list[dict[str, Any]] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        if request.url == UPLOAD:
            # The address is the proof: Slack wants no token there.
            assert not request.secret_headers
            self.uploads.append(request.body)
            return HttpResponse(200)
        return super().send(request)

    def _files_get_upload_u_r_l_external(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"upload_url": UPLOAD, "file_id": "F0UP"}

    def _files_complete_upload_external(self, given: dict[str, Any]) -> dict[str, Any]:
        self.shown.append(given)
        return {}


class Room(Office):
    def __post_init__(self) -> None:
        self.web = self.files = Web()
        super().__post_init__()
        files = SlackFiles(self.api, self.files, self.blobs)  # type: ignore[arg-type]
        self.way = SlackThreads(self.slack, self.places, files)


def test_a_question_opens_a_thread_and_the_next_goes_into_it() -> None:
    room = Room()
    first = room.way.post(THREAD, ASKED, (), ())
    assert first.reference == f"{CHANNEL}:{first.external_id}"
    second = room.way.post(replace(THREAD, reference=first.reference), replace(ASKED, number=2, text="Well?"), (), ())
    assert second.reference == first.reference
    opening, next_one = room.web.channels[CHANNEL]
    assert opening["text"].startswith("*Parcel &lt;7&gt;*\nAna:\n> Where is it &amp; why?")
    assert "thread_ts" not in opening
    assert next_one["thread_ts"] == first.external_id
    place = room.places.at(CHANNEL, first.external_id or "")
    assert place is not None
    assert (place.kind, place.thread_id, place.conversation_id) == (PlaceKind.SIDE_THREAD, "sth_1", "cnv_1")
    # It is not the conversation's own thread: nothing of the customer's is mirrored there.
    assert room.places.all_of("cnv_1") == []


def test_a_question_is_asked_once_when_its_answer_was_lost() -> None:
    room = Room()
    room.web.fates["chat.postMessage"] = ["lost"]
    with pytest.raises(OutcomeUnknown):
        room.way.post(THREAD, ASKED, (), ())
    room.pass_(minutes=2)
    posted = room.way.post(THREAD, ASKED, (), ())
    assert [each["ts"] for each in room.web.channels[CHANNEL]] == [posted.external_id]


@pytest.mark.parametrize(
    ("fate", "passing"), [("unreachable", True), ("not_in_channel", False), ("token_revoked", False)]
)
def test_a_question_that_did_not_go_says_whether_it_may(fate: str, passing: bool) -> None:
    room = Room()
    room.web.fates["chat.postMessage"] = [fate]
    with pytest.raises(NotPosted) as failed:
        room.way.post(THREAD, ASKED, (), ())
    assert failed.value.passing is passing
    assert room.way.post(THREAD, ASKED, (), ()).external_id


def test_nothing_goes_where_no_workspace_is_connected() -> None:
    room = Room(app=None)
    with pytest.raises(NotPosted, match="No Slack workspace"):
        room.way.post(THREAD, ASKED, (), ())


def test_files_follow_the_words_once() -> None:
    room = Room()
    room.web.fates["files.completeUploadExternal"] = ["unreachable"]
    with pytest.raises(NotPosted) as failed:
        room.way.post(THREAD, ASKED, (), (BILL,))
    assert failed.value.passing
    for _ in range(2):
        posted = room.way.post(THREAD, ASKED, (), (BILL,))
    assert len(room.web.said()) == 1
    assert room.files.uploads == [b"%PDF", b"%PDF"]
    assert room.files.shown == [
        {"files": [{"id": "F0UP", "title": "bill.pdf"}], "channel_id": CHANNEL, "thread_ts": posted.external_id}
    ]


class Threads:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Said]] = []

    def replied(self, identifier: str, said: Said, now: Any = None) -> bool:
        self.heard.append((identifier, said))
        return True


def test_an_answer_has_its_own_time_and_name() -> None:
    room, threads = Room(), Threads()
    conversation = room.conversation()
    room.thread(conversation, PlaceKind.SIDE_THREAD)
    room.link()
    room.calls_in(room.says("Try the back door", user=EVE_SLACK))
    room.calls_in(room.says("Thanks"))
    room.pass_(minutes=1)
    room.works()
    answers = SlackAnswers(threads)
    for spoken, name in room.asides:
        answers.heard(spoken, name, room.room.now)
    (outside, ours) = [said for identifier, said in threads.heard if identifier == "sth_1"]
    assert (outside.author_kind, outside.author_id, outside.author_name) == ("slack", EVE_SLACK, "Person EVE")
    assert (ours.author_kind, ours.author_id, ours.author_name) == ("agent", ANA.id, "Ana")
    assert outside.external_id != ours.external_id
    assert abs(outside.at - START) < timedelta(seconds=1)
