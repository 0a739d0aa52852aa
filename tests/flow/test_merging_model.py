"""Messages, answers, changes of status, merges, splits and undone merges in any order, against a small model of which
message is whose."""

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.aws.codec_conversation import head_from
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import (
    ConversationIsMerged,
    InvalidInput,
    MergeRefused,
    SplitRefused,
    TransitionRefused,
    UnmergeRefused,
    WindowClosed,
)
from chalicelib.domain.message import Message
from chalicelib.domain.parting import Cut
from chalicelib.services import desk as desk_service
from chalicelib.services.merging import Rearranging
from chalicelib.wiring import shared
from tests.flow import invariants
from tests.flow.scene import ANA, BOB, INBOXES, Scene, scene, stored

NUMBERS = (INBOXES[0], INBOXES[2])
REOPEN = timedelta(hours=24)


@dataclass(eq=False)
class Said:
    """A message of the model's; `id` and `leg` as stored."""

    text: str
    at: datetime
    ours: bool
    id: str = ""
    leg: str = ""


@dataclass(eq=False)
class Case:
    said: list[Said] = field(default_factory=list)
    id: str = ""
    unread: int = 0
    waiting: datetime | None = None
    status: Status = Status.OPEN
    resolved_at: datetime | None = None
    merged_into: "Case | None" = None


@dataclass(eq=False)
class Undo:
    """The source and the target as they were."""

    source: Case
    waiting: datetime | None
    at: datetime


