"""Descriptions as the `attributes` of DataCite's JSON: camelCase keys, the same table as the XML.

Written are the metadata attributes, always all of them, in DataCite's order: absent text is null, absent lists are empty, places on
earth are numbers. Read is what clients send: a null says nothing, so that it leaves what it is read onto as it is; an empty list
or text says that there is nothing.
Rule: DataCite REST API, "DOI attributes" and "DataCite XML to JSON mapping".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import isfinite
from typing import Any

from pidstack.domain.metadata import AlternateIdentifier, Metadata, Point, Polygon, Publisher, Types
from pidstack.formats import properties
from pidstack.formats.container import container_of
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.properties import Attribute, JsonOnly, Leaf, Many, One, Part, Shape, Text, Words, key_of

Json = Any

ATTRIBUTES = (
    "identifiers",
    "alternateIdentifiers",
    "creators",
    "titles",
    "publisher",
    "container",
    "publicationYear",
    "subjects",
    "contributors",
    "dates",
    "language",
    "types",
    "relatedIdentifiers",
    "relatedItems",
    "sizes",
    "formats",
    "version",
    "rightsList",
    "descriptions",
    "geoLocations",
    "fundingReferences",
)
MAX_RIGHTS = 2_000  # characters of one statement

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER = 100  # characters; Python reads no integer of more than 4,300 digits
_COORDINATES = frozenset({"latitude", "longitude", "west", "east", "south", "north"})
_ALWAYS = frozenset({"creators", "titles", "contributors", "name_identifiers", "affiliations"})
_KINDS: dict[type, str] = {bool: "a truth value", list: "a list", dict: "an object"}
_NOUNS = {
    "creators": "Creator",
    "titles": "Title",
    "subjects": "Subject",
    "contributors": "Contributor",
    "dates": "Date",
    "alternateIdentifiers": "Identifier",
    "relatedIdentifiers": "Related identifier",
    "relatedItems": "Related item",
    "rightsList": "Rights",
    "descriptions": "Description",
    "geoLocations": "Geolocation",
    "fundingReferences": "Funding reference",
}
_NOTHING = Metadata()
_POINT = properties.point("polygonPoint")
_TOP = {key_of(part): part for part in properties.RESOURCE.parts}


# Writing -----------------------------------------------------------------------------------------------------------------------


def write(metadata: Metadata, *, publisher_as_object: bool = False, affiliations_as_objects: bool = False) -> dict[str, Json]:
    """Write a description as attributes.

    Args:
        publisher_as_object: else only its name.
        affiliations_as_objects: else only their names.
    Returns:
        all of `ATTRIBUTES`, in that order, ready for JSON.
    """
    writer = _Writer(affiliations_as_objects)
    written = {key: writer.part(part, metadata) for key, part in _TOP.items()}
    written["identifiers"] = [_identifier(each) for each in metadata.alternate_identifiers]
    written["container"] = writer.value(properties.CONTAINER, container_of(metadata))
    year = number(metadata.publication_year)
    written["publicationYear"] = year if isinstance(year, int) else None
    if not publisher_as_object:
        written["publisher"] = metadata.publisher.name if metadata.publisher else None
    return {key: written[key] for key in ATTRIBUTES}


def number(text: str) -> Json:
    """Write a coordinate as a number: with a point or an exponent a float, else an integer; what JSON cannot say stays text."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return text
    if text.lstrip("+-").isdecimal():
        return int(text)
    return float(text) if isfinite(float(text)) else text


def _identifier(given: AlternateIdentifier) -> dict[str, str]:
    return {"identifier": given.identifier, "identifierType": given.identifier_type}


@cache
def _steps(shape: Shape) -> tuple[tuple[str, str, Part | None], ...]:
    """Give keys and fields in the order in which they are written; the part only where it is more than text."""
    steps: list[tuple[str, str, Part | None]] = []
    for part in shape.parts:
        is_text = isinstance(part, Text | Attribute | Leaf | JsonOnly) and part.field not in _COORDINATES
        steps.append((key_of(part), part.field, None if is_text else part))
        steps += [(key_of(each), each.field, None) for each in getattr(part, "attributes", ())]
    return tuple(steps)


class _Writer:
    """Writes values by their tables."""

    def __init__(self, affiliations_as_objects: bool) -> None:
        self._affiliations_as_objects = affiliations_as_objects

    def value(self, shape: Shape, value: Any) -> dict[str, Json]:
        """Write what is known of a value; lists that DataCite always has are there even if empty."""
        written: dict[str, Json] = {}
        if value is None:
            return written
        for key, field, part in _steps(shape):
            if part is None:
                if text := getattr(value, field):
                    written[key] = text
                continue
            known = self.part(part, value)
            if known not in ("", None, [], {}) or (field in _ALWAYS and isinstance(part, Many)):
                written[key] = known
        return written

    def part(self, part: Part, value: Any) -> Json:
        found = getattr(value, part.field)
        match part:
            case Words():
                return list(found)
            case One() if found is None:
                return None
            case One():
                return self.value(part.shape, found)
            case Many() if part.shape is properties.POLYGON:
                polygons = [self._polygon(each) for each in found]
                return polygons[0] if len(polygons) == 1 else polygons
            case Many() if part.shape is properties.AFFILIATION and not self._affiliations_as_objects:
                return [each.name for each in found]
            case Many():
                return [self.value(part.shape, each) for each in found]
        if part.field in _COORDINATES:
            return number(found)
        return found or None

    def _polygon(self, polygon: Polygon) -> list[Json]:
        corners: list[Json] = [{"polygonPoint": self.value(_POINT, point)} for point in polygon.points]
        return corners + ([{"inPolygonPoint": self.value(_POINT, polygon.inside)}] if polygon.inside else [])


