"""DataCite XML: kernel 4 and kernels 2.1 to 3.1 read; written by `datacite_out`. The table of properties is `properties`.

Reading keeps what is written there: text is trimmed of XML white space and otherwise left alone, no rule of DataCite's is applied
(that is `pidstack.formats.normalise`). Elements that the table does not know are passed over; whoever must not lose them keeps the
XML, as `with_identifier` does.
Rule: DataCite Metadata Schema 4.7, metadata.xsd; kernel 3.1 for the older form of geoLocationPoint and geoLocationBox; EZID API v2,
"Metadata profiles", for what makes a record acceptable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from lxml import etree

from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.metadata import Box, GeoLocation, Metadata, Point
from pidstack.formats import properties, safe_xml
from pidstack.formats.datacite_out import NAMESPACE, SCHEMA_LOCATION, identifier_text, write_resource
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.properties import Attribute, Leaf, Many, One, Shape, Words
from pidstack.formats.safe_xml import Place
from pidstack.formats.xml_nodes import local as _local

__all__ = [
    "NAMESPACE",
    "OLD_KERNELS",
    "SCHEMA_LOCATION",
    "identifier_text",
    "kernel",
    "read",
    "require_identifier",
    "require_kernel_4",
    "with_identifier",
    "write",
]

OLD_KERNELS = ("2.1", "2.2", "3", "3.0", "3.1")

_DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
_BYTE_ORDER_MARK = "\ufeff"
_SPACE = " \t\r\n"
_KERNEL = re.compile(r"http://datacite\.org/schema/kernel(?:-(.*))?")
_TYPE_VALUE = re.compile(rb"""(\sidentifierType\s*=\s*)("[^"]*"|'[^']*')""")


def read(xml: str | bytes | etree._Element) -> Metadata:
    """Read a description.

    Args:
        xml: a document, or the root element that `safe_xml.parse` made of it.
    Raises:
        Unreadable: what `safe_xml.parse` refuses; WRONG_RECORD if it is not a DataCite `resource`.
    """
    root = safe_xml.parse(xml) if isinstance(xml, str | bytes) else xml
    kernel(root)
    values = _values(properties.RESOURCE, root)
    return Metadata(**values)


def kernel(root: etree._Element) -> str:
    """Return the version that the namespace names: `4`, `3`, `2.2`, `4.0`.

    Raises:
        Unreadable: WRONG_RECORD if the element is no DataCite `resource`.
    """
    tag = etree.QName(root)
    match = _KERNEL.fullmatch(tag.namespace or "")
    if tag.localname != "resource" or match is None:
        raise Unreadable("Not a DataCite record", Reason.WRONG_RECORD, element=tag.localname, line=1, column=1)
    return match[1] or ""


def require_kernel_4(root: etree._Element) -> None:
    """Pass if and only if the record is of the namespace that is written today.

    Raises:
        Unreadable: WRONG_RECORD, DEPRECATED or UNSUPPORTED.
    """
    version = kernel(root)
    if version in OLD_KERNELS:
        raise Unreadable(f"DataCite schema version {version} is deprecated", Reason.DEPRECATED, element="resource")
    if version != "4":
        raise Unreadable("Unsupported DataCite record version", Reason.UNSUPPORTED, element="resource")


def require_identifier(root: etree._Element, scheme: Scheme) -> None:
    """Pass if and only if the record has one `identifier` whose type is that of the scheme.

    Raises:
        Unreadable: NO_IDENTIFIER or IDENTIFIER_MISMATCH.
    """
    found = [child for child in root if _local(child) == "identifier"]
    if len(found) != 1 or not found[0].get("identifierType"):
        message = "Malformed DataCite record: no <identifier> element"
        raise Unreadable(message, Reason.NO_IDENTIFIER, "identifier", "identifier", line=root.sourceline or 0)
    if found[0].get("identifierType") != scheme.upper():
        message = "Mismatch between identifier type and <identifier> element"
        raise Unreadable(message, Reason.IDENTIFIER_MISMATCH, "identifier", "identifier", line=found[0].sourceline or 0)


def with_identifier(xml: str, identifier: Identifier, root: etree._Element | None = None) -> str:
    """Return the document as it was given, character by character, but for the text and the type of its `identifier`.

    That, too, is left alone where it is right already; DOIs are the same in any case. A record without one gets one, as the first
    child of its root.

    Args:
        root: what `safe_xml.parse` made of the document, where that was done before.
    Raises:
        Unreadable: what `safe_xml.parse` refuses; NO_IDENTIFIER if there are several.
    """
    mark = xml[: xml.startswith(_BYTE_ORDER_MARK)]
    root = safe_xml.parse(xml) if root is None else root
    return mark + _with_identifier(root, safe_xml.decode(xml).encode("utf-8"), identifier).decode("utf-8")


def _with_identifier(root: etree._Element, data: bytes, identifier: Identifier) -> bytes:
    found = [index for index, child in enumerate(root) if _local(child) == "identifier"]
    if len(found) > 1:
        raise Unreadable("Malformed DataCite record: more than one <identifier> element", Reason.NO_IDENTIFIER, "identifier")
    if found and _is_named(root[found[0]], identifier):
        return data
    kind, text = (escape(part, quote=False).encode("utf-8") for part in identifier_text(identifier))
    if not found:
        return _with_new_identifier(data, safe_xml.places(data, depth=1)[0], root.prefix or "", kind, text)
    at = safe_xml.places(data, depth=2)[found[0]]
    tag = _typed(data[at.start : at.content], kind)
    if at.empty_tag:
        tag, text = _opened(tag, text)
    return data[: at.start] + tag + text + data[at.end :]


