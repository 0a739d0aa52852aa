"""Addresses: which are the inbox's own, and which can stand in a header."""

import re

from chalicelib.channels import untrusted
from chalicelib.domain.inbox import Inbox

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}$)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def own_addresses(inbox: Inbox) -> list[str]:
    """The inbox's address and its other ones, in lower case."""
    listed = untrusted.items(inbox.settings.get("addresses"))
    named = [untrusted.text(inbox.settings.get("address")), inbox.account_id, *map(untrusted.text, listed)]
    return [address.strip().lower() for address in named if "@" in address]


def reply_domain(inbox: Inbox) -> str:
    """Where answers go: a domain whose mail comes to us."""
    own = own_addresses(inbox)
    return untrusted.text(inbox.settings.get("reply_domain")).lower() or (own[0].rpartition("@")[2] if own else "")


def is_own(address: str, inbox: Inbox) -> bool:
    """Whether an address is the inbox's, with or without what stands behind a plus."""
    local, _, domain = address.strip().lower().rpartition("@")
    base = local.partition("+")[0]
    return any(
        base == own.rpartition("@")[0].partition("+")[0] and domain in (own.rpartition("@")[2], reply_domain(inbox))
        for own in own_addresses(inbox)
    )


def plain_address(text: str) -> str | None:
    """An address that can stand in a header and go to SES: the domain in ASCII; None for anything else."""
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    address = f"{local}@{domain}"
    return address if _ADDRESS.fullmatch(address) else None
