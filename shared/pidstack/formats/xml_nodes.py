"""Small questions to an XML tree whose namespaces differ from one version of a schema to the next: local names only.

For what is written out again, or is known to libxml2 alone; who reads all of a document asks `plain_xml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from pidstack.formats.remembered import Remembered

LOCAL_NAMES: Remembered[Any, str] = Remembered(lambda tag: str(tag).rpartition("}")[2], most=1024)
"""Tag to local name; what `local` looks into, for those who walk over many elements."""


def local(node: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return LOCAL_NAMES[node.tag]


def child(node: etree._Element | None, path: str) -> etree._Element | None:
    """Return the first element at a path of local names (`titles/title`), or None."""
    return None if node is None else next(_found(node, path), None)


def children(node: etree._Element | None, path: str) -> list[etree._Element]:
    """Return all elements at a path of local names, in document order."""
    return [] if node is None else list(_found(node, path))


def _found(node: etree._Element, path: str) -> Iterator[etree._Element]:
    """Walk down one step after the other; libxml2 compares the names, so only what is found becomes an object."""
    step, _, rest = path.partition("/")
    found = node.iterchildren("{*}" + step)
    return (part for each in found for part in _found(each, rest)) if rest else found
