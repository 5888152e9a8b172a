"""What a thing is linked to, in schema.org's words: other works, money, places, and what it appeared in.

Rules: schema.org CreativeWork, Grant, Place, GeoShape; DataCite's schema.org crosswalk (bolognese) for the relations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pidstack.domain.metadata import Box, Container, FundingReference, GeoLocation, Point, Polygon, RelatedIdentifier
from pidstack.formats.foreign_json import first, many, objects, said
from pidstack.formats.outside_names import doi_name, funder, issn, related_name
from pidstack.formats.schema_org_types import GENERAL

_RELATIONS = (
    ("isPartOf", "IsPartOf"),
    ("hasPart", "HasPart"),
    ("citation", "References"),
    ("sameAs", "IsIdenticalTo"),
    ("predecessor_of", "IsPreviousVersionOf"),
    ("successor_of", "IsNewVersionOf"),
    ("isBasedOn", "IsDerivedFrom"),
    ("workTranslation", "HasTranslation"),
    ("translationOfWork", "IsTranslationOf"),
)
_REVERSE = (("citation", "IsReferencedBy"), ("isBasedOn", "IsSupplementTo"))
_CONTAINERS = {
    "Periodical": "Journal",
    "Book": "Book",
    "BookSeries": "Book Series",
    "Blog": "Blog",
    "DataCatalog": "DataRepository",
}
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def related_identifiers(work: dict[str, Any]) -> tuple[RelatedIdentifier, ...]:
    """Return the works that a work names by an identifier; those that it only describes are left out."""
    reverse = next(iter(objects(work.get("@reverse"))), {})
    own = doi_name(first(work, "@id"))
    pairs = [(work.get(key), relation) for key, relation in _RELATIONS] + [
        (reverse.get(key), relation) for key, relation in _REVERSE
    ]
    found = [_related(part, relation) for value, relation in pairs for part in many(value)]
    return tuple(dict.fromkeys(one for one in found if one.identifier and one.identifier != own))


def funding_references(work: dict[str, Any]) -> tuple[FundingReference, ...]:
    """Return who paid: `funder` organisations, and `funding` by grants or by organisations."""
    found = [_funder(part) for part in many(work.get("funder"))]
    for part in many(work.get("funding")):
        payers = many(part.get("funder")) if isinstance(part, dict) else []
        if not payers:
            found.append(_funder(part))
        for payer in payers:
            uri = first(part, "url", "@id")
            number, title = first(part, "identifier"), first(part, "name")
            found.append(_funder(payer, number, uri if uri.startswith("http") else "", title))
    return tuple(dict.fromkeys(one for one in found if one.funder_name))


def geo_locations(work: dict[str, Any]) -> tuple[GeoLocation, ...]:
    """Return the places of a work: a name, a point, a box or a polygon each; numbers stay as they were written."""
    found = [_place(part) for part in many(work.get("spatialCoverage"))]
    return tuple(place for place in found if place != GeoLocation())


def container(work: dict[str, Any], kind: str) -> Container | None:
    """Return what a work appeared in: a data set's catalogue, an article's journal through issue and volume, a chapter's book."""
    if kind == "Dataset":
        for part in objects(work.get("includedInDataCatalog")):
            url = first(part, "url", "@id")
            if said(part):
                return Container("DataRepository", said(part), url, "URL" if url else "")
    chain = [node for node in _around(work) if node is not work]
    name = next((node for node in chain if said(node) and _class(node) in _CONTAINERS), None)
    if name is None:
        return None
    number = next((issn(text) for node in chain if (text := first(node, "issn"))), "")
    book = first(name, "isbn")
    link, link_kind = related_name(first(name, "@id", "url"))
    start, _, end = first(work, "pagination").partition("-")
    return Container(
        type=_CONTAINERS[_class(name)],
        title=said(name),
        identifier=number or book or link,
        identifier_type="ISSN" if number else "ISBN" if book else link_kind,
        volume=next((text for node in chain if (text := first(node, "volumeNumber"))), ""),
        issue=next((text for node in chain if (text := first(node, "issueNumber"))), ""),
        first_page=first(work, "pageStart") or start.strip(),
        last_page=first(work, "pageEnd") or end.strip(),
    )


def _class(node: dict[str, Any]) -> str:
    return next((said(kind).rpartition("/")[2] for kind in many(node.get("@type"))), "")


def _related(part: Any, relation: str) -> RelatedIdentifier:
    identifier, kind = related_name(first(part, "@id", "identifier", "url") if isinstance(part, dict) else said(part))
    general = GENERAL.get(_class(part), "") if isinstance(part, dict) and _class(part) not in ("CreativeWork", "WebPage") else ""
    return RelatedIdentifier(identifier, kind, relation, general)


def _funder(payer: Any, number: str = "", uri: str = "", title: str = "") -> FundingReference:
    given = first(payer, "@id", "identifier", "sameAs") if isinstance(payer, dict) else ""
    identifier, kind = funder(given)
    return FundingReference(said(payer), identifier, kind, award_number=number, award_uri=uri, award_title=title)


def _place(part: Any) -> GeoLocation:
    if not isinstance(part, dict):
        return GeoLocation(place=said(part))
    geo = next(iter(objects(part.get("geo"))), {})
    name = first(part, "name") or first(geo, "address", "name") or first(part, "address")
    latitude, longitude = first(geo, "latitude"), first(geo, "longitude")
    point = Point(latitude, longitude) if _NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude) else None
    corners = _numbers(first(geo, "box"))
    box = Box(west=corners[1], east=corners[3], south=corners[0], north=corners[2]) if len(corners) == 4 else None
    points = _corners(geo.get("polygon"))
    return GeoLocation(name, point, box, (Polygon(points),) if len(points) >= 4 else ())


def _corners(polygon: Any) -> tuple[Point, ...]:
    """Read a polygon: latitudes and longitudes in one text (schema.org), or pairs of longitude and latitude (DataCite)."""
    if isinstance(polygon, list) and all(isinstance(pair, list) for pair in polygon):
        pairs = [_numbers(" ".join(said(number) for number in pair)) for pair in polygon]
        return tuple(Point(pair[1], pair[0]) for pair in pairs) if all(len(pair) == 2 for pair in pairs) else ()
    around = _numbers(said(polygon))
    return tuple(Point(*pair) for pair in zip(around[::2], around[1::2], strict=False))


def _numbers(text: str) -> list[str]:
    words = text.replace(",", " ").split()
    return words if all(_NUMBER.fullmatch(word) for word in words) else []


def _around(node: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    yield node
    for key in ("isPartOf", "periodical"):
        for part in objects(node.get(key)) if depth < 4 else []:
            yield from _around(part, depth + 1)
