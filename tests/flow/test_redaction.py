"""A card number that a customer wrote is taken out of everything the desk keeps, for good."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput, MessageNotFound, NotPermitted, RedactionRefused
from chalicelib.domain.message import Attachment, AttachmentState, Message
from chalicelib.domain.note import Note
from chalicelib.domain.redaction import BLOCK, Pattern, Wanted
from chalicelib.services import desk as desk_service
from chalicelib.services.merging import Rearranging
from chalicelib.wiring import privacy, work
from tests.aws.memory_cloud import Crash, straight
from tests.flow.scene import ANA, INBOXES, Scene, scene

BOSS = Principal("agent", "agt_boss", "Boss", Role.SUPERVISOR)
CARD = "4111 1111 1111 1111"
CARDS = Wanted(patterns=frozenset({Pattern.CARD}))


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        made.says(f"My card is {CARD}")
        made.settle()
        privacy.redacting.cache_clear()
        yield made


def everywhere(here: Scene) -> str:
    tables = [item for table in here.cloud.tables.values() for item in table.items.values()]
    objects = [body.decode("utf-8", "replace") for body, *_ in here.cloud.s3.objects.values()]
    return json.dumps([from_attributes(item) for item in tables], default=str) + "".join(objects)


def first(here: Scene) -> Message:
    return here.messages(here.conversation.id)[0]


def test_it_is_nowhere_any_more_and_the_thread_says_who_and_why(here: Scene) -> None:
    assert CARD in everywhere(here)
    case, message = here.conversation, first(here)
    made = privacy.redacting().redact(ANA, case.id, message.id, CARDS, "A card number", here.now())
    here.settle()
    assert "1111" not in everywhere(here)
    assert made.text == first(here).text == f"My card is {' '.join([BLOCK * 4] * 4)}"
    assert here.conversation.last_message is not None
    assert BLOCK in here.conversation.last_message.preview
    (line,) = [each for each in here.entries(case.id) if isinstance(each, Note) and "redacted" in str(each.facts)]
    assert (line.author_id, line.facts["reason"], line.facts["characters"]) == (ANA.id, "A card number", 16)
    told = [event for event in here.cloud.events.published if event["type"] == "message.redacted"]
    assert [event["data"]["message_id"] for event in told] == [message.id]
    assert "1111" not in json.dumps(told)


def test_a_merge_shows_it_no_more_and_undoing_the_merge_does_not_bring_it_back(here: Scene) -> None:
    case, message = here.conversation, first(here)
    here.provider.whatsapp.say(INBOXES[1][1], "85261234567", text="And here.", name="Bob Chan")
    here.settle()
    other = next(each for each in here.conversations() if each.id != case.id)
    merging = Rearranging(work.merging(), ANA, here.now())
    merging.merge(other.id, case.id)
    privacy.redacting().redact(ANA, other.id, message.id, CARDS, "A card number", here.now())
    merging.unmerge(other.id, case.id)
    here.settle()
    assert "1111" not in everywhere(here)


def test_it_ends_the_same_wherever_it_was_interrupted(here: Scene) -> None:
    case, message = here.conversation, first(here)
    for at in range(1, 30):
        calls = iter(range(1, 1000))

        def tap(name: str, call: object, at: int = at, calls: object = calls) -> object:
            number = next(calls)  # type: ignore[call-overload]
            answer = call()  # type: ignore[operator]
            if number == at:
                raise Crash(name)
            return answer

        here.cloud.tap = tap
        try:
            privacy.redacting().redact(ANA, case.id, message.id, CARDS, "A card number", here.now())
            break
        except Crash:
            continue
        except RedactionRefused:  # it was done, and only its answer was lost
            break
        finally:
            here.cloud.tap = straight
    assert "1111" not in everywhere(here)
    assert sum("redacted" in str(getattr(each, "facts", "")) for each in here.entries(case.id)) == 1


def test_it_is_refused_with_the_field_and_nothing_changes(here: Scene) -> None:
    case, message = here.conversation, first(here)
    before = everywhere(here)
    redacting = privacy.redacting()
    for wanted, refusal, field in (
        (Wanted(), InvalidInput, "patterns"),
        (Wanted(ranges=((5, 5),)), InvalidInput, "ranges[0]"),
        (Wanted(ranges=((0, 1), (0, 99))), InvalidInput, "ranges[1]"),
        (Wanted(attachments=frozenset({0})), InvalidInput, "attachments"),
        (Wanted(patterns=frozenset({Pattern.IBAN})), RedactionRefused, None),
    ):
        with pytest.raises(refusal) as refused:
            redacting.redact(BOSS, case.id, message.id, wanted, "r", here.now())
        assert refused.value.field == field
    with pytest.raises(NotPermitted):
        redacting.redact(ANA, case.id, message.id, Wanted(whole=True), "r", here.now())
    with pytest.raises(MessageNotFound):
        redacting.redact(ANA, case.id, "msg_" + "0" * 29, CARDS, "r", here.now())
    assert everywhere(here) == before


def noted(here: Scene, by: Principal = ANA, **more: Any) -> Note:
    here.cloud.s3.put_object(Bucket="attachments", Key="notes/upl_1", Body=b"scan 1111")
    scan = Attachment("image/png", "card.png", 4, object_key="notes/upl_1", state=AttachmentState.STORED)
    case, said = here.conversation, f"He wrote {CARD}"
    note = desk_service.add_note(here.desk, by, case.id, "n1", said, here.now(), attachments=(scan,), **more)
    here.settle()
    return note


def notes(here: Scene) -> list[Note]:
    return [each for each in here.entries(here.conversation.id) if isinstance(each, Note) and each.kind == "note"]


def test_a_message_is_redacted_alone_and_a_note_by_itself(here: Scene) -> None:
    case, message, note = here.conversation, first(here), noted(here)
    redacting = privacy.redacting()
    redacting.redact(ANA, case.id, message.id, CARDS, "A card number", here.now())
    assert notes(here) == [note]

    here.now.pass_(seconds=1)
    redacting.redact_note(ANA, case.id, note.id, CARDS, "A card number", here.now())
    whole = Wanted(whole=True)
    with pytest.raises(NotPermitted):
        redacting.redact_note(ANA, case.id, note.id, whole, "A scan", here.now())
    here.now.pass_(seconds=1)
    redacting.redact_note(BOSS, case.id, note.id, whole, "A scan", here.now())
    here.settle()
    assert "1111" not in everywhere(here) and "card.png" not in everywhere(here)
    (left,) = notes(here)
    assert (left.version, left.attachments[0].reason, left.mentions) == (3, "redacted", note.mentions)
    lines = [each for each in here.entries(case.id) if isinstance(each, Note) and each.facts.get("note_id") == note.id]
    assert [(each.author_id, each.facts["attachments"]) for each in lines] == [(ANA.id, 0), (BOSS.id, 1)]
    told = [event["data"] for event in here.cloud.events.published if event["type"] == "note.redacted"]
    assert [each["characters"] for each in told] == [16, 7]
    with pytest.raises(RedactionRefused):
        redacting.redact_note(BOSS, case.id, note.id, whole, "A scan", here.now())


def test_a_whisper_is_redacted_among_those_it_is_for(here: Scene) -> None:
    eve = Principal("agent", "agt_eve", "Eve", Role.AGENT)
    case, note = here.conversation, noted(here, BOSS, audience=[ANA.id])
    redacting = privacy.redacting()
    with pytest.raises(MessageNotFound):
        redacting.redact_note(eve, case.id, note.id, CARDS, "A card number", here.now())
    redacting.redact_note(ANA, case.id, note.id, CARDS, "A card number", here.now())
    for reader, sees in ((eve, 0), (ANA, 2), (BOSS, 2)):
        page = desk_service.thread(here.desk, case.id, limit=50, reader=reader)
        assert sum(note.id in repr(entry) for entry in page.entries) == sees


def test_nothing_else_is_redacted_by_a_notes_id(here: Scene) -> None:
    case, note = here.conversation, noted(here)
    redacting = privacy.redacting()
    redacting.redact_note(ANA, case.id, note.id, CARDS, "A card number", here.now())
    (line,) = [each for each in here.entries(case.id) if isinstance(each, Note) and each.kind == "activity"]
    for named in (line.id, first(here).id, "nte_" + "0" * 29):
        with pytest.raises(MessageNotFound):
            redacting.redact_note(BOSS, case.id, named, Wanted(whole=True), "r", here.now())
    with pytest.raises(InvalidInput):
        redacting.redact_note(BOSS, case.id, note.id, Wanted(attachments=frozenset({1})), "r", here.now())
