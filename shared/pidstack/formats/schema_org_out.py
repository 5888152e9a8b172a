"""schema.org JSON-LD, as search engines for data sets and DataCite's content negotiation have it.

Rule: schema.org vocabulary; DataCite, "Content negotiation", `application/ld+json`, for which property takes which key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pidstack.domain.metadata import Agent, Container, FundingReference, GeoLocation, Metadata, Point, RelatedIdentifier, Types
from pidstack.formats.cited import Cited, doi_link, json_text, known, one_line, parts_of_name, plain, spoken_name
from pidstack.formats.type_names import complete_types

SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"
_RELATIONS = {
    "sameAs": ("IsIdenticalTo",),
    "isPartOf": ("IsPartOf",),
    "hasPart": ("HasPart",),
    "predecessor_of": ("IsPreviousVersionOf",),
    "successor_of": ("IsNewVersionOf",),
    "citation": ("References", "Cites", "Documents"),
    "workTranslation": ("HasTranslation",),
    "translationOfWork": ("IsTranslationOf",),
}
_REVERSE_RELATIONS = {"citation": ("IsReferencedBy",), "isBasedOn": ("IsSupplementTo",)}
_LINK_STARTS = {
    "Handle": "https://hdl.handle.net/",
    "ARK": "https://n2t.net/",
    "arXiv": "https://arxiv.org/abs/",
    "URL": "",
    "PURL": "",
    "w3id": "",
}


def write_schema_org(cited: Cited) -> str:
    """Write JSON-LD, one object, pretty-printed, safe inside a script element."""
    return json_text(schema_org(cited))


def schema_org(cited: Cited) -> dict[str, Any]:
    """Return the JSON-LD object; what is unknown is left out, and a list of one is the one."""
    types = cited.types
    return known(_about(cited, types) | _extent(cited) | _relations(cited.metadata) | _context(cited, types))


def _about(cited: Cited, types: Types) -> dict[str, Any]:
    metadata = cited.metadata
    contributors = metadata.contributors
    return {
        "@context": "http://schema.org",
        "@type": one_line(types.schema_org) or "CreativeWork",
        "@id": cited.name_url,
        "identifier": _one_or_all(_identifiers(cited)),
        "url": one_line(cited.url),
        "additionalType": one_line(types.specific),
        "name": plain(cited.title),
        "author": _one_or_all(_agent(agent) for agent in cited.creators),
        "editor": _one_or_all(_agent(agent) for agent in contributors),
        "translator": _one_or_all(_agent(agent) for agent in contributors if agent.contributor_type == "Translator"),
        "description": cited.abstract,
        "license": _one_or_all(one_line(rights.uri) for rights in metadata.rights if rights.uri),
        "version": one_line(metadata.version),
        "keywords": ", ".join(cited.subjects),
        "inLanguage": one_line(metadata.language),
    }


def _extent(cited: Cited) -> dict[str, Any]:
    return {
        "contentSize": _one_or_all(one_line(size) for size in cited.metadata.sizes),
        "encodingFormat": _one_or_all(one_line(name) for name in cited.metadata.formats),
        "dateCreated": cited.date("Created"),
        "datePublished": cited.issued,
        "dateModified": cited.date("Updated"),
        "temporalCoverage": cited.date("Coverage"),
        "pageStart": one_line(cited.container.first_page),
        "pageEnd": one_line(cited.container.last_page),
        "spatialCoverage": _one_or_all(shape for place in cited.metadata.geo_locations for shape in _places(place)),
    }


def _relations(metadata: Metadata) -> dict[str, Any]:
    reverse = {key: _related(metadata, relations) for key, relations in _REVERSE_RELATIONS.items()}
    return {key: _related(metadata, relations) for key, relations in _RELATIONS.items()} | {"@reverse": known(reverse)}


def _context(cited: Cited, types: Types) -> dict[str, Any]:
    metadata = cited.metadata
    is_dataset = types.schema_org == "Dataset"
    container = _container(cited.container, is_dataset=is_dataset)
    publisher = metadata.publisher
    return {
        "contentUrl": _one_or_all(one_line(url) for url in cited.content_urls),
        "schemaVersion": SCHEMA_VERSION,
        "periodical": None if is_dataset else container,
        "includedInDataCatalog": container if is_dataset else None,
        "publisher": _organization(publisher.name, publisher.identifier) if publisher and cited.publisher else None,
        "funder": _one_or_all(_funder(funding) for funding in metadata.funding_references),
        "provider": _organization(cited.agency),
    }


def _identifiers(cited: Cited) -> Iterator[dict[str, Any]]:
    yield _property_value(cited.identifier.scheme.value.upper(), cited.name_url)
    for other in cited.metadata.alternate_identifiers:
        yield _property_value(other.identifier_type, other.identifier)


def _property_value(kind: str, value: str) -> dict[str, Any]:
    return known({"@type": "PropertyValue", "propertyID": one_line(kind), "value": one_line(value)})


def _agent(agent: Agent) -> dict[str, Any]:
    parts = parts_of_name(agent)
    kind = {"Organizational": "Organization", "Personal": "Person"}.get(agent.name_type, "Person" if parts else "")
    family, given = parts or ("", "")
    return known(
        {
            "@type": kind,
            "@id": one_line(agent.name_identifiers[0].value) if agent.name_identifiers else "",
            "name": spoken_name(agent),
            "givenName": given,
            "familyName": family,
            "affiliation": _one_or_all(_organization(place.name, place.identifier) for place in agent.affiliations),
        }
    )


def _organization(name: str, identifier: str = "") -> dict[str, Any]:
    return known({"@type": "Organization", "@id": one_line(identifier), "name": one_line(name)}) if name or identifier else {}


def _funder(funding: FundingReference) -> dict[str, Any]:
    return _organization(funding.funder_name, funding.funder_identifier)


def _container(container: Container, *, is_dataset: bool) -> dict[str, Any]:
    """Say what it appeared in; nothing if not even its title or identifier is known."""
    title, identifier = one_line(container.title), one_line(container.identifier)
    if not title and not identifier:
        return {}
    if is_dataset:
        return known({"@type": "DataCatalog", "@id": identifier, "name": title})
    return known(
        {
            "@type": one_line(container.type) or "Series",
            "identifier": identifier,
            "identifierType": one_line(container.identifier_type),
            "name": title,
            "volume": one_line(container.volume),
            "issue": one_line(container.issue),
            "firstPage": one_line(container.first_page),
            "lastPage": one_line(container.last_page),
        }
    )


def _related(metadata: Metadata, relation_types: tuple[str, ...]) -> Any:
    return _one_or_all(_work(other) for other in metadata.related_identifiers if other.relation_type in relation_types)


def _work(other: RelatedIdentifier) -> dict[str, Any]:
    """Name another work: serials by their ISSN, others by a link, and by type and value where there is no link."""
    value = one_line(other.identifier)
    if other.identifier_type == "ISSN" and other.relation_type == "IsPartOf":
        return {"@type": "Periodical", "issn": value}
    kind = complete_types(Types(general=other.resource_type_general)).schema_org or "CreativeWork"
    if link := _link(other.identifier_type, value):
        return {"@type": kind, "@id": link}
    return {"@type": kind, "identifier": _property_value(other.identifier_type, value)}


def _link(kind: str, value: str) -> str:
    if kind == "DOI":
        return doi_link(value)
    start = _LINK_STARTS.get(kind)
    if start is None:
        return ""
    if value.lower().startswith(("http://", "https://")) or not start:
        return value
    return start + (value.removeprefix("arXiv:") if kind == "arXiv" else value)


def _places(place: GeoLocation) -> Iterator[dict[str, Any]]:
    address = one_line(place.place)
    if place.point or not (place.box or place.polygons):
        point = place.point or Point("", "")
        yield _place("GeoCoordinates", address, latitude=one_line(point.latitude), longitude=one_line(point.longitude))
    if place.box:
        box = place.box
        yield _place("GeoShape", address, box=" ".join(one_line(side) for side in (box.south, box.west, box.north, box.east)))
    for polygon in place.polygons:
        corners = [[one_line(corner.longitude), one_line(corner.latitude)] for corner in polygon.points]
        yield _place("GeoShape", address, polygon=corners)


def _place(kind: str, address: str, **geometry: Any) -> dict[str, Any]:
    return {"@type": "Place", "geo": known({"@type": kind, "address": address, **geometry})}


def _one_or_all(values: Iterable[Any]) -> Any:
    """Give nothing for none, the one for one, and a list for more; empty values do not count."""
    present = [value for value in values if value]
    return present[0] if len(present) == 1 else present
