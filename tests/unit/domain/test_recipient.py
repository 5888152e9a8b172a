"""Recipients: what is decided about them, where they ask from, and their tokens."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from pidstack.domain.errors import Invalid
from pidstack.domain.placement import Kind
from pidstack.domain.recipient import (
    Recipient,
    Scope,
    bearer_of,
    new_token_text,
    parse_network,
    recipient_at,
    token_digest,
)

SERIES = Scope("10.5072", 77)


@pytest.mark.parametrize("kind", [Kind.BOOK, Kind.SERIES])
def test_the_two_sets_of_a_series_are_one_scope(kind: Kind) -> None:
    assert Scope("10.5072", 77, kind) == SERIES
    assert hash(Scope("10.5072", 77, kind)) == hash(SERIES)


@pytest.mark.parametrize("written", ["all", "10.5072", "ark:/99999", "uuid:", "J:10.5072:4", "S:10.5072.1:77"])
def test_a_scope_is_read_as_it_was_written(written: str) -> None:
    assert str(Scope.parse(written)) == written


def test_no_scope_is_refused() -> None:
    with pytest.raises(Invalid):
        Scope.parse("")


# ------------------------------------------------------------------------------------------------------------- addresses
NEAR = Recipient("near", "Near", (ip_network("192.0.2.0/25"), ip_network("2001:db8:1::/48")))
WIDE = Recipient("wide", "Wide", (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("192.0.2.1", NEAR, id="in both, the narrower counts"),
        pytest.param("192.0.2.200", WIDE, id="in the wider only"),
        pytest.param("192.0.2.127", NEAR, id="last of a network"),
        pytest.param("192.0.2.128", WIDE, id="first behind it"),
        pytest.param("192.0.3.0", None, id="outside"),
        pytest.param("2001:db8:1::7", NEAR, id="IPv6"),
        pytest.param("2001:db8:2::7", WIDE, id="IPv6 in the wider only"),
        pytest.param("2001:db9::1", None, id="IPv6 outside"),
        pytest.param("::ffff:192.0.2.1", NEAR, id="IPv4 in IPv6"),
        pytest.param("fe80::1%eth0", None, id="with a zone"),
        pytest.param("", None, id="none"),
        pytest.param("test-invoke-source-ip", None, id="no address"),
    ],
)
@pytest.mark.parametrize("recipients", [(NEAR, WIDE), (WIDE, NEAR)], ids=["near first", "wide first"])
def test_a_recipient_is_known_by_its_address(recipients: tuple[Recipient, ...], address: str, expected: Recipient | None) -> None:
    assert recipient_at(address, recipients) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1/128"),
    ],
)
def test_networks_are_read_as_people_write_them(text: str, expected: str) -> None:
    assert str(parse_network(text)) == expected


@pytest.mark.parametrize("text", ["", "example.org", "192.0.2.7/24", "192.0.2/24", "192.0.2.0/33", "2001:db8::/129", "10.5072"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is no network"):
        parse_network(text)


# ---------------------------------------------------------------------------------------------------------------- tokens
@pytest.mark.parametrize("recipient", ["example", "a.b-c_d", "x" * 32])
def test_a_token_tells_whose_it_is_and_fits_a_header(recipient: str) -> None:
    text = new_token_text(recipient)

    assert bearer_of(text) == recipient
    assert text.isascii()
    assert not set(text) & set(' ",;')


def test_no_two_tokens_are_alike() -> None:
    assert len({token_digest(new_token_text("example")) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text", ["", "abc", "e" * 101, "exämple.abc", f"example.{'x' * 100}"], ids=["none", "no dot", "long", "ä", "very"]
)
def test_what_can_be_no_token_is_nobodys(text: str) -> None:
    assert bearer_of(text) == ""
