"""Keys of verifications: an address stands in none in clear, and each leads to one thing."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_contact

addresses = st.emails() | st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)


@given(st.sampled_from(("email", "phone")), addresses, addresses)
def test_an_address_is_digested_and_leads_to_its_own_items(kind: str, one: str, other: str) -> None:
    for builder in (keys_contact.verifications_sent, lambda *point: keys_contact.verification_point("con_1", *point)):
        assert one not in "".join(builder(kind, one))
        assert (builder(kind, one) == builder(kind, other)) == (one == other)
        assert builder("email", one) != builder("phone", one)


def test_ids_are_read_back_and_nothing_of_a_contact_stands_at_the_same_place() -> None:
    pk, sk = keys_contact.verification("con_1", "vrf_1")
    assert (keys.identifier(pk), keys.sort_identifier(sk)) == ("con_1", "vrf_1")
    assert keys.identifier(keys_contact.verification_on("leg_1")[0]) == "leg_1"
    own = {
        keys.contact("con_1"),
        keys_contact.verification("con_1", "vrf_1"),
        keys_contact.verification_point("con_1", "email", "a@b.example"),
        keys_contact.verifications_asked("con_1"),
        keys_contact.habits("con_1"),
    }
    assert len(own) == 5
