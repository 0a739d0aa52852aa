"""Compare and send: a reply that was overtaken is kept back, with what its writer has not seen."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import MovedOn
from chalicelib.domain.message import Message
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.seen import Seen, compared
from chalicelib.wiring import shared
from tests.flow.scene import ANA, BOB, Scene, scene
from tests.flow.test_model import inbound

BO = Principal("agent", "agt_bo", "Bo", Role.AGENT)


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        yield made


def begun(here: Scene) -> Conversation:
    here.says("Where is my parcel?")
    here.settle()
    here.now.pass_(seconds=1)
    return here.conversation


def seen(conversation: Conversation) -> Seen:
    assert conversation.last_message is not None
    return Seen(conversation.version, conversation.last_message.id)


def send(
    here: Scene, conversation: Conversation, text: str, known: Seen, who: Principal = ANA, *, blind: bool = False
) -> Message:
    leg_id = conversation.active_leg_id if blind else None
    draft = Draft(client_id=f"{who.id}-{text}", text=text, leg_id=leg_id)
    checked = compared(DeskStore(shared.desk()), draft, known, who)
    return reply(ReplyStore(shared.desk()), shared.inbox_directory(), who, conversation.id, checked, here.now())


@pytest.mark.parametrize("blind", [True, False])
def test_a_reply_goes_where_nothing_was_said_since(here: Scene, blind: bool) -> None:
    case = begun(here)
    send(here, case, "On its way.", seen(case), blind=blind)
    here.settle()
    assert here.screen()[-1] == "On its way."


@pytest.mark.parametrize("blind", [True, False])
def test_a_reply_is_kept_back_where_the_customer_wrote_meanwhile(here: Scene, blind: bool) -> None:
    case = begun(here)
    for text in ("Hello?", "Anybody?", "Forget it, it is here."):
        here.now.pass_(seconds=2)
        here.says(text)
    here.settle()

    with pytest.raises(MovedOn) as refused:
        send(here, case, "On its way.", seen(case), blind=blind)

    assert [one["text"] for one in refused.value.facts["since"]] == ["Hello?", "Anybody?", "Forget it, it is here."]
    assert refused.value.detail.startswith("3 messages arrived")
    here.settle()
    assert "On its way." not in here.screen()


def test_a_reply_is_kept_back_where_a_colleague_answered(here: Scene) -> None:
    case = begun(here)
    send(here, case, "It comes tomorrow.", seen(case), BO)

    with pytest.raises(MovedOn) as refused:
        send(here, case, "It came yesterday.", seen(case), blind=True)
    assert [one["author"]["name"] for one in refused.value.facts["since"]] == ["Bo"]


def test_marks_and_owners_keep_nothing_back(here: Scene) -> None:
    case = begun(here)
    known = seen(case)
    desk_service.mark_read(here.desk, ANA, case.id, here.now())
    assert here.conversation.version > known.version

    send(here, case, "On its way.", known, blind=True)
    here.settle()
    assert here.screen()[-1] == "On its way."


def test_ones_own_messages_keep_nothing_back(here: Scene) -> None:
    case = begun(here)
    send(here, case, "One.", seen(case), blind=True)
    here.now.pass_(seconds=1)
    send(here, case, "Two.", seen(case), blind=True)


def test_what_came_late_is_new_although_it_was_said_before(here: Scene) -> None:
    """Its provider's time is before that of what was seen; it was stored after."""
    case = begun(here)
    here.now.pass_(seconds=30)
    here.says("Second")
    here.settle()
    case = here.conversation
    here.now.pass_(seconds=5)
    said_at = int((here.now() - timedelta(seconds=20)).timestamp())
    here.webhook(inbound(BOB, "Late", "wamid.late", said_at))
    here.settle()

    with pytest.raises(MovedOn) as refused:
        send(here, case, "Answer.", seen(case))
    assert [one["text"] for one in refused.value.facts["since"]] == ["Late"]


def test_a_repeat_finds_what_was_sent_whatever_was_said_since(here: Scene) -> None:
    case = begun(here)
    known = seen(case)
    first = send(here, case, "On its way.", known, blind=True)
    here.now.pass_(seconds=3)
    here.says("Thanks")
    here.settle()
    assert send(here, case, "On its way.", known, blind=True).id == first.id


def test_of_two_who_answer_at_once_one_is_kept_back(here: Scene) -> None:
    case = begun(here)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def answer(who: Principal) -> None:
        barrier.wait()
        try:
            send(here, case, f"From {who.name}.", seen(case), who, blind=True)
            outcomes.append("sent")
        except MovedOn:
            outcomes.append("kept back")

    threads = [threading.Thread(target=answer, args=(who,)) for who in (ANA, BO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept back", "sent"]
    here.settle()
    assert len([text for text in here.screen() if text.startswith("From")]) == 1
