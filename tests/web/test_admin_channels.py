"""Administration in a real browser: a channel is connected against its simulator, keys, webhooks and texts are made."""

import re

import pytest
from playwright.sync_api import expect

from infra.local.desk import Desk
from infra.local.flows import tag
from infra.local.workspace import ADMIN
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, go

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

TOKEN, SECRET = "right-token", "right-secret"


def broken(visit: Visit) -> list[str]:
    """What the browser complained about, but for the refusals that are asked for here."""
    return [each for each in visit.complaints if "status of 4" not in each]


def number_of(desk: WebDesk, mark: str) -> str:
    """A number of our own at the provider."""
    number = f"77{int(mark, 36) % 10**10:010d}"
    desk.cloud.providers.register(f"/whatsapp/numbers/{number}", {"access_token": TOKEN, "app_secret": SECRET})
    return number


def test_a_channel_is_connected_tested_and_given_to_a_team(desk: WebDesk) -> None:
    mark = tag()
    number = number_of(desk, mark)
    visit = desk.signed_in(ADMIN, "/admin/inboxes/new")
    page = visit.page
    page.get_by_role("link", name="WhatsApp").click()
    page.get_by_label("Name", exact=True).fill(f"WhatsApp {mark}")
    page.get_by_role("button", name="Check and continue").click()
    expect(page.get_by_text("This is needed.").first).to_be_visible(timeout=PATIENCE_MS)

    page.get_by_label("Phone number ID").fill(number)
    token = page.locator("input[name=access_token]")
    token.fill("wrong-token")
    page.locator("input[name=app_secret]").fill(SECRET)
    page.get_by_role("button", name="Further settings").click()
    page.locator("input[name=api_base]").fill(f"{desk.cloud.providers.url}/graph/v25.0")
    page.get_by_role("button", name="Check and continue").click()
    expect(token).to_have_attribute("aria-invalid", "true", timeout=PATIENCE_MS)

    token.fill(TOKEN)
    page.get_by_role("button", name="Check and continue").click()
    page.get_by_text("Waiting for the provider’s check…").wait_for()
    inbox = re.search(r"ibx_\w+", page.url)
    assert inbox is not None
    verify = page.get_by_role("group", name=re.compile("Verify token"))
    verify.get_by_role("button", name=re.compile("^Show")).click()
    at_provider(desk, number, inbox[0], verify.locator("code").inner_text())
    page.get_by_text(re.compile("^Verified ")).wait_for()

    page.get_by_role("button", name="Continue").click()
    customer_writes(desk, number, f"Anybody there, {mark}?")
    page.get_by_text(re.compile(f"Received from .*{mark}")).wait_for()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("li[data-done=true]", has_text="Delivered")).to_be_visible(timeout=PATIENCE_MS)

    page.get_by_role("button", name="Continue").click()
    page.get_by_role("textbox", name="Reopening, hours").fill("48")
    page.get_by_role("link", name="Inboxes").first.click()
    page.get_by_role("button", name="Stay here").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The provider takes the credentials.").wait_for()
    assert desk.workspace.desk(desk.cloud, ADMIN).call("GET", f"/inboxes/{inbox[0]}")["reopen_seconds"] == 48 * 3600
    assert broken(visit) == []


def at_provider(desk: WebDesk, number: str, inbox_id: str, verify_token: str) -> None:
    """What an administrator enters in Meta's console; Meta looks at the address at once."""
    there, address = f"/whatsapp/numbers/{number}", desk.cloud.webhook_url("whatsapp", inbox_id)
    desk.cloud.providers.register(there, {"webhook_url": address, "verify_token": verify_token})
    desk.cloud.providers.call("POST", f"{there}/handshake")


def customer_writes(desk: WebDesk, number: str, text: str) -> None:
    desk.cloud.providers.whatsapp_says(number, f"491555{number[-7:]}", text=text, name="Lena Vogt")


def test_programs_get_keys_and_are_told_what_happens_and_texts_are_kept(desk: WebDesk) -> None:
    mark, admin = tag(), desk.workspace.desk(desk.cloud, ADMIN)
    visit = desk.signed_in(ADMIN, "/admin/keys")
    page = visit.page
    page.get_by_role("button", name="New API key").first.click()
    page.get_by_label("Name", exact=True).fill(f"Shop {mark}")
    page.get_by_role("button", name="Create").click()
    once = page.get_by_role("dialog", name=f"Shop {mark}")
    once.get_by_role("button", name="Show: API key").click()
    key = once.locator("code").inner_text()
    assert Desk.with_key(desk.cloud.api_url, key).call("GET", "/me")["kind"] == "api"
    once.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("row", name=re.compile(mark))
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    expect(row.get_by_text(re.compile("^Revoked "))).to_be_visible(timeout=PATIENCE_MS)

    there = f"{desk.cloud.providers.url}/receiver/{mark}"
    go(page, "/admin/webhooks/new")
    page.get_by_label("Address").fill(there)
    page.get_by_text("Everything", exact=True).click()
    page.get_by_text("All of note").click()
    page.get_by_role("button", name="Create").click()
    secret = page.get_by_role("dialog", name=there)
    secret.get_by_role("button", name="Show: Secret").click()
    desk.cloud.providers.call("PUT", f"/receiver/{mark}", {"secrets": [secret.locator("code").inner_text()]})
    secret.get_by_role("button", name="I have kept it").click()
    page.get_by_role("tab", name="How it fares").click()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text(re.compile("^Answered 2")).wait_for()
    endpoint = next(each for each in admin.items("/webhook-endpoints") if each["url"] == there)
    assert endpoint["types"] == ["note.*"]

    go(page, "/admin/canned/new")
    page.get_by_label("Title").fill(f"Returns {mark}")
    page.get_by_label("Shortcut").fill(f"/{mark}")
    page.get_by_role("textbox", name="Text").fill("Dear ")
    page.get_by_role("button", name="Insert placeholder: contact.first_name").click()
    page.get_by_role("button", name="Create").click()
    page.get_by_role("heading", name=f"Returns {mark}", level=1).wait_for()
    kept = next(each for each in admin.items("/canned-responses?scope=all&limit=300") if each["shortcut"] == mark)
    admin.call("PATCH", f"/canned-responses/{kept['id']}", {"version": kept["version"], "title": f"Sendbacks {mark}"})
    page.get_by_label("Title").fill(f"Refunds {mark}")
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("dialog", name="Somebody else changed this first")
    conflict.get_by_text(f"Sendbacks {mark}").click()
    conflict.get_by_role("button", name="Save this").click()
    page.get_by_role("heading", name=f"Sendbacks {mark}", level=1).wait_for()
    assert broken(visit) == []
    admin.call("DELETE", f"/canned-responses/{kept['id']}")
    admin.call("DELETE", f"/webhook-endpoints/{endpoint['id']}")
