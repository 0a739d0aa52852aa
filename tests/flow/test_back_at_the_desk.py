"""A web chat visitor leaves and is back: by the visitor's own calls, the stream, the bus and the function
`notifications`, its agent is told once, and a browser gets the push."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

import functions.notifications.handler
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.tables import bind
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.web_push import Subscription, decoded
from chalicelib.egress.http import HttpSender
from chalicelib.services import assignment
from chalicelib.services.presence import PresenceKeeping
from chalicelib.wiring import api, notifications, shared, timing
from tests.flow.chat import Visitor, add_chats
from tests.flow.scene import ANA, Scene, scene
from tests.services.test_web_push import AUTH, PRIVATE, PUBLIC, key, opened

MINUTE = timedelta(minutes=1)


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made, pytest.MonkeyPatch.context() as patch:
        add_chats(made)
        made.world.tells_agents = True
        patch.setattr(functions.notifications.handler, "now", made.now)
        shared.secrets()._client.create_secret(Name="parley/test/web-push", SecretString="makes the key")
        bind("desk")
        api.agents().put(Agent(ANA.id, "Ana", "ana@example.com", Role.AGENT, made.now()))
        yield made


def told(here: Scene) -> list[str]:
    """The titles of what Ana was told, oldest first."""
    here.world.pump()
    found = notifications.notice_store().unseen(ANA.id, 50)
    return [each.words.title for each in reversed(notifications.notice_list().shown(found))]


def test_the_owner_is_told_once_when_a_visitor_is_back(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[HttpRequest] = []

    def send(_self: HttpSender, request: HttpRequest) -> HttpResponse:
        sent.append(request)
        return HttpResponse(201)

    monkeypatch.setattr(HttpSender, "send", send)
    browser = Subscription("psh_1", ANA.id, "https://push.example.com/1", PUBLIC, AUTH, here.now())
    notifications.subscriptions().add(browser)
    bob = Visitor(here)
    assert bob.says("Where is my order?").status == 202
    here.settle()
    taken = assignment.Wish(ANA.id, None, False, "", "")
    assignment.assign(DeskStore(shared.desk()), ANA, here.conversation.id, taken, here.now())
    assert told(here) == []

    known = bob.sees()["after"]
    for _ in range(45):  # the page stands open
        here.now.at += MINUTE
        bob.sees(known)
    assert bob.post("typing", {"active": False}).status == 202
    assert told(here) == []
    assert bob.post("typing", {"active": True}).status == 202
    assert told(here) == ["Unknown is back after 45 min"]
    here.now.at += timedelta(seconds=20)
    bob.post("typing", {"active": True})
    bob.says("Hello?")
    assert sorted(told(here)) == ["Unknown is back after 45 min", "Unknown wrote"]
    here.now.at += 20 * MINUTE
    bob.sees()
    bob.sees()
    assert len(told(here)) == 3

    del sent[2:]
    pushed = [json.loads(opened(each.body, key(PRIVATE), decoded(AUTH)))["title"] for each in sent]
    assert pushed == ["Unknown is back after 45 min", "Unknown wrote"]
    assert all(each.url == browser.endpoint for each in sent)


def test_who_is_at_the_desk_is_not_pushed_at_once(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpSender, "send", lambda _self, request: pytest.fail("nothing is pushed"))
    agent = api.agents().get(ANA.id)
    assert agent is not None
    store = notifications.subscriptions()
    store.add(Subscription("psh_1", ANA.id, "https://push.example.com/1", PUBLIC, AUTH, here.now()))
    from chalicelib.aws.stores.routing import RoutingStore
    from chalicelib.domain.presence import Intent

    PresenceKeeping(RoutingStore(shared.desk()), timing.timers()).choose(agent, Intent.ONLINE, "", here.now())
    bob = Visitor(here)
    bob.says("Where is my order?")
    here.settle()
    taken = assignment.Wish(ANA.id, None, False, "", "")
    assignment.assign(DeskStore(shared.desk()), ANA, here.conversation.id, taken, here.now())
    bob.says("Hello?")

    assert told(here) == ["Unknown wrote"]
