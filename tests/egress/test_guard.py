"""Where we may connect: no private address by whatever name or spelling, and nothing but HTTPS."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.http import NotSent
from chalicelib.egress.guard import resolve, target

NOBODY: frozenset[str] = frozenset()
PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]


@pytest.mark.parametrize("address", PRIVATE)
def test_it_is_refused_when_the_name_leads_to_a_private_address(address: str) -> None:
    with pytest.raises(NotSent, match="not a public address"):
        target("https://files.example/x", NOBODY, lambda host, port: [address])


@pytest.mark.parametrize("address", PRIVATE)
def test_it_is_refused_when_one_of_several_addresses_is_private(address: str) -> None:
    with pytest.raises(NotSent, match="not a public address"):
        target("https://files.example/x", NOBODY, lambda host, port: [PUBLIC[0], address])


@pytest.mark.parametrize("address", PUBLIC)
def test_it_connects_to_the_very_address_that_was_checked(address: str) -> None:
    answers = iter([[address], ["127.0.0.1"]])
    found = target("https://files.example/x?y=1", NOBODY, lambda host, port: next(answers))
    assert (found.address, found.host, found.port, found.path) == (address, "files.example", 443, "/x?y=1")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://localhost./",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
    ],
)
def test_it_is_refused_when_this_machine_is_spelled_another_way(url: str) -> None:
    with pytest.raises(NotSent):
        target(url, NOBODY, resolve)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "https:///x",
        "http://files.example/",
        "ftp://files.example/",
        "file:///etc/passwd",
        "gopher://files.example/",
        "//files.example/x",
        "https://user@files.example/",
        "https://user:secret@files.example/",
        "https://@files.example/",
        "https://files.example:99999/",
        "https://files.example:x/",
        "https://[::1/",
    ],
)
def test_it_is_refused_when_the_address_is_no_plain_https_one(url: str) -> None:
    with pytest.raises(NotSent):
        target(url, NOBODY, lambda host, port: [PUBLIC[0]])


def test_it_is_refused_when_the_name_does_not_resolve() -> None:
    with pytest.raises(NotSent, match="does not resolve"):
        target("https://files.example/", NOBODY, lambda host, port: [])
    with pytest.raises(NotSent, match="does not resolve"):
        resolve("no-such-name.invalid", 443)
    with pytest.raises(NotSent, match="does not resolve"):
        resolve("a" * 70 + ".example", 443)


def test_only_the_very_host_and_port_that_are_trusted_may_be_private() -> None:
    trusted = frozenset({"127.0.0.1:8080"})
    found = target("http://127.0.0.1:8080/graph", trusted, lambda host, port: [host])
    assert (found.scheme, found.port) == ("http", 8080)
    for url in ("http://127.0.0.1:8081/", "http://127.0.0.1/", "http://localhost:8080/", "https://127.0.0.1:8443/"):
        with pytest.raises(NotSent):
            target(url, trusted, lambda host, port: ["127.0.0.1"])


@given(st.ip_addresses())
def test_no_address_outside_the_global_ranges_is_ever_connected_to(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    try:
        found = target("https://files.example/", NOBODY, lambda host, port: [str(address)])
    except NotSent:
        return
    assert found.address == str(address)
    assert address.is_global
    assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast)
