"""Templates: the provider's list and its webhooks become what is known, and what is known decides what may be sent."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.stores.templates import TemplateStore
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors import MessageUnfit
from chalicelib.domain.message import MessageKind
from chalicelib.domain.template import Template, TemplateStatus
from chalicelib.services import templates
from chalicelib.services.calls import Calls
from chalicelib.services.inboxes import Inboxes
from chalicelib.wiring import shared
from tests.flow.scene import BOB, INBOX, PHONE, Scene, scene

WABA = "100000000000001"
ORDER = {"name": "order_update", "language": "en_US"}


@pytest.fixture
def here() -> Iterator[Scene]:
    """Two numbers of one business account and one app (`ibx_wa`, `ibx_wc`), a third with a secret of its own."""
    with scene() as made:
        for inbox_id in ("ibx_wa", "ibx_wb", "ibx_wc"):
            inbox = shared.inboxes().get(inbox_id)
            assert inbox is not None
            settings = {**inbox.settings, "waba_id": WABA}
            shared.inboxes().replace(replace(inbox, settings=settings, version=2), 1)
        shared.inbox_directory().forget()
        yield made


def store() -> TemplateStore:
    return TemplateStore(shared.desk())


def synced(here: Scene, inbox: str = INBOX) -> templates.Synced:
    inboxes: Any = Inboxes(
        shared.inboxes(),
        shared.secrets(),
        None,  # type: ignore[arg-type]
        Calls(here.provider, lambda: 0.0),
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        "https://desk.test",
    )
    return templates.sync(inboxes, store(), inbox, here.now())


def known(inbox: str = INBOX, name: str = "order_update", language: str = "en_US") -> Template | None:
    return store().get(inbox, name, language)


def change(here: Scene, name: str = "order_update", language: str = "en_US", **given: Any) -> None:
    here.now.pass_(seconds=1)
    here.provider.whatsapp.change_template(PHONE, name, language, **given)
    here.settle()


def events(here: Scene) -> list[dict[str, Any]]:
    found = {event["id"]: event for event in here.cloud.events.published if event["type"] == "template.changed"}
    return list(found.values())


def template(*values: str, client_id: str = "t", **named: Any) -> dict[str, Any]:
    parameters = [{"type": "text", "text": value} for value in values]
    return {
        "kind": MessageKind.TEMPLATE,
        "content": {**ORDER, **named, "components": [{"type": "body", "parameters": parameters}]},
        "leg_id": ids.leg_id(INBOX, BOB),
        "client_id": client_id,
        "text": "",
    }


def send(here: Scene, **draft: Any) -> Any:
    conversation = ids.conversation_id(ids.leg_id(INBOX, BOB), 1)
    return here.replies(conversation, **draft)


def test_the_list_of_the_provider_is_taken_over(here: Scene) -> None:
    first = synced(here)
    here.world.pump()
    again = synced(here)

    assert (first.found, first.changed, again.changed) == (4, 4, 0)
    listed, at = templates.listed(store(), INBOX, TemplateStatus.APPROVED, "ORDER")
    assert [one.name for one in listed] == ["order_update"]
    assert at == here.now()
    assert listed[0].parts is not None
    assert listed[0].parts.body == "Hi {{1}}, your order {{2}} is on its way."
    assert {event["data"]["status"] for event in events(here)} == {"approved", "paused"}


def test_a_long_list_is_read_to_its_end(here: Scene) -> None:
    for number in range(230):
        here.provider.whatsapp.change_template(PHONE, f"made_{number:03}", "en", body="Hi", status="APPROVED")

    assert synced(here).found == 234
    assert len(store().of_inbox(INBOX)[0]) == 234


def test_what_is_gone_at_the_provider_is_said_to_be(here: Scene) -> None:
    synced(here)
    here.provider.whatsapp.change_template(PHONE, "hello_world", "en_US", gone=True)
    here.now.pass_(seconds=5)
    synced(here)

    gone = known(name="hello_world")
    assert gone is not None
    assert gone.status is TemplateStatus.DELETED


def test_a_list_that_is_refused_changes_nothing(here: Scene) -> None:
    synced(here)
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=190, fault_scope="all")

    with pytest.raises(templates.TemplatesUnavailable):
        synced(here)
    assert {one.status for one in store().of_inbox(INBOX)[0]} == {TemplateStatus.APPROVED, TemplateStatus.PAUSED}


def test_news_reach_every_number_of_the_account_that_can_prove_them(here: Scene) -> None:
    change(here, status="PAUSED", reason="Low quality")

    paused = [known(inbox) for inbox in ("ibx_wa", "ibx_wc")]
    assert [(one.status, one.reason) for one in paused if one] == [(TemplateStatus.PAUSED, "Low quality")] * 2
    assert known("ibx_wb") is None, "its secret does not prove the call"


def test_webhooks_tell_what_changes(here: Scene) -> None:
    synced(here)
    change(here, quality="YELLOW")
    change(here, category="MARKETING")
    change(here, status="REJECTED", reason="INVALID_FORMAT")
    change(here, status="APPROVED")

    now = known()
    assert now is not None
    assert (now.status, now.reason, now.quality, now.category) == (
        TemplateStatus.APPROVED,
        None,
        "yellow",
        "marketing",
    )
    told = [event["data"]["fields"] for event in events(here) if event["snapshot"]["id"] == now.id]
    assert told[1:] == [["quality"], ["category"], ["status", "reason"], ["status", "reason"]]


def notice(event: str, at: int, name: str = "order_update", **more: Any) -> dict[str, Any]:
    value = {"event": event, "message_template_id": 1, "message_template_name": name, **more}
    if "message_template_language" not in more:
        value["message_template_language"] = "en_US"
    change = {"field": "message_template_status_update", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA, "time": at, "changes": [change]}]}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_late_and_repeated_news_come_to_the_same(here: Scene, order: tuple[int, ...]) -> None:
    told = [notice("PENDING", 1772445600), notice("APPROVED", 1772445601), notice("PAUSED", 1772445602)]

    for place in (*order, *order):
        assert here.webhook(told[place])["statusCode"] == 200

    now = known()
    assert now is not None
    assert now.status is TemplateStatus.PAUSED


def test_news_of_a_template_nobody_knows_are_kept_as_far_as_they_go(here: Scene) -> None:
    here.webhook(notice("APPROVED", 1772445600, name="new_one"))
    here.webhook(
        notice("REJECTED", 1772445600, name="no_language", message_template_language="", message_template_id=2)
    )

    new, nameless = known(name="new_one"), known(name="no_language", language="")
    assert new is not None
    assert (new.status, new.parts) == (TemplateStatus.APPROVED, None)
    assert nameless is not None
    assert nameless.status is TemplateStatus.REJECTED


def test_a_category_is_found_by_the_templates_own_id(here: Scene) -> None:
    synced(here)
    now = known()
    assert now is not None
    value = {"message_template_id": now.external_id, "previous_category": "UTILITY", "new_category": "MARKETING"}
    change = {"field": "template_category_update", "value": value}
    at = int(here.now.pass_(seconds=9).timestamp())

    here.webhook({"object": "whatsapp_business_account", "entry": [{"id": WABA, "time": at, "changes": [change]}]})

    after = known()
    assert after is not None
    assert after.category == "marketing"


# --- sending -----------------------------------------------------------------------------------------------------


@pytest.fixture
def talking(here: Scene) -> Scene:
    here.says("Hi")
    here.settle()
    synced(here)
    here.now.pass_(seconds=5)
    return here


def test_a_template_that_fits_is_sent_and_shown_as_it_reads(talking: Scene) -> None:
    message = send(talking, **template("Ana", "1001"))
    talking.settle()

    assert message.text == "Hi Ana, your order 1001 is on its way."
    assert talking.screen()[-1] == "Hi Ana, your order 1001 is on its way."
    assert talking.messages(talking.conversation.id)[-1].state is DeliveryState.READ


def test_what_would_be_refused_is_refused_before_it_is_stored(talking: Scene) -> None:
    cases = [
        (template("Ana"), "content.components[0].parameters", "{{2}}"),
        (template("Ana", "1", "2"), "content.components[0].parameters[2]", "no place"),
        (template("Ana", "1", language="de"), "content.language", "en_US"),
        (template("Ana", "1", name="order_updat"), "content.name", "Sync"),
        (template("10 %", name="winter_sale", language="en"), "content.name", "paused"),
    ]
    for draft, field, words in cases:
        with pytest.raises(MessageUnfit) as refused:
            send(talking, **draft)
        assert refused.value.field == field
        assert words in refused.value.detail

    assert len(talking.messages(talking.conversation.id)) == 1


def test_a_paused_template_is_refused_as_soon_as_the_webhook_has_told(talking: Scene) -> None:
    change(talking, status="PAUSED", reason="Low quality")
    with pytest.raises(MessageUnfit, match="Low quality"):
        send(talking, **template("Ana", "1"))

    change(talking, status="APPROVED")
    assert send(talking, **template("Ana", "1")).state is DeliveryState.QUEUED


def test_an_inbox_that_was_never_synced_sends_what_it_likes(here: Scene) -> None:
    here.says("Hi")
    here.settle()
    here.now.pass_(seconds=5)

    message = send(here, **template("Ana", "1001"))
    here.settle()

    assert message.text == ""
    assert here.screen()[-1] == "Hi Ana, your order 1001 is on its way."
