"""Whether a mail's sender is who it says: what SES found, and whether that is about the domain in From.

DMARC says it whole. Without a policy there (GRAY), a passed SPF or DKIM counts where it is aligned: SES does not tell
which domain signed, so every signature of the mail must be of the sender's own domain.
Source: RFC 7489 section 3.1; "Contents of notifications for Amazon SES email receiving".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels import untrusted
from chalicelib.channels.email_mail import Mail

CHECKS = ("spf", "dkim", "dmarc", "spam", "virus")
_SIGNER = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")


@dataclass(frozen=True, slots=True)
class Proof:
    """`words` has SES's verdict of each check in lower case; whatever it does not say is `unknown`."""

    verified: bool
    words: Mapping[str, str]


def proof(mail: Mail, told: Mapping[str, Any], receipt: Mapping[str, Any]) -> Proof:
    """`told` is what SES says of the mail (envelope and headers), `receipt` what it found."""
    words = {check: _word(receipt.get(f"{check}Verdict")) for check in CHECKS}
    domain = mail.sender.address.rpartition("@")[2].lower() if mail.sender else ""
    if len(mail.senders) != 1 or not domain:
        return Proof(False, words)
    if words["dmarc"] in ("pass", "fail"):
        return Proof(words["dmarc"] == "pass", words)
    by_spf = words["spf"] == "pass" and _aligned(untrusted.text(told.get("source")).rpartition("@")[2], domain)
    return Proof(by_spf or (words["dkim"] == "pass" and _is_signed_by(told, domain)), words)


def _word(verdict: Any) -> str:
    return untrusted.label(untrusted.mapping(verdict).get("status") or "unknown")


def _aligned(one: str, other: str) -> bool:
    """The same domain, or one below the other (relaxed alignment without a list of public suffixes)."""
    one, other = one.strip().lower().rstrip("."), other.strip().lower().rstrip(".")
    shorter = min(one, other, key=len)
    return "." in shorter and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _is_signed_by(told: Mapping[str, Any], domain: str) -> bool:
    """Whether all signatures are the sender's. Headers that were cut off may hold another."""
    if told.get("headersTruncated") is not False:
        return False
    signatures = [
        untrusted.text(header.get("value"))
        for header in untrusted.objects(told.get("headers"))
        if untrusted.text(header.get("name")).lower() == "dkim-signature"
    ]
    signers = [_SIGNER.search(signature) for signature in signatures]
    return bool(signers) and all(found is not None and _aligned(found[1], domain) for found in signers)
