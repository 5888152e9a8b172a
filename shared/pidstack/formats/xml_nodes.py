"""Small questions to an XML tree whose namespaces differ from one version of a schema to the next: local names only.

The tree must come from `pidstack.formats.safe_xml`. Whoever asks for text wants it without comments, so that the text of an element
is all of its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from lxml import etree

Parts: TypeAlias = "Mapping[str, Sequence[etree._Element]]"  # noqa: SLF001 - lxml has no other name for it
"""The child elements of an element by their local names, each name's in document order."""
NO_PARTS: Parts = MappingProxyType({})
_MOST_NAMES = 1024


class _LocalNames(dict[Any, str]):
    """Tags without their namespaces. Nearly all are known, and a look into a dictionary is what they cost."""

    def __missing__(self, tag: object) -> str:
        if len(self) >= _MOST_NAMES:
            self.clear()
        self[tag] = name = str(tag).rpartition("}")[2]
        return name


LOCAL_NAMES = _LocalNames()
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


def by_name(node: etree._Element | None) -> Parts:
    """Sort the child elements by their local names: one look at each, however many are asked for."""
    if node is None:
        return NO_PARTS
    found: dict[str, list[etree._Element]] = {}
    for part in node[:]:  # all at once is quicker than one after the other
        found.setdefault(LOCAL_NAMES[part.tag], []).append(part)
    return found


def within(parts: Parts, path: str) -> Sequence[etree._Element]:
    """Return all elements at a path that begins with one of the parts, in document order."""
    name, _, rest = path.partition("/")
    found = parts.get(name)
    if not found:
        return ()
    for step in rest.split("/") if rest else ():
        found = [part for node in found for part in node[:] if LOCAL_NAMES[part.tag] == step]
    return found


def text_in(parts: Parts, path: str) -> str:
    """Return the text of the first element at such a path, empty if there is none."""
    found = parts.get(path)
    if found is None and "/" in path:
        found = within(parts, path)
    return text(found[0]) if found else ""


def descendants(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield all elements of a local name below and including `node`."""
    return node.iter("{*}" + name)


def text(node: etree._Element | None) -> str:
    """Return all text below an element, tags dropped and runs of white space made one blank; empty without an element."""
    if node is None:
        return ""
    # libxml2 gathers text in one step, and six times as fast as `itertext`.
    whole = str(etree.tostring(node, method="text", encoding="unicode", with_tail=False)) if len(node) else node.text
    return " ".join(whole.split()) if whole else ""


def own_text(node: etree._Element) -> str:
    """Return the text directly in an element, without that of its children."""
    return " ".join("".join([node.text or "", *((part.tail or "") for part in node)]).split()) if len(node) else text(node)


def text_at(node: etree._Element | None, path: str) -> str:
    """Return the text of the first element at a path, empty if there is none."""
    return text(child(node, path))


def _found(node: etree._Element, path: str) -> Iterator[etree._Element]:
    """Walk down one step after the other; libxml2 compares the names, so only what is found becomes an object."""
    step, _, rest = path.partition("/")
    found = node.iterchildren("{*}" + step)
    return (part for each in found for part in _found(each, rest)) if rest else found
