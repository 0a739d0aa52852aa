"""Escalation over the whole desk, in a time that passes: a promise is broken, the experts get it with a brief, nobody
answers there either, and it becomes a ticket. The customer is told nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.agent import Principal, Role, Team
from chalicelib.domain.capacity import Capacity, ChannelClass, weight_in
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.escalation import Path, Tier
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.reads import Page
from chalicelib.domain.workload import Workload
from chalicelib.services import sla_documents
from chalicelib.services.escalation import Wish
from chalicelib.services.escalation_documents import paths_body, put_published
from chalicelib.wiring import escalation as wiring
from chalicelib.wiring import routing, service_levels
from tests.flow import later as scenes
from tests.flow.later import Later, later
from tests.flow.scene import ANA
from tests.flow.test_told_waits import TELL, measured

EXPERTS = "team_0exp"
EVE = Principal("agent", "agt_eve", "Eve", Role.AGENT)
PATH = Path(
    "Parcels",
    (Tier("Experts", EXPERTS, {"parcels": 3}, reply_seconds=1800), Tier("Ticket", ticket=True)),
    after_breach=True,
)
POLICY = {"id": "all", "name": "Everybody", "targets": {"first_response": 600}}


@contextmanager
def escalating(path: Path = PATH) -> Iterator[Later]:
    """A desk that promises an answer in ten minutes, with Ana for everything and Eve who knows of parcels."""
    published = scenes.rules

    def rules(**body: Any) -> None:
        published(**body)
        sla_documents.put_published(service_levels.policies(), service_levels.hours(), [POLICY], 0)
        put_published(wiring.documents(), {EXPERTS: "Experts"}, paths_body([path])["paths"], 0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenes, "rules", rules)
        # Of its own: what is undone after `later` would put that one's teams back for good.
        with later() as here, pytest.MonkeyPatch.context() as inner:
            teams = Page([Team(EXPERTS, "Experts", here.scene.now())], None)
            inner.setattr(routing, "_teams", lambda: SimpleNamespace(list=lambda limit, start: teams))
            comes(here, ANA, (), {})
            comes(here, EVE, (EXPERTS,), {"parcels": 4}, takes_all=False)
            here.settle()
            yield here


def comes(
    here: Later, who: Principal, teams: tuple[str, ...], skills: dict[str, int], *, takes_all: bool = True
) -> None:
    """An agent who stays connected all day; Eve holds so little that Ana is the first choice."""
    presence = Presence(Intent.ONLINE, connected_until=here.scene.now() + timedelta(days=2))
    capacity = Capacity(units=10 if takes_all else 4, reserve=1)
    used = 0 if takes_all else 1
    made = Workload(who.id, who.name, teams, presence, capacity, skills, used=used)
    routing.routing_store().put_workload(made, 0, None)
    routing.routing().pull(who.id, here.scene.now())


def tier_of(conversation: Conversation) -> str | None:
    tier = conversation.standing
    return tier.tier if tier is not None else None


def lines(here: Later, kind: str) -> list[dict[str, Any]]:
    return [facts for facts in here.lines() if facts["type"] == kind]


def published(here: Later, kind: str) -> list[dict[str, Any]]:
    return [event for event in here.scene.cloud.events.published if event["type"] == kind]


def test_a_broken_promise_goes_up_once_and_whoever_gets_it_is_briefed() -> None:
    with escalating() as here:
        assert here.conversation.assignee_id == ANA.id
        here.pass_(minutes=9)
        assert (tier_of(here.conversation), here.conversation.assignee_id) == (None, ANA.id)
        here.pass_(minutes=2)
        assert len(published(here, "sla.breached")) == 1
        found = here.conversation
        assert (tier_of(found), found.team_id, found.assignee_id) == ("Experts", EXPERTS, EVE.id)
        assert routing.routing_store().workload(ANA.id).used == 0  # type: ignore[union-attr]
        (line,) = lines(here, "conversation.escalated")
        assert (line["reason"], line["previous_assignee_id"]) == ("sla_breached", ANA.id)
        (brief,) = lines(here, "conversation.briefed")
        assert (brief["assignee_id"], brief["previous_assignee_id"]) == (EVE.id, ANA.id)
        texts = [each["text"] for each in brief["brief"]]
        assert "Where is my parcel?" in texts and "first_response is broken" in texts
        assert any(text.startswith("Ana had it for") for text in texts)
        # Told again, it changes nothing.
        wiring.react(published(here, "sla.breached")[0], here.scene.now())
        here.settle()
        assert here.conversation == found


def test_without_an_answer_there_either_it_becomes_a_ticket_and_the_customer_hears_nothing() -> None:
    with escalating() as here:
        here.pass_(minutes=11)
        here.pass_(minutes=28)
        assert tier_of(here.conversation) == "Experts"
        here.pass_(minutes=3)
        found = here.conversation
        tier = found.standing
        assert tier is not None and (tier.tier, tier.ticket, tier.place) == ("Ticket", True, 1)
        assert [event["data"]["reason"] for event in published(here, "conversation.escalated")] == [
            "sla_breached",
            "no_answer",
        ]
        here.pass_(hours=5)
        assert tier_of(here.conversation) == "Ticket"
        assert here.screen() == ["Where is my parcel?"]
        assert here.scene.provider.requests == []


def test_an_answer_ends_the_wait_and_nothing_goes_up() -> None:
    with escalating() as here:
        here.pass_(minutes=5)
        here.answers("It is in Kowloon.", "c1")
        here.pass_(hours=3)
        assert (tier_of(here.conversation), here.conversation.assignee_id) == (None, ANA.id)
        here.says("And now?")
        here.pass_(hours=3)
        # No promise of a next answer was made, and below the first tier nobody's patience counts.
        assert tier_of(here.conversation) is None


def test_a_ticket_weighs_one_and_a_new_episode_is_none() -> None:
    with escalating() as here:
        wish = Wish("Must wait for the depot", "They open on Monday.", "Ticket")
        wiring.escalating().escalate(ANA, here.conversation.id, wish, here.scene.now())
        here.settle()
        found = here.conversation
        # Whoever gave it away is not given it by themselves.
        assert (found.assignee_id, found.weight) == (EVE.id, weight_in(ChannelClass.ASYNCHRONOUS))
        here.becomes(Status.RESOLVED)
        here.says("It came broken")
        found = here.conversation
        assert (found.episode, tier_of(found), found.status) == (2, None, Status.OPEN)
        assert (found.assignee_id, found.weight) == (EVE.id, weight_in(ChannelClass.MESSAGING))


def test_how_long_a_ticket_takes_is_told_to_nobody() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        wiring.documents.cache_clear()
        put_published(wiring.documents(), {}, paths_body([Path("All", (Tier("Ticket", ticket=True),))])["paths"], 0)
        wiring._memory().forget(("paths",))
        wish = Wish("Must wait for the depot", "They open on Monday.")
        wiring.escalating().escalate(ANA, here.conversation.id, wish, here.scene.now())
        here.settle()
        assert tier_of(here.conversation) == "Ticket"
        here.pass_(seconds=900)
        assert here.screen() == ["Where is my parcel?"]


def test_a_brief_knows_the_first_words_of_a_long_conversation() -> None:
    with escalating() as here:
        name = here.conversation.id
        for number in range(60):
            here.scene.now.pass_(seconds=1)
            here.scene.says(f"And {number}")
        here.settle()
        brief = wiring.briefs().of(name, here.scene.now())
        (first,) = [line for line in brief.sections["about"] if line.code == "first_words"]
        assert first.text == "Where is my parcel?"
        assert [line.text for line in brief.sections["last_words"]] == ["And 57", "And 58", "And 59"]
