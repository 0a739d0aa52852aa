"""The workspace in a real browser, on the deployed stack: signing in, the shell, the manager's pages."""

import re

import pytest
from playwright.sync_api import Locator, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.flows import tag
from infra.local.workspace import AGENT, SUPERVISOR
from tests.web.browser import PATIENCE_MS, WebDesk, findings, go, sign_in

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


def test_signing_in_lasts_over_a_reload_and_reaches_the_other_tab_until_somebody_signs_out(desk: WebDesk) -> None:
    visit, sam = desk.visit(), desk.workspace.people[SUPERVISOR]
    page = visit.page
    page.goto(f"{desk.url}/me")
    sign_in(page, sam, "wrong password")
    page.get_by_text("E-mail address or password is wrong.").wait_for()
    assert page.locator("input[name=email]").input_value() == sam.email

    sign_in(page, sam)
    page.get_by_text(sam.email).wait_for()
    page.reload()
    page.get_by_text(sam.email).wait_for()
    kept = page.evaluate("() => JSON.stringify([Object.keys(sessionStorage), Object.keys(localStorage)])")
    assert kept == '[["parley.refresh"],[]]'

    other = desk.beside(page.context)
    other.page.goto(f"{desk.url}/me")
    other.page.get_by_text(sam.email).wait_for()
    page.get_by_role("button", name=sam.name).click()
    page.get_by_role("menuitem", name="Sign out").click()
    other.page.locator("input[name=password]").wait_for()
    assert visit.complaints == other.complaints == []


def test_a_lapsed_sign_in_keeps_the_page_and_what_was_asked_for(desk: WebDesk) -> None:
    visit = desk.signed_in(SUPERVISOR, "/me")
    page, sam = visit.page, desk.workspace.people[SUPERVISOR]
    page.get_by_text(sam.email).wait_for()
    page.evaluate("() => { window.stays = true; }")
    refused = {"status": 401, "headers": {"Access-Control-Allow-Origin": "*"}, "body": "{}"}
    ended = {**refused, "status": 400, "body": '{"__type": "NotAuthorizedException"}'}
    page.route(
        "**/me/presence", lambda route: route.fulfill(**refused) if route.request.method == "PUT" else route.continue_()
    )
    page.route(f"{desk.cloud.endpoint_url}/", lambda route: route.fulfill(**ended))

    page.get_by_role("button", name=sam.name).click()
    page.get_by_role("menuitemradio", name="Busy").click()
    page.get_by_role("dialog", name="Sign in again").wait_for()
    assert findings(page) == []
    page.unroute_all()
    sign_in(page, sam)

    page.get_by_role("button", name=f"{sam.name}: Busy").wait_for()
    assert page.evaluate("() => window.stays") is True
    assert desk.workspace.desk(desk.cloud, SUPERVISOR).call("GET", "/me/presence")["intent"] == "busy"
    assert visit.complaints == []


def test_language_and_theme_are_changed_at_once_and_kept(desk: WebDesk) -> None:
    visit = desk.signed_in(AGENT, "/me")
    page = visit.page
    page.get_by_text("繁體中文").click()
    page.get_by_role("heading", name="我的設定", level=1).wait_for()
    page.get_by_text("深色").click()
    page.reload()

    page.get_by_role("heading", name="我的設定", level=1).wait_for()
    shown = page.evaluate(
        "() => [document.documentElement.lang, document.title, getComputedStyle(document.body).color]"
    )
    assert shown == ["zh-Hant", "我的設定 · Parley", "rgb(233, 236, 241)"]
    assert visit.complaints == []


def test_the_language_of_the_browser_is_spoken_first(desk: WebDesk) -> None:
    page = desk.visit(locale="ru-RU").page
    page.goto(desk.url)
    page.get_by_role("heading", name="Вход").wait_for()


def test_an_agent_sees_no_board_and_is_told_who_to_ask(desk: WebDesk) -> None:
    page = desk.signed_in(AGENT, "/board").page
    page.get_by_text("Ask an administrator.").wait_for()
    assert page.get_by_role("link", name="Board").count() == 0


def test_the_keyboard_finds_the_content_first_and_the_heading_after_a_change_of_page(desk: WebDesk) -> None:
    page = desk.signed_in(SUPERVISOR, "/board").page
    page.get_by_role("heading", level=1).wait_for()
    page.locator("body").press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to content"
    page.get_by_role("link", name="Me", exact=True).press("Enter")
    page.get_by_role("heading", name="My settings").wait_for()
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")


def test_a_cut_line_is_told_and_the_way_back_too(desk: WebDesk) -> None:
    page = desk.signed_in(SUPERVISOR, "/board").page
    page.get_by_role("button", name="Connection: Live").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Connection: You are offline").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Connection: Live").wait_for()


def test_a_manager_sees_the_floor_change_counts_it_and_has_it_sent(desk: WebDesk) -> None:
    visit = desk.signed_in(SUPERVISOR, "/board")
    page = visit.page
    waiting = page.locator("main dl > div").filter(has_text="Waiting").locator("dd")
    expect(waiting).to_have_text(re.compile(r"\d+"), timeout=PATIENCE_MS)
    before, answered = int(waiting.inner_text()), _answered(desk)
    names = [f"{name} {tag()}" for name in ("Ravi", "Mina")]
    for name in names:
        desk.cloud.providers.custom_says(CUSTOM_SYSTEM, name, text="Where is it?", contact={"name": name})
    _reads(waiting, str(before + 2))
    assert findings(page) == []

    mine, lead = desk.workspace.desk(desk.cloud, AGENT), desk.workspace.desk(desk.cloud, SUPERVISOR)
    me = mine.call("GET", "/me")["id"]
    waits = [row for row in mine.items("/conversations?view=all&status=open") if row["contact_name"] in names]
    for row in waits:
        given = {"assignee_id": me, "team_id": None, "exceed": True}
        lead.call("POST", f"/conversations/{row['id']}/assignment", given)
    _reads(waiting, str(before))
    for row in waits:
        mine.reply(row["id"], "It comes tomorrow.")

    eventually(lambda: _answered(desk) == answered + 2, "the answers were not counted")
    go(page, "/reports?period=today&compare=0")
    page.get_by_role("button", name="Own system").click()
    page.get_by_text(f"Shown: {answered + 2} of {answered + 2}").wait_for()
    listed = page.get_by_role("dialog").locator("tbody th").all_inner_texts()
    assert {row["id"] for row in waits} <= set(listed)
    assert len(listed) == answered + 2
    assert findings(page) == []
    page.keyboard.press("Escape")

    go(page, "/schedules")
    page.get_by_role("button", name="New scheduled report").click()
    page.get_by_label("Name").fill("Answers of the week")
    page.get_by_label("E-mail addresses").fill("lead@example.test")
    page.get_by_text("Next:").wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Send now: Answers of the week").click()
    # This stack has no domain for mail, and that is what the run says.
    page.get_by_text("lead@example.test: failed (This desk has no domain for mail").wait_for()
    assert findings(page) == []
    assert visit.complaints == []


def _reads(place: Locator, text: str) -> None:
    expect(place).to_have_text(text, timeout=PATIENCE_MS)


def _answered(desk: WebDesk) -> int:
    """How many first responses of today are counted on this channel; asks to have them counted."""
    cloud = desk.cloud
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs["AggregateQueueUrl"], MessageBody="{}")
    found = desk.workspace.desk(cloud, SUPERVISOR).call(
        "GET", "/reports/answers?metrics=first_response&period=today&channel=custom"
    )
    return int(found["totals"]["figures"]["first_response"]["n"])
