"""Small questions to an XML tree whose namespaces differ from one version of a schema to the next: local names only.

The tree must come from `pidstack.formats.safe_xml`. Whoever asks for text wants it without comments, so that the text of an element
is all of its text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def local(node: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]


def child(node: etree._Element | None, path: str) -> etree._Element | None:
    """Return the first element at a path of local names (`titles/title`), or None."""
    return None if node is None else node.find(_any_namespace(path))


def children(node: etree._Element | None, path: str) -> list[etree._Element]:
    """Return all elements at a path of local names, in document order."""
    return [] if node is None else node.findall(_any_namespace(path))


def descendants(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield all elements of a local name below and including `node`."""
    return node.iter("{*}" + name)


def text(node: etree._Element | None) -> str:
    """Return all text below an element, tags dropped and runs of white space made one blank; empty without an element."""
    return "" if node is None else " ".join("".join(node.itertext()).split())


def own_text(node: etree._Element) -> str:
    """Return the text directly in an element, without that of its children."""
    return " ".join("".join([node.text or "", *((part.tail or "") for part in node)]).split())


def text_at(node: etree._Element | None, path: str) -> str:
    """Return the text of the first element at a path, empty if there is none."""
    return text(child(node, path))


def _any_namespace(path: str) -> str:
    return "/".join("{*}" + step for step in path.split("/"))