def write(metadata: Metadata, identifier: Identifier) -> bytes:
    """Write a description as a document of kernel 4, UTF-8 with a declaration; see `datacite_out.write_resource`.

    Raises:
        Unreadable: SHAPE if a value has a character that XML cannot carry.
    """
    return f"{_DECLARATION}{write_resource(metadata, identifier)}\n".encode()


def _is_named(element: etree._Element, identifier: Identifier) -> bool:
    kind, name = identifier_text(identifier)
    if len(element) or element.get("identifierType") != kind:
        return False
    given, wanted = (element.text or "").encode(), name.encode()
    return given.upper() == wanted.upper() if identifier.scheme is Scheme.DOI else given == wanted  # bytes: ASCII has cases only


def _with_new_identifier(data: bytes, root: Place, prefix: str, kind: bytes, text: bytes) -> bytes:
    name = (f"{prefix}:identifier" if prefix else "identifier").encode()
    tag, added = data[root.start : root.content], b'<%b identifierType="%b">%b</%b>' % (name, kind, text, name)
    if root.empty_tag:
        tag, added = _opened(tag, added)
    return data[: root.start] + tag + added + data[root.content :]


def _opened(empty_tag: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Write `<a/>` as `<a>`, and its content with the closing tag behind it."""
    name = re.split(rb"[\s/]", empty_tag[1:], maxsplit=1)[0]
    return empty_tag[:-2].rstrip() + b">", content + b"</" + name + b">"


def _typed(tag: bytes, kind: bytes) -> bytes:
    if _TYPE_VALUE.search(tag):
        return _TYPE_VALUE.sub(lambda match: match[1] + match[2][:1] + kind + match[2][:1], tag, count=1)
    end = -2 if tag.endswith(b"/>") else -1
    return tag[:end].rstrip() + b' identifierType="' + kind + b'"' + tag[end:]


# Reading -----------------------------------------------------------------------------------------------------------------------


def _values(shape: Shape, element: etree._Element, children: Iterable[etree._Element] | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if shape.text and (text := _text(element)):
        values[shape.text] = text
    if shape.attributes:
        for name, value in element.items():
            if (field := shape.attributes.get(name)) and (found := value.strip(_SPACE)):
                values[field] = found
    if shape.children:
        for child in element if children is None else children:
            if part := shape.children.get(_local(child)):
                _read_part(part, child, values)
    return values


def _read_part(part: Leaf | Words | One | Many, element: etree._Element, values: dict[str, Any]) -> None:
    match part:
        case Many():
            items = _items(element, part.shape.element) if part.wrapper else (element,)
            made = _each_place(items) if part.shape.make is GeoLocation else (_value(part.shape, item) for item in items)
            values[part.field] = values.get(part.field, ()) + tuple([value for value in made if value is not None])
        case Leaf():
            _read_leaf(part, element, values)
        case One():
            if part.field not in values and (value := _value(part.shape, element)) is not None:
                values[part.field] = value
        case Words():
            values[part.field] = values.get(part.field, ()) + tuple(filter(None, map(_text, _items(element, part.xml))))


def _read_leaf(part: Leaf, element: etree._Element, values: dict[str, Any]) -> None:
    """Take the first that says something; later ones of the same name are for those who keep the XML."""
    if part.field in values:
        return
    if text := _text(element):
        values[part.field] = text
    for attribute in part.attributes:
        if found := _attribute(element, attribute):
            values[attribute.field] = found


def _value(shape: Shape, element: etree._Element, children: Iterable[etree._Element] | None = None) -> Any:
    """Make the value that an element stands for; None if it says nothing at all."""
    values = _values(shape, element, children)
    if not values and shape.make in (Point, Box):
        values = _old_corners(shape.make, element)
    return shape.make(**{**shape.blank, **values}) if any(values.values()) else None


def _each_place(locations: Iterable[etree._Element]) -> Iterator[GeoLocation | None]:
    """Make the values of geoLocations: one each, but for one that has several places, points or boxes, of which a value has room
    for one. What is over goes into further ones."""
    for element in locations:
        shares: list[dict[str, list[etree._Element]]] = [{}]
        for child in element:
            name = _local(child)
            share = next((share for share in shares if name not in share or name == "geoLocationPolygon"), None)
            if share is None:
                shares.append(share := {})
            share.setdefault(name, []).append(child)
        for share in shares:
            yield _value(properties.GEO_LOCATION, element, [child for group in share.values() for child in group])


def _old_corners(make: type[Any], element: etree._Element) -> dict[str, str]:
    """Kernel 3 writes `latitude longitude` in a point, and `south west north east` in a box."""
    numbers = _text(element).split()
    if make is Point and len(numbers) == 2:
        return dict(zip(("latitude", "longitude"), numbers, strict=True))
    if make is Box and len(numbers) == 4:
        return dict(zip(("south", "west", "north", "east"), numbers, strict=True))
    return {}


def _items(wrapper: etree._Element, name: str) -> list[etree._Element]:
    return [item for item in wrapper if _local(item) == name]


def _attribute(element: etree._Element, part: Attribute) -> str:
    return (element.get(part.xml) or "").strip(_SPACE)


def _text(element: etree._Element) -> str:
    """Return all text within, trimmed; a `br` that nothing else separates is a line break."""
    if len(element) == 0:
        return (element.text or "").strip(_SPACE)
    text = element.text or ""
    for child in element:
        tail = child.tail or ""
        if _local(child) == "br" and text[-1:].strip(_SPACE) and tail[:1].strip(_SPACE):
            text += "\n"
        text += _text(child) + tail
    return text.strip(_SPACE)
