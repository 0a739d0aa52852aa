"""What is taken back stands as it stood: with whoever had it, there or not."""

from secrets import token_hex

import pytest
from playwright.sync_api import expect

from infra.local.accounts import CUSTOM_SYSTEM
from tests.web.browser import PATIENCE_MS, WebDesk, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


def test_a_snooze_that_is_undone_stays_with_its_owner_who_is_offline(desk: WebDesk) -> None:
    # Functions of a machine with much to do take their time.
    expect.set_options(timeout=PATIENCE_MS)
    mark = token_hex(3)
    team = team_of(desk, f"Claims {mark}")
    olga, pavel = (hired(desk, f"{name} {mark}", team) for name in ("Olga", "Pavel"))
    customer = f"Kept {mark}"
    desk.cloud.providers.custom_says(
        CUSTOM_SYSTEM, customer.lower().replace(" ", "-"), text="My claim?", contact={"name": customer}
    )
    conversation = arrived(desk, customer, olga, team)
    # He would take it, were it looked for somebody anew.
    pavel.choose("online")
    olga.choose("offline")
    try:
        visit = desk.visit()
        page = visit.page
        page.goto(f"{desk.url}/inbox/mine?c={conversation}")
        sign_in(page, olga.person)
        page.get_by_role("group", name="Actions").get_by_role("button", name="Snooze").click()
        page.get_by_role("dialog").get_by_role("button", name="Snooze", exact=True).click()
        page.get_by_text("Snoozed until").first.wait_for()
        assert _stands(olga, conversation) == ("snoozed", olga.id)
        with page.expect_response(lambda answer: answer.url.endswith(f"{conversation}/status")) as answered:
            page.get_by_role("button", name="Undo").click()
        assert answered.value.json()["assignee_id"] == olga.id
        page.get_by_text("Taken back.").first.wait_for()
        # What happened since has come to routing once what came after it has.
        later = f"Later {mark}"
        desk.cloud.providers.custom_says(
            CUSTOM_SYSTEM, later.lower().replace(" ", "-"), text="And mine?", contact={"name": later}
        )
        arrived(desk, later, pavel, team)
        assert _stands(olga, conversation) == ("open", olga.id)
        assert visit.complaints == []
    finally:
        for each in (olga, pavel):
            each.choose("offline")


def _stands(who: Colleague, conversation: str) -> tuple[str, str]:
    found = who.api.call("GET", f"/conversations/{conversation}")
    return str(found["status"]), str(found["assignee_id"])
