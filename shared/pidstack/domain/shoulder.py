"""Shoulders and prefixes: the parts of the name space that are handed out, and to which agency a name under them belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pidstack.domain.identifier import Identifier, Scheme, ShoulderName

MAX_DATACENTER_LENGTH = 32
_DATACENTER = re.compile(r"[A-Z0-9]+([-_.][A-Z0-9]+)*")


class Agency(StrEnum):
    """Who answers for a DOI in the wider world. ARKs and UUIDs have none."""

    NONE = "none"
    DATACITE = "datacite"
    CROSSREF = "crossref"


@dataclass(frozen=True, slots=True)
class Shoulder:
    """A start of names under which accounts may make identifiers.

    Attributes:
        name: what every identifier under it begins with.
        title: for people.
        agency: of the DOIs under it.
        datacenter: the DataCite symbol (`CDL.CDL`), where the agency is DataCite.
        mints: whether the registry makes up names under it; else depositors choose them all.
        test: open to every account; what is made under it expires and is never harvested.
    """

    name: ShoulderName
    title: str
    agency: Agency = Agency.NONE
    datacenter: str = ""
    mints: bool = True
    test: bool = False
    disabled: bool = False
    created_s: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """A DOI prefix (`doi:10.5072`), a NAAN (`ark:/99999`) or `uuid:`: the root of shoulders.

    Attributes:
        title: whose it is, for people; harvesters are told it as the name of the publisher.
    """

    name: str
    title: str = ""
    disabled: bool = False
    created_s: int = 0


def is_datacenter(symbol: str) -> bool:
    """Tell whether `symbol` can name a DataCite data center: capitals and digits joined by single `-`, `_` or `.`, up to 32."""
    return len(symbol) <= MAX_DATACENTER_LENGTH and _DATACENTER.fullmatch(symbol) is not None


def root_of(name: Identifier | ShoulderName) -> str:
    """Name the prefix that `name` lies under: `doi:10.5072`, `ark:/99999`, `uuid:`."""
    return f"{name.scheme}:{'/' if name.scheme is Scheme.ARK else ''}{name.prefix}"


def longest(shoulders: Iterable[Shoulder], identifier: Identifier) -> Shoulder | None:
    """Find the most specific shoulder that covers `identifier`: it decides agency and whether the name is a test."""
    covering = [shoulder for shoulder in shoulders if shoulder.name.covers(identifier)]
    return max(covering, key=lambda shoulder: len(str(shoulder.name)), default=None)