class Merging(RuleBasedStateMachine):
    """One customer who writes to two numbers, and an agent who tidies up."""

    @initialize()
    def open(self) -> None:
        self.context = scene()
        self.here: Scene = self.context.__enter__()
        self.here.provider.knobs.turn(withhold_statuses=("all",))
        self.number = 0
        self.cases: list[Case] = []
        self.current: dict[int, Case] = {}
        self.undo: dict[Case, Undo] = {}
        for place in (0, 0, 1, 1):
            self.writes(place, 0, 0)

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.context.__exit__(None, None, None)

    @property
    def alive(self) -> list[Case]:
        return [case for case in self.cases if case.merged_into is None]

    # --- what happens --------------------------------------------------------------------------------------------

    @rule(place=st.integers(0, 1), late=st.sampled_from((0, 0, 0, 47, 3989)), hours=st.sampled_from((0, 0, 0, 0, 30)))
    def writes(self, place: int, late: int, hours: int) -> None:
        self.number += 1
        now = self.here.now.pass_(hours=hours, seconds=61)
        at = (now - timedelta(seconds=late)).replace(microsecond=0)
        inbox, phone, secret = NUMBERS[place]
        said = Said(f"text {self.number}", at, ours=False)
        assert self.here.webhook(inbound(phone, said.text, int(at.timestamp())), inbox, secret)["statusCode"] == 200
        self.here.provider.whatsapp.customer(phone, BOB).last_inbound_at = now
        case = self.current.get(place)
        if case is None or (case.resolved_at is not None and at - case.resolved_at > REOPEN):
            case = Case()
            self.cases.append(case)
            self.current[place] = case
        if case.status is Status.RESOLVED:
            case.resolved_at, case.waiting, case.status = None, None, Status.OPEN
        elif case.status is Status.SNOOZED:
            case.status = Status.OPEN
        case.unread += 1
        case.waiting = at if case.waiting is None else min(case.waiting, at)
        self._store(said, case)

    @rule(data=st.data(), blind=st.booleans())
    def answers(self, data: st.DataObject, blind: bool) -> None:
        case = data.draw(st.sampled_from(self.cases))
        self.number += 1
        now = self.here.now.pass_(seconds=61)
        leg = data.draw(st.sampled_from(sorted({each.leg for each in case.said})))
        said = Said(f"answer {self.number}", now, ours=True)
        try:
            self.here.replies(case.id, said.text, f"c{self.number}", **({"leg_id": leg} if blind else {}))
        except WindowClosed:
            return
        except ConversationIsMerged as refused:
            assert case.merged_into is not None
            assert refused.facts["merged_into"] == end(case).id
            return
        assert case.merged_into is None
        case.unread, case.waiting = 0, None
        self._store(said, case)

    @rule(data=st.data(), status=st.sampled_from(tuple(Status)))
    def moves(self, data: st.DataObject, status: Status) -> None:
        case, now = data.draw(st.sampled_from(self.cases)), self.here.now.pass_(seconds=61)
        until = now + timedelta(hours=1) if status is Status.SNOOZED else None
        try:
            desk_service.set_status(self.here.desk, ANA, case.id, status, now, snoozed_until=until)
        except (TransitionRefused, ConversationIsMerged):
            assert case.merged_into is not None or case.status is status
            return
        if Status.RESOLVED in (case.status, status):
            case.waiting = None
        case.status, case.resolved_at = status, now if status is Status.RESOLVED else None

    @rule(data=st.data(), preview=st.sampled_from((False, False, False, True)))
    def merges(self, data: st.DataObject, preview: bool) -> None:
        target, source = self._mostly(data, self.alive), self._mostly(data, self.alive[::-1])
        now = self.here.now.pass_(seconds=61)
        before = stored(self.here.world)
        try:
            done = self._rearranging().merge(target.id, source.id, preview=preview)
        except ConversationIsMerged as refused:
            moved = target if target.merged_into is not None else source
            assert refused.facts["merged_into"] == end(moved).id
            assert refused.field == (None if moved is target else "source_id")
            return
        except (MergeRefused, InvalidInput):
            resolved = target.status is Status.RESOLVED and source.status is not Status.RESOLVED
            assert target is source or resolved
            return
        if preview or source.merged_into is target:
            assert stored(self.here.world) == before
            return
        self.undo[source] = Undo(copy_of(source), target.waiting, now)
        if target.status is Status.SNOOZED and source.status is Status.OPEN and source.waiting is not None:
            target.status = Status.OPEN
        target.unread += source.unread
        target.waiting = earliest(target.waiting, source.waiting)
        target.said += source.said
        assert (done.target.unread, done.target.waiting_since) == (target.unread, target.waiting)
        source.merged_into = target
        for place, case in self.current.items():
            if case is source:
                self.current[place] = target

    @rule(data=st.data(), by_leg=st.booleans())
    def splits(self, data: st.DataObject, by_leg: bool) -> None:
        case = self._mostly(data, self.alive)
        first = data.draw(st.sampled_from(in_order(case.said)[1:] or case.said))
        moved = [each for each in case.said if each.leg == first.leg and (by_leg or each.id >= first.id)]
        kept = [each for each in case.said if each not in moved]
        self.here.now.pass_(seconds=61)
        cut = Cut(leg_id=first.leg) if by_leg else Cut(from_message_id=first.id)
        try:
            done = self._rearranging().split(case.id, cut)
        except ConversationIsMerged:
            assert case.merged_into is not None
            return
        except SplitRefused:
            assert not kept
            return
        assert self._rearranging().split(case.id, cut).source.id == done.source.id
        new = Case(moved, done.source.id)
        new.unread, new.waiting = count_unread(case, moved), waits(case, moved)
        left = count_unread(case, kept), waits(case, kept)
        case.unread, case.waiting = left
        case.said = kept
        self.cases.append(new)
        place = self._place_of(first)
        if self.current[place] is case:
            self.current[place] = new

    @rule(data=st.data())
    def undoes(self, data: st.DataObject) -> None:
        source = self._mostly(data, [case for case in self.cases if case.merged_into is not None])
        target = source.merged_into or data.draw(st.sampled_from(self.cases))
        self.here.now.pass_(seconds=61)
        try:
            done = self._rearranging().unmerge(target.id, source.id)
        except ConversationIsMerged:
            assert target.merged_into is not None
            return
        except UnmergeRefused as refused:
            theirs = self.undo[source].source.said if source.merged_into is not None else []
            allowed = {
                "not_merged": source.merged_into is None,
                "split": any(each not in target.said for each in theirs),
                "empty": all(each in theirs for each in target.said),
            }
            assert allowed[refused.facts["because"]]
            return
        undo = self.undo.pop(source)
        kept = [each for each in target.said if each not in undo.source.said]
        for place, case in self.current.items():
            of_leg = in_order([each for each in target.said if self._place_of(each) == place])
            if case is target and of_leg and of_leg[-1] in undo.source.said:
                self.current[place] = source
        if target.waiting is not None and target.waiting <= undo.at:
            since = [each.at for each in kept if not each.ours and each.at > undo.at]
            target.waiting = earliest(undo.waiting, *since)
        target.unread = count_unread(target, kept)
        target.said = kept
        assert done.source.merged_into is None
        vars(source).update(vars(undo.source))

    # --- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "here"))
    def holds(self) -> None:
        self.here.world.pump()
        items = stored(self.here.world)
        invariants.check(self.here.world, items)
        shown: list[str] = []
        for case in self.cases:
            found = desk_service.look(self.here.desk, case.id)
            assert (found.merged_into or "") == (case.merged_into.id if case.merged_into else "")
            if case.merged_into is not None:
                continue
            own = in_order(case.said)
            assert self._thread(case.id) == [each.text for each in own]
            assert (found.unread, found.waiting_since, found.status) == (case.unread, case.waiting, case.status)
            assert found.last_message is not None
            assert found.last_message.id == own[-1].id
            shown += [each.text for each in own]
        assert sorted(shown) == sorted(each.text for each in invariants.all_messages(items))
        for (pk, sk), item in items.items():
            if pk.startswith("LEG#") and sk == "~":
                head = head_from(item)
                place = next(place for place, (inbox, _, _) in enumerate(NUMBERS) if inbox == head.inbox_id)
                assert head.conversation_id == self.current[place].id

    def _mostly(self, data: st.DataObject, wanted: list[Case]) -> Case:
        anyone = not wanted or data.draw(st.integers(0, 5)) == 0
        return data.draw(st.sampled_from(self.cases if anyone else wanted))

    def _thread(self, conversation_id: str) -> list[str]:
        """All of a thread, by pages of three."""
        texts: list[str] = []
        before = None
        while True:
            page = desk_service.thread(self.here.desk, conversation_id, limit=3, before=before)
            texts = [each.text for each in page.entries if isinstance(each, Message)] + texts
            before = page.before
            if before is None:
                return texts

    def _store(self, said: Said, case: Case) -> None:
        """Learn where it is."""
        found = next(each for each in invariants.all_messages(stored(self.here.world)) if each.text == said.text)
        said.id, said.leg = found.id, found.leg_id
        case.id = case.id or found.conversation_id
        assert found.conversation_id == case.id
        case.said.append(said)

    def _place_of(self, said: Said) -> int:
        heads = stored(self.here.world)
        inbox = heads[f"LEG#{said.leg}", "~"]["inbox"]
        return next(place for place, (name, _, _) in enumerate(NUMBERS) if name == inbox)

    def _rearranging(self) -> Rearranging:
        return Rearranging(MergingStore(shared.desk()), ANA, self.here.now())


