"""A customer who was silent gives a sign: whose conversation it is sees and hears of it once, nobody else does."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.returning import SignStore
from chalicelib.aws.transaction import Desk as Table
from chalicelib.domain.conversation import Status
from chalicelib.domain.returning import Seen
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services.conversation_timers import DueConversations
from infra.local.cloud import eventually
from infra.local.workspace import ADMIN
from simulators.web_chat import Visitor, identity_token
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, findings, go, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

SILENT = timedelta(minutes=52, seconds=5)
# What is published holds everywhere after so long.
RULES_SECONDS = 16
# The two tones of what is important: each that is played is written down.
IMPORTANT = [523, 784]
LISTENS = """
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.tones.push(Math.round(this.frequency.value));
    return start.apply(this, when);
  };
"""


def test_whose_customer_is_back_is_told_once(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    mark = token_hex(3)
    team = team_of(desk, f"Returns {mark}")
    owner, colleague = (hired(desk, f"{name} {mark}", team) for name in ("Vera", "Igor"))
    bob, asked = _visitor(desk, f"Bob {mark}"), f"Where is my refund? {mark}"
    bob.send(asked)
    conversation = arrived(desk, f"Bob {mark}", owner, team)
    owner.api.reply(conversation, "One moment, I look it up.")

    mine, other = _sees(desk, owner, "/inbox/mine"), _sees(desk, colleague, f"/inbox/team/{team}")
    elsewhere = desk.beside(mine.page.context)
    elsewhere.page.goto(f"{desk.url}/contacts")
    elsewhere.page.get_by_label("Find a contact").click()
    expect(_row(mine.page, mark)).to_contain_text("One moment, I look it up.")
    _row(other.page, mark).click(position={"x": 140, "y": 66})
    expect(other.page.get_by_role("log").get_by_text(asked)).to_be_visible()

    _silent(desk, conversation)
    bob.typing()

    expect(_row(mine.page, mark)).to_contain_text("Back after 52 min")
    bell = mine.page.locator("nav").get_by_role("button", name="Notifications, ")
    bell.click()
    told = f"Bob {mark} is back after 52 min"
    expect(mine.page.get_by_role("dialog").get_by_role("listitem").filter(has_text=told)).to_have_count(1)
    mine.page.keyboard.press("Escape")
    _row(mine.page, mark).click(position={"x": 140, "y": 66})
    banner = mine.page.get_by_role("status").filter(has_text=told).filter(has=mine.page.get_by_role("button"))
    expect(banner).to_contain_text("1 of your messages is unread")
    assert findings(mine.page) == []

    # More signs end no absence: what follows is told as a message is, which has no sound by itself.
    bob.typing()
    bob.send(f"Hello? {mark}")
    expect(other.page.get_by_role("log").get_by_text(f"Hello? {mark}")).to_be_visible()
    expect(banner).to_have_count(1)
    heard = [tone for page in (mine.page, elsewhere.page) for tone in _heard(page)]
    assert heard == IMPORTANT
    assert _heard(other.page) == []
    expect(other.page.get_by_text("is back after")).to_have_count(0)
    expect(_row(other.page, mark)).not_to_contain_text("Back after")
    expect(other.page.locator("nav").get_by_role("button", name="Notifications", exact=True)).to_be_visible()

    owner.api.reply(conversation, "It is on its way.")
    expect(banner).to_have_count(0)
    for visit in (mine, elsewhere, other):
        assert visit.complaints == []


def test_a_parked_customer_is_back_with_whom_they_left_within_the_reserve(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    mark = token_hex(3)
    team = team_of(desk, f"Parked {mark}")
    owner = hired(desk, f"Vera {mark}", team)
    _holds(desk, owner, units=6, reserve=3)
    with nobody_else(desk):
        owner.choose("online")
        mine = _sees(desk, owner, "/inbox/mine")
        load = mine.page.locator("footer")
        bob = _visitor(desk, f"Bob {mark}")
        bob.send(f"Where is my refund? {mark}")
        conversation = arrived(desk, f"Bob {mark}", owner, team)
        expect(load).to_contain_text("3 of 6 units")
        owner.api.reply(conversation, "One moment, I look it up.")
        _parks(desk, conversation)
        expect(load).to_contain_text("0 of 6 units")
        expect(_row(mine.page, mark)).to_have_count(0)
        go(mine.page, "/inbox/mine?status=snoozed")
        expect(_row(mine.page, mark)).to_contain_text("Until they write")

        # Somebody else has their units, and all that is left is the reserve.
        ann = _visitor(desk, f"Ann {mark}")
        ann.send("Good morning!")
        arrived(desk, f"Ann {mark}", owner, team)
        expect(load).to_contain_text("3 of 6 units")
        _silent(desk, conversation)
        bob.typing()
        expect(_row(mine.page, mark)).to_contain_text("Back after 52 min")
        expect(_row(mine.page, mark)).to_contain_text("Until they write")
        # Before the conversation is opened: who has it before them hears nothing.
        eventually(lambda: _heard(mine.page) == IMPORTANT, "nothing was heard")
        _row(mine.page, mark).click(position={"x": 140, "y": 66})
        banner = mine.page.get_by_role("status").filter(has_text=f"Bob {mark} is back after 52 min")
        expect(banner.filter(has=mine.page.get_by_role("button"))).to_be_visible()

        bob.send(f"I am here again {mark}")
        expect(load).to_contain_text("6 of 6 units")
        go(mine.page, "/inbox/mine")
        expect(_row(mine.page, mark)).to_contain_text(f"I am here again {mark}")
        now = owner.api.call("GET", f"/conversations/{conversation}")
        assert (now["status"], now["assignee_id"]) == ("open", owner.id)
        assert _heard(mine.page) == IMPORTANT
        owner.choose("offline")
    assert mine.complaints == []


def _holds(desk: WebDesk, who: Colleague, **changes: int) -> None:
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    now = admin.call("GET", f"/agents/{who.id}/presence")
    body = {"units": changes["units"], "reserve": changes["reserve"], "version": now["version"]}
    admin.call("PUT", f"/agents/{who.id}/capacity", body)


@contextmanager
def nobody_else(desk: WebDesk) -> Iterator[None]:
    """Whoever comes to the desk as a whole is given to nobody."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)

    def ruled(fallback: str | None) -> None:
        rules = admin.call("GET", "/routing/rules")
        modes = {name: mode for name, mode in rules["modes"].items() if name != "fallback"}
        admin.call(
            "PUT", "/routing/rules", {**rules, "modes": {**modes, **({"fallback": fallback} if fallback else {})}}
        )

    before, since = admin.call("GET", "/routing/rules")["modes"].get("fallback"), time.monotonic()
    ruled("manual")
    eventually(lambda: time.monotonic() - since > RULES_SECONDS, "time stands still")
    try:
        yield
    finally:
        ruled(before)


