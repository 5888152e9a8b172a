"""DataCite XML read into the model: the table of properties is turned into functions, each of which reads one kind of element.

Text is trimmed of XML white space and otherwise left alone, no rule of DataCite's is applied. Elements that the table does not know
are passed over.
Rule: DataCite Metadata Schema 4.7, metadata.xsd; kernel 3.1 for the older form of geoLocationPoint and geoLocationBox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from lxml import etree

from pidstack.domain.metadata import Box, GeoLocation, Metadata, Point
from pidstack.formats import properties
from pidstack.formats.properties import Leaf, Many, One, Shape, Words
from pidstack.formats.xml_nodes import LOCAL_NAMES, local

_SPACE = " \t\r\n"

Values = dict[str, Any]
"""Fields of a class of the model, as far as they are known: none of them is empty."""


def read_resource(root: etree._Element) -> Metadata:
    """Read what is in a `resource` element of any kernel."""
    return Metadata(**_values(properties.RESOURCE)(root, root))


@cache
def _value(shape: Shape) -> Callable[[etree._Element], Any]:
    """Make what reads the value that an element stands for; None if it says nothing at all."""
    make, needed = shape.make, tuple(shape.blank.items())
    read_values = _values(shape)
    may_be_old = make in (Point, Box)

    def read(element: etree._Element) -> Any:
        values = read_values(element, element)
        if may_be_old and not values:
            values = _old_corners(make, element)
        if not values:
            return None
        for name, blank in needed:
            if name not in values:
                values[name] = blank
        return make(**values)

    return read


@cache
def _values(shape: Shape) -> Callable[[etree._Element, Iterable[etree._Element]], Values]:
    """Make what reads an element, and its children or some of them, into the fields of a class."""
    text_field, attributes = shape.text, shape.attributes
    parts = {name: _part(part) for name, part in shape.children.items()}

    def read(element: etree._Element, children: Iterable[etree._Element]) -> Values:
        values: Values = {}
        if text_field and (text := _text(element)):
            values[text_field] = text
        if attributes:
            for name, given in element.items():
                if (field := attributes.get(name)) and (found := given.strip(_SPACE)):
                    values[field] = found
        if parts:
            for child in children:
                if part := parts.get(LOCAL_NAMES[child.tag]):
                    part(child, values)
        return values

    return read


# What a child element adds to the values of its parent ----------------------------------------------------------------------------


def _part(part: Leaf | Words | One | Many) -> Callable[[etree._Element, Values], None]:
    match part:
        case Leaf():
            return _leaf(part)
        case Words():
            return _words(part)
        case One():
            return _one(part)
        case Many():
            return _many(part)


def _leaf(part: Leaf) -> Callable[[etree._Element, Values], None]:
    """Take the first that says something; later ones of the same name are for those who keep the XML."""
    text_field, attributes = part.field, {attribute.xml: attribute.field for attribute in part.attributes}

    def read(element: etree._Element, values: Values) -> None:
        if text_field in values:
            return
        if text := _text(element):
            values[text_field] = text
        if attributes:
            for name, given in element.items():
                if (field := attributes.get(name)) and (found := given.strip(_SPACE)):
                    values[field] = found

    return read


def _words(part: Words) -> Callable[[etree._Element, Values], None]:
    field, name = part.field, part.xml

    def read(element: etree._Element, values: Values) -> None:
        if words := [text for item in element if local(item) == name and (text := _text(item))]:
            values[field] = (*values.get(field, ()), *words)

    return read


def _one(part: One) -> Callable[[etree._Element, Values], None]:
    field, value = part.field, _value(part.shape)

    def read(element: etree._Element, values: Values) -> None:
        if field not in values and (found := value(element)) is not None:
            values[field] = found

    return read


def _many(part: Many) -> Callable[[etree._Element, Values], None]:
    field, name, is_wrapped, value = part.field, part.shape.element, bool(part.wrapper), _value(part.shape)

    def read(element: etree._Element, values: Values) -> None:
        items = [item for item in element if LOCAL_NAMES[item.tag] == name] if is_wrapped else (element,)
        if said := [found for item in items if (found := value(item)) is not None]:
            values[field] = (*values[field], *said) if field in values else tuple(said)

    def read_places(element: etree._Element, values: Values) -> None:
        items = [item for item in element if LOCAL_NAMES[item.tag] == name]
        if said := [place for item in items for place in _places(item)]:
            values[field] = (*values.get(field, ()), *said)

    return read_places if part.shape.make is GeoLocation else read


# Places ------------------------------------------------------------------------------------------------------------------------


def _places(location: etree._Element) -> Iterator[GeoLocation]:
    """Make the values of a geoLocation: one, unless it has several places, points or boxes, of which a value has room for one. What
    is over goes into further ones."""
    shares: list[dict[str, list[etree._Element]]] = [{}]
    for child in location:
        name = local(child)
        share = next((share for share in shares if name not in share or name == "geoLocationPolygon"), None)
        if share is None:
            shares.append(share := {})
        share.setdefault(name, []).append(child)
    for share in shares:
        if values := _values(properties.GEO_LOCATION)(location, [child for group in share.values() for child in group]):
            yield GeoLocation(**values)


def _old_corners(make: type[Any], element: etree._Element) -> dict[str, str]:
    """Kernel 3 writes `latitude longitude` in a point, and `south west north east` in a box."""
    numbers = _text(element).split()
    if make is Point and len(numbers) == 2:
        return dict(zip(("latitude", "longitude"), numbers, strict=True))
    if make is Box and len(numbers) == 4:
        return dict(zip(("south", "west", "north", "east"), numbers, strict=True))
    return {}


# Text --------------------------------------------------------------------------------------------------------------------------


def _text(element: etree._Element) -> str:
    """Return all text within, trimmed; a `br` that nothing else separates is a line break."""
    text = element.text or ""
    if len(element):
        for child in element:
            tail = child.tail or ""
            if local(child) == "br" and text[-1:].strip(_SPACE) and tail[:1].strip(_SPACE):
                text += "\n"
            text += _text(child) + tail
    return text.strip(_SPACE)
