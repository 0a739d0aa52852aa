"""Drafts over the real store: two devices of an agent, and no words of either are lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.aws import keys_work
from chalicelib.domain.agent_draft import KEPT_FOR, AgentDraft, DraftKind, DraftWords
from chalicelib.domain.errors import (
    ConversationIsMerged,
    ConversationNotFound,
    DraftBehind,
    DraftNotFound,
    InvalidInput,
    StoreUnavailable,
)
from tests.services.together import ANA, BEN, CNV, Together


@pytest.fixture
def here() -> Together:
    return Together()


def save(here: Together, text: str, version: int = 0, **more: Any) -> AgentDraft:
    return here.drafts().save(CNV, DraftWords(text, **more), version)


def test_a_draft_is_kept_for_its_author_alone(here: Together) -> None:
    words: dict[str, Any] = {"kind": DraftKind.NOTE, "leg_id": "leg_1", "attachments": ("upl_1",), "reply_to": "msg_1"}
    made = save(here, "Dear Bob", **words)
    assert here.drafts().get(CNV) == made
    assert made.words == DraftWords("Dear Bob", **words)
    with pytest.raises(DraftNotFound):
        here.drafts(BEN).get(CNV)
    assert [draft.conversation_id for draft in here.drafts().page(10, None).items] == [CNV]
    assert here.drafts(BEN).page(10, None).items == []
    assert here.told() == []


def test_a_device_that_is_behind_is_given_the_newer_words(here: Together) -> None:
    first = save(here, "Dear")
    here.pass_(seconds=2)
    second = save(here, "Dear Bob", first.version)
    for stale in (0, first.version):
        with pytest.raises(DraftBehind) as refused:
            save(here, "Hello", stale)
        assert refused.value.facts["draft"]["text"] == "Dear Bob"
        assert refused.value.facts["draft"]["version"] == second.version
    assert here.drafts().get(CNV) == second
    # The same words again are no conflict, whoever sends them.
    assert save(here, "Dear Bob", first.version) == second


def test_a_version_never_comes_back(here: Together) -> None:
    first = save(here, "Dear")
    here.drafts().delete(CNV, first.version)
    with pytest.raises(DraftBehind) as refused:
        save(here, "Dear B", first.version)
    assert refused.value.facts["draft"] is None
    here.pass_(seconds=1)
    again = save(here, "Other")
    assert again.version > first.version
    with pytest.raises(DraftBehind):
        save(here, "Dear B", first.version)
    # Twice in one millisecond.
    assert save(here, "Other words", again.version).version == again.version + 1


def test_what_was_sent_goes_and_what_was_written_since_stays(here: Together) -> None:
    first = save(here, "Dear")
    here.pass_(seconds=1)
    newer = save(here, "Dear Bob, one thing more", first.version)
    here.drafts().sent(CNV, first.version)
    assert here.drafts().get(CNV) == newer
    here.drafts().sent(CNV, newer.version)
    here.drafts().sent(CNV, newer.version)
    with pytest.raises(DraftNotFound):
        here.drafts().get(CNV)
    assert here.drafts().page(10, None).items == []


def test_a_store_that_fails_loses_no_draft_and_no_reply(here: Together) -> None:
    made = save(here, "Dear")
    here.client.fails = lambda name: "before" if name == "transact_write_items" else None
    here.drafts().sent(CNV, made.version)
    here.client.fails = lambda _name: None
    assert here.drafts().get(CNV) == made


def test_an_answer_that_was_lost_is_no_conflict(here: Together) -> None:
    here.client.fails = lambda name: "after" if name == "put_item" else None
    with pytest.raises(StoreUnavailable):
        save(here, "Dear")
    here.client.fails = lambda _name: None
    assert save(here, "Dear").words.text == "Dear"


def test_deleting_is_for_who_has_the_newest(here: Together) -> None:
    first = save(here, "Dear")
    here.pass_(seconds=1)
    second = save(here, "Dear Bob", first.version)
    with pytest.raises(DraftBehind) as refused:
        here.drafts().delete(CNV, first.version)
    assert refused.value.facts["draft"]["text"] == "Dear Bob"
    here.drafts().delete(CNV, second.version)
    here.drafts().delete(CNV, second.version)


def test_a_draft_is_over_a_month_after_its_last_change(here: Together) -> None:
    made = save(here, "Dear")
    here.pass_(days=20)
    made = save(here, "Dear Bob", made.version)
    here.pass_(days=29)
    assert here.drafts().get(CNV) == made
    here.now = made.saved_at + KEPT_FOR + timedelta(seconds=1)
    with pytest.raises(DraftNotFound):
        here.drafts().get(CNV)
    assert here.drafts().page(10, None).items == []
    assert save(here, "Anew").begun_at == here.now


def test_a_draft_that_is_saved_again_changes_no_row_of_the_list(here: Together) -> None:
    made = save(here, "Dear")
    place = here.desk.get(keys_work.agent_draft(CNV, ANA.id)) or {}
    here.pass_(minutes=1)
    save(here, "Dear Bob", made.version)
    after = here.desk.get(keys_work.agent_draft(CNV, ANA.id)) or {}
    shown = ("kind_key", "kind_sort", "row", "version")
    assert [place.get(name) for name in shown] == [after.get(name) for name in shown]


def test_nothing_is_kept_of_nothing_nor_where_nothing_is(here: Together) -> None:
    for text in ("", "  \n"):
        with pytest.raises(InvalidInput) as refused:
            save(here, text)
        assert refused.value.field == "text"
    assert save(here, "", attachments=("upl_1",)).words.attachments == ("upl_1",)
    with pytest.raises(ConversationNotFound):
        here.drafts().save("cnv_0404", DraftWords("x"), 0)
    here.opens("cnv_0002", merged_into=CNV)
    with pytest.raises(ConversationIsMerged):
        here.drafts().save("cnv_0002", DraftWords("x"), 0)


class Devices(RuleBasedStateMachine):
    """Three devices, each with what it saw last; every device writes, deletes, sends and loses answers. Words that a
    device was told are kept stay until somebody who has seen them writes over them or ends them."""

    def __init__(self) -> None:
        super().__init__()
        self.here = Together()
        self.seen = [0, 0, 0]
        self.kept: AgentDraft | None = None

    @rule(device=st.integers(0, 2), text=st.sampled_from("abcd"), wait=st.sampled_from([0, 0, 1]))
    def saves(self, device: int, text: str, wait: int) -> None:
        self.here.pass_(milliseconds=wait)
        try:
            made = save(self.here, text, self.seen[device])
        except DraftBehind as behind:
            assert self.seen[device] != (self.kept.version if self.kept else 0)
            self._catches_up(device, behind)
            return
        same = self.kept is not None and self.kept.words.text == text
        assert same or self.seen[device] == (self.kept.version if self.kept else 0)
        self.kept, self.seen[device] = made, made.version

    @rule(device=st.integers(0, 2))
    def deletes(self, device: int) -> None:
        try:
            self.here.drafts().delete(CNV, self.seen[device])
        except DraftBehind as behind:
            self._catches_up(device, behind)
            return
        assert self.kept is None or self.kept.version == self.seen[device]
        self.kept, self.seen[device] = None, 0

    @rule(device=st.integers(0, 2))
    def sends(self, device: int) -> None:
        self.here.drafts().sent(CNV, self.seen[device])
        if self.kept is not None and self.kept.version == self.seen[device]:
            self.kept = None

    def _catches_up(self, device: int, behind: DraftBehind) -> None:
        newer = behind.facts["draft"]
        assert (newer or {}).get("text") == (self.kept.words.text if self.kept else None)
        self.seen[device] = newer["version"] if newer else 0

    @invariant()
    def what_is_kept_is_there(self) -> None:
        found = self.here.draft_store.get(CNV, ANA.id, self.here.now)
        assert found == self.kept


TestDevices = Devices.TestCase
TestDevices.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
