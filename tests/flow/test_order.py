"""Whatever the network does to webhooks (copies, any order, any batches), the desk ends the same."""

import random
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.message import SILENT, Direction
from tests.flow import invariants
from tests.flow.scene import INBOXES, START, Scene, differences, scene, stored, without
from tests.flow.world import world

NUMBERS = (INBOXES[0], INBOXES[2])  # two numbers of one app, so one call may be for both
CUSTOMERS = ("85261234567", "85261234568")
START_SECONDS = int(START.timestamp())

# What depends on when and in which order calls arrived, and may:
ARRIVAL = {
    "version",  # one for each write, and a repeat may be told by another way of writing
    "events",  # those of the last write only
    "stored",  # when we had it
    "view_key",  # may lag behind the last activity (checked as an invariant), by how much depends on the order
    "view",  # the leg's copy of it
    "created",  # when the conversation was first stored
    "claim_token",  # each claim has its own
    "moved",  # when the status changed, which is when the first of them arrived
}


@dataclass(frozen=True)
class Item:
    """One item of a webhook: `number` and `customer` whose, `value` what goes into messages[] or statuses[]."""

    number: str
    customer: str
    array: str
    value: dict[str, Any]


def message_value(number: str, customer: str, seconds: int, index: int, kind: str) -> dict[str, Any]:
    bodies: dict[str, Any] = {
        "text": {"text": {"body": f"text {index} 🌧"}},
        "image": {"image": {"id": f"media{index}", "mime_type": "image/jpeg", "caption": f"look {index}"}},
        "reaction": {"reaction": {"message_id": "wamid.first", "emoji": "👍"}},
        "button": {"button": {"payload": f"p{index}", "text": f"choice {index}"}},
        "invented": {"invented": {"deep": [index]}},
    }
    return {
        "id": f"wamid.{number[-2:]}{customer[-2:]}.{index}",
        "from": customer,
        "timestamp": str(START_SECONDS + seconds),
        "type": kind,
        **bodies[kind],
    }


KINDS = ("text", "image", "reaction", "button", "invented")
STATUSES = ("sent", "delivered", "read", "failed")
pairs = st.tuples(st.sampled_from([number for _, number, _ in NUMBERS]), st.sampled_from(CUSTOMERS))
said = st.tuples(pairs, st.integers(-400, 900), st.sampled_from(KINDS))
marked = st.tuples(pairs, st.sampled_from(STATUSES))


def prepare(scene: Scene) -> dict[tuple[str, str], tuple[str, str]]:
    """Everybody has written once and been answered; gives (external id, tracker) of each answer."""
    scene.provider.knobs.turn(withhold_statuses=("all",))
    scene.now.at = START
    firsts = [
        Item(number, customer, "messages", message_value(number, customer, 0, 9000, "text"))
        for _, number, _ in NUMBERS
        for customer in CUSTOMERS
    ]
    for _, number, _ in NUMBERS:
        for customer in CUSTOMERS:
            scene.provider.whatsapp.customer(number, customer).last_inbound_at = START
    assert scene.webhook(payload(firsts))["statusCode"] == 200
    scene.now.pass_(seconds=30)
    for conversation in scene.conversations():
        scene.replies(conversation.id, "We are on it.", "c1")
    scene.settle()
    answers = {}
    for conversation in scene.conversations():
        (leg,) = conversation.legs.values()
        reply = next(each for each in scene.messages(conversation.id) if each.direction is Direction.OUTBOUND)
        assert reply.external_id is not None
        number = next(phone for inbox, phone, _ in NUMBERS if inbox == leg.inbox_id)
        answers[number, leg.address] = (reply.external_id, f"{leg.id}.{reply.id}.{reply.attempt}")
    scene.now.pass_(minutes=20)
    return answers


def payload(items: list[Item], cuts: random.Random | None = None) -> dict[str, Any]:
    """One webhook: items of one number share a change, or not, as `cuts` says."""
    entries: list[dict[str, Any]] = [{"id": "waba", "changes": []}]
    for item in items:
        changes = entries[-1]["changes"]
        last = changes[-1]["value"] if changes else None
        fits = last is not None and last["metadata"]["phone_number_id"] == item.number
        if not fits or (cuts is not None and cuts.random() < 0.3):
            if changes and cuts is not None and cuts.random() < 0.3:
                entries.append({"id": "waba", "changes": (changes := [])})
            metadata = {"display_phone_number": "15550001111", "phone_number_id": item.number}
            last = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": []}
            changes.append({"field": "messages", "value": last})
        assert last is not None
        last["contacts"].append({"wa_id": item.customer, "profile": {"name": f"Name of {item.customer}"}})
        last.setdefault(item.array, []).append(item.value)
    return {"object": "whatsapp_business_account", "entry": entries}


