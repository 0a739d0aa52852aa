"""The window guardian over the whole desk in memory, with WhatsApp and its clock: what is on the board is what brute
force over the conversations says, told once for each window, whatever comes late or twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

import functions.people.handler
from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.aws.stores.templates import TemplateStore
from chalicelib.domain import ids
from chalicelib.domain.consent import ConsentState, Purpose, consent_now
from chalicelib.domain.conversation import Priority, Status
from chalicelib.domain.document import Document
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.template import Parts, Template, TemplateStatus
from chalicelib.domain.window_guard import Watch
from chalicelib.services import contacts as contact_service
from chalicelib.services import desk as desk_service
from chalicelib.services import promises
from chalicelib.services.merging import Rearranging
from chalicelib.services.window_board import LONGEST, Entry
from chalicelib.services.window_guard import WINDOW
from chalicelib.wiring import scheduled as scheduled_wiring
from chalicelib.wiring import shared, waits, windows
from functions.people.handler import handler as people
from tests.aws.memory_cloud import straight
from tests.flow.later import Later, later
from tests.flow.scene import ANA, BOB, INBOXES
from tests.flow.test_merging_model import inbound

HOUR = 3600
LEAD = timedelta(hours=2)
DAY = timedelta(hours=24)


@contextmanager
def guarded(**body: Any) -> Iterator[Later]:
    """A desk that keeps its customers, with one who has just written."""
    with later(**body) as here, pytest.MonkeyPatch.context() as patch:
        patch.setattr(functions.people.handler, "now", here.scene.now)
        here.scene.world.keeps_customers = True
        here.settle()
        yield here


def board(here: Later, **more: Any) -> list[Entry]:
    wanted: dict[str, Any] = {"within": LONGEST, "limit": 50} | more
    page = windows.board().page(here.scene.now(), **wanted)
    return list(page.entries)


def told(here: Later) -> list[tuple[str, tuple[str, ...]]]:
    """Every event about a window, in its order."""
    table = here.scene.cloud.tables["desk"]
    events = [event for record in table.stream for event in announcements(record)]
    found = [each for each in events if each["type"].startswith("conversation.window_")]
    return [(each["type"].partition("window_")[2], tuple(each["data"]["owed"])) for each in found]


def watch(here: Later) -> Watch | None:
    found = here.conversation
    return windows.guardian().store.watch(found.id, found.active_leg_id)


def window_timers(here: Later) -> int:
    return sum(timer.body["kind"] == WINDOW for timer in here.agenda)


def test_a_window_that_closes_while_the_customer_waits_is_on_the_board_before_and_told_once() -> None:
    with guarded() as here:
        assert board(here) == [] and window_timers(here) == 1
        here.pass_(hours=21, minutes=58)
        assert board(here) == [] and told(here) == []
        here.pass_(minutes=3)
        (entry,) = board(here)
        assert entry.closes_at == here.conversation.legs[entry.leg.id].last_inbound_at + DAY  # type: ignore[operator]
        assert [(each.kind, each.points) for each in entry.why] == [("waiting", 100)]
        assert entry.value == 100
        assert told(here) == [("closing", ("waiting",))]
        here.pass_(hours=3)
        assert board(here) == []
        assert told(here) == [("closing", ("waiting",)), ("closed", ("waiting",))]
        here.pass_(days=2)
        assert len(told(here)) == 2 and window_timers(here) == 0


def test_the_customers_next_messages_write_nothing_and_move_the_timer_when_it_comes() -> None:
    with guarded() as here:
        before, count = watch(here), here.count
        for hour in range(1, 6):
            here.pass_(hours=1)
            here.says(f"And another thing {hour}")
        assert watch(here) == before
        assert not [timer for timer in here.agenda if timer.number > count and timer.body["kind"] == WINDOW]
        here.pass_(hours=17, minutes=30)
        assert board(here) == [] and told(here) == []
        after = watch(here)
        assert after is not None and before is not None
        assert after.closes_at - before.closes_at > timedelta(hours=5)
        assert window_timers(here) == 1


def test_it_vanishes_when_the_customer_writes_or_is_answered() -> None:
    with guarded() as here:
        here.pass_(hours=23)
        assert len(board(here)) == 1
        here.says("Hello??")
        assert board(here) == []
        here.pass_(hours=23)
        assert len(board(here)) == 1
        here.answers("Sorry, here I am.", "one")
        assert board(here) == []
        here.pass_(hours=3)
        assert told(here) == [("closing", ("waiting",)), ("closing", ("waiting",))]


def test_a_new_window_is_watched_when_they_write_after_the_old_one_has_closed() -> None:
    with guarded() as here:
        here.answers("It is on its way.", "one")
        here.pass_(days=3)
        assert window_timers(here) == 0 and told(here) == []
        here.says("It is still not here")
        assert window_timers(here) == 1
        here.pass_(hours=23)
        assert [each.why[0].kind for each in board(here)] == ["waiting"]


def test_an_open_promise_counts_until_it_is_kept() -> None:
    with guarded() as here:
        here.answers("I will look.", "one")
        store, at = waits.promise_store(), here.scene.now() + timedelta(days=2)
        made = promises.promise(store, ANA, here.conversation.id, "I will call you", at, here.scene.now())
        here.pass_(hours=23)
        (entry,) = board(here)
        assert [(each.kind, each.ref) for each in entry.why] == [("promise", made.id)]
        assert "I will call you" in entry.why[0].words
        promises.keep(store, ANA, here.conversation.id, made.id, here.scene.now())
        assert board(here) == []


def test_what_is_promised_while_it_closes_is_seen_at_the_second_look() -> None:
    with guarded() as here:
        here.answers("I will look.", "one")
        here.pass_(hours=22, minutes=30)
        at = here.scene.now() + timedelta(days=2)
        promises.promise(waits.promise_store(), ANA, here.conversation.id, "A call", at, here.scene.now())
        assert board(here) == []
        here.pass_(hours=1, minutes=5)
        assert [each.why[0].kind for each in board(here)] == ["promise"]


def test_a_message_that_is_scheduled_for_afterwards_is_shown_and_a_template_is_not() -> None:
    with guarded() as here:
        here.answers("I will look.", "one")
        made = here.schedules("Did it come?", 30 * HOUR)
        here.pass_(hours=23)
        (entry,) = board(here)
        assert [(each.kind, each.ref) for each in entry.why] == [("scheduled", made.id)]
        here.scheduling().cancel(made.id)
        assert board(here) == []


def test_a_resolved_case_owes_nothing_and_one_that_is_taken_up_again_does() -> None:
    with guarded() as here:
        here.pass_(hours=1)
        here.becomes(Status.RESOLVED)
        here.pass_(hours=22)
        assert board(here) == [] and told(here) == []
        made = here.scene.now() + timedelta(days=1)
        promises.promise(waits.promise_store(), ANA, here.conversation.id, "A call", made, here.scene.now())
        here.becomes(Status.OPEN)
        assert [each.why[0].kind for each in board(here)] == ["promise"]


def test_a_merge_is_watched_where_it_goes_on_and_its_undoing_where_it_was() -> None:
    with guarded() as here:
        inbox, phone, secret = INBOXES[1]
        here.pass_(seconds=60)
        # Another customer's number, so that nothing joins by itself: the same person by hand.
        payload = inbound(phone, "also here", int(here.scene.now().timestamp()))
        assert here.scene.webhook(payload, inbox, secret)["statusCode"] == 200
        here.settle()
        first, second = sorted(here.scene.conversations(), key=lambda each: each.created_at)
        now = here.scene.now()
        Rearranging(MergingStore(shared.desk()), ANA, now).merge(first.id, second.id)
        here.settle()
        here.pass_(hours=23)
        found = board(here)
        assert {each.conversation.id for each in found} == {first.id}
        assert len({each.leg.id for each in found}) == len(found)
        Rearranging(MergingStore(shared.desk()), ANA, here.scene.now()).unmerge(first.id, second.id)
        here.settle()
        assert {each.conversation.id for each in board(here)} <= {first.id, second.id}
        assert second.id in {each.conversation.id for each in board(here)}


def test_value_ranks_by_what_is_owed_priority_and_labels_and_pages_go_through_all() -> None:
    with guarded() as here:
        body = {"priorities": {"urgent": 60}, "labels": {"vip": 500}, "tiers": {"gold": 1000}}
        DocumentStore(shared.desk(), "windows").put(Document("published", body, 1), 0)
        windows._memory().clear()
        for place, phone in enumerate(("85261230001", "85261230002", "85261230003")):
            here.scene.says("Me too", phone)
            here.pass_(seconds=place + 1)
            here.settle()
        by_phone = {leg.address: each for each in here.scene.conversations() for leg in each.legs.values()}
        desk = here.scene.desk
        desk_service.set_priority(desk, ANA, by_phone["85261230002"].id, Priority.URGENT, here.scene.now())
        gold = by_phone["85261230003"].contact_id
        contacts = ContactStore(shared.desk())
        known = contact_service.get(contacts, gold)
        contact_service.edit(contacts, ANA, gold, known.version, {"tier": "gold"}, here.scene.now())
        here.pass_(hours=22, minutes=30)
        ranked = board(here)
        phones = [next(iter(each.conversation.legs.values())).address for each in ranked]
        assert phones[:2] == ["85261230003", "85261230002"] and {*phones[2:]} == {BOB, "85261230001"}
        assert [each.value for each in ranked] == [1100, 160, 100, 100]
        assert {each.kind for each in ranked[0].why} == {"waiting", "tier"}
        start, seen = None, []
        while True:
            page = windows.board().page(here.scene.now(), within=LONGEST, limit=1, start=start)
            seen += [each.conversation.id for each in page.entries]
            start = page.next
            if start is None:
                break
        assert seen == [each.conversation.id for each in ranked]
        assert board(here, within=timedelta(minutes=1)) == []
        assert board(here, team_id="team_x") == []


def test_the_ways_out_are_calls_that_can_be_made() -> None:
    with guarded() as here:
        at = here.scene.now()
        mail = Inbox("ibx_mail", "email", "Mail", "help@example.com", "inbox/mail", at)
        shared.inboxes().put(mail)
        for name, status, body in (
            ("order_update", TemplateStatus.APPROVED, "Hello {{1}}, your order {{2}}"),
            ("plain", TemplateStatus.APPROVED, "We are still here."),
            ("old", TemplateStatus.REJECTED, "No"),
        ):
            made = Template("ibx_wa", name, "en", status=status, parts=Parts(body=body))
            TemplateStore(shared.desk()).save(made, None)
        contacts = ContactStore(shared.desk())
        known = contact_service.get(contacts, here.conversation.contact_id)
        contact_service.edit(contacts, ANA, known.id, known.version, {"email": "bob@example.com"}, at)
        here.pass_(hours=23)
        windows._memory().clear()
        (entry,) = board(here)
        ways = {each.kind: each for each in reversed(entry.ways)}
        assert set(ways) == {"reply", "schedule", "consent", "template"}
        assert ways["template"].body["content"]["name"] == "plain" and ways["template"].needs == ()
        names = [each.body["content"]["name"] for each in entry.ways if each.kind == "template"]
        assert names == ["plain", "order_update"]
        send_at = datetime.fromisoformat(ways["schedule"].body["send_at"])
        assert here.scene.now() < send_at < entry.closes_at
        assert ways["consent"].path == f"/conversations/{here.conversation.id}/consent-requests"
        assert ways["consent"].body["channel"] == "email"
        assert [each.body for each in board(here)[0].ways] == [each.body for each in entry.ways]

        # The customer agrees with a word; then the way is open.
        asked = windows.consent_asking().ask(
            ANA, here.conversation.id, "email", Purpose.SERVICE, "one", here.scene.now()
        )
        here.settle()
        assert "b…@example.com" in here.scene.provider.whatsapp.phone(INBOXES[0][1], BOB)["messages"][-1]["text"]
        here.says("Yes please")
        now = contact_service.get(contacts, known.id)
        word = consent_now(now.consents, "email", Purpose.SERVICE)
        evidence = here.scene.messages(here.conversation.id)[-1]
        assert word is not None and (word.state, word.source) == (ConsentState.GRANTED, evidence.id)
        assert any(line["type"] == "question.answered" and line["is_yes"] for line in here.lines())
        again = windows.consent_asking().questions.store.get(asked.conversation_id, asked.leg_id)
        assert again is not None and again.choice == "yes"
        here.pass_(hours=23)
        kinds = [each.kind for each in board(here)[0].ways]
        assert "switch" in kinds and "consent" not in kinds


def test_events_twice_and_a_timer_without_a_cause_do_nothing() -> None:
    with guarded() as here:
        record = next(
            each
            for each in here.scene.cloud.tables["desk"].stream
            if any(event["type"] == "message.created" for event in announcements(each))
        )
        event = next(each for each in announcements(record) if each["type"] == "message.created")
        before = watch(here)
        for _ in range(3):
            windows.watch_windows(event, here.scene.now())
        assert watch(here) == before
        for subject in ("cnv_x/leg_y", "cnv_x", "/", f"{here.conversation.id}/leg_y"):
            windows.window_due(subject, 0, here.scene.now())
        assert told(here) == [] and people({"Records": []}, None) == {"batchItemFailures": []}
        assert scheduled_wiring.store().of(here.conversation.id) == []


def test_a_message_in_a_watched_window_costs_one_read_and_one_on_another_channel_nothing() -> None:
    with guarded() as here:
        here.says("And another thing")
        events = [event for record in here.scene.cloud.tables["desk"].stream for event in announcements(record)]
        event = [each for each in events if each["type"] == "message.created"][-1]
        calls: list[str] = []

        def counted(name: str, call: Any) -> Any:
            calls.append(name)
            return call()

        here.scene.cloud.tap = counted
        windows.watch_windows(event, here.scene.now())
        assert [name.rpartition(".")[2] for name in calls] == ["get_item"]
        calls.clear()
        mail = Inbox("ibx_m4", "email", "Mail", "m", "inbox/m", here.scene.now())
        shared.inboxes().put(mail)
        calls.clear()
        elsewhere = {**event, "snapshot": {**event["snapshot"], "leg_id": ids.leg_id("ibx_m4", "a@example.com")}}
        windows.watch_windows(elsewhere, here.scene.now())
        windows.watch_windows(elsewhere, here.scene.now())
        assert len(calls) <= 1, "the inbox itself, once in a while"
        here.scene.cloud.tap = straight
