"""Descriptions as the works of Crossref's REST API, as far as the DataCite schema knows what Crossref asks for.

What is unknown is left out, but for what every work has: `title`, `source`, `score`, counts. Counts of citations are 0.
Rule: Crossref REST API, "API format" (works); the table of correspondences is in docs/snapshots.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Agent, RelatedIdentifier
from pidstack.formats.cited import Cited, date_parts, known, one_line, pages, parts_of_name
from pidstack.formats.outside_names import doi_name, issn

Json = Any

TYPES = {
    "Award": "grant",
    "Book": "book",
    "BookChapter": "book-chapter",
    "Collection": "database",
    "ConferencePaper": "proceedings-article",
    "ConferenceProceeding": "proceedings",
    "DataPaper": "journal-article",
    "Dataset": "dataset",
    "Dissertation": "dissertation",
    "Journal": "journal",
    "JournalArticle": "journal-article",
    "PeerReview": "peer-review",
    "Preprint": "posted-content",
    "Report": "report",
    "Standard": "standard",
}
"""DataCite's general type to Crossref's; any other is `other`."""

_RELATIONS = {
    "HasPart": "has-part",
    "HasPreprint": "has-preprint",
    "HasReview": "has-review",
    "HasTranslation": "has-translation",
    "HasVersion": "has-version",
    "IsDerivedFrom": "is-derived-from",
    "IsDocumentedBy": "is-documented-by",
    "IsIdenticalTo": "is-identical-to",
    "IsPartOf": "is-part-of",
    "IsSourceOf": "is-source-of",
    "IsSupplementTo": "is-supplement-to",
    "IsSupplementedBy": "is-supplemented-by",
    "IsTranslationOf": "is-translation-of",
    "IsVariantFormOf": "is-variant-form-of",
    "IsVersionOf": "is-version-of",
    "Obsoletes": "replaces",
    "IsObsoletedBy": "is-replaced-by",
    "Reviews": "is-review-of",
    "IsPreviousVersionOf": "is-preprint-of",
}
_REFERS = frozenset({"Cites", "References"})
_ROLES = (("editor", "Editor"), ("translator", "Translator"))


def write_work(cited: Cited, *, member: int, created_s: int, updated_s: int) -> dict[str, Json]:
    """Write a work.

    Args:
        member: number of the depositor, as UNIXSD has it.
        created_s, updated_s: of the record, Unix seconds.
    """
    about = write_record(cited.identifier, cited.url, member=member, created_s=created_s, updated_s=updated_s)
    return write_description(cited) | about


def write_description(cited: Cited) -> dict[str, Json]:
    """Write what the description says, and the identifier; where that leads says the record."""
    metadata, container = cited.metadata, cited.container
    issued = date_parts(cited.issued)
    references = [_reference(number, each) for number, each in enumerate(_cites(metadata.related_identifiers), start=1)]
    serials = _serials(cited)
    general = cited.types.general
    found = {
        "publisher": cited.publisher,
        "issue": one_line(container.issue),
        "license": [{"URL": one_line(each.uri), "content-version": "unspecified"} for each in metadata.rights if each.uri.strip()],
        "funder": [_funder(each.funder_name, each.funder_identifier, each.award_number) for each in metadata.funding_references],
        "published": {"date-parts": [issued]} if issued else None,
        "abstract": cited.abstract,
        "DOI": cited.doi,
        "type": TYPES.get(general, "other"),
        "subtype": "preprint" if general == "Preprint" else "",
        "page": pages(container),
        "volume": one_line(container.volume),
        "author": _people(cited.creators),
        **{key: _people(each for each in metadata.contributors if each.contributor_type == role) for key, role in _ROLES},
        "container-title": [title] if (title := one_line(container.title)) else None,
        "original-title": _titles(cited, "TranslatedTitle"),
        "subtitle": _titles(cited, "Subtitle"),
        "language": one_line(metadata.language),
        "edition-number": one_line(container.edition),
        "version": one_line(metadata.version),
        "subject": list(cited.subjects),
        "URL": cited.name_url,
        "relation": _relations(metadata.related_identifiers),
        "ISSN": [number for kind, number in serials if kind == "ISSN"],
        "ISBN": [number for kind, number in serials if kind == "ISBN"],
        "alternative-id": [one_line(each.identifier) for each in metadata.alternate_identifiers if each.identifier.strip()],
        "reference": references,
    }
    always = {
        "title": [cited.title] if cited.title else [],
        "issued": {"date-parts": [[*issued] if issued else [None]]},
        "references-count": len(references),
        "reference-count": len(references),
    }
    return known(found) | always


def write_record(identifier: Identifier, url: str, *, member: int, created_s: int, updated_s: int) -> dict[str, Json]:
    """Write what a record says of a work beside its description.

    Args:
        url: where it leads; empty to say nothing.
        member, created_s, updated_s: as of `write_work`.
    """
    updated = _moment(updated_s)
    leads_to = one_line(url)
    return {
        "source": "Crossref",
        "prefix": identifier.prefix,
        "member": str(member),
        "created": _moment(created_s),
        "deposited": updated,
        "indexed": updated,
        **({"resource": {"primary": {"URL": leads_to}}} if leads_to else {}),
        "is-referenced-by-count": 0,
        "score": 1,
    }


def _moment(seconds: int) -> dict[str, Json]:
    day, second = divmod(seconds, 86400)
    parts, written = _day(day)
    at = f"{written}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    return {"date-parts": [parts], "date-time": at, "timestamp": seconds * 1000}


@lru_cache(maxsize=4096)
def _day(number: int) -> tuple[list[int], str]:
    at = datetime.fromtimestamp(number * 86400, UTC)
    return [at.year, at.month, at.day], at.strftime("%Y-%m-%d")


def _people(agents: Iterable[Agent]) -> list[dict[str, Json]]:
    found = [_person(agent) for agent in agents if one_line(agent.name) or agent.family_name]
    return [{**each, "sequence": "additional" if index else "first"} for index, each in enumerate(found)]


def _person(agent: Agent) -> dict[str, Json]:
    parts = parts_of_name(agent)
    named = {"given": parts[1], "family": parts[0]} if parts else {"name": one_line(agent.name)}
    orcid = next((one_line(each.value) for each in agent.name_identifiers if each.scheme.upper() == "ORCID"), "")
    if orcid and not orcid.startswith("http"):
        orcid = f"https://orcid.org/{orcid}"
    return known({"ORCID": orcid, **named}) | {"affiliation": [{"name": one_line(each.name)} for each in agent.affiliations]}


def _funder(name: str, identifier: str, award: str) -> dict[str, Json]:
    return known({"DOI": doi_name(identifier), "name": one_line(name), "award": [one_line(award)] if award.strip() else None})


def _titles(cited: Cited, kind: str) -> list[str]:
    return [one_line(each.title) for each in cited.metadata.titles if each.title_type == kind and each.title.strip()]


def _cites(related: Iterable[RelatedIdentifier]) -> list[RelatedIdentifier]:
    return [each for each in related if each.relation_type in _REFERS and each.identifier.strip()]


def _reference(number: int, related: RelatedIdentifier) -> dict[str, str]:
    doi = doi_name(related.identifier) if related.identifier_type == "DOI" else ""
    said = {"DOI": doi, "doi-asserted-by": "publisher"} if doi else {"unstructured": one_line(related.identifier)}
    return {"key": f"ref{number}", **said}


def _relations(related: Iterable[RelatedIdentifier]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for each in related:
        name = _RELATIONS.get(each.relation_type)
        if name and each.identifier.strip():
            entry = {"id-type": each.identifier_type.lower() or "other", "id": one_line(each.identifier), "asserted-by": "subject"}
            found.setdefault(name, []).append(entry)
    return dict(sorted(found.items()))


def _serials(cited: Cited) -> list[tuple[str, str]]:
    """List ISSNs and ISBNs: those of what it appeared in, and its own."""
    container = cited.container
    given = [(container.identifier_type, container.identifier)]
    given += [(each.identifier_type, each.identifier) for each in cited.metadata.alternate_identifiers]
    kinds = [(kind.upper().removeprefix("E").removeprefix("P"), text) for kind, text in given if text.strip()]
    written = [(kind, issn(text) if kind == "ISSN" else one_line(text)) for kind, text in kinds if kind in {"ISSN", "ISBN"}]
    return list(dict.fromkeys(written))