def end(case: Case) -> Case:
    return case if case.merged_into is None else end(case.merged_into)


def copy_of(case: Case) -> Case:
    made = copy(case)
    made.said = list(case.said)
    return made


def in_order(said: list[Said]) -> list[Said]:
    return sorted(said, key=lambda each: each.id)


def earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def count_unread(case: Case, own: list[Said]) -> int:
    """The newest ones are those that nobody has read."""
    theirs = [each for each in in_order(case.said) if not each.ours]
    return sum(each in own for each in theirs[::-1][: case.unread])


def waits(case: Case, own: list[Said]) -> datetime | None:
    """Written since the wait began, and not answered on its leg since."""
    if case.waiting is None:
        return None
    found = []
    for each in own:
        answered = any(one.ours and one.leg == each.leg and one.id > each.id for one in case.said)
        if not each.ours and (each.at == case.waiting or (each.at > case.waiting and not answered)):
            found.append(each.at)
    return earliest(*found)


def inbound(phone: str, text: str, at: int) -> dict[str, Any]:
    message = {"from": BOB, "id": f"wamid.{text}", "timestamp": str(at), "type": "text", "text": {"body": text}}
    value = {
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": phone},
        "contacts": [{"wa_id": BOB, "profile": {"name": "Bob"}}],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "w", "changes": changes}]}


TestMerging = Merging.TestCase
TestMerging.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
