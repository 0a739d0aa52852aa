"""Customers who move by themselves, whatever happens in whatever order while calls fail: everything is said in one
place, units are right, nobody is asked twice, and only one person's cases become one."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import LinkNotFound, Refusal, WindowClosed
from chalicelib.services import desk as desk_service
from chalicelib.services.merging import Rearranging
from chalicelib.services.people import unlink
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from tests.services.moves import AGENT, Moves
from tests.services.room import check, who

NAMES = ("ada", "bob")
BEGIN = tuple(f"{name}@{channel}" for name in NAMES for channel in ("whatsapp", "sms", "telegram"))


class MovesMachine(RuleBasedStateMachine):
    """Customers of two names on three channels each; agents, links and faults as they come."""

    @initialize()
    def begin(self) -> None:
        self.here = Moves()
        self.joined: set[str] = set()

    def _fault(self, at: int | None, after: bool) -> None:
        self.here.brittle.fails_at, self.here.brittle.after = at, after

    @rule(
        place=st.sampled_from(BEGIN),
        at=st.none() | st.integers(0, 12),
        after=st.booleans(),
        words=st.sampled_from(("Hello", "yes", "2", "no")),
    )
    def says(self, place: str, at: int | None, after: bool, words: str) -> None:
        name, _, channel = place.partition("@")
        self._fault(at, after)
        new = self.here.says(name, channel, words)
        self._fault(None, False)
        found = self.here.found(new)
        if found.merged_into is None and not self.here.asked(new):
            # Looked at again, by whoever: nothing else comes of it.
            before = len(self.here.table.stream)
            self.here.joining.consider(new, self.here.now, may_ask=False)
            self.here.settle()
            assert len(self.here.table.stream) == before

    @rule(one=st.sampled_from(BEGIN), other=st.sampled_from(BEGIN))
    def two_begin_at_once(self, one: str, other: str) -> None:
        for place in (one, other):
            name, _, channel = place.partition("@")
            self.here.says(name, channel, settled=False)
        self.here.settle()

    @rule(
        place=st.sampled_from(BEGIN),
        at=st.integers(0, 15),
        act=st.sampled_from(("answers", "routes", "resolves", "writes", "looks")),
        data=st.data(),
    )
    def says_while(self, place: str, at: int, act: str, data: st.DataObject) -> None:
        """Between two calls of what looks at it somebody else does something."""
        here = self.here
        name, _, channel = place.partition("@")
        new = here.says(name, channel, settled=False)
        alive = sorted(each.id for each in here.everything() if each.merged_into is None)
        about = data.draw(st.sampled_from([new, *alive]))
        here.meanwhile.at, here.meanwhile.act = at, partial(self._meanwhile, act, about, place)
        here.settle()
        here.meanwhile.at = None
        here.settle()

    def _meanwhile(self, act: str, about: str, place: str) -> None:
        here, (name, _, channel) = self.here, place.partition("@")
        with suppress(Refusal):
            if act == "answers":
                draft = Draft(f"meanwhile-{here.count}", "Hello.")
                reply(ReplyStore(here.raw), here.inboxes, who("ana"), about, draft, here.now)
            elif act == "resolves":
                desk_service.set_status(here.desk, who("ana"), about, Status.RESOLVED, here.now)
            elif act == "routes":
                here.routing.route(about, here.now)
            elif act == "writes":
                here.says(name, channel, "Hello?", settled=False)
            else:
                here.joining.consider(about, here.now, may_ask=True)

    @rule(data=st.data(), strength=st.sampled_from((60, 95)), at=st.none() | st.integers(0, 20), after=st.booleans())
    def links(self, data: st.DataObject, strength: int, at: int | None, after: bool) -> None:
        one, other = (data.draw(st.sampled_from(BEGIN)) for _ in range(2))
        if one != other:
            self._fault(at, after)
            try:
                self.here.links(one, other, strength)
            except Refusal:
                pass
            finally:
                self._fault(None, False)

    @rule(data=st.data())
    def unlinks(self, data: st.DataObject) -> None:
        one, other = (self.here.contact(data.draw(st.sampled_from(BEGIN))) for _ in range(2))
        try:
            unlink(self.here.people, one, other, actor=AGENT, now=self.here.now)
        except (LinkNotFound, Refusal):
            return
        self.here.settle()

    @rule(data=st.data(), act=st.sampled_from(("answers", "resolves", "undoes")))
    def works(self, data: st.DataObject, act: str) -> None:
        alive = [each for each in self.here.everything() if each.merged_into is None]
        if not alive:
            return
        found = data.draw(st.sampled_from(sorted(alive, key=lambda each: each.id)))
        if act == "answers" and found.status is not Status.RESOLVED:
            with suppress(WindowClosed):
                self.here.answers(found.id)
        elif act == "resolves" and found.status is not Status.RESOLVED:
            self.here.becomes(found.id, Status.RESOLVED)
        elif act == "undoes" and found.absorbed:
            try:
                Rearranging(self.here.merging, who("ana"), self.here.now).unmerge(found.id, found.absorbed[-1])
            except Refusal:
                return
            self.here.settle()

    @rule(hours=st.sampled_from((1, 20, 30, 80)))
    def passes(self, hours: int) -> None:
        self.here.rests(timedelta(hours=hours))

    @invariant()
    def everything_is_said_in_one_place(self) -> None:
        if not hasattr(self, "here"):
            return
        here = self.here
        everything = here.everything()
        alive = [each for each in everything if each.merged_into is None]
        shown = [message.id for each in alive for message in here.merging.messages(each, 500)]
        assert sorted(shown) == sorted(each.id for each in here.messages())
        for each in everything:
            assert len(here.asked(each.id)) <= 1
            assert each.merged_into is None or each.weight == 0
        check(here)

    @invariant()
    def only_one_persons_cases_were_joined(self) -> None:
        if not hasattr(self, "here"):
            return
        here = self.here
        for each in here.everything():
            if each.merged_into is None or each.id in self.joined:
                continue
            self.joined.add(each.id)
            target = here.found(each.merged_into)
            while target.merged_into is not None:
                target = here.found(target.merged_into)
            assert target.created_at <= each.created_at
            persons = {
                known.person or known.id
                for known in here.people.contacts([each.contact_id, target.contact_id]).values()
            }
            assert len(persons) == 1


TestMoves = MovesMachine.TestCase
TestMoves.settings = settings(max_examples=24, stateful_step_count=20, deadline=None)
