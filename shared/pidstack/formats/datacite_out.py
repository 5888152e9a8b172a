"""DataCite XML, kernel 4, written as text: the table of properties is turned into functions that put strings together.

A tree of elements that is built to be written out once costs five times as much. What comes out is, character by character, what
libxml2 writes of such a tree.
Rule: DataCite Metadata Schema 4.7, metadata.xsd; XML 1.0 (fifth edition), 2.2 (characters), 2.4 and 3.3.3 (escapes).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Metadata, Types
from pidstack.domain.values import replace
from pidstack.formats import properties
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.markup import in_text
from pidstack.formats.properties import XML_LANG, Attribute, JsonOnly, Leaf, Many, One, Part, Shape, Text, Words, key_of
from pidstack.formats.remembered import Remembered
from pidstack.formats.type_names import general_type

NAMESPACE = "http://datacite.org/schema/kernel-4"
SCHEMA_LOCATION = f"{NAMESPACE} http://schema.datacite.org/meta/kernel-4/metadata.xsd"

_CREATORS = properties.RESOURCE.parts[0]  # written even if there are none, so that validation says so
_OPENING = (
    f'<resource xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{SCHEMA_LOCATION}">'
)
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))  # no XML has these
_WITHOUT = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_LONGEST_ATTRIBUTES = 256

Write = Callable[[Any], str]
"""Writes what a part of the table says of a value: elements, each on a line of its own, or nothing."""


def identifier_text(identifier: Identifier) -> tuple[str, str]:
    """Return what the `identifier` element says of a name: its type (`DOI`, `ARK`, `UUID`) and the name without its scheme."""
    return identifier.scheme.upper(), identifier.name.partition(":")[2].removeprefix("/")


def write_resource(metadata: Metadata, identifier: Identifier) -> bytes:
    """Write a description as a `resource` element, in UTF-8, in the order of DataCite's own generator, indented.

    What the schema wants and the description lacks is written empty or by its default (`Other`, `Issued`, `Abstract`), so that
    validation names it.

    Raises:
        Unreadable: SHAPE if a value has a character that XML cannot carry.
    """
    kind, name = identifier_text(identifier)
    parts = [f'{_OPENING}\n  <identifier identifierType="{kind}">{in_text(name)}</identifier>']
    parts += [write(metadata) for _, write in _properties()]
    parts.append("\n</resource>")
    written = _in_utf8(parts)
    if written is None:
        key = next((key for key, write in _properties() if _in_utf8([write(metadata)]) is None), "identifier")
        raise Unreadable(f"{key}: a character that XML cannot carry", Reason.SHAPE, key)
    return written


def _in_utf8(parts: Sequence[str]) -> bytes | None:
    """Encode what XML can carry; None for anything else. Most parts are ASCII, which alone takes next to nothing."""
    text = "".join(parts)
    try:
        data = b"".join([part.encode() for part in parts])
    except UnicodeEncodeError:
        return None
    return data if data.translate(_WITHOUT) == data and "\ufffe" not in text and "\uffff" not in text else None


@cache
def _properties() -> list[tuple[str, Write]]:
    """The properties of a resource, by their keys."""
    return [(key_of(part), _part(part, 1)) for part in properties.RESOURCE.parts]


# The table as functions. A value is in so many elements; each is a step of indentation -------------------------------------------


def _part(part: Part, depth: int) -> Write:
    match part:
        case Leaf():
            return _leaf(part, depth)
        case Words():
            return _words(part, depth)
        case One():
            return _one(part, depth)
        case Many():
            return _many(part, depth)
        case Text() | Attribute() | JsonOnly():
            return lambda _: ""


def _leaf(part: Leaf, depth: int) -> Write:
    field, required = part.field, part.required
    opening, closing = f"{_margin(depth)}<{part.xml}", f"</{part.xml}>"
    if not part.attributes and not required:
        return lambda value: f"{opening}>{in_text(text)}{closing}" if (text := getattr(value, field)) else ""
    attributes = _attributes(part.attributes)

    def write(value: Any) -> str:
        text, about = getattr(value, field), attributes(value)
        return f"{opening}{about}>{in_text(text)}{closing}" if text or about or required else ""

    return write


def _words(part: Words, depth: int) -> Write:
    field, wrap = part.field, _wrapper(part.wrapper, depth)
    opening, closing = f"{_margin(depth + 1)}<{part.xml}>", f"</{part.xml}>"
    return lambda value: wrap("".join([f"{opening}{in_text(word)}{closing}" for word in getattr(value, field)]))


def _one(part: One, depth: int) -> Write:
    field, element = part.field, _element(part.shape, depth)

    def write(value: Any) -> str:
        found = getattr(value, field)
        return "" if found is None else element(found)

    return _typed(element) if part.shape is properties.TYPES else write


def _typed(element: Write) -> Write:
    def write(metadata: Metadata) -> str:
        types = metadata.types
        if types.general:
            return element(types)
        general = general_type(types)
        return "" if types == Types() else element(replace(types, general=general))

    return write


def _many(part: Many, depth: int) -> Write:
    field, always = part.field, part is _CREATORS
    element = _element(part.shape, depth + 1 if part.wrapper else depth)
    wrap = _wrapper(part.wrapper, depth) if part.wrapper else str

    def write(value: Any) -> str:
        found = getattr(value, field)
        return wrap("".join(map(element, found))) if found or always else ""

    return write


def _element(shape: Shape, depth: int) -> Write:
    attributes = _attributes([part for part in shape.parts if isinstance(part, Attribute)])
    opening, closing = f"{_margin(depth)}<{shape.element}", f"</{shape.element}>"
    if field := shape.text:
        return lambda value: f"{opening}{attributes(value)}>{in_text(getattr(value, field))}{closing}"
    inside = [part for part in shape.parts if isinstance(part, Leaf | Words | One | Many)]
    parts = [(part.field, _says_more(part), _part(part, depth + 1)) for part in inside]
    last = _margin(depth) + closing

    def write(value: Any) -> str:
        content = ""
        for field, says_more, part in parts:
            if says_more or getattr(value, field):  # most values say little of what they could
                content += part(value)
        return f"{opening}{attributes(value)}>{content}{last}" if content else f"{opening}{attributes(value)}/>"

    return write


def _says_more(part: Leaf | Words | One | Many) -> bool:
    """Tell whether something may be written of a part whose field is empty."""
    return isinstance(part, Words) or (isinstance(part, Leaf) and (part.required or bool(part.attributes)))


def _wrapper(name: str, depth: int) -> Callable[[str], str]:
    margin = _margin(depth)
    empty, opening, closing = f"{margin}<{name}/>", f"{margin}<{name}>", f"{margin}</{name}>"
    return lambda content: f"{opening}{content}{closing}" if content else empty


def _attributes(parts: Sequence[Attribute]) -> Write:
    if not parts:
        return lambda _: ""
    names = [(f' {part.xml.replace(XML_LANG, "xml:lang")}="', part.default) for part in parts]
    read = attrgetter(*(part.field for part in parts))

    def write(said: str | tuple[str, ...]) -> str:
        values = said if isinstance(said, tuple) else (said,)
        found = [(opening, value or default) for (opening, default), value in zip(names, values, strict=True)]
        return "".join([f'{opening}{_escaped_in_quotes(value)}"' for opening, value in found if value])

    # By the values of the fields: types, licences and organisations come again and again.
    written = Remembered(write, most=1024, is_short=lambda said: sum(map(len, said)) <= _LONGEST_ATTRIBUTES)
    return lambda value: written[read(value)]


def _margin(depth: int) -> str:
    return "\n" + "  " * depth


def _escaped_in_quotes(text: str) -> str:
    text = in_text(text)
    if '"' in text or "\n" in text or "\t" in text:
        return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text
