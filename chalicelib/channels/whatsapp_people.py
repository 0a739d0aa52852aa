"""Who is at the other end of a WhatsApp message: phone numbers, business-scoped user ids, and
`contacts[]`.

Source: Meta, "Business-scoped user IDs" (2026). A BSUID looks like `US.13491208655302741918`, its
parent (for linked business portfolios) like `US.ENT.118157992`. Either it or the phone number may
be missing.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import Peer, Profile
from chalicelib.channels.untrusted import identifier, known, mapping, objects, optional, text

BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
PHONE = re.compile(r"[0-9]{5,20}")


def address(value: Any) -> str | None:
    """A phone number without its plus (it comes with and without one), any other address as it
    is."""
    found = identifier(value)
    bare = (found or "").removeprefix("+")
    return bare if PHONE.fullmatch(bare) else found


def sender(value: Mapping[str, Any], message: Mapping[str, Any]) -> Peer | None:
    """The customer who wrote `message`; None where nothing names them."""
    parent = optional(message.get("from_parent_user_id"))
    return _peer(value, message.get("from"), message.get("from_user_id"), parent)


def recipient(value: Mapping[str, Any], message: Mapping[str, Any]) -> Peer | None:
    """The customer of an echo: `to` by the reference. Some samples have them in `from` and us in
    `to`."""
    ours = re.sub(r"[^0-9]", "", text(mapping(value.get("metadata")).get("display_phone_number")))
    if ours and address(message.get("to")) == ours:
        return _peer(value, message.get("from"), message.get("from_user_id"))
    return _peer(value, message.get("to"), message.get("to_user_id"))


def status_peer(value: Mapping[str, Any], status: Mapping[str, Any]) -> Peer | None:
    """Whom a status is about. In a group `recipient_id` names the group, and its member has other
    fields."""
    prefix = "recipient_participant" if text(status.get("recipient_type")) == "group" else "recipient"
    return _peer(value, status.get(f"{prefix}_id"), status.get(f"{prefix}_user_id"))


def _peer(value: Mapping[str, Any], number: Any, user_id: Any, parent: str | None = None) -> Peer | None:
    named = [found for found in (address(user_id), address(number)) if found]
    card = _card(objects(value.get("contacts")), named)
    also = [found for found in (address(card.get("user_id")), address(card.get("wa_id"))) if found]
    # A BSUID outlasts a number that may be withheld; it is also seen in `from` itself.
    addresses = tuple(sorted(dict.fromkeys(named + also), key=lambda found: not BSUID.fullmatch(found)))
    if not addresses:
        return None
    profile = mapping(card.get("profile"))
    phone = next((f"+{found}" for found in addresses if PHONE.fullmatch(found)), None)
    return Peer(
        addresses,
        Profile(
            name=optional(profile.get("name")),
            username=optional(profile.get("username")),
            phone=phone,
        ),
        known(
            parent_user_id=parent or optional(card.get("parent_user_id")),
            identity_key_hash=optional(card.get("identity_key_hash")),
        ),
    )


def _card(cards: list[Mapping[str, Any]], named: list[str]) -> Mapping[str, Any]:
    """The entry of `contacts[]` for these addresses, never by its place in the list; where nothing
    names the sender, the only one there is."""
    for card in cards:
        if {address(card.get("wa_id")), address(card.get("user_id"))} & set(named):
            return card
    return cards[0] if not named and len(cards) == 1 else {}
