"""CSL-JSON read into the model: the item that reference managers and citation processors pass around.

The lists that Crossref's REST API has instead of texts are read too.
Rule: Citation Style Language 1.0.2, CSL-JSON schema (csl-data).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    FundingReference,
    Metadata,
    Publisher,
    RelatedIdentifier,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.foreign_json import first, load_object, many, objects, said
from pidstack.formats.outside_names import affiliation, doi_name, funder, issn, name_identifier
from pidstack.formats.schema_org_types import CROSSREF_REST, CSL

_CONTRIBUTORS = (
    ("editor", "Editor"),
    ("collection-editor", "Editor"),
    ("container-author", "Other"),
    ("translator", "Translator"),
    ("chair", "Other"),
    ("contributor", "Other"),
)
_DATES = (("issued", "Issued"), ("submitted", "Submitted"), ("available-date", "Available"))
_CONTAINER_TYPES = {"article-journal": "Journal", "chapter": "Book", "paper-conference": "Proceedings", "dataset": "DataRepository"}


def read_csl(given: str | bytes) -> Metadata:
    """Read one CSL-JSON item.

    Args:
        given: JSON in UTF-8: an item, or a list of one.
    Raises:
        Unreadable: not JSON, not one object, or one without type and title (WRONG_RECORD).
    """
    item = load_object(given, "citeproc")
    if isinstance(item.get("message"), dict):
        item = item["message"]
    kind = said(item.get("type"))
    kind = CROSSREF_REST.get(kind, kind)
    if not kind or not (said(item.get("title")) or said(item.get("DOI")) or said(item.get("id"))):
        raise Unreadable("citeproc: not a CSL item: type and title are expected", Reason.WRONG_RECORD, "citeproc")
    dates = tuple(Date(when, name) for key, name in _DATES if (when := _date(item.get(key))))
    issued = next((date.date for date in dates if date.date_type == "Issued"), "")
    return Metadata(
        creators=_agents(item.get("author")),
        titles=_titles(item),
        publisher=Publisher(name) if (name := first(item, "publisher")) else None,
        publication_year=issued[:4],
        types=CSL.get(kind, Types("Other", "", "CreativeWork", kind)),
        subjects=_subjects(item),
        contributors=tuple(replace(one, contributor_type=role) for key, role in _CONTRIBUTORS for one in _agents(item.get(key))),
        dates=dates,
        language=first(item, "language"),
        alternate_identifiers=_alternate_identifiers(item, kind),
        related_identifiers=_related_identifiers(item, kind),
        version=first(item, "version"),
        rights=_rights(item),
        descriptions=tuple(Description(text, "Abstract") for part in many(item.get("abstract")) if (text := said(part))),
        funding_references=_funding(item),
        container=_container(item, kind),
    )


def _agents(value: Any) -> tuple[Agent, ...]:
    return tuple(agent for part in objects(value) if (agent := _agent(part)) is not None)


def _agent(name: dict[str, Any]) -> Agent | None:
    particles = [first(name, "non-dropping-particle"), first(name, "family"), first(name, "suffix")]
    family = " ".join(part for part in particles if part)
    given = " ".join(part for part in (first(name, "given"), first(name, "dropping-particle")) if part)
    literal = first(name, "literal", "name")
    orcid = name_identifier(first(name, "ORCID", "_orcid"))
    found = [affiliation(said(part)) for part in many(name.get("affiliation"))]
    belongs: tuple[Affiliation, ...] = tuple(one for one in found if one is not None)
    identifiers = (orcid,) if orcid else ()
    if family:
        return Agent(", ".join(part for part in (family, given) if part), "Personal", given, family, identifiers, belongs)
    if literal or given:
        return Agent(literal or given, "Organizational" if literal else "", name_identifiers=identifiers, affiliations=belongs)
    return None


def _titles(item: dict[str, Any]) -> tuple[Title, ...]:
    main = [Title(text) for part in many(item.get("title")) if (text := said(part))]
    below = [Title(text, "Subtitle") for part in many(item.get("subtitle")) if (text := said(part))]
    short = [Title(text, "AlternativeTitle") for key in ("title-short", "shortTitle") if (text := first(item, key))]
    return tuple(dict.fromkeys([*main, *below, *short]))


def _date(value: Any) -> str:
    """Write a CSL date: one or two lists of year, month and day, or what somebody wrote instead."""
    if not isinstance(value, dict):
        return said(value) if said(value)[:4].isdigit() else ""
    parts = [_day(part) for part in many(value.get("date-parts"))]
    if parts and parts[0]:
        return "/".join(part for part in parts[:2] if part)
    written = first(value, "raw", "literal")
    return written if written[:4].isdigit() else ""


def _day(parts: Any) -> str:
    numbers = [said(part) for part in many(parts)][:3]
    if not numbers or not all(number.lstrip("-").isdecimal() and len(number) <= 5 for number in numbers):
        return ""
    year, *rest = (int(number) for number in numbers)
    if not 0 <= year <= 9999:
        return ""
    within = [number for number, most in zip(rest, (12, 31), strict=False) if 1 <= number <= most]
    return "-".join([f"{year:04}", *(f"{number:02}" for number in within)]) if len(within) == len(rest) else f"{year:04}"


def _subjects(item: dict[str, Any]) -> tuple[Subject, ...]:
    words = [said(part) for key in ("categories", "subject") for part in many(item.get(key))]
    words += [word.strip() for part in many(item.get("keyword")) for word in said(part).replace(";", ",").split(",")]
    return tuple(dict.fromkeys(Subject(word) for word in words if word))


def _alternate_identifiers(item: dict[str, Any], kind: str) -> tuple[AlternateIdentifier, ...]:
    keys = ["PMID", "PMCID", "call-number"] + (["ISBN"] if kind == "book" else [])
    return tuple(AlternateIdentifier(said(part), key) for key in keys for part in many(item.get(key)) if said(part))


def _related_identifiers(item: dict[str, Any], kind: str) -> tuple[RelatedIdentifier, ...]:
    found = [RelatedIdentifier(number, "ISSN", "IsPartOf", "Collection") for number in _numbers(item, "ISSN")[:1]]
    if kind != "book":
        found += [RelatedIdentifier(number, "ISBN", "IsPartOf", "Book") for number in _numbers(item, "ISBN")[:1]]
    cited = [doi_name(first(part, "DOI")) for part in objects(item.get("reference"))]
    found += [RelatedIdentifier(doi, "DOI", "References") for doi in cited if doi]
    return tuple(dict.fromkeys(found))


def _rights(item: dict[str, Any]) -> tuple[Rights, ...]:
    named = [Rights(uri=first(part, "URL")) for part in objects(item.get("license")) if first(part, "URL")]
    words = [said(part) for key in ("license", "copyright") for part in many(item.get(key)) if not isinstance(part, dict)]
    named += [Rights(uri=word) if word.startswith(("http://", "https://")) else Rights(word) for word in words if word]
    return tuple(dict.fromkeys(named))


def _funding(item: dict[str, Any]) -> tuple[FundingReference, ...]:
    found = []
    for part in objects(item.get("funder")):
        identifier, kind = funder(first(part, "DOI"))
        awards = [said(award) for award in many(part.get("award"))]
        found += [FundingReference(said(part), identifier, kind, award_number=award) for award in awards or [""]]
    return tuple(dict.fromkeys(one for one in found if one.funder_name))


def _container(item: dict[str, Any], kind: str) -> Container | None:
    title = first(item, "container-title", "collection-title")
    if not title:
        return None
    serial = _numbers(item, "ISSN")
    book = _numbers(item, "ISBN") if kind != "book" else []
    start, _, end = first(item, "page").replace("\u2013", "-").partition("-")
    return Container(
        type=_CONTAINER_TYPES.get(kind, "Series"),
        title=title,
        identifier=next(iter([*serial, *book]), ""),
        identifier_type="ISSN" if serial else "ISBN" if book else "",
        volume=first(item, "volume"),
        issue=first(item, "issue"),
        edition=first(item, "edition"),
        number=first(item, "number"),
        chapter_number=first(item, "chapter-number"),
        first_page=start.strip() or first(item, "page-first", "article-number"),
        last_page=end.strip(),
    )


def _numbers(item: dict[str, Any], key: str) -> list[str]:
    """ISSN or ISBN, one text or several, some of which hold several."""
    texts = [part for value in many(item.get(key)) for part in said(value).replace(",", " ").split()]
    return [issn(text) if key == "ISSN" else text for text in texts]
