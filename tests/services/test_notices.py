"""Notices over the real store: one for each fact, told by the ways that the agent chose, and nothing twice or never."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_side_thread import side_message_item, side_thread_item
from chalicelib.aws.codec_together import task_item
from chalicelib.aws.stores.push_subscriptions import SubscriptionStore
from chalicelib.aws.transaction import Put
from chalicelib.channels.base import HttpResponse
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.errors_notices import NoticeNotFound
from chalicelib.domain.note import Note
from chalicelib.domain.notice import NoticeKind, Outcome, Way
from chalicelib.domain.notice_ways import PATIENCE, Preferences
from chalicelib.domain.quiet_hours import QuietHours
from chalicelib.domain.side_thread import SideAuthor, SideMessage, SideThread, ThreadKind, Whom
from chalicelib.domain.task import Task, task_id
from chalicelib.domain.web_push import MOST_SUBSCRIPTIONS, Subscription
from chalicelib.domain.writes import Recorded
from chalicelib.services.notices import MOST_COUNTED, SEEN_AT_ONCE
from chalicelib.services.ports import NotSent, OutcomeUnknown
from tests.services.notice_place import ANA, AT, BEN, CONVERSATION, MINUTE, Brittle, Place


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_mention_is_noted_once_and_told_by_every_way_in_turn(place: Place) -> None:
    for _ in range(3):
        place.tell()
    place.run(PATIENCE)
    place.run(20 * MINUTE)

    (notice,) = place.unseen()
    assert [pushed[0] for pushed in place.pushed] == [notice.id]
    assert place.said == {notice.id: "*A colleague mentioned you: Bob*"}
    assert len(place.mails) == 1
    assert {way: tried.outcome for way, tried in notice.tried.items()} == dict.fromkeys(Way, Outcome.SENT)
    place.run(timedelta(days=1))
    assert (len(place.pushed), len(place.mails)) == (1, 1)


def test_the_event_of_a_notice_is_for_its_agent_and_says_no_words(place: Place) -> None:
    place.tell()

    told = [
        event for record in place.table.stream for event in announcements(record) if event["type"] == "notice.created"
    ]
    assert len(told) == 1
    assert told[0]["data"] == {"agent_ids": [ANA], "kind": "mention"}
    assert told[0]["snapshot"]["conversation_id"] == CONVERSATION
    place.notices.see(ANA, told[0]["aggregate"]["id"], place.now)
    assert sum(event["type"] == "notice.created" for r in place.table.stream for event in announcements(r)) == 1


def test_who_has_seen_it_is_left_alone(place: Place) -> None:
    place.tell()
    (notice,) = place.unseen()

    seen = place.notices.see(ANA, notice.id, place.now)
    assert place.notices.see(ANA, notice.id, place.now + MINUTE).seen_at == seen.seen_at
    place.tell()
    place.run(timedelta(hours=1))

    assert not place.unseen()
    assert (len(place.pushed), place.said, place.mails) == (1, {}, [])
    assert [each.id for each in place.store.page(ANA, 10, None).items] == [notice.id]


def test_who_is_at_the_desk_is_disturbed_only_by_what_they_do_not_see(place: Place) -> None:
    place.present = {ANA}
    place.tell()
    assert not place.pushed
    place.run(PATIENCE)
    assert len(place.pushed) == 1

    place.run(timedelta(hours=1))
    assert not place.mails
    place.present = set()
    place.run(16 * MINUTE)
    assert len(place.mails) == 1


def test_a_message_before_ones_eyes_is_no_news_and_several_are_one(place: Place) -> None:
    said = {"conversation_id": CONVERSATION, "leg_id": "leg_1", "direction": "inbound", "kind": "text"}
    by = {"kind": "contact", "id": "con_1"}
    for number in range(4):
        place.tell("message.created", number, data=said, actor=by)
        place.run(MINUTE)
    assert len(place.unseen()) == len(place.pushed) == 1

    place.watched = {(ANA, CONVERSATION)}
    place.run(10 * MINUTE)
    place.tell("message.created", 9, data=said, actor=by)
    assert len(place.unseen()) == len(place.pushed) == 1


def test_nobody_is_told_of_what_they_did_or_what_is_nobodys(place: Place) -> None:
    assigned = {"assignee_id": ANA, "previous_assignee_id": None}
    place.tell("conversation.assigned", data=assigned, actor={"kind": "agent", "id": ANA})
    place.people.agents[1] = replace(place.people.agents[1], enabled=False)
    place.tell("conversation.assigned", 2, data={"assignee_id": BEN, "previous_assignee_id": None})
    head = place.telling.conversations.conversation(CONVERSATION)
    assert head is not None
    place.put(replace(head, assignee_id=None))
    place.tell("message.created", 3, data={"conversation_id": CONVERSATION, "direction": "inbound"})

    assert not place.unseen()
    assert not place.unseen(BEN)


def test_an_announcement_reaches_everybody_or_the_teams_that_it_is_for(place: Place) -> None:
    first = place.people.agents[0]
    place.people.agents = [replace(first, id=f"agt_{number:03d}") for number in range(120)]
    place.people.agents.append(replace(first, team_ids=("team_2",)))
    news = {"announcement_id": "ann_1", "title": "Fire drill", "level": "critical", "team_ids": [], "ends_at": ""}

    place.tell("announcement.created", data=news, actor={"kind": "system", "id": None})
    assert [place.notices.shown(place.unseen(each.id))[0].words.title for each in place.people.agents] == [
        "News: Fire drill"
    ] * 121

    place.tell("announcement.created", 2, data=news | {"team_ids": ["team_2"]})
    assert len(place.unseen()) == 2
    assert len(place.unseen("agt_007")) == 1


def test_words_stay_at_the_desk_unless_the_agent_lets_them_out(place: Place) -> None:
    note = Note("nte_1", CONVERSATION, "note", "agt_sue", "Sue", AT, "He is <furious> & loud")
    place.desk.write(Put(note_item(note)))
    place.tell()
    assert place.pushed[-1][1:] == ("Sue mentioned you: Bob", "")
    assert place.notices.shown(place.unseen())[0].words.body == "He is <furious> & loud"

    place.choose(previews=True)
    place.tell(number=2)
    place.run(PATIENCE)
    assert place.pushed[-1][2] == "He is <furious> & loud"
    assert "He is &lt;furious&gt; &amp; loud" in place.said[place.pushed[-1][0]]
    place.desk.write(Put(note_item(replace(note, audience=(BEN,))), None))
    assert place.notices.shown(place.unseen())[0].words.body == ""


def test_a_notice_quotes_the_task_or_the_answer_that_it_is_about(place: Place) -> None:
    task = Task(task_id(CONVERSATION, ANA, "t"), "Call the carrier", ANA, ANA, AT, "d", CONVERSATION)
    place.desk.write(Put(task_item(task, Recorded((), SYSTEM, AT))))
    due = {"task_id": task.id, "conversation_id": CONVERSATION, "agent_ids": [ANA], "team_id": None, "reason": "due"}
    place.tell("task.due", data=due)
    thread = SideThread("sth_1", CONVERSATION, ThreadKind.EMAIL, "Refund?", Whom(), ANA, AT, AT, (ANA,))
    said = SideMessage("sth_1", CONVERSATION, 1, SideAuthor("outside", "", "Carrier"), "It is lost.", AT)
    place.desk.write(Put(side_thread_item(thread)))
    place.desk.write(Put(side_message_item(said)))
    answer = {"thread_id": "sth_1", "message_id": said.id, "author_id": "", "author_kind": "outside"}
    place.tell("side_thread.replied", 2, data=answer | {"automatic": False, "agent_ids": [ANA]})
    asked = {"thread_id": "sth_1", "kind": "colleague", "agent_ids": [ANA]}
    place.tell("side_thread.created", 3, data=asked)

    assert {(each.words.title, each.words.body) for each in place.notices.shown(place.unseen())} == {
        ("A task is due: Bob", "Call the carrier"),
        ("Carrier answered you about Bob", "It is lost."),
        ("Somebody asks you about Bob", "Refund?"),
    }


def test_what_is_gone_leaves_no_words_behind(place: Place) -> None:
    place.tell()
    place.table.remove(("CNV#cnv_1", "~"))

    (shown,) = place.notices.shown(place.unseen())
    assert "Bob" not in shown.words.title
    held = [item for key, item in place.table.items.items() if key[0].startswith("NTC#")]
    assert "Bob" not in json.dumps(held)


def test_quiet_hours_hold_everything_until_their_end(place: Place) -> None:
    place.choose(quiet=QuietHours("UTC", 8 * 60, 17 * 60))
    place.tell()
    place.run(timedelta(hours=7, minutes=55))
    assert (place.pushed, place.said, place.mails) == ([], {}, [])

    place.run(10 * MINUTE)
    assert [at.hour for at, _ in place.mails] == [17]


def test_one_mail_collects_what_is_unseen_and_the_next_waits(place: Place) -> None:
    for number in range(30):
        place.tell(number=number)
        place.run(timedelta(seconds=20))
    place.notices.see(ANA, place.unseen()[0].id, place.now)
    place.run(timedelta(hours=2))

    assert len(place.mails) == 1
    (text,) = place.mailed()
    assert text.count("mentioned you") == 25
    assert "and 4 more" in text
    assert "https://desk.example.com" in text
    assert "Settings, Notifications" in text
    assert (place.mails[0][1].recipients, place.mails[0][1].sender) == (("ana@example.com",), "desk@example.com")
    sent = place.mails[0][0]
    place.tell(number=99)
    place.run(timedelta(hours=2))
    assert place.mails[1][0] - sent >= 15 * MINUTE


def test_a_mail_that_did_not_go_goes_later_and_one_that_may_have_gone_does_not(place: Place) -> None:
    place.answer = NotSent("no route")
    place.tell()
    place.run(30 * MINUTE)
    place.answer = HttpResponse(200)
    place.run(20 * MINUTE)
    assert len(place.mails) == 1

    place.answer = OutcomeUnknown("no answer")
    place.tell(number=2)
    place.run(timedelta(hours=1))
    place.answer = HttpResponse(200)
    place.run(timedelta(hours=2))
    assert len(place.mails) == 1
    assert place.unseen()[0].tried[Way.EMAIL].outcome is Outcome.SENDING


def test_what_a_mail_service_refuses_for_good_has_failed(place: Place) -> None:
    place.answer = HttpResponse(400)
    place.tell()
    place.run(timedelta(hours=2))

    assert place.unseen()[0].tried[Way.EMAIL].outcome is Outcome.FAILED
    assert not place.records


def test_a_push_is_tried_again_until_it_is_of_no_use(place: Place) -> None:
    place.outcome = (None, 120)
    place.tell()
    place.run(10 * MINUTE)
    assert len(place.pushed) == 6
    place.outcome = (Outcome.SENT, 0)
    place.run(10 * MINUTE)
    assert len(place.pushed) == 7

    place.outcome = (None, 900)
    place.tell(number=2)
    place.run(timedelta(hours=6))
    assert place.unseen()[0].tried[Way.PUSH].outcome is Outcome.FAILED


def test_whose_access_was_taken_away_meanwhile_is_told_nothing_any_more(place: Place) -> None:
    place.present.add(ANA)
    place.tell()
    place.people.agents[0] = replace(place.people.agents[0], enabled=False)
    place.run(timedelta(hours=1))

    assert (place.pushed, place.said, place.mails) == ([], {}, [])


@given(st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_nothing_is_lost_or_told_twice_whatever_fails(seed: int) -> None:
    place = Place(random.Random(seed))
    chance = random.Random(seed + 1)
    for number in range(12):
        place.tell(number=number)
        place.run(timedelta(minutes=chance.choice((0, 1, 7, 20))))
        if chance.random() < 0.2 and place.unseen():
            place.notices.see(ANA, place.unseen()[-1].id, place.now)
    place.faults = None
    place.run(timedelta(hours=3))

    left = place.unseen()
    assert len(place.store.page(ANA, 100, None).items) == 12
    assert len({pushed[0] for pushed in place.pushed}) == len(place.pushed)
    assert {each.id for each in left} <= {pushed[0] for pushed in place.pushed} & {*place.said}
    assert all(each.tried[Way.EMAIL].outcome is Outcome.SENT for each in left)
    times = [at for at, _ in place.mails]
    assert all(later - earlier >= 15 * MINUTE for earlier, later in zip(times, times[1:], strict=False))
    assert not [body for _, body in place.records if "detail" in body]


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_nothing_is_lost_when_the_store_fails_before_or_after_a_write(seed: int) -> None:
    place = Place()
    place.faults = random.Random(seed)
    place.store._desk = Brittle(place.desk, place)
    for number in range(6):
        place.tell(number=number)
        place.run(5 * MINUTE)
    place.run(timedelta(hours=1))
    place.faults = None
    place.run(timedelta(hours=3))

    left = {each.id for each in place.unseen()}
    assert len(left) == 6
    assert left == {pushed[0] for pushed in place.pushed} == {*place.said}
    assert sum(text.count("mentioned you") for text in place.mailed()) >= 6
    assert all(each.tried[Way.EMAIL].outcome is Outcome.SENT for each in place.unseen())


# --- the list


def test_unseen_ones_come_first_and_the_newest_of_each_part(place: Place) -> None:
    for number in range(5):
        place.tell(number=number)
        place.run(MINUTE)
    ids = [each.id for each in place.unseen()]
    place.notices.see(ANA, ids[0], place.now)
    place.notices.see(ANA, ids[3], place.now)

    first = place.store.page(ANA, 3, None)
    rest = place.store.page(ANA, 3, first.next)
    assert [each.id for each in (*first.items, *rest.items)] == [ids[1], ids[2], ids[4], ids[0], ids[3]]
    assert place.notices.count(ANA) == (3, False)
    assert place.notices.see_all(ANA, ids[2], place.now) == (2, False)
    assert [each.id for each in place.unseen()] == [ids[1]]
    with pytest.raises(NoticeNotFound):
        place.notices.see(BEN, ids[0], place.now)
    with pytest.raises(NoticeNotFound):
        place.notices.see(ANA, "ntc_none/~", place.now)


def test_a_great_many_are_counted_and_seen_in_portions(place: Place) -> None:
    for number in range(SEEN_AT_ONCE + 5):
        place.tell(number=number)

    assert place.notices.count(ANA) == (MOST_COUNTED, True)
    assert place.notices.see_all(ANA, None, place.now) == (SEEN_AT_ONCE, True)
    assert place.notices.see_all(ANA, None, place.now) == (5, False)


def test_choices_are_kept_as_they_were_made_on_the_version_that_was_read(place: Place) -> None:
    own = Preferences(
        ANA,
        {NoticeKind.MESSAGE: frozenset(), NoticeKind.TASK_DUE: frozenset(Way)},
        QuietHours("Asia/Kathmandu", 1300, 400, (0, 6)),
        pierce=True,
        previews=True,
        digest_minutes=60,
    )
    assert place.store.preferences(ANA) == Preferences(ANA)

    kept = place.notices.choose(own, 0)
    assert place.store.preferences(ANA) == kept == replace(own, version=1)
    with pytest.raises(VersionConflict):
        place.notices.choose(own, 0)
    for wrong, named in (
        (replace(own, digest_minutes=1), "digest_minutes"),
        (replace(own, quiet=QuietHours("Moon", 0, 1)), "quiet_hours.zone"),
    ):
        with pytest.raises(InvalidInput) as refused:
            place.notices.choose(wrong, 1)
        assert refused.value.field == named
    assert place.store.preferences(ANA) == kept


# --- browsers


def test_a_browser_belongs_to_who_signed_in_there_last(place: Place) -> None:
    store = SubscriptionStore(place.desk)
    mine = Subscription("psh_1", ANA, "https://push.example.com/1", "p", "a", AT)
    store.add(mine)
    store.add(mine)
    store.add(replace(mine, agent_id=BEN))

    assert not store.of(ANA)
    assert [each.id for each in store.of(BEN)] == ["psh_1"]
    assert not store.remove(ANA, "psh_1")
    assert store.remove(BEN, "psh_1")
    assert not store.remove(BEN, "psh_1")


def test_the_oldest_browser_gives_way_when_there_are_too_many(place: Place) -> None:
    store = SubscriptionStore(place.desk)
    for number in range(MOST_SUBSCRIPTIONS + 3):
        endpoint = f"https://push.example.com/{number}"
        store.add(Subscription(f"psh_{number}", ANA, endpoint, "p", "a", AT + number * MINUTE))

    assert [each.id for each in store.of(ANA)] == [f"psh_{number}" for number in range(3, MOST_SUBSCRIPTIONS + 3)]
    assert ("PSH#psh_0", "~") not in place.table.items
