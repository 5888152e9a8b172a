"""schema.org JSON-LD read into the model: the object that a page about a data set, article or program describes itself with.

Only the plain shapes are read (no context is fetched, no node looked up elsewhere); what the model has no place for is left out.
Rules: schema.org vocabulary; DataCite's schema.org crosswalk (bolognese) for what becomes what.
"""

from __future__ import annotations

import re
from typing import Any

from pidstack.domain.metadata import AlternateIdentifier, Date, Description, Metadata, Publisher, Rights, Subject, Title, Types
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.foreign_json import first, load_object, many, objects, said
from pidstack.formats.outside_names import doi_name, related_name, ror_url
from pidstack.formats.schema_org_links import container, funding_references, geo_locations, related_identifiers
from pidstack.formats.schema_org_people import contributors, creators
from pidstack.formats.schema_org_types import CITEPROC, GENERAL

_DATES = (
    ("datePublished", "Issued"),
    ("dateCreated", "Created"),
    ("dateModified", "Updated"),
    ("temporalCoverage", "Coverage"),
)
_SPELLINGS = {name.lower(): name for name in GENERAL}
_DOTTED = re.compile(r"([0-9]{4})\.([0-9]{2})\.([0-9]{2})(?:\..*)?")


def read_schema_org(given: str | bytes) -> Metadata:
    """Read one schema.org object.

    Args:
        given: JSON in UTF-8: an object, a list of one, or a `@graph` whose first creative work counts.
    Raises:
        Unreadable: not JSON, not one object, or one without type and name (WRONG_RECORD).
    """
    return description_of(load_object(given, "schema_org"))


def description_of(found: dict[str, Any]) -> Metadata:
    """Read an object that is taken out of its text already.

    Raises:
        Unreadable: it has no type and name (WRONG_RECORD).
    """
    work = _work(found)
    kind = class_of(work)
    if not kind or not (work.keys() & {"name", "headline", "author", "creator", "@id", "identifier"}):
        raise Unreadable("schema_org: not a schema.org description: @type and name are expected", Reason.WRONG_RECORD, "schema_org")
    dates = _dates(work)
    issued = next((date.date for date in dates if date.date_type == "Issued"), first(work, "copyrightYear"))
    return Metadata(
        creators=creators(work),
        titles=_titles(work),
        publisher=_publisher(work),
        publication_year=issued[:4] if re.match(r"[0-9]{4}(?![0-9])", issued) else "",
        types=Types(GENERAL.get(kind, "Other"), first(work, "additionalType"), kind, CITEPROC.get(kind, "")),
        subjects=_subjects(work),
        contributors=contributors(work),
        dates=dates,
        language=_language(work.get("inLanguage")),
        alternate_identifiers=_alternate_identifiers(work),
        related_identifiers=related_identifiers(work),
        sizes=_all(work, "contentSize"),
        formats=tuple(dict.fromkeys([*_all(work, "encodingFormat"), *_all(work, "fileFormat"), *_downloads(work)])),
        version=first(work, "version", "softwareVersion"),
        rights=_rights(work),
        descriptions=tuple(Description(text, "Abstract") for part in many(work.get("description")) if (text := said(part))),
        geo_locations=geo_locations(work),
        funding_references=funding_references(work),
        container=container(work, kind),
    )


def content_urls(given: str | bytes) -> tuple[str, ...]:
    """Return where the files of an object are, of which a description has no place.

    Raises:
        Unreadable: as `read_schema_org`.
    """
    return tuple(dict.fromkeys(_all(_work(load_object(given, "schema_org")), "contentUrl")))


def class_of(node: dict[str, Any]) -> str:
    """Return the class of a node without its namespace, the first that we know if there are several."""
    names = [said(kind).rpartition("/")[2].rpartition(":")[2] for kind in many(node.get("@type"))]
    known = [_SPELLINGS[name.lower()] for name in names if name.lower() in _SPELLINGS]
    return next(iter([*known, *names]), "")


def _work(found: dict[str, Any]) -> dict[str, Any]:
    graph = objects(found.get("@graph"))
    return next((node for node in graph if class_of(node) in GENERAL), found)


def _titles(work: dict[str, Any]) -> tuple[Title, ...]:
    names = [said(part) for part in many(work.get("name")) or many(work.get("headline"))]
    others = [said(part) for part in many(work.get("alternateName"))]
    titles = [Title(name) for name in names if name]
    return (*titles, *(Title(name, "AlternativeTitle") for name in others if name))


def _publisher(work: dict[str, Any]) -> Publisher | None:
    for part in many(work.get("publisher")):
        if name := said(part):
            url = ror_url(first(part, "@id", "identifier")) if isinstance(part, dict) else ""
            return Publisher(name, url, "ROR", "https://ror.org") if url else Publisher(name)
    return None


def _dates(work: dict[str, Any]) -> tuple[Date, ...]:
    found = [(_DOTTED.sub(r"\1-\2-\3", said(part)), kind) for key, kind in _DATES for part in many(work.get(key))]
    return tuple(Date(when, kind) for when, kind in found if when)


def _subjects(work: dict[str, Any]) -> tuple[Subject, ...]:
    found: list[Subject] = []
    for part in many(work.get("keywords")):
        if isinstance(part, dict):
            scheme = said(part.get("inDefinedTermSet"))
            code, uri = first(part, "termCode"), first(part, "@id", "url")
            found.append(Subject(said(part), scheme, value_uri=uri, classification_code=code))
        else:
            found += [Subject(word) for word in dict.fromkeys(word.strip() for word in said(part).split(","))]
    return tuple(dict.fromkeys(subject for subject in found if subject.subject))


def _language(value: Any) -> str:
    for part in many(value):
        if text := first(part, "alternateName", "name", "identifier") if isinstance(part, dict) else said(part):
            return text
    return ""


def _alternate_identifiers(work: dict[str, Any]) -> tuple[AlternateIdentifier, ...]:
    """The other names of the object; its DOI is the record's business."""
    found = []
    for part in many(work.get("identifier")):
        value = first(part, "value", "@value", "@id", "url") if isinstance(part, dict) else said(part)
        kind = first(part, "propertyID") if isinstance(part, dict) else related_name(value)[1]
        if value and not doi_name(value):
            found.append(AlternateIdentifier(value, kind.rpartition("/")[2] or "URL"))
    return tuple(dict.fromkeys(found))


def _all(node: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text for part in many(node.get(key)) if (text := said(part)))


def _downloads(work: dict[str, Any]) -> list[str]:
    files = [*objects(work.get("distribution")), *objects(work.get("encoding"))]
    return [text for part in files if (text := first(part, "encodingFormat", "fileFormat"))]


def _rights(work: dict[str, Any]) -> tuple[Rights, ...]:
    found = []
    for part in many(work.get("license")):
        name = first(part, "name") if isinstance(part, dict) else said(part)
        uri = first(part, "@id", "id", "url") if isinstance(part, dict) else ""
        is_link = name.startswith(("http://", "https://"))
        found.append(Rights("" if is_link else name, uri or (name if is_link else "")))
    return tuple(rights for rights in found if rights.rights or rights.uri)
