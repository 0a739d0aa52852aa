"""Keys of erasures, and of what is found as its owner's."""

from hypothesis import given

from chalicelib.aws import keys, keys_contact
from tests.domain.values import identifiers


@given(identifiers("era"))
def test_an_erasures_id_comes_back_out_of_its_key(erasure: str) -> None:
    pk, sk = keys_contact.erasure(erasure)
    assert (keys.identifier(pk), sk) == (erasure, keys.HEAD)


@given(identifiers("prq"))
def test_a_requests_id_comes_back_out_of_its_key(request: str) -> None:
    pk, sk = keys_contact.privacy_request(request)
    assert (keys.identifier(pk), sk) == (request, keys.HEAD)


@given(identifiers("con"), identifiers("con"))
def test_what_one_holds_is_no_others(one: str, other: str) -> None:
    assert (keys_contact.held(one) == keys_contact.held(other)) == (one == other)


@given(identifiers("con"), identifiers("leg"))
def test_an_items_place_is_among_what_its_owner_holds_by_its_own_key(owner: str, leg: str) -> None:
    pk, _ = keys.leg(leg)
    assert keys_contact.held_place(owner, pk) == {"kind_key": keys_contact.held(owner), "kind_sort": pk}
