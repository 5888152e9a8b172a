"""Small questions to an XML tree whose namespaces differ from one version of a schema to the next: local names only.

The tree must come from `pidstack.formats.safe_xml`. Whoever asks for text wants it without comments, so that the text of an element
is all of its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree


def local(node: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return _local(str(node.tag))


def child(node: etree._Element | None, path: str) -> etree._Element | None:
    """Return the first element at a path of local names (`titles/title`), or None."""
    return None if node is None else next(_found(node, path), None)


def children(node: etree._Element | None, path: str) -> list[etree._Element]:
    """Return all elements at a path of local names, in document order."""
    return [] if node is None else list(_found(node, path))


def by_name(node: etree._Element) -> dict[str, list[etree._Element]]:
    """Sort the child elements by their local names: for nodes of which many are asked for, one look at each."""
    found: dict[str, list[etree._Element]] = {}
    for part in node:
        found.setdefault(_local(str(part.tag)), []).append(part)
    return found


def descendants(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield all elements of a local name below and including `node`."""
    return node.iter("{*}" + name)


def text(node: etree._Element | None) -> str:
    """Return all text below an element, tags dropped and runs of white space made one blank; empty without an element."""
    if node is None:
        return ""
    whole = "".join(node.itertext()) if len(node) else node.text or ""
    return " ".join(whole.split())


def own_text(node: etree._Element) -> str:
    """Return the text directly in an element, without that of its children."""
    return " ".join("".join([node.text or "", *((part.tail or "") for part in node)]).split())


def text_at(node: etree._Element | None, path: str) -> str:
    """Return the text of the first element at a path, empty if there is none."""
    return text(child(node, path))


def _found(node: etree._Element, path: str) -> Iterator[etree._Element]:
    """Walk down one step after the other; libxml2 compares the names, so only what is found becomes an object."""
    step, _, rest = path.partition("/")
    found = node.iterchildren("{*}" + step)
    return (part for each in found for part in _found(each, rest)) if rest else found


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
