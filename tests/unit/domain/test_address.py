"""Which URLs a webhook may have, and which addresses they may lead to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.address import ReceiverUrl, refusal
from pidstack.domain.errors import Invalid

HTTPS = ReceiverUrl.parse("https://hooks.example.org/pids")
HTTP = ReceiverUrl.parse("http://hooks.example.org/pids")
PRIVATE = {
    "loopback": "127.0.0.1",
    "any loopback": "127.255.0.9",
    "loopback of IPv6": "::1",
    "loopback in IPv6": "::ffff:127.0.0.1",
    "unspecified": "0.0.0.0",  # noqa: S104 - an address to be refused, nothing listens on it
    "unspecified of IPv6": "::",
    "class A": "10.1.2.3",
    "class B": "172.16.0.1",
    "class C": "192.168.1.1",
    "class C in IPv6": "::ffff:192.168.1.1",
    "class C in old IPv6": "::192.168.1.1",
    "shared by a carrier": "100.64.0.1",
    "credentials of the function": "169.254.169.254",
    "credentials by 6to4": "2002:a9fe:a9fe::1",
    "credentials by NAT64": "64:ff9b::a9fe:a9fe",
    "credentials by local NAT64": "64:ff9b:1::a9fe:a9fe",
    "credentials by IPv6": "fd00:ec2::254",
    "link of IPv6": "fe80::1",
    "link of IPv6 with its interface": "fe80::1%eth0",
    "documentation": "192.0.2.1",
    "multicast": "224.0.0.1",
    "multicast of IPv6": "ff02::1",
    "broadcast": "255.255.255.255",
}


@pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(HTTPS, [address], allow_loopback=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_a_public_address_is_reached(address: str) -> None:
    assert refusal(HTTPS, [address], allow_loopback=False) == ""


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    assert "10.0.0.7" in refusal(HTTPS, ["8.8.8.8", "10.0.0.7"], allow_loopback=False)


def test_a_host_without_an_address_is_refused() -> None:
    assert refusal(HTTPS, [], allow_loopback=True) == "hooks.example.org has no address"


def test_without_https_nothing_public_is_reached() -> None:
    assert refusal(HTTP, ["8.8.8.8"], allow_loopback=True) == "a webhook's URL begins with https://"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_local_stack_may_reach_loopback_without_https(address: str) -> None:
    assert refusal(HTTP, [address], allow_loopback=True) == ""


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.168.0.1"])
def test_a_local_stack_may_reach_nothing_private_but_loopback(address: str) -> None:
    assert refusal(HTTPS, [address], allow_loopback=True)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("https://Hooks.Example.org", ReceiverUrl("https", "hooks.example.org", 443, "/")),
        ("https://example.org:8443/a/b?c=d&e", ReceiverUrl("https", "example.org", 8443, "/a/b?c=d&e")),
        ("https://example.org:443/", ReceiverUrl("https", "example.org", 443, "/")),
        ("https://[2606:4700::1]:99/x", ReceiverUrl("https", "2606:4700::1", 99, "/x")),
        ("https://8.8.8.8/x", ReceiverUrl("https", "8.8.8.8", 443, "/x")),
    ],
    ids=["bare host", "port and query", "usual port", "IPv6", "IPv4"],
)
def test_a_url_is_read_and_written(text: str, parsed: ReceiverUrl) -> None:
    assert ReceiverUrl.parse(text) == parsed
    assert ReceiverUrl.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "https:///path",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org/#part",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://example.org\\@evil.example/",
        "https://example.org/a b",
        "https://example.org/\r\nX-Header: 1",
        "https://exämple.org/",
        f"https://example.org/{'a' * 2048}",
    ],
    ids=lambda text: text[:30] or "empty",
)
def test_what_is_no_url_for_a_webhook_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        ReceiverUrl.parse(text)

    assert caught.value.field == "url"


@settings(derandomize=True)
@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_form_of_ipv6(address: object) -> None:
    plain = refusal(HTTPS, [str(address)], allow_loopback=False) == ""

    mapped = refusal(HTTPS, [f"::ffff:{address}"], allow_loopback=False) == ""
    translated = refusal(HTTPS, [f"64:ff9b::{address}"], allow_loopback=False) == ""

    assert (mapped, translated) == (plain, plain)
