"""RIS read into the model: the first reference of what reference managers export.

Rule: RIS format specifications (Research Information Systems, 2011); what becomes what: DataCite's reading of RIS (bolognese), and
the tags that other programs write for the same (`TI` for `T1`, `JO` for `T2`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pidstack.domain.metadata import (
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    Metadata,
    Publisher,
    RelatedIdentifier,
    Subject,
    Title,
    Types,
)
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.foreign_json import MAX_CHARACTERS
from pidstack.formats.outside_names import issn
from pidstack.formats.schema_org_types import CSL

_START = re.compile(r"\ufeff?\s*TY  ?-")
_CSL = {
    "BOOK": "book",
    "CHAP": "chapter",
    "COMP": "software",
    "CONF": "book",
    "CPAPER": "paper-conference",
    "DATA": "dataset",
    "DICT": "entry-dictionary",
    "EJOUR": "article-journal",
    "ELEC": "webpage",
    "BLOG": "post-weblog",
    "FIGURE": "graphic",
    "JOUR": "article-journal",
    "MAP": "map",
    "MPCT": "motion_picture",
    "NEWS": "article-newspaper",
    "RPRT": "report",
    "RRPT": "report",
    "SLIDE": "speech",
    "SOUND": "song",
    "STAND": "standard",
    "THES": "thesis",
    "VIDEO": "motion_picture",
}
_MORE_TAGS = ("BT", "CT", "ED")  # of older programs
_WHOLE = frozenset({"BOOK", "CONF"})  # kinds whose number is their own, not that of what they are in
_CONTAINERS = {"CHAP": "Book", "CPAPER": "Proceedings", "DATA": "DataRepository", "EJOUR": "Journal", "JOUR": "Journal"}
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]")
_DAY = re.compile(r"([0-9]{4})(?:[/-]([0-9]{1,2})(?:[/-]([0-9]{1,2}))?)?(?![0-9])")
_Tags = dict[str, list[str]]


def is_ris(text: str) -> bool:
    """Tell whether text begins as RIS does."""
    return _START.match(text) is not None


def read_ris(text: str) -> Metadata:
    """Read the first reference.

    Raises:
        Unreadable: there is none, or it says nothing (WRONG_RECORD), or it is TOO_LARGE.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"ris: is larger than {MAX_CHARACTERS} characters", Reason.TOO_LARGE, "ris")
    tags = _tags(text)
    kind = _first(tags, "TY").upper()
    titles = [*_all(tags, "T1", "TI", "CT")][:1]
    if not kind or not (titles or _all(tags, "AU", "A1")):
        raise Unreadable("ris: not a reference: TY, and T1 or AU are expected", Reason.WRONG_RECORD, "ris")
    issued = _day(_first(tags, "PY", "Y1", "DA")) or _first(tags, "PY", "Y1")
    number = _first(tags, "SN")
    return Metadata(
        creators=_people(tags, "AU", "A1"),
        titles=tuple(Title(title) for title in titles),
        publisher=Publisher(name) if (name := _first(tags, "PB")) else None,
        publication_year=issued[:4] if _DAY.match(issued) else "",
        types=replace(CSL.get(_CSL.get(kind, ""), Types("Other", "", "CreativeWork", "article")), ris=kind),
        subjects=tuple(Subject(word) for word in dict.fromkeys(_all(tags, "KW"))),
        contributors=tuple(replace(agent, contributor_type="Editor") for agent in _people(tags, "A2", "ED")),
        dates=(Date(issued, "Issued"),) if _DAY.match(issued) else (),
        language=_first(tags, "LA"),
        alternate_identifiers=(AlternateIdentifier(number, "ISBN"),) if number and kind in _WHOLE and not _is_issn(number) else (),
        related_identifiers=_part_of(number, kind),
        descriptions=tuple(Description(said, "Abstract") for said in [*_all(tags, "AB", "N2")][:1]),
        container=_container(tags, kind, number),
    )


def _tags(text: str) -> _Tags:
    """Give the values of the first reference by their tags. Of tags that come once, the first counts; lines without a tag go on."""
    import rispy

    start = _START.match(text)
    if start is None:
        return {}
    found: list[dict[str, Any]] = rispy.loads(
        f"TY  - {text[start.end() :].strip()}\nER  - ",
        mapping={tag: tag for tag in (*rispy.TAG_KEY_MAPPING, *_MORE_TAGS)},
        list_tags=[*rispy.LIST_TYPE_TAGS, "ED"],
        delimiter_tags_mapping={},
        skip_unknown_tags=True,
    )
    first: dict[str, Any] = found[0] if found else {}
    return {tag: [value] if isinstance(value, str) else value for tag, value in first.items()}


def _all(tags: _Tags, *names: str) -> list[str]:
    return [text for name in names for value in tags.get(name, []) if (text := " ".join(value.split()))]


def _first(tags: _Tags, *names: str) -> str:
    return next(iter(_all(tags, *names)), "")


def _people(tags: _Tags, *names: str) -> tuple[Agent, ...]:
    return tuple(_agent(name) for name in dict.fromkeys(_all(tags, *names)))


def _agent(name: str) -> Agent:
    """Read `Family, Given`, perhaps with `, Suffix`; a name without a comma is an organisation's, for all that RIS says."""
    family, *rest = (part.strip() for part in name.split(","))
    if not rest or not family or ";" in name:
        return Agent(name)
    given = ", ".join(part for part in rest if part)
    return Agent(", ".join(part for part in (family, given) if part), "Personal", given, family)


def _day(text: str) -> str:
    """Write `2018/4/25` and the like, which may have words behind them, as `2018-04-25`, as far as it is known."""
    match = _DAY.match(text)
    if match is None:
        return ""
    return "-".join(part.zfill(2) for part in match.groups() if part)


def _is_issn(number: str) -> bool:
    return _ISSN.fullmatch(number) is not None


def _part_of(number: str, kind: str) -> tuple[RelatedIdentifier, ...]:
    if not number or (kind in _WHOLE and not _is_issn(number)):
        return ()
    return (RelatedIdentifier(issn(number), "ISSN" if _is_issn(number) else "ISBN", "IsPartOf"),)


def _container(tags: _Tags, kind: str, number: str) -> Container | None:
    title = _first(tags, "T2", "JF", "JO", "BT", "JA", "J2", "T3")
    if not title:
        return None
    own = kind in _WHOLE and not _is_issn(number)
    return Container(
        type=_CONTAINERS.get(kind, "Series"),
        title=title,
        identifier="" if own else issn(number),
        identifier_type="" if own or not number else "ISSN" if _is_issn(number) else "ISBN",
        volume=_first(tags, "VL"),
        issue=_first(tags, "IS"),
        edition=_first(tags, "ET"),
        first_page=_first(tags, "SP"),
        last_page=_first(tags, "EP"),
    )
