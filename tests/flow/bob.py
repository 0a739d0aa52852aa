"""Bob, who is known to every store of the desk, and Alice beside him: what is looked for once he is erased."""

import json
from dataclasses import replace
from typing import Any

from chalicelib.aws import keys, keys_contact, keys_live, keys_work
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.segments import SegmentStore
from chalicelib.aws.transaction import Desk, Put, Update
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.erasure import Erasure, ErasureState
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.services import desk as desk_service
from chalicelib.services import people as persons
from chalicelib.services.erasure import Erasing
from chalicelib.services.personal_data import STORES
from chalicelib.wiring import erasure as wired
from chalicelib.wiring import shared
from tests.flow.scene import ANA, BOB, PHONE, Scene
from tests.flow.shops import order, people, shop, shop_scene

BOSS = Principal("agent", "agt_boss", "Boss", Role.ADMIN)
ALICE = "85290000001"
# Whatever of Bob may stand anywhere, in any notation.
TRACES = ("bob chan", "bob@example", BOB, "6123 4567", "wrong size", "blue shoes", "#1001", "bobs-receipt")


class seeded:  # noqa: N801 - used as a function
    """Bob by WhatsApp and from a shop, one person, with two cases, notes and files; Alice beside him."""

    def __enter__(self) -> Scene:
        self._scene = shop_scene()
        here: Scene = self._scene.__enter__()
        here.world.keeps_customers = True
        here.cloud.raw["secretsmanager"].texts["parley/test/certificates"] = "seed of this stack"
        here.says("The blue shoes are the wrong size.")
        here.settle()
        case = here.conversation
        here.replies(case.id, "Sorry, Bob Chan! We change them.", "one")
        here.cloud.s3.put_object(Bucket="attachments", Key="notes/upl_bob", Body=b"Bob Chan's passport")
        scan = Attachment("image/png", "Bob Chan.png", 19, object_key="notes/upl_bob", state=AttachmentState.STORED)
        said = "Bob Chan calls from +852 6123 4567"
        desk_service.add_note(here.desk, ANA, case.id, "n1", said, here.now(), attachments=(scan,))
        here.settle()
        desk_service.set_status(here.desk, ANA, case.id, Status.RESOLVED, here.now())
        here.now.pass_(days=30)
        here.says("It is me again, bob@example.com.")
        here.provider.whatsapp.say(PHONE, ALICE, text="Where are my boots?", name="Alice Wu")
        assert shop("orders/create", order(email="bob@example.com", note="blue shoes"), "e1") == 200
        assert shop("orders/create", order(1002, email="alice@example.com"), "e2") == 200
        shop("customers/redact", {"shop_id": 1, "customer": {"id": 7, "email": "bob@example.com"}})
        here.settle()
        by_phone, by_mail = bobs()
        persons.link(
            PeopleStore(shared.desk()),
            by_phone,
            by_mail,
            strength=95,
            evidence=["said_so"],
            actor=SYSTEM,
            now=here.now(),
            reason="Bob Chan said so",
        )
        here.settle()
        return here

    def __exit__(self, *error: Any) -> Any:
        return self._scene.__exit__(*error)


def bobs() -> tuple[str, str]:
    found = people()
    by_phone = next(each.id for each in found if each.name == "Bob Chan")
    return by_phone, next(each.id for each in found if each.email == "bob@example.com")


def erasing(here: Scene) -> Erasing:
    """The desk goes on working while the erasure waits."""
    wired.erasing.cache_clear()
    return replace(wired.erasing(), pause=lambda _seconds: here.settle())


def carried_out(here: Scene, erasure_id: str, portions: int = 200) -> Erasure:
    for _ in range(portions):
        after = erasing(here).advance(erasure_id, here.now())
        if after.state is not ErasureState.RUNNING:
            return after
    raise AssertionError("it does not end")


