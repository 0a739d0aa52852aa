"""One fault at each call on a conversation's way, of each kind: what is repeated must end as if nothing had happened.

A first run counts the calls our code makes to AWS and to the provider. Then, for each of them, everything is run again
with that one call refused, answered too late, or the process gone before or after it; and whoever would repeat
(the provider, Lambda, the queue, the agent's client) repeats.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.channels.base import NotSent, OutcomeUnknown
from chalicelib.domain import ids
from chalicelib.domain.conversation import Status
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors import StoreUnavailable, TransitionRefused
from chalicelib.domain.message import AttachmentState
from chalicelib.services import desk as desk_service
from chalicelib.services.assignment import Wish, assign
from tests.aws.memory_cloud import Crash, refused, straight
from tests.flow import invariants
from tests.flow.scene import ANA, BOB, INBOX, PHONE, Scene, differences, scene, stored, without

LEG = ids.leg_id(INBOX, BOB)
CONVERSATION = ids.conversation_id(LEG, 1)
JPEG = b"\xff\xd8\xff\xe0 a picture"
# A run with faults writes more versions, claims of its own, and the events of its own last write.
PASSING = ("version", "events", "claimed", "claim_token")


@dataclass
class Fault:
    """Stands before every call; spoils the one at `place` (or none) and, if `store_down`, the intake's own writes."""

    place: int = -1
    kind: str = ""
    store_down: bool = False
    calls: list[str] = field(default_factory=list)

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        self.calls.append(name)
        if self.store_down and name == "dynamodb.transact_write_items":
            raise refused("ProvisionedThroughputExceededException")
        if len(self.calls) - 1 != self.place:
            return call()
        if self.kind.startswith("lost"):
            call()
        raise self._fault(name.startswith("http."))

    def _fault(self, over_http: bool) -> BaseException:
        if self.kind.endswith("crash"):
            return Crash()
        if self.kind == "refused":
            return NotSent("refused") if over_http else refused("ThrottlingException")
        return OutcomeUnknown("no answer") if over_http else ReadTimeoutError(endpoint_url="https://aws.test")


KINDS = ("refused", "timeout", "lost answer", "crash", "lost by crash")


class Way:
    """A conversation from its first message to its second episode."""

    spilling = False
    screen: tuple[str, ...] = (
        "Where is my refund?",
        "[image]",
        "One moment.",
        "It is on its way.",
        "Thanks!",
        "You are welcome.",
    )

    def __init__(self, scene: Scene, fault: Fault) -> None:
        self.scene, self.fault = scene, fault
        scene.cloud.tap = fault

    def run(self) -> None:
        scene, desk = self.scene, self.scene.desk
        self.customer("Where is my refund?")
        self.customer("", type="image", content=JPEG)
        self.agent(lambda: scene.replies(CONVERSATION, "One moment.", "c1", leg_id=LEG))
        self.agent(lambda: desk_service.add_note(desk, ANA, CONVERSATION, "n1", "Gold customer", scene.now()))
        self.agent(lambda: desk_service.mark_read(desk, ANA, CONVERSATION, scene.now()))
        self.agent(lambda: assign(desk, ANA, CONVERSATION, Wish(ANA.id, None), scene.now()))
        self.agent(lambda: scene.replies(CONVERSATION, "It is on its way.", "c2"))
        self.agent(lambda: desk_service.set_status(desk, ANA, CONVERSATION, Status.RESOLVED, scene.now()))
        self.customer("Thanks!")
        self.agent(lambda: scene.replies(CONVERSATION, "You are welcome.", "c3", leg_id=LEG))

    def customer(self, text: str, **more: Any) -> None:
        self.scene.now.pass_(seconds=10)
        self.fault.store_down = self.spilling
        self.scene.provider.whatsapp.say(PHONE, BOB, name="Bob", **({"text": text} if text else {}), **more)
        self.scene.provider.post.deliver()
        self.fault.store_down = False
        self.rest()

    def agent(self, act: Callable[[], object]) -> None:
        self.scene.now.pass_(seconds=10)
        for _ in range(4):
            try:
                act()
                break
            except (StoreUnavailable, Crash):
                continue
            except TransitionRefused:  # it was done, but we were not told
                break
        self.rest()

    def rest(self) -> None:
        """Everybody who repeats has repeated."""
        for _ in range(4):
            self.scene.settle()
            for queue in self.scene.world.queue_urls:
                self.scene.world.wake(queue)

    def lasting(self) -> dict[tuple[str, str], Any]:
        kept = {key: without(item, *PASSING) for key, item in stored(self.scene.world).items()}
        # When the provider first took the credentials is when a message first came through.
        kept = {key: item for key, item in kept.items() if not key[0].startswith("IBH#")}
        for item in kept.values():
            item.get("marks", {}).pop("uncertain", None)  # that it was so for a while is told, and stays
        return kept


