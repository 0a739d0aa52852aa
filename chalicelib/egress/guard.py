"""Where we may connect: public addresses over HTTPS, and the few hosts the stack trusts by name (the simulators).

The name is resolved once and the connection goes to the very address that was checked, so a name that answers
differently the second time gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.channels.base import NotSent

# NAT64 (RFC 6052) and the old IPv4-compatible form: the last four bytes are an IPv4 address.
_CARRIERS = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))

Resolve = Callable[[str, int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address to connect to, and the name to ask it for."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name. Raises NotSent when there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"the name {host[:100]} does not resolve") from error
    return [str(entry[4][0]) for entry in found]


def target(url: str, trusted_hosts: frozenset[str], resolver: Resolve = resolve) -> Target:
    """The address behind a url. Raises NotSent where it is none we may call."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise NotSent("the address is malformed") from error
    host = parts.hostname or ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not host or parts.username is not None or parts.password is not None:
        raise NotSent("the address names no host, or carries a password")
    trusted = f"{host}:{port}" in trusted_hosts
    if parts.scheme != "https" and not (trusted and parts.scheme == "http"):
        raise NotSent("only https addresses are called")
    addresses = list(resolver(host, port))
    if not trusted and not all(_is_public(address) for address in addresses):
        raise NotSent(f"{host[:100]} is not a public address")
    if not addresses:
        raise NotSent(f"the name {host[:100]} does not resolve")
    return Target(parts.scheme, host, port, addresses[0], path)


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.is_site_local:
            return False
        parsed = parsed.ipv4_mapped or parsed.sixtofour or _carried(parsed) or parsed
    return parsed.is_global and not parsed.is_multicast


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway would go on to."""
    inside = any(address in network for network in _CARRIERS)
    return ipaddress.IPv4Address(address.packed[-4:]) if inside else None
