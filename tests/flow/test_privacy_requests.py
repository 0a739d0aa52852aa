"""A shop asks for its customer to be erased, or for what is kept: from its webhook to the certificate and the file."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

import functions.jobs.handler
from chalicelib.domain.erasure import ErasureState
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.privacy_request import NOBODY, PrivacyRequest, RequestState, Wish
from chalicelib.services import erasure
from chalicelib.wiring import privacy
from tests.aws.memory_cloud import Crash, refused, straight
from tests.flow.bob import BOSS, bobs, seeded
from tests.flow.scene import Scene
from tests.flow.shops import people, shop

BOB = {"shop_domain": "shoes.myshopify.com", "customer": {"id": 7, "email": "Bob@Example.com", "phone": None}}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(erasure, "PAUSE_SECONDS", 0.0)
    with seeded() as scene:
        monkeypatch.setattr(functions.jobs.handler, "now", scene.now)
        yield scene


def requests(here: Scene) -> list[PrivacyRequest]:
    return list(privacy.requests().list(50, None, here.now()).items)


def waiting(here: Scene) -> PrivacyRequest:
    (only,) = [each for each in requests(here) if each.state is RequestState.WAITING]
    return only


def quarantined(here: Scene) -> list[str]:
    return [body.decode() for (bucket, _), (body, *_) in here.cloud.s3.objects.items() if bucket == "quarantine"]


def test_a_redaction_ends_in_a_certificate(here: Scene) -> None:
    request = waiting(here)
    by_phone, by_mail = bobs()
    assert (request.wish, dict(privacy.requests().owners(request))) == (Wish.ERASURE, {by_mail: False})
    assert {by_phone, by_mail} <= {each.id for each in people()}
    assert [body for body in quarantined(here) if "bob@example.com" in body]

    asked = privacy.requests().carry_out(BOSS, request.id, [by_mail], here.now())
    assert asked.state is RequestState.UNDER_WAY
    here.settle()
    done = privacy.requests().get(request.id, here.now())
    assert (done.state, done.trails) == (RequestState.DONE, ())
    found = privacy.erasures().get(done.work[0].id)
    assert found is not None
    assert (found.state, found.asked_by) == (ErasureState.DONE, "agt_boss")
    assert found.signature
    assert not {by_phone, by_mail} & {each.id for each in people()}
    # Its own payload is gone with the rest: the request stays, and names nobody.
    assert not [body for body in quarantined(here) if "bob@example.com" in body]
    for gone in (by_phone, by_mail):
        assert gone not in str(done)


def test_a_data_request_ends_in_a_file(here: Scene) -> None:
    body = {**BOB, "data_request": {"id": 9999}, "orders_requested": [5_001_001]}
    assert [shop("customers/data_request", body, "e7") for _ in range(3)] == [200, 200, 200]
    (request,) = [each for each in requests(here) if each.wish is Wish.EXPORT]
    _, by_mail = bobs()
    assert request.reference == "9999"
    assert dict(privacy.requests().owners(request)) == {by_mail: True}
    privacy.requests().carry_out(BOSS, request.id, [by_mail], here.now())
    here.settle()
    done = privacy.requests().get(request.id, here.now())
    assert done.state is RequestState.DONE
    written, *_ = here.cloud.s3.objects["attachments", f"jobs/{done.work[0].id}/personal-data.json"]
    assert by_mail in json.loads(written)["contact_ids"]


def test_nobody_is_told_so_and_the_shop_is_answered(here: Scene) -> None:
    body = {"shop_domain": "shoes.myshopify.com", "customer": {"id": 8, "email": "nobody@example.com"}}
    assert shop("customers/redact", body, "e8") == 200
    (closed,) = [each for each in requests(here) if each.state is RequestState.DONE]
    assert (closed.reason, closed.work) == (NOBODY, ())


@pytest.mark.parametrize("after", [False, True])
def test_the_request_is_there_whenever_the_shop_was_told_so(here: Scene, *, after: bool) -> None:
    """Interrupted at each call in turn, and repeated as shops do."""
    body = {**BOB, "customer": {"id": 9, "email": "bob@example.com"}}
    for at in range(1, 60):
        seen = iter(range(1, 10_000))

        def tap(name: str, call: Any, at: int = at, seen: Any = seen) -> Any:
            mine = next(seen) == at
            if mine and not after:
                raise Crash(name)
            answer = call()
            if mine:
                raise Crash(name)
            return answer

        here.cloud.tap = tap
        try:
            status = shop("customers/redact", body, "e9")
        except (Crash, StoreUnavailable):
            continue
        finally:
            here.cloud.tap = straight
        if status == 200 and at < next(seen):
            continue
        break
    assert shop("customers/redact", body, "e9") == 200
    assert len([each for each in requests(here) if each.state is RequestState.WAITING]) == 2


def test_the_shop_comes_again_when_nothing_could_keep_it(here: Scene) -> None:
    before = requests(here)

    def tap(name: str, call: Any) -> Any:
        if name.endswith("put_item"):
            raise refused("ProvisionedThroughputExceededException", name)
        return call()

    here.cloud.tap = tap
    status = shop("customers/redact", {**BOB, "customer": {"id": 10, "email": "bob@example.com"}}, "e10")
    here.cloud.tap = straight
    assert status == 503
    assert requests(here) == before
