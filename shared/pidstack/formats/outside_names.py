"""Names that other registries give, as strangers write them, in the one form that we keep.

Rules: DOI Handbook, 2.2; ORCID, "Structure of the ORCID Identifier" (ISO 7064 MOD 11-2); ROR, "ROR ID pattern"; ISO 3297 (ISSN).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from pidstack.domain.metadata import Affiliation, NameIdentifier

_DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*|info:doi/)?(10\.[0-9]{4,9}(?:\.[0-9]+)*/\S.*)", re.IGNORECASE | re.DOTALL
)
_ORCID = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:)?([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9X])/?", re.IGNORECASE
)
_ROR = re.compile(r"(?:(?:https?://)?(?:www\.)?ror\.org/)?(0[0-9a-hj-km-np-tv-z]{6}[0-9]{2})/?", re.IGNORECASE)
_ISNI = re.compile(r"(?:https?://)?(?:www\.)?isni\.org/(?:isni/)?([0-9]{15}[0-9Xx])/?", re.IGNORECASE)
_ISSN = re.compile(r"([0-9]{4})-?([0-9]{3}[0-9Xx])")
_LONG_NAME = 200
_FUNDER = re.compile(r"(?:.*10\.13039/)?([0-9]+)", re.DOTALL)
_SCHEMES = (
    (re.compile(r"ark:/?[0-9]", re.IGNORECASE), "ARK"),
    (re.compile(r"arxiv:", re.IGNORECASE), "arXiv"),
    (re.compile(r"urn:", re.IGNORECASE), "URN"),
    (re.compile(r"swh:1:", re.IGNORECASE), "SWHID"),
    (re.compile(r"https?://hdl\.handle\.net/", re.IGNORECASE), "Handle"),
    (re.compile(r"https?://purl\.(org|oclc\.org)/", re.IGNORECASE), "PURL"),
    (re.compile(r"(https?|ftp)://", re.IGNORECASE), "URL"),
)

_Found = TypeVar("_Found")


def _remembered(read: Callable[[str], _Found]) -> Callable[[str], _Found]:
    """Remember what names gave: people, funders and journals come again. Long texts are no names, and would fill the memory."""
    known = lru_cache(maxsize=4096)(read)

    @wraps(read)
    def remembered(given: str) -> _Found:
        return known(given) if len(given) < _LONG_NAME else read(given)

    return remembered


def doi_name(given: str) -> str:
    """Return a DOI in lower case without resolver or scheme (`10.5072/x`), or nothing if it is none."""
    return _doi_name(given) if "10." in given else ""


@_remembered
def _doi_name(given: str) -> str:
    match = _DOI.fullmatch(given.strip())
    return match[1].lower() if match else ""


def orcid_url(given: str) -> str:
    """Return `https://orcid.org/0000-...` for an ORCID iD in any form whose check character is right, else nothing."""
    match = _ORCID.fullmatch(given.strip())
    if match is None or not _mod_11_2("".join(match.groups())):
        return ""
    return "https://orcid.org/" + "-".join(match.groups()).upper()


def ror_url(given: str) -> str:
    """Return `https://ror.org/0...` for a ROR id in any form, else nothing."""
    match = _ROR.fullmatch(given.strip())
    return f"https://ror.org/{match[1].lower()}" if match else ""


@_remembered
def issn(given: str) -> str:
    """Return an ISSN with its hyphen (`1234-567X`); anything else as it is."""
    match = _ISSN.fullmatch(given.strip())
    return f"{match[1]}-{match[2].upper()}" if match else given.strip()


@_remembered
def funder(given: str) -> tuple[str, str]:
    """Return a funder's identifier and its DataCite type, both empty if nothing is given."""
    if url := ror_url(given):
        return url, "ROR"
    if match := _ISNI.fullmatch(given.strip()):
        return f"https://isni.org/isni/{match[1].upper()}", "ISNI"
    if match := _FUNDER.fullmatch(given.strip()):
        return f"https://doi.org/10.13039/{match[1]}", "Crossref Funder ID"
    return (given.strip(), "Other") if given.strip() else ("", "")


@_remembered
def name_identifier(given: str) -> NameIdentifier | None:
    """Read who an agent is from a URL or a bare identifier; None if it is no registry's that we know."""
    if url := orcid_url(given):
        return NameIdentifier(url, "ORCID", "https://orcid.org")
    if url := ror_url(given):
        return NameIdentifier(url, "ROR", "https://ror.org")
    if match := _ISNI.fullmatch(given.strip()):
        return NameIdentifier(f"https://isni.org/isni/{match[1].upper()}", "ISNI", "https://isni.org")
    return None


def affiliation(name: str, identifier: str = "") -> Affiliation | None:
    """Make an affiliation of a name and an identifier (ROR or ISNI); None without a name."""
    known = name_identifier(identifier)
    if not name:
        return None
    return Affiliation(name, known.value, known.scheme, known.scheme_uri) if known else Affiliation(name)


def related_name(given: str) -> tuple[str, str]:
    """Return another object's identifier and its DataCite type, both empty if it looks like none."""
    given = given.strip()
    if doi := doi_name(given):
        return doi, "DOI"
    for pattern, kind in _SCHEMES:
        if pattern.match(given) and len(given.split()) == 1:
            return given, kind
    return "", ""


def _mod_11_2(digits: str) -> bool:
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    expected = (12 - total % 11) % 11
    return digits[-1].upper() == ("X" if expected == 10 else str(expected))