# Reading -----------------------------------------------------------------------------------------------------------------------


def read(attributes: Mapping[str, Json], onto: Metadata = _NOTHING) -> Metadata:
    """Read attributes, and lay them over what is known already.

    Args:
        attributes: any of `ATTRIBUTES`; other keys are passed over. `publisher` and affiliations are text or objects, numbers may
            be text and text may be numbers, `identifiers` counts where there are no `alternateIdentifiers`.
        onto: keeps what the attributes do not name, or name with null.
    Raises:
        Unreadable: SHAPE if a value is of the wrong kind, with the attribute as its field.
    """
    changed: dict[str, Any] = {}
    for key, part in _TOP.items():
        given = attributes.get(key)
        if given is not None:
            changed[part.field] = _read_part(part, given, key)
    if attributes.get("alternateIdentifiers") is None and attributes.get("identifiers") is not None:
        changed["alternate_identifiers"] = _read_identifiers(attributes["identifiers"])
    if attributes.get("container") is not None:
        changed["container"] = _read_value(properties.CONTAINER, attributes["container"], "container", "Container") or None
    return replace(onto, **changed)


def _read_part(part: Part, given: Json, key: str, name: str = "") -> Any:
    """Read the value of one part.

    Args:
        key: the attribute that a complaint is about.
        name: the part's own key, where it is within that attribute.
    """
    name = name or key
    noun = _NOUNS.get(name, name[:1].upper() + name[1:])
    match part:
        case Words():
            return tuple(filter(None, (_text(each, key, name) for each in _list(given))))
        case One() if part.shape is properties.PUBLISHER and isinstance(given, str):
            return Publisher(given) if given else None
        case One():
            value = _read_value(part.shape, given, key, noun)
            return value or (Types() if part.shape is properties.TYPES else None)
        case Many() if part.shape is properties.POLYGON:
            return _read_polygons(given, key)
        case Many() if part.shape is properties.AFFILIATION:
            objects = ({"name": each} if isinstance(each, str) else each for each in _list(given))
            return tuple(filter(None, (_read_value(part.shape, each, key, "Affiliation") for each in objects)))
        case Many():
            return tuple(filter(None, (_read_value(part.shape, each, key, noun) for each in _list(given))))
    if part.field == "publication_year" and isinstance(given, int) and not isinstance(given, bool):
        return f"{given:04}"
    return _text(given, key, name)


def _read_value(shape: Shape, given: Json, key: str, noun: str) -> Any:
    """Make a value of an object; None if it says nothing."""
    if not isinstance(given, Mapping):
        quoted = given if noun == "Date" else f"'{given}'"
        raise Unreadable(f"{noun} {quoted} should be an object instead of a string.", Reason.SHAPE, key)
    values: dict[str, Any] = {}
    for part in shape.parts:
        for each in (part, *getattr(part, "attributes", ())):
            known = _at(given, key_of(each))
            if known is not None:
                values[each.field] = _read_part(each, known, key, key_of(each))
    if shape is properties.RIGHTS and len(values.get("rights", "")) > MAX_RIGHTS:
        raise Unreadable(f"Rights should not have a length of more than {MAX_RIGHTS} characters.", Reason.SHAPE, key)
    return shape.make(**{**shape.blank, **values}) if any(values.values()) else None


def _at(given: Mapping[str, Json], key: str) -> Json:
    """Look a key up; `schemeURI` and `schemeUri` are one."""
    if key in given:
        return given[key]
    return given.get(key.replace("Uri", "URI") if "Uri" in key else key.replace("URI", "Uri"))


def _read_identifiers(given: Json) -> tuple[AlternateIdentifier, ...]:
    values = []
    for each in _list(given):
        if not isinstance(each, Mapping):
            raise Unreadable(f"Identifier '{each}' should be an object instead of a string.", Reason.SHAPE, "identifiers")
        name, kind = (_text(each.get(key), "identifiers", key) for key in ("identifier", "identifierType"))
        if name and kind.upper() != "DOI":
            values.append(AlternateIdentifier(name, kind))
    return tuple(values)


def _read_polygons(given: Json, key: str) -> tuple[Polygon, ...]:
    """Read one polygon (a list of points) or several (a list of such lists)."""
    several = _list(given)
    if not any(isinstance(each, list) for each in several):
        several = [several]
    return tuple(polygon for each in several if (polygon := _read_polygon(each, key)) != Polygon(()))


def _read_polygon(given: Json, key: str) -> Polygon:
    points: list[Point] = []
    inside: Point | None = None
    for each in _list(given):
        if not isinstance(each, Mapping):
            raise Unreadable(f"Geolocation '{each}' should be an object instead of a string.", Reason.SHAPE, key)
        corners = _list(each["polygonPoint"]) if each.get("polygonPoint") is not None else []
        points += filter(None, (_read_value(_POINT, corner, key, "Geolocation") for corner in corners))
        if each.get("inPolygonPoint"):
            inside = _read_value(_POINT, each["inPolygonPoint"], key, "Geolocation")
    return Polygon(tuple(points), inside)


def _list(given: Json) -> list[Json]:
    return [each for each in (given if isinstance(given, list | tuple) else [given]) if each is not None]


def _text(given: Json, key: str, name: str) -> str:
    match given:
        case None:
            return ""
        case str():
            return given
        case bool() | list() | dict():
            raise Unreadable(f"{name} should be text, not {_KINDS[type(given)]}.", Reason.SHAPE, key)
    return repr(given) if isinstance(given, float) else str(given)