def sown(here: Scene) -> set[str]:
    """A trace of Bob in every store that the scene itself leaves empty; gives the stores."""
    by_phone, by_mail = bobs()
    alice = next(each.id for each in people() if each.name == "Alice Wu")
    case = next(each for each in here.conversations() if each.contact_id == by_phone)
    (leg_id,) = case.legs
    words, mine = "Bob Chan wants blue shoes", {"a": by_phone, "b": alice, "contact": by_phone}
    now, later = here.now(), {"expires_at": 2_000_000_000}
    mine_in_desk = [
        keys_contact.contact_note(by_mail, "nte_1"),
        keys_contact.contact_once(by_mail, "n1"),
        keys_contact.verification(by_phone, "vrf_1"),
        keys_contact.verification_point(by_phone, "phone", BOB),
        keys_contact.verifications_asked(by_phone),
        keys_contact.verification_on(leg_id),
        keys_contact.pushed(by_mail, "crm.name"),
        keys_contact.window(case.id, leg_id),
        keys_contact.question(case.id, leg_id),
        keys.once(case.id, "c1"),
        keys.promise(case.id, "prm_1"),
        keys.clock(case.id, "1-first_response"),
        keys.wait(case.id, 1),
        keys.scheduled(case.id, "sch_1"),
        keys_work.task(case.id, "tsk_1"),
        keys_work.agent_draft(case.id, "agt_ana"),
        keys_work.followers(case.id),
        keys_work.side_thread(case.id, "sth_1"),
        keys_work.side_message(case.id, "sdm_1"),
        keys_work.side_once(case.id, "sth_1", "m1"),
        keys_work.side_place("sth_1"),
        keys_work.webhook_delivery(case.id, "evt_1", "whk_1"),
        keys_work.webhook_delivery(by_mail, "evt_2", "whk_1"),
        keys.document("legal_hold", by_phone),
        keys.parked(leg_id, "bob"),
    ]
    desk = Desk(here.cloud.client("dynamodb"), "desk")
    for pk, sk in mine_in_desk:
        desk.write(Put({"pk": pk, "sk": sk, "text": words, "version": 1, "body": '{"stands": false}', **mine}, None))
    for one, other in ((by_phone, alice), (alice, by_phone)):
        for pk, sk in (keys_contact.pair(one, other), keys_contact.link_line(one, other, now, "linked", "1")):
            desk.write(Put({"pk": pk, "sk": sk, "reason": words, **mine}, None))
    segments = SegmentStore(desk)
    contact, belonging = segments.read(by_mail)
    assert contact is not None
    segments.write(contact, belonging, frozenset({"seg_1"}))
    live = Desk(here.cloud.client("dynamodb"), "live")
    told = [keys_live.entry(topic, 7) for topic in (f"conversation:{case.id}", f"visitor:{leg_id}")]
    for pk, sk in (keys_contact.external(by_mail, "src_1"), keys.typing(leg_id, "contact"), *told):
        live.write(Put({"pk": pk, "sk": sk, "text": words, **later}, None))
    decided = keys.decision(case.id, now)
    desk.write(Put({"pk": decided[0], "sk": decided[1], "row": {"t": now, "s": words}}, None))
    pk, sk = keys.trail(now, f"D{case.id}", agents=False)
    live.write(Put({"pk": pk, "sk": sk, "z": words, **later}, None))
    said = keys.message(leg_id, here.messages(case.id)[-1].id)
    file = {"mime": "image/png", "state": "stored", "object": "attachments/bob", "media": "upl_1"}
    content = json.dumps({"object_key": "inbound/bob", "cut": "ibx/bob"})
    values = {":files": [file], ":content": content}
    desk.write(Update(said, "SET attachments = :files, content = :content", values))
    desk.write(Put({"pk": "UPL#upl_1", "sk": "~", "name": "bobs-receipt.png"}, None))
    for bucket, key in (
        ("attachments", "attachments/bob"),
        ("attachments", "uploads/upl_1"),
        ("mails", "inbound/bob"),
        ("quarantine", "quarantine/ibx/bob"),
    ):
        here.cloud.raw["s3"].put_object(Bucket=bucket, Key=key, Body=b"bobs-receipt")
    return {store.name for store in STORES}
