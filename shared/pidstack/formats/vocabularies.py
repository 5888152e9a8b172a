"""Look-ups in the vocabularies that descriptions are brought in line with: licences, languages, fields of science.

Each table is read on first use. Rule: DataCite REST API, the normalisations of `rightsList`, `language` and `subjects`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z+-]+)/([0-9.]+)((?:/[a-z]{2,3})?)(?:/.*)?"
)
_LANGUAGE_TAG = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence of the SPDX list: identifier (`CC-BY-4.0`), name, first web address."""

    identifier: str
    name: str
    uri: str


def licence_by_identifier(given: str) -> Licence | None:
    """Find a licence by its SPDX identifier, in any case."""
    return _licences()[0].get(given.lower())


def licence_by_name(given: str) -> Licence | None:
    """Find a licence by its full SPDX name."""
    return _licences()[1].get(given)


def licence_by_uri(given: str) -> Licence | None:
    """Find a licence by its web address; Creative Commons' with or without `legalcode`, language, `www` or `https`."""
    return _licences()[2].get(_licence_uri(given))


def language_code(given: str) -> str:
    """Return the two-letter code for a code, tag or English name of a language; what looks like a tag is kept, the rest is lost.

    Codes count in lower case only: `deu` and `french` are found, `ENG` stays.
    """
    codes, names = _languages()
    first = given.split("-")[0]
    if found := codes.get(first) or names.get(given.lower()):
        return found
    return given if _LANGUAGE_TAG.fullmatch(given) else ""


def field_of_science(subject: str, scheme: str = "") -> str:
    """Return the OECD field's label for a subject: that label (with or without `FOS: `), or a label or code of Australia's Fields
    of Research; nothing if it is none of these."""
    sciences, by_label, by_code = _fields()
    if (plain := subject.removeprefix("FOS: ")) in sciences:
        return plain
    if scheme == "FOR" and (code := re.match(r"[0-9]{3,6}", subject)):
        digits = code[0].zfill(len(code[0]) + len(code[0]) % 2)  # spreadsheets eat the zero of 060102
        return by_code.get(digits) or by_code.get(digits[:4], "")
    return by_label.get(subject, "")


def _licence_uri(given: str) -> str:
    """Bring an address to the form of comparison."""
    match = _CREATIVE_COMMONS.fullmatch(given.strip())
    if match is None:
        return given.strip().rstrip("/")
    kind, terms, version, country = match.groups()
    terms = "by-nc-nd" if terms == "by-nd-nc" else terms
    return f"creativecommons.org/{kind}/{terms}/{version}{country}"


@cache
def _licences() -> tuple[dict[str, Licence], dict[str, Licence], dict[str, Licence]]:
    rows = [Licence(*line.split("\t")) for line in (_DATA / "licences.tsv").read_text("utf-8").splitlines()]
    by_uri: dict[str, Licence] = {}
    for row in rows:
        if row.uri:
            by_uri.setdefault(_licence_uri(row.uri), row)
    return {row.identifier.lower(): row for row in rows}, {row.name: row for row in rows}, by_uri


@cache
def _languages() -> tuple[dict[str, str], dict[str, str]]:
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for line in (_DATA / "languages.tsv").read_text("utf-8").splitlines():
        two, three, bibliographic, name = line.split("\t")
        codes |= {two: two, three: two, bibliographic or two: two}
        names[name.lower()] = two
    return codes, names


@cache
def _fields() -> tuple[frozenset[str], dict[str, str], dict[str, str]]:
    sciences = frozenset((_DATA / "fields_of_science.txt").read_text("utf-8").splitlines())
    by_label: dict[str, str] = {}
    by_code: dict[str, str] = {}
    science = ""
    for line in (_DATA / "fields_of_research.txt").read_text("utf-8").splitlines():
        head, _, label = line.partition(" ")
        if head == ">":
            science = label
        elif head != "#":
            by_label[label] = science
            by_code[head] = science
    return sciences, by_label, by_code
