"""Validation against DataCite's own XSD, offline. The newest kernel accepts every older document of kernel 4 that is valid at all.

The schema is compiled on first use, in a few milliseconds, and kept. libxml2 says what is wrong and in which line; the column,
which it does not know, is found in the text afterwards, only if something is wrong.
Rule: DataCite Metadata Schema 4.7, metadata.xsd. `nameIdentifier` and `affiliation` are declared there in a way that libxml2 does
not check; nor does DataCite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

from pidstack.formats import safe_xml
from pidstack.formats.errors import Reason, Unreadable

_XSD = Path(__file__).parents[1] / "schemas" / "datacite" / "kernel-4" / "metadata.xsd"
_NAMED = re.compile(r"Element '[^']+'(?:, attribute '(?:\{[^}]*\})?([^']+)')?: ?")
_STEP = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that the schema forbids.

    Args:
        message: libxml2's words, without the element's name before them.
        element: local name of the element that is wrong.
        attribute: local name of the attribute that is wrong; empty if the element is.
        field: the property of the resource that it belongs to (`creators`); `resource` if the whole.
        line: from 1.
        column: from 1; 0 if the text is not at hand.
    """

    message: str
    element: str
    attribute: str
    field: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        name = f"{self.element}, attribute {self.attribute}" if self.attribute else self.element
        return f"{name}: {self.message} at line {self.line}, column {self.column}"


def validate(xml: str | bytes, root: etree._Element | None = None) -> etree._Element:
    """Return the root element of a record that is valid kernel 4.

    Args:
        root: what `safe_xml.parse` made of it, where that was done before.
    Raises:
        Unreadable: what `safe_xml.parse` refuses; INVALID with the first problem's element, line and column.
    """
    root = safe_xml.parse(xml) if root is None else root
    found = problems(root, xml)
    if found:
        first = found[0]
        raise Unreadable(str(first), Reason.INVALID, first.field, first.element, first.line, first.column)
    return root


def problems(root: etree._Element, xml: str | bytes | None = None) -> list[Problem]:
    """List what the schema forbids, in the order of the document.

    Args:
        root: as `safe_xml.parse` made it.
        xml: the text it was made of; without it columns are 0.
    """
    schema = _schema()
    if schema.validate(root):
        return []
    positions = {element: index for index, element in enumerate(root.iter())}
    places = safe_xml.places(xml) if xml is not None else []
    first_of_each: dict[tuple[str, str], Problem] = {}
    for entry in schema.error_log:
        trail = _trail(root, entry.path or "")
        problem = _problem(entry, trail, places[positions[trail[-1]]] if places else None)
        first_of_each.setdefault((entry.path or "", problem.attribute), problem)
    return list(first_of_each.values())


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_XSD, etree.XMLParser(no_network=True, remove_comments=True)))


def _problem(entry: etree._LogEntry, trail: list[etree._Element], place: safe_xml.Place | None) -> Problem:
    named = _NAMED.match(entry.message)
    message = entry.message[named.end() :] if named else entry.message
    names = [str(element.tag).rpartition("}")[2] for element in trail]
    field = names[1] if len(names) > 1 else names[0]
    line, column = (place.line, place.column) if place else (entry.line, 0)
    return Problem(message, names[-1], (named[1] or "") if named else "", field, line, column)


def _trail(root: etree._Element, path: str) -> list[etree._Element]:
    """Follow libxml2's path (`/*/*[2]/y:name[3]`) from the root down to the element that an error is about."""
    trail = [root]
    for step in _STEP.finditer(path.partition("/")[2].partition("/")[2]):
        name, number = step[1], int(step[2] or 1)
        siblings = [child for child in trail[-1] if name == "*" or name == _written(child)]
        if number > len(siblings):
            break
        trail.append(siblings[number - 1])
    return trail


def _written(element: etree._Element) -> str:
    local = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local
