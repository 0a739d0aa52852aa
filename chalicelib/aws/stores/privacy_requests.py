"""What providers ask for the sake of privacy, as items; and who is known by the digests that they hold."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.packed import packed, unpacked
from chalicelib.aws.transaction import ABSENT, Desk, Put
from chalicelib.domain.privacy_request import Named, PrivacyRequest
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written

# How many contacts with one address are shown.
CANDIDATES = 25
# How many of a customer's orders are looked at: the customer's id and addresses tell more.
SUBJECTS = 25
_EVIDENCE = keys.evidence("", "", "")[0][:4]


class PrivacyRequestStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, request_id: str) -> PrivacyRequest | None:
        item = self._desk.get(keys_contact.privacy_request(request_id))
        return _request(item) if item else None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[PrivacyRequest]:
        """Newest first: one query and one read."""
        items, after = self._desk.whole_of_kind(keys_contact.PRIVACY_REQUESTS, limit, start)
        return Page([_request(item) for item in items], after)

    def put(self, request: PrivacyRequest, read_version: int) -> Written:
        """CONFLICT: there is one already (`read_version` 0), or somebody has changed it since."""
        pk, sk = keys_contact.privacy_request(request.id)
        item = {
            "pk": pk,
            "sk": sk,
            "version": request.version,
            "z": packed(request),
            "kind_key": keys_contact.PRIVACY_REQUESTS,
            "kind_sort": keys.view_key(request.received_at),
        }
        condition = "version = :read" if read_version else ABSENT
        try:
            self._desk.write(Put(item, condition, {":read": read_version} if read_version else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def trails(self, inbox_id: str, named: Named) -> tuple[str, ...]:
        """What leads to whom is named, without their addresses: `owners` follows it."""
        found = [keys.identity(identity)[0] for identity in named.identities]
        found += [keys.subject(inbox_id, subject)[0] for subject in named.subjects[:SUBJECTS]]
        found += [keys.evidence(kind, value, "")[0] for kind, value in named.evidence]
        return tuple(dict.fromkeys(found))

    def owners(self, trails: tuple[str, ...]) -> Mapping[str, bool]:
        """Contacts that are known by any of it now; whether for certain (not by an address that others may have)."""
        heads = [(pk, keys.HEAD) for pk in trails if not pk.startswith(_EVIDENCE)]
        items = self._desk.get_many(heads) if heads else {}
        found = {_owner(items[key]): True for key in heads if key in items}
        for pk in trails:
            if pk.startswith(_EVIDENCE):
                rows, _ = self._desk.query("pk = :pk", {":pk": pk}, limit=CANDIDATES, consistent=True)
                for row in rows:
                    if not row.get("gone"):
                        found.setdefault(str(row["sk"]), False)
        return found


def _owner(item: Mapping[str, Any]) -> str:
    """Of an identity, or of what a shop's events happened to."""
    return str(item["contact"] if "contact" in item else item["row"]["contact"])


def _request(item: Mapping[str, Any]) -> PrivacyRequest:
    found: PrivacyRequest = unpacked(item["z"], PrivacyRequest)
    return found