def _parks(desk: WebDesk, conversation: str) -> None:
    """The timer that an answer has set is due: the customer has said nothing since."""
    store = DeskStore(Table(desk.cloud.client("dynamodb"), desk.cloud.outputs["DeskTableName"]))
    rules = SimpleNamespace(policy=lambda: RoutingPolicy(hibernate_seconds=1))
    due: Any = DueConversations(store, cast("Any", SimpleNamespace(rules=rules)), cast("Any", None))

    def parked() -> bool:
        due.hibernate(conversation, 0, datetime.now(UTC))
        found = store.conversation(conversation)
        return found is not None and found.status is Status.SNOOZED

    eventually(parked, "it is not put aside")


def _visitor(desk: WebDesk, name: str) -> Visitor:
    """Somebody whose name the company's site has vouched for."""
    chat = desk.workspace.inboxes["web_chat"]
    visitor = Visitor(desk.cloud.inbound_url, chat.id, timeout_seconds=60)
    visitor.start()
    secret = chat.credentials["identity_secret"]
    visitor.identify(jwt=identity_token(secret, f"u-{token_hex(4)}", chat.id, datetime.now(UTC), name=name))
    return visitor


def _sees(desk: WebDesk, who: Colleague, path: str) -> Visit:
    """Their page, of which a press has let sounds be heard."""
    visit = desk.visit()
    visit.page.context.add_init_script(LISTENS)
    visit.page.goto(desk.url + path)
    sign_in(visit.page, who.person)
    visit.page.get_by_role("button", name="Connection: Live").wait_for()
    visit.page.locator("main").click(position={"x": 5, "y": 5})
    return visit


def _row(page: Page, mark: str) -> Locator:
    return page.get_by_role("grid", name="Conversations").get_by_role("row").filter(has_text=f"Bob {mark}")


def _heard(page: Page) -> list[int]:
    tones: list[int] = page.evaluate("() => window.tones")
    return tones


def _silent(desk: WebDesk, conversation: str) -> None:
    """The customer's last sign was so long ago."""
    signs = SignStore(Table(desk.cloud.client("dynamodb"), desk.cloud.outputs["LiveTableName"]))
    at = datetime.now(UTC)
    signs.note(conversation, Seen(at - SILENT, at - SILENT), at)
