"""The items of verifications. Their codes are kept nowhere (`domain/verification`)."""

from datetime import timedelta

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.domain.verification import Verification, VerificationState

# What was proven stands with the contact; of how it came about nobody asks for longer.
KEPT_FOR = timedelta(days=30)


def verification_item(verification: Verification) -> Item:
    pk, sk = keys_contact.verification(verification.contact_id, verification.id)
    return {
        "pk": pk,
        "sk": sk,
        "kind": verification.kind,
        "value": verification.value,
        "conversation": verification.conversation_id,
        "leg": verification.leg_id,
        "message": verification.message_id,
        "by": verification.asked_by,
        "at": verification.asked_at,
        "until": verification.expires_at,
        "state": verification.state.value,
        "tries": verification.tries,
        "verified": verification.verified_at,
        "heard": verification.heard,
        "revision": verification.revision,
        "expires_at": int((verification.asked_at + KEPT_FOR).timestamp()),
    }


def verification_from(item: Item) -> Verification:
    return Verification(
        id=keys.sort_identifier(item["sk"]),
        contact_id=keys.identifier(item["pk"]),
        kind=item["kind"],
        value=item["value"],
        conversation_id=item["conversation"],
        leg_id=item["leg"],
        message_id=item["message"],
        asked_by=item["by"],
        asked_at=moment(item["at"]),
        expires_at=moment(item["until"]),
        state=VerificationState(item["state"]),
        tries=item["tries"],
        verified_at=moment_or_none(item.get("verified")),
        heard=tuple(item.get("heard", ())),
        revision=item["revision"],
    )