class SpillingWay(Way):
    """Customers only, while the store takes nothing from the webhook: all goes through the spill queue."""

    spilling = True
    screen = ("Where is my refund?", "[image]", "Thanks!")

    def run(self) -> None:
        self.customer("Where is my refund?")
        self.customer("", type="image", content=JPEG)
        self.customer("Thanks!")


@cache
def undisturbed(way: Callable[[Scene, Fault], Way]) -> tuple[tuple[str, ...], Any]:
    """The calls of a run without faults, and what it leaves behind."""
    with scene() as plain:
        fault = Fault()
        made = way(plain, fault)
        made.run()
        plain.cloud.tap = straight
        assert plain.screen() == list(made.screen)
        check(plain)
        return tuple(fault.calls), made.lasting()


def check(scene: Scene) -> None:
    invariants.check(scene.world, stored(scene.world))
    for message in scene.messages(CONVERSATION):
        assert all(part.state is AttachmentState.STORED for part in message.attachments)
        assert message.state in (None, DeliveryState.READ)
        assert message.failure is None


def with_fault(way: Callable[[Scene, Fault], Way], place: int, kind: str) -> bool:
    """One run with one fault; gives whether an agent had to decide."""
    calls, wanted = undisturbed(way)
    with scene() as spoiled:
        fault = Fault(place, kind)
        made = way(spoiled, fault)
        made.run()
        spoiled.cloud.tap = straight
        assert len(fault.calls) > place, "the fault was never met"
        open_ends = [each for each in spoiled.messages(CONVERSATION) if each.state is DeliveryState.UNCERTAIN]
        for message in open_ends:
            # Only what the provider never had may stay uncertain: what it had, its marks have settled.
            assert message.text not in spoiled.screen()
            assert message.failure is not None
            spoiled.retries(message)
            made.rest()
        check(spoiled)
        assert sorted(spoiled.screen()) == sorted(made.screen)
        if not open_ends:
            assert spoiled.screen() == list(made.screen)
            assert differences(made.lasting(), wanted) == []
        return bool(open_ends)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", [Way, SpillingWay])
def test_nothing_is_lost_or_doubled_when_one_call_fails(way: Callable[[Scene, Fault], Way], kind: str) -> None:
    calls, _ = undisturbed(way)
    assert len(calls) > 25
    undecided = [calls[place] for place in range(len(calls)) if with_fault(way, place, kind)]
    # Nobody knows what became of a call to the provider that was not answered, or that a dead process may have made.
    allowed = {"http.send", "dynamodb.update_item"} if "crash" in kind else {"http.send"}
    assert set(undecided) <= (set() if kind == "refused" else allowed), undecided
    assert len(undecided) <= 2 * sum(name == "http.send" for name in calls)


def test_a_crash_after_the_provider_accepted_is_uncertain_until_the_providers_mark() -> None:
    with scene() as here:
        here.says("Where is my refund?")
        here.settle()
        here.replies(CONVERSATION, "On its way.", "c1", leg_id=LEG)
        here.provider.knobs.turn(withhold_statuses=("all",))
        accepted: list[str] = []

        def crash_after_acceptance(name: str, call: Callable[[], Any]) -> Any:
            answer = call()
            if name == "http.send":
                accepted.append(name)
                raise Crash
            return answer

        here.cloud.tap = crash_after_acceptance
        here.world.pump()
        assert accepted == ["http.send"]
        here.cloud.tap = straight
        here.world.wake("outbound.fifo")
        here.world.pump()
        (sent,) = (each for each in here.messages(CONVERSATION) if each.text == "On its way.")
        assert sent.state is DeliveryState.UNCERTAIN
        assert sent.failure is not None
        assert "not known whether the message arrived" in sent.failure.detail
        assert here.screen().count("On its way.") == 1
        here.provider.post.deliver()
        here.provider.knobs.reset()
        (shown,) = (each for each in here.provider.whatsapp.numbers[PHONE].customer(BOB).messages if each.tracker)
        here.provider.whatsapp.post_status(PHONE, shown.id, "sent")
        here.settle()
        (settled,) = (each for each in here.messages(CONVERSATION) if each.text == "On its way.")
        assert (settled.state, settled.failure, settled.external_id) == (DeliveryState.SENT, None, shown.id)
        assert here.screen().count("On its way.") == 1
