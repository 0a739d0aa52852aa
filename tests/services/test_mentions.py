"""Mentions and followers over the real stores: a note, the lists of those it means and that they follow are written
together or not at all, once, however often they are sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.aws import keys_work
from chalicelib.domain import ids
from chalicelib.domain.agent import Agent
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationIsMerged,
    ConversationNotFound,
    FollowersTooMany,
    InvalidInput,
    NotPermitted,
    StoreUnavailable,
)
from chalicelib.domain.follower import MAX_FOLLOWERS, Follower, Following
from chalicelib.domain.writes import Recorded
from chalicelib.domain.writes_together import FollowingChange
from tests.services.together import ANA, BEN, CAT, CNV, EMPTY, GONE, REFUNDS, SUE, Together

OTHER = "cnv_0002"


@pytest.fixture
def here() -> Together:
    return Together()


def listed(here: Together, who: object = BEN, **more: bool) -> list[str]:
    page = here.mentions.page(who, 50, None, unseen=more.get("unseen", False))  # type: ignore[arg-type]
    return [note.text for _mention, note in page.items]


def test_a_mention_is_listed_and_its_agent_follows(here: Together) -> None:
    note = here.note(BEN.id, BEN.id)
    assert note.mentions == (BEN.id,)
    assert listed(here) == ["Look"]
    assert listed(here, ANA) == listed(here, CAT) == []
    assert here.followers.of(CNV) == (BEN.id,)
    (event,) = here.told("note.created")
    assert (event["data"]["mentions"], event["aggregate"]["id"]) == ([BEN.id], CNV)
    found = here.conversations.note(CNV, note.id)
    assert found == note


def test_a_team_means_everybody_in_it_who_has_access_but_not_the_author(here: Together) -> None:
    assert here.note(REFUNDS).mentions == (BEN.id, CAT.id)
    assert here.note(REFUNDS, SUE.id, who=BEN, client_id="n2").mentions == (ANA.id, CAT.id, SUE.id)
    assert GONE not in here.followers.of(CNV)


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        ((BEN.id, "agt_0nbdy"), "mentions[1]"),
        ((GONE,), "mentions[0]"),
        (("team_0nthng",), "mentions[0]"),
        ((EMPTY,), "mentions[0]"),
    ],
)
def test_who_cannot_be_meant_is_named_and_nothing_is_written(
    here: Together, marks: tuple[str, ...], field: str
) -> None:
    before = dict(here.table.items)
    with pytest.raises(InvalidInput) as refused:
        here.note(*marks)
    assert refused.value.field == field
    assert here.table.items == before


def test_a_note_that_is_sent_again_means_nobody_twice(here: Together) -> None:
    note = here.note(REFUNDS)
    here.mentions.see(BEN, [note.id], None, here.now)
    here.followers.unfollow(BEN, CNV, BEN.id, here.now)
    # Somebody joins the team meanwhile: the repeat is the same note still.
    here.agents.agents[SUE.id] = Agent(SUE.id, "Sue", "s@x.y", SUE.role, here.now, (REFUNDS,))
    here.pass_(seconds=5)
    assert here.note(REFUNDS) == note
    assert (listed(here), listed(here, unseen=True), listed(here, SUE)) == (["Look"], [], [])
    assert here.followers.of(CNV) == (CAT.id,)
    with pytest.raises(ClientIdReused):
        here.note(BEN.id)


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_note_is_whole_or_not_there_when_its_write_fails(here: Together, how: str) -> None:
    here.client.fails = lambda name: how if name == "transact_write_items" else None
    with pytest.raises(StoreUnavailable):
        here.note(BEN.id)
    here.client.fails = lambda _name: None
    is_there = how == "after"
    assert (listed(here) == ["Look"]) is is_there
    assert (here.followers.of(CNV) == (BEN.id,)) is is_there
    here.note(BEN.id)
    assert (listed(here), here.followers.of(CNV)) == (["Look"], (BEN.id,))
    assert len(here.told("note.created")) == 1


def test_two_notes_at_once_lose_no_follower(here: Together) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = [
            pool.submit(here.note, who.id, client_id=f"n{place}", text=who.name)
            for place, who in enumerate((BEN, CAT, SUE))
        ]
        assert all(each.result() for each in done)
    assert sorted(here.followers.of(CNV)) == sorted([BEN.id, CAT.id, SUE.id])


def test_who_leaves_stays_away_until_mentioned_again(here: Together) -> None:
    here.note(BEN.id)
    here.followers.unfollow(BEN, CNV, BEN.id, here.now)
    assert here.followers.of(CNV) == ()
    here.note(CAT.id, client_id="n2")
    assert here.followers.of(CNV) == (CAT.id,)
    here.note(BEN.id, client_id="n3")
    assert here.followers.of(CNV) == (CAT.id, BEN.id)


# Whispers.


def test_a_whisper_mentions_only_whom_it_is_for(here: Together) -> None:
    here.alters(assignee_id=ANA.id)
    note = here.note(ANA.id, who=SUE, audience=("owner", BEN.id))
    assert (note.audience, note.mentions) == ((ANA.id, BEN.id), (ANA.id,))
    for marks in ((CAT.id,), (REFUNDS,)):
        with pytest.raises(InvalidInput) as refused:
            here.note(*marks, who=SUE, audience=(BEN.id,), client_id="n2")
        assert refused.value.field == "mentions[0]"
    assert listed(here, CAT) == []


# What was seen.


def test_mentions_are_seen_one_by_one_or_up_to_one(here: Together) -> None:
    notes = []
    for number in range(5):
        notes.append(here.note(BEN.id, client_id=f"n{number}", text=f"{number}"))
        here.pass_(seconds=1)
    assert listed(here) == ["4", "3", "2", "1", "0"]
    assert here.mentions.see(BEN, [notes[3].id], None, here.now) == 4
    assert here.mentions.see(BEN, [notes[3].id], notes[1].id, here.now) == 2
    assert listed(here, unseen=True) == ["4", "2"]
    # The mark never goes back.
    assert here.mentions.see(BEN, [], notes[0].id, here.now) == 2
    assert [mention.seen for mention, _ in here.mentions.page(BEN, 9, None, unseen=False).items] == [
        False, True, False, True, True,
    ]  # fmt: skip
    assert here.mentions.unseen(CAT) == 0


def test_what_is_to_come_is_not_seen(here: Together) -> None:
    later = ids.note_id(here.now + timedelta(days=1), "x")
    with pytest.raises(InvalidInput) as refused:
        here.mentions.see(BEN, [], later, here.now)
    assert refused.value.field == "up_to"
    here.note(BEN.id)
    assert listed(here, unseen=True) == ["Look"]


def test_a_note_that_does_not_mean_one_is_not_marked(here: Together) -> None:
    note = here.note(BEN.id)
    before = len(here.table.items)
    assert here.mentions.see(CAT, [note.id], None, here.now) == 0
    assert len(here.table.items) == before
    assert listed(here, unseen=True) == ["Look"]


def test_pages_follow_each_other_and_a_note_that_is_gone_is_left_out(here: Together) -> None:
    notes = []
    for number in range(5):
        notes.append(here.note(BEN.id, client_id=f"n{number}", text=f"{number}"))
        here.pass_(seconds=1)
    here.table.remove((f"CNV#{CNV}", f"N#{notes[2].id}"))
    first = here.mentions.page(BEN, 3, None, unseen=False)
    assert [note.text for _, note in first.items] == ["4", "3"]
    second = here.mentions.page(BEN, 3, first.next, unseen=False)
    assert [note.text for _, note in second.items] == ["1", "0"]


def test_a_mention_holds_nothing_of_what_was_said(here: Together) -> None:
    note = here.note(BEN.id, text="Bob Chan is difficult")
    item = here.desk.get(keys_work.mention(BEN.id, note.id))
    assert item is not None
    assert "Bob" not in repr(item)


# Followers.


def test_agents_follow_for_themselves_and_supervisors_set_others(here: Together) -> None:
    here.followers.follow(here.agents, BEN, CNV, BEN.id, here.now)
    here.followers.follow(here.agents, BEN, CNV, BEN.id, here.pass_(hours=1))
    here.followers.follow(here.agents, SUE, CNV, CAT.id, here.now)
    assert here.followers.of(CNV) == (BEN.id, CAT.id)
    for call in (
        lambda: here.followers.follow(here.agents, BEN, CNV, CAT.id, here.now),
        lambda: here.followers.unfollow(BEN, CNV, CAT.id, here.now),
    ):
        with pytest.raises(NotPermitted):
            call()
    here.followers.unfollow(SUE, CNV, CAT.id, here.now)
    here.followers.unfollow(SUE, CNV, CAT.id, here.now)
    events = [
        (event["data"]["added"], event["data"]["removed"]) for event in here.told("conversation.followers_changed")
    ]
    assert events == [([BEN.id], []), ([CAT.id], []), ([], [CAT.id])]


def test_whom_nobody_knows_and_where_nothing_is(here: Together) -> None:
    for agent_id in (GONE, "agt_0nbdy"):
        with pytest.raises(InvalidInput):
            here.followers.follow(here.agents, SUE, CNV, agent_id, here.now)
    for name in ("cnv_0404", "nonsense"):
        with pytest.raises(ConversationNotFound):
            here.followers.follow(here.agents, BEN, name, BEN.id, here.now)
        with pytest.raises(ConversationNotFound):
            here.followers.list(name)
    assert here.followers.of("cnv_0404") == ()


def test_a_conversation_has_so_many_followers_and_a_mention_is_never_refused(here: Together) -> None:
    others = tuple(Follower(f"agt_{n}", here.now) for n in range(MAX_FOLLOWERS - 1))
    full = Following(CNV, (Follower(CAT.id, here.now, by_mention=True), *others), 1)
    here.follower_store.put(FollowingChange(full, 0, Recorded((), SYSTEM, here.now)))
    with pytest.raises(FollowersTooMany):
        here.followers.follow(here.agents, BEN, CNV, BEN.id, here.now)
    here.note(BEN.id)
    assert listed(here) == ["Look"]
    assert BEN.id in here.followers.of(CNV)
    assert CAT.id not in here.followers.of(CNV)


def test_who_followed_what_was_merged_follows_the_whole(here: Together) -> None:
    here.opens(OTHER)
    here.note(BEN.id, of=OTHER)
    here.followers.follow(here.agents, CAT, CNV, CAT.id, here.now)
    here.alters(OTHER, merged_into=CNV)
    here.alters(CNV, absorbed=(OTHER,), assignee_id=ANA.id)
    assert here.followers.of(CNV) == here.followers.of(OTHER) == (ANA.id, CAT.id, BEN.id)
    assert {each.agent_id for each in here.followers.list(CNV)} == {BEN.id, CAT.id}
    with pytest.raises(ConversationIsMerged):
        here.followers.follow(here.agents, SUE, OTHER, SUE.id, here.now)
    here.followers.unfollow(BEN, CNV, BEN.id, here.now)
    assert here.followers.of(CNV) == (ANA.id, CAT.id)
