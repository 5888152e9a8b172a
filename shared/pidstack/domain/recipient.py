"""Recipients: organisations that are handed whole records, and what depositors have decided about each of them.

Rule: Crossref, "OAI-PMH" and "Bulk metadata formats": recipients are registered and known by a token or by their addresses;
depositors may keep their records from one, or give them to it, as a whole, by prefix or by title; who decides nothing is in; and
a new recipient sees nothing until depositors have had time to decide.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from pidstack.domain.errors import Invalid
from pidstack.domain.placement import Kind

DEFAULT_WINDOW_DAYS = 30
MAX_TOKEN_LENGTH = 100
_TOKEN_BYTES = 32
_TITLE = re.compile(r"([JBS]):(10\.[0-9.]+):([1-9][0-9]*)", re.ASCII)
_EVERYTHING = "all"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Choice(StrEnum):
    """What somebody has decided: a recipient gets the records, or it does not."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is handed whole records.

    Attributes:
        id: a name as accounts have.
        name: for people.
        networks: whoever asks from an address in one of them is this recipient.
        opt_in: whether it gets the records that nobody has decided about.
        since_s: Unix seconds before which it gets nothing.
        edition: another one after each change to it, its tokens or the decisions about it; the store's business.
    """

    id: str
    name: str
    networks: tuple[Network, ...] = ()
    opt_in: bool = True
    since_s: int = 0
    created_s: int = 0
    edition: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A recipient's key, known by its digest only.

    Attributes:
        name: the operator's, for telling it from the recipient's others.
        digest: of its text: SHA-256, hexadecimal. The text is random, so a fast digest is a safe one.
        used_day: the last UTC day on which it was seen, `2026-11-22`; empty if it never was.
    """

    recipient: str
    name: str
    digest: str
    created_s: int = 0
    used_day: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a decision is about: everything, what lies under a prefix, or one title.

    Attributes:
        prefix: as placements have it, `10.5072` or `ark:/99999`; empty for everything.
        number: of the title or series; 0 for the whole prefix.
        kind: of the title. Numbers are unique under a prefix, so it tells no two scopes apart.
    """

    prefix: str = ""
    number: int = 0
    kind: Kind = field(default=Kind.NONE, compare=False)

    def __str__(self) -> str:
        """Write it as `all`, `10.5072`, or the set of the title, `J:10.5072:4`."""
        return f"{self.kind}:{self.prefix}:{self.number}" if self.number else self.prefix or _EVERYTHING

    @classmethod
    def parse(cls, written: str) -> Scope:
        """Read what `str` writes; prefixes are not looked at.

        Raises:
            Invalid: nothing is written.
        """
        if not written:
            raise Invalid("a decision is about everything, a prefix or a title", "scope")
        match = _TITLE.fullmatch(written)
        if match is None:
            return cls("" if written == _EVERYTHING else written)
        return cls(match[2], int(match[3]), Kind(match[1]))


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class OptOut:
    """A decision about what one recipient gets; in spite of its name it may also let it in.

    Attributes:
        account: the depositor, whose records alone it is about; empty if it is about all depositors' records.
    """

    recipient: str
    account: str
    scope: Scope
    choice: Choice
    decided_s: int = 0


def recipient_at(address: str, recipients: Iterable[Recipient]) -> Recipient | None:
    """Find whose network an address is in; of several the narrowest counts.

    Args:
        address: IPv4 or IPv6, as text. One that cannot be read is nobody's.
    """
    found = address_of(address)
    if found is None:
        return None
    best: tuple[int, Recipient] | None = None
    for recipient in recipients:
        for network in recipient.networks:
            if found in network and (best is None or network.prefixlen > best[0]):
                best = (network.prefixlen, recipient)
    return best[1] if best else None


def address_of(text: str) -> Address | None:
    """Read an address; an IPv4 address in the form of IPv6 is the IPv4 address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def parse_network(text: str) -> Network:
    """Read addresses as people write them: `192.0.2.0/24`, `2001:db8::/32`, or a single one.

    Raises:
        Invalid: they are no addresses, or the network has bits set beyond its mask.
    """
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise Invalid(f"{text!r} is no network: write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", "addresses") from error


def new_token_text(recipient: str) -> str:
    """Make up a token: the recipient's id, a dot, and 256 random bits as base64url."""
    return f"{recipient}.{secrets.token_urlsafe(_TOKEN_BYTES)}"


def token_digest(text: str) -> str:
    """Give what a token is remembered by."""
    return hashlib.sha256(text.encode()).hexdigest()


def bearer_of(text: str) -> str:
    """Tell whose a token says it is; empty if it can be no token."""
    return text.rpartition(".")[0] if len(text) <= MAX_TOKEN_LENGTH and text.isascii() else ""