def items_of(messages: list[Any], marks: list[Any], answers: dict[tuple[str, str], tuple[str, str]]) -> list[Item]:
    found = [
        Item(number, customer, "messages", message_value(number, customer, seconds, index, kind))
        for index, ((number, customer), seconds, kind) in enumerate(messages)
    ]
    for (number, customer), status in dict.fromkeys(marks):
        external_id, tracker = answers[number, customer]
        at = START_SECONDS + 60 + STATUSES.index(status)
        value: dict[str, Any] = {"id": external_id, "status": status, "timestamp": str(at), "recipient_id": customer}
        value["biz_opaque_callback_data"] = tracker
        if status == "failed":
            value["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
        found.append(Item(number, customer, "statuses", value))
    return found


def deliver(scene: Scene, batches: list[dict[str, Any]]) -> None:
    for batch in batches:
        assert scene.webhook(batch)["statusCode"] == 200
        scene.now.pass_(milliseconds=700)
    scene.world.pump()


def canonical(scene: Scene) -> dict[tuple[str, str], Any]:
    return {key: _lasting(key, item) for key, item in stored(scene.world).items()}


def _lasting(key: tuple[str, str], item: dict[str, Any]) -> dict[str, Any]:
    kept = without(item, *ARRIVAL)
    if key[0].startswith("CON#"):
        kept = without(kept, "kind_sort") | {"row": without(item["row"], "created", "updated")}
    return kept


def same_end(messages: list[Any], marks: list[Any], seed: int, *, over_moto: bool = False) -> None:
    chance = random.Random(seed)
    with scene() as plain:
        answers = prepare(plain)
        items = items_of(messages, marks, answers)
        in_order = sorted(items, key=lambda item: int(item.value["timestamp"]))
        deliver(plain, [payload([item]) for item in in_order])
        wanted = canonical(plain)
        invariants.check(plain.world, stored(plain.world))
    with scene(world() if over_moto else None) as shaken:
        prepare(shaken)
        copies = [item for item in items for _ in range(chance.randint(1, 4))]
        chance.shuffle(copies)
        batches = []
        while copies:
            size = chance.randint(1, 6)
            batches.append(payload(copies[:size], chance))
            del copies[:size]
        deliver(shaken, batches)
        invariants.check(shaken.world, stored(shaken.world))
        assert differences(canonical(shaken), wanted) == []
        check_numbers(shaken, items)


def check_numbers(scene: Scene, items: list[Item]) -> None:
    """Nothing lost, nothing twice, unread right, in the provider's order."""
    assert len(scene.conversations()) == len(NUMBERS) * len(CUSTOMERS)
    for conversation in scene.conversations():
        (leg,) = conversation.legs.values()
        number = next(phone for inbox, phone, _ in NUMBERS if inbox == leg.inbox_id)
        own = [
            item.value
            for item in items
            if (item.number, item.customer, item.array) == (number, leg.address, "messages")
        ]
        entries = scene.messages(conversation.id)
        inbound = [each for each in entries if each.direction is Direction.INBOUND]
        assert {each.external_id for each in inbound} == {value["id"] for value in own} | {
            f"wamid.{number[-2:]}{leg.address[-2:]}.9000"
        }
        assert conversation.unread == sum(value["type"] not in {kind.value for kind in SILENT} for value in own)
        assert [each.occurred_at for each in entries] == sorted(each.occurred_at for each in entries)
    contacts = [key for key in stored(scene.world) if key[0].startswith("CON#")]
    assert len(contacts) == len(CUSTOMERS)


@settings(max_examples=24, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(said, max_size=12), st.lists(marked, max_size=8), st.integers(0, 2**32))
def test_the_desk_ends_the_same_when_webhooks_come_in_any_order_and_number(
    messages: list[Any], marks: list[Any], seed: int
) -> None:
    same_end(messages, marks, seed)


def test_the_desk_ends_the_same_when_the_table_is_motos() -> None:
    chance = random.Random(7)
    everyone = [(number, customer) for _, number, _ in NUMBERS for customer in CUSTOMERS]
    messages = [
        (chance.choice(everyone), chance.randint(-400, 900), chance.choice(("text", "reaction", "button")))
        for _ in range(5)
    ]
    marks = [(chance.choice(everyone), chance.choice(STATUSES)) for _ in range(4)]
    same_end(messages, marks, 7, over_moto=True)
