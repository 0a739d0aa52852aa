"""A transcript holds every message that a customer may see exactly once, in order, and no note; sent once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import ClientIdReused, ConversationNotFound, InvalidInput, TooLarge
from chalicelib.domain.message import Message, MessageKind
from chalicelib.domain.transcript import file_key
from chalicelib.services import desk as desk_service
from chalicelib.services import transcripts as service
from chalicelib.services.links import Links
from chalicelib.services.transcripts import Sending
from chalicelib.wiring import customer
from tests.flow.scene import ANA, Scene, scene
from tests.flow.test_merging import cases, rearranging, writes

SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)
NOTE, WHISPER = "a colleague's note", "a whisper"


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        yield made


def told(conversation_id: str, limit: int, *, notes: bool = False, reader: Principal = ANA) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = customer.transcripts().page(conversation_id, reader, limit=limit, after=after, notes=notes)
        found += [f"{said.side} {said.text}" for said in page.transcript.said]
        after = page.after
        if after is None:
            return found


acts = st.lists(st.sampled_from(["customer", "us", "note", "whisper", "pause"]), min_size=1, max_size=14)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(acts=acts, limit=st.integers(1, 5))
def test_every_public_message_comes_once_and_in_order_and_no_note(acts: list[str], limit: int) -> None:
    with scene() as here:
        here.says("first")
        here.settle()
        case = here.conversation.id
        wanted, everything = ["customer first"], ["customer first"]
        for place, act in enumerate(acts):
            here.now.pass_(seconds=2)
            if act == "customer":
                here.says(f"said {place}")
                here.settle()
            elif act == "us":
                here.replies(case, f"said {place}", f"c{place}")
            elif act == "note":
                desk_service.add_note(here.desk, ANA, case, f"n{place}", f"{NOTE} {place}", here.now())
            elif act == "whisper":
                desk_service.add_note(here.desk, SUE, case, f"n{place}", f"{WHISPER} {place}", here.now(), ("agt_eve",))
            if act in ("customer", "us"):
                wanted.append(f"{act} said {place}")
            everything += {
                "customer": [f"customer said {place}"],
                "us": [f"us said {place}"],
                "note": [f"colleagues {NOTE} {place}"],
            }.get(act, [])
        assert told(case, limit) == wanted
        assert told(case, limit, notes=True) == everything
        with_whispers = told(case, limit, notes=True, reader=SUE)
        assert len(with_whispers) == len(everything) + acts.count("whisper")
        whole = customer.transcripts().whole(case, None)
        assert [f"{said.side} {said.text}" for said in whole.said] == wanted


def test_what_was_merged_is_told_with_it(here: Scene) -> None:
    target, source = cases(here)
    rearranging(here).merge(target.id, source.id)
    assert writes(here, 2, "and more")() == 200
    assert told(target.id, 2) == ["customer hello 0", "customer hello 2", "customer and more"]


def send(here: Scene, case: str, client_id: str = "t1", form: str = "message", **more: str) -> Message:
    asked = Sending(client_id, form, more.pop("format", "text"), **more)
    sending = replace(customer.transcript_sending(), links=lambda: Links("https://desk.test", lambda: "secret"))
    return sending.send(ANA, case, asked, here.now())


def test_the_customer_gets_it_once_whatever_is_said_meanwhile(here: Scene) -> None:
    here.says("Please send me what we said")
    here.settle()
    case = here.conversation.id
    desk_service.add_note(here.desk, ANA, case, "n", NOTE, here.now())
    here.replies(case, "Here it is", "c1")
    here.now.pass_(seconds=3)
    first = send(here, case, text="As you asked:")
    here.settle()
    (got,) = [text for text in here.screen() if text.startswith("As you asked:")]
    assert "Please send me what we said" in got and "Here it is" in got and NOTE not in got
    here.now.pass_(seconds=3)
    here.says("Thanks")
    here.settle()
    assert send(here, case, text="As you asked:").id == first.id
    with pytest.raises(ClientIdReused):
        send(here, case, text="Something else")
    here.settle()
    assert len([text for text in here.screen() if "As you asked:" in text]) == 1
    # The next transcript says that there was one, not all of it again.
    assert told(case, 50)[2] == "us [a transcript of this conversation]"


@pytest.mark.parametrize("form", ["file", "link"])
def test_a_file_holds_it_and_a_repeat_makes_no_second_message(here: Scene, form: str) -> None:
    here.says("<b>Hello</b>")
    here.settle()
    case = here.conversation.id
    first = send(here, case, form=form, format="html" if form == "link" else "text")
    assert send(here, case, form=form, format="html" if form == "link" else "text").id == first.id
    stored = {key: body for key, body in here.cloud.s3.objects.items() if "transcript_" in str(key)}
    (body,) = [value if isinstance(value, bytes) else value[0] for value in stored.values()]
    assert file_key(case, "t1") in {str(key[-1] if isinstance(key, tuple) else key) for key in stored}
    assert (b"&lt;b&gt;Hello&lt;/b&gt;" in body) == (form == "link")
    assert (first.kind, len(first.attachments)) == (
        (MessageKind.DOCUMENT, 1) if form == "file" else (MessageKind.TEXT, 0)
    )


def test_what_is_not_there_or_too_long_is_refused(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    here.says("Hello")
    here.settle()
    case = here.conversation.id
    for zone in ("Mars/Base", "America", "../etc/passwd"):
        with pytest.raises(InvalidInput) as refused:
            customer.transcripts().page(case, ANA, zone=zone)
        assert refused.value.field == "zone"
    with pytest.raises(ConversationNotFound):
        customer.transcripts().page("cnv_0099", ANA)
    monkeypatch.setattr(service, "MOST", 0)
    with pytest.raises(TooLarge):
        send(here, case)
    assert [text for text in here.screen() if "Conversation" in text] == []
