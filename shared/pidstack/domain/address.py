"""Which addresses a webhook may be sent to: https, and nothing but the public internet.

Whoever registers a webhook makes this registry send requests for them. They must not reach what only the registry can reach:
its own network, its host, or the service that hands out its credentials.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from pidstack.domain.errors import Invalid

MAX_URL_LENGTH = 2048
_FIELD = "url"
_VISIBLE_ASCII = re.compile(r"[!-~]+")
_DEFAULT_PORTS = {"https": 443, "http": 80}
# IPv6 addresses that lead to an IPv4 address in their last 32 bits.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


@dataclass(frozen=True, slots=True)
class ReceiverUrl:
    """Where a webhook is sent.

    Attributes:
        scheme: `https`, or `http` towards loopback where that is allowed.
        host: a name or an address in lower case, without brackets.
        path: what stands in the request line: path and query, beginning with a slash.
    """

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> ReceiverUrl:
        """Read a URL; whether its host may be reached is only known once it is resolved: see `refusal`.

        Raises:
            Invalid: it is no URL for a webhook.
        """
        if len(text) > MAX_URL_LENGTH or not _VISIBLE_ASCII.fullmatch(text) or "\\" in text:
            raise Invalid(f"a webhook's URL has up to {MAX_URL_LENGTH} characters, all of them visible ASCII", _FIELD)
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise Invalid(f"{text} is not a URL", _FIELD) from error
        if parts.scheme not in _DEFAULT_PORTS:
            raise Invalid("a webhook's URL begins with https://", _FIELD)
        if not host or "%" in host or port == 0:
            raise Invalid(f"{text} names no host", _FIELD)
        if parts.username is not None or parts.password is not None:
            raise Invalid("a webhook's URL holds no user name and no password: receivers check the signature", _FIELD)
        if parts.fragment:
            raise Invalid("a webhook's URL has no fragment", _FIELD)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], path)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port: the value of a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def refusal(url: ReceiverUrl, addresses: Sequence[str], *, allow_loopback: bool) -> str:
    """Say why `url` may not be reached at `addresses`, which its host resolves to; empty if it may.

    One address that is not public refuses them all: which one answers first is up to whoever runs the name.

    Args:
        addresses: IPv4 and IPv6 addresses as text.
        allow_loopback: let loopback through, also without https: for a stack on a developer's machine.
    """
    found = [_innermost(ip_address(address.partition("%")[0])) for address in addresses]
    if not found:
        return f"{url.host} has no address"
    if allow_loopback and all(address.is_loopback for address in found):
        return ""
    if url.scheme != "https":
        return "a webhook's URL begins with https://"
    private = next((address for address in found if not _is_public(address)), None)
    return f"{url.host} leads to {private}, which is not a public address" if private else ""


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Look through the forms in which an IPv6 address carries the IPv4 address that it leads to."""
    if isinstance(address, IPv4Address) or address.is_loopback:
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved
