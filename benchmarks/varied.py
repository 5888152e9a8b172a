"""Records that differ as those of a registry do: DataCite's published examples and the test vectors' deposits, in other words.

In every copy of an example words, names, numbers and places on earth are others, drawn (with a fixed seed) from the words of all
examples as often as they stand there, and names made of syllables; the elements, their order and their lists stay. So the text of
a member of 5,000 records compresses by about as much as published data files do, and not as copies of one text would. Documents are
kept as deposits keep them, checked by the same rules; what these refuse is left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.metadata import _EXAMPLES, _documents
from pidstack.domain.errors import InvalidDocument
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.services.documents import with_documents

PREFIX = "10.12345"
MOST_CHARACTERS = 40_000
_VECTORS = Path(__file__).parents[1] / "tests" / "vectors"
_OWN_NAMES = re.compile(r"\s*<doi_data><doi>10\.5072/(?:atp|gezeiten|buoys)</doi><resource>[^<]*</resource></doi_data>")
_TEXT = re.compile(r"(<([\w:.-]+)(?:\s[^<>]*)?>)([^<>]*\w[^<>]*)(?=<)")
_WORD = re.compile(r"&#?\w+;|[^\W\d_]{4,}|\d{3,}")
_COORDINATE = re.compile(r"\.\d+")
_SAID = re.compile(r"[^\W\d_]{4,}")
_PEOPLE = frozenset(
    [
        "creatorName",
        "contributorName",
        "givenName",
        "familyName",
        "given_name",
        "surname",
        "institution_name",
        "affiliation",
        "publisher_name",
        "organization",
    ]
)
# What is a code, or has a form of its own.
_CODES = frozenset(
    [
        "identifier",
        "doi",
        "resource",
        "date",
        "year",
        "month",
        "day",
        "publicationYear",
        "language",
        "resourceType",
        "issn",
        "isbn",
        "noisbn",
        "format",
        "mime_type",
        "version",
        "volume",
        "issue",
        "size",
        "funderIdentifier",
        "funder_identifier",
        "institution_id",
        "ORCID",
        "item",
        "relatedItemIdentifier",
        "timestamp",
    ]
)
_SYLLABLES = (
    *("an", "bar", "cel", "dor", "el", "fen", "gar", "hal", "is", "jor", "kan", "lin", "mar", "nor", "ost", "per", "quin"),
    *("ros", "sal", "tor", "ul", "ven", "wil", "yar", "zen", "berg", "dal", "ström", "vik"),
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A document to vary, and the profile it is kept under."""

    profile: str
    document: str


@cache
def patterns() -> tuple[Pattern, ...]:
    """Give the patterns, DataCite's and Crossref's; each is one that a record may have."""
    published = {path.read_bytes() for path in _EXAMPLES.glob("kernel-4.*/example/*.xml")} or set(_documents().values())
    found = [Pattern("datacite", xml.decode("utf-8-sig")) for xml in sorted(published) if len(xml) <= MOST_CHARACTERS]
    deposits = (path.read_text(encoding="utf-8") for path in sorted((_VECTORS / "crossref").glob("*.xml")))
    found += [Pattern("crossref", _OWN_NAMES.sub("", deposit)) for deposit in deposits]
    return tuple(pattern for pattern in found if _kept(_record(0, pattern, pattern.document)) is not None)


def varied_records(count: int, seed: int = 7) -> Iterator[Record]:
    """Make findable records as they are kept: half of DataCite XML, half of Crossref's deposits, each example in its turn."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    by_profile = [[each for each in patterns() if each.profile == profile] for profile in ("datacite", "crossref")]
    vocabulary = _vocabulary()
    number = made = 0
    while made < count:
        choice = by_profile[number % 2]
        pattern = choice[number // 2 % len(choice)]
        number += 1
        record = _kept(_record(number, pattern, _varied(pattern.document, chance, vocabulary)))
        if record is not None:
            made += 1
            yield record


@cache
def _vocabulary() -> tuple[str, ...]:
    """Give all words of all examples, as often as they stand there."""
    texts = (text for pattern in patterns() for _, name, text in _TEXT.findall(pattern.document) if _local(name) not in _CODES)
    return tuple(word for text in texts for word in _SAID.findall(text))


def _varied(document: str, chance: random.Random, vocabulary: Sequence[str]) -> str:
    def text(found: re.Match[str]) -> str:
        tag, name, content = found[1], _local(found[2]), found[3]
        if name in _CODES:
            return found[0]
        if name.startswith(("point", "westBound", "eastBound", "southBound", "northBound")):
            return tag + _COORDINATE.sub(lambda digits: "." + _digits(len(digits[0]) - 1, chance), content)
        return tag + _WORD.sub(lambda word: _other(word[0], chance, vocabulary, is_name=name in _PEOPLE), content)

    return _TEXT.sub(text, document)


def _other(word: str, chance: random.Random, vocabulary: Sequence[str], *, is_name: bool) -> str:
    if word[0] == "&" or word in {"http", "https", "orcid", "text", "html"}:
        return word
    if word.isdecimal():
        return _digits(len(word), chance)
    other = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))) if is_name else chance.choice(vocabulary)
    return other.capitalize() if word[0].isupper() else other.lower()


def _digits(count: int, chance: random.Random) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _record(number: int, pattern: Pattern, document: str) -> Record:
    kind = Kind.JOURNAL if pattern.profile == "crossref" else Kind.BOOK
    return Record(
        Identifier(f"doi:{PREFIX}/{number * 7919 % 10_000_019:08}"),
        f"owner{number % 7}",
        "groupa",
        created_s=1_700_000_000 + number,
        updated_s=1_790_000_000 - number * 97,
        target=f"https://data.example.org/objects/{number}",
        profile=pattern.profile,
        elements={pattern.profile: document},
        agency=Agency.CROSSREF if pattern.profile == "crossref" else Agency.DATACITE,
        registered_s=1_700_000_000 + number,
        version=2,
        placement=Placement(kind, PREFIX, 4, year=2021),
    )


def _kept(record: Record) -> Record | None:
    try:
        return with_documents(record, None)
    except InvalidDocument:
        return None
