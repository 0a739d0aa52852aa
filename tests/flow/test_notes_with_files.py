"""A file of a note is for colleagues: it lies apart, goes out with nothing, and goes when the conversation does."""

import json
from typing import Any

import pytest

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import ClientIdReused, MessageNotFound
from chalicelib.domain.job import Job
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.note import INSIDE, Note
from chalicelib.services import assignment, retention
from chalicelib.services import desk as desk_service
from chalicelib.services.merging import Rearranging
from chalicelib.services.transcripts import Transcripts
from chalicelib.wiring import api, jobs, work
from chalicelib.wiring import erasure as wired
from tests.flow.scene import ANA, BOB, INBOX, INBOXES, Scene, scene

SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)
EVE = Principal("agent", "agt_eve", "Eve", Role.AGENT)
BOSS = Principal("agent", "agt_boss", "Boss", Role.ADMIN)
CONVERSATION = ids.conversation_id(ids.leg_id(INBOX, BOB), 1)
NAME, KEY = "passport-of-bob.png", f"{INSIDE}upl_1"
FILE = Attachment("image/png", NAME, 4, object_key=KEY, state=AttachmentState.STORED)


def noted(here: Scene, by: Principal = ANA, **more: Any) -> Note:
    here.says("Hi")
    here.settle()
    here.now.pass_(seconds=5)
    here.cloud.s3.put_object(Bucket="attachments", Key=KEY, Body=b"scan")
    note = desk_service.add_note(here.desk, by, CONVERSATION, "n1", "", here.now(), attachments=(FILE,), **more)
    here.settle()
    return note


def test_it_is_in_the_thread_and_in_one_event_and_nowhere_on_the_way_out() -> None:
    with scene() as here:
        note = noted(here)
        here.replies(CONVERSATION, "Thank you.", "c1")
        here.settle()
        assert [entry.attachments for entry in here.entries(CONVERSATION) if isinstance(entry, Note)] == [(FILE,)]
        (told,) = [event for event in here.cloud.events.published if NAME in json.dumps(event)]
        shown = {"mime": "image/png", "name": NAME, "size_bytes": 4}
        assert (told["type"], told["data"]["note_id"], told["data"]["attachments"]) == (
            "note.created",
            note.id,
            [shown],
        )
        assert KEY not in json.dumps(told)
        assert here.screen() == ["Hi", "Thank you."]
        requests = " ".join(str(request) for request in here.provider.requests)
        assert NAME not in requests and INSIDE not in requests
        assert [key for _, key in here.cloud.s3.objects if key.startswith("attachments/")] == []


def test_a_repeat_is_the_same_note_and_another_file_another_one() -> None:
    with scene() as here:
        note = noted(here)
        again = desk_service.add_note(here.desk, ANA, CONVERSATION, "n1", "", here.now(), attachments=(FILE,))
        other = Attachment("image/png", NAME, 4, object_key=f"{INSIDE}upl_2", state=AttachmentState.STORED)
        assert again == note
        with pytest.raises(ClientIdReused):
            desk_service.add_note(here.desk, ANA, CONVERSATION, "n1", "", here.now(), attachments=(other,))


def test_the_file_of_a_whisper_is_for_its_audience() -> None:
    with scene() as here:
        here.says("Hi")
        here.settle()
        assignment.assign(here.desk, SUE, CONVERSATION, assignment.Wish(ANA.id, None), here.now())
        note = noted(here, SUE, audience=["owner"])
        for reader in (ANA, SUE):
            assert desk_service.note_of(here.desk, CONVERSATION, note.id, reader).attachments == (FILE,)
        with pytest.raises(MessageNotFound):
            desk_service.note_of(here.desk, CONVERSATION, note.id, EVE)


def test_it_is_found_through_what_its_conversation_was_merged_into() -> None:
    with scene() as here:
        note = noted(here)
        here.provider.whatsapp.say(INBOXES[1][1], BOB, text="And here.", name="Bob Chan")
        here.settle()
        other = next(each for each in here.conversations() if each.id != CONVERSATION)
        with pytest.raises(MessageNotFound):
            desk_service.note_of(here.desk, other.id, note.id, ANA)
        merging = Rearranging(work.merging(), ANA, here.now())
        merging.merge(other.id, CONVERSATION)
        assert desk_service.note_of(here.desk, other.id, note.id, ANA).attachments == (FILE,)
        merging.unmerge(other.id, CONVERSATION)
        with pytest.raises(MessageNotFound):
            desk_service.note_of(here.desk, other.id, note.id, ANA)


def test_only_colleagues_read_of_it_in_a_transcript() -> None:
    with scene() as here:
        noted(here)
        transcripts = Transcripts(here.desk, api.contacts())
        assert NAME not in repr(transcripts.whole(CONVERSATION, None))
        assert NAME not in repr(transcripts.page(CONVERSATION, ANA))
        assert NAME in repr(transcripts.page(CONVERSATION, ANA, notes=True))


@pytest.mark.parametrize("kind", ["attachments", "conversations"])
def test_it_goes_when_it_is_old_enough(kind: str) -> None:
    with scene() as here:
        wired.retaining.cache_clear()
        wired.personal_data.cache_clear()
        wired.files.cache_clear()
        noted(here)
        desk_service.set_status(here.desk, ANA, CONVERSATION, Status.RESOLVED, here.now())
        here.now.pass_(days=400)
        rule = {kind: 365}
        job: Job = retention.ask(jobs.jobs(), BOSS, rule, here.now(), dry_run=False)
        while not job.is_over:
            job = wired.retaining().step(job, here.now())
        assert (job.result[kind]["count"], KEY in str(here.cloud.s3.objects)) == (1, False)
        if kind == "attachments":
            (note,) = [each for each in here.entries(CONVERSATION) if isinstance(each, Note) and each.attachments]
            (file,) = note.attachments
            assert (file.state, file.reason, file.object_key) == (AttachmentState.FAILED, "expired", None)
