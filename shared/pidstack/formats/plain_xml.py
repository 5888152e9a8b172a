"""A document as plain values: what its elements are called, without namespaces, what their tags say, and what is in them.

A reader that looks at every element of a tree of libxml2's spends more on having its objects made than on what they say. So a
document in the usual spelling is cut at its brackets, and what comes out are tuples; one in any other spelling goes through
libxml2 first, which writes the usual one. Nothing is checked here: `safe_xml` has found every document harmless and well-formed,
before it was kept or just before it is read.
Rule: XML 1.0 (fifth edition), sections 2.4, 3.1 and 3.3.3; Namespaces in XML 1.0, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

from lxml import etree

from pidstack.formats import safe_xml
from pidstack.formats.kept_xml import parse_kept
from pidstack.formats.remembered import Remembered

Node: TypeAlias = "tuple[str, Mapping[str, str], list[bytes], list[Node]]"
"""An element: its local name; its attributes by name with prefix; the texts in it, as the document has them in UTF-8, before
the first element in it and behind each; these elements."""
NAME: Final = 0
SAID: Final = 1
TEXTS: Final = 2
INSIDE: Final = 3
Parts: TypeAlias = Mapping[str, list[Node]]
"""The elements in an element by their names, each name's in document order."""
NO_PARTS: Parts = MappingProxyType({})

_SLASH, _AMPERSAND = b"/&"  # as numbers, for which to look takes a tenth of the time
_START = re.compile(rb"""(?:[^\s/?!"'=:]+:)?([^\s/?!"'=:]+)((?:\s+[^\s/"'=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)""")
_ATTRIBUTE = re.compile(rb"""([^\s/"'=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_BLANKS = bytes.maketrans(b"\t\n\r", b"   ")
_LONGEST_TAG = 1024


class _Unusual(Exception):
    """The brackets of a document are not those of its tags alone, or it has comments, instructions or sections."""


def _read_start(tag: bytes) -> tuple[str, Mapping[str, str], bool]:
    """Read a start tag without its brackets: name, attributes, and whether that is all of the element."""
    match = _START.fullmatch(tag)
    if match is None:
        raise _Unusual
    said = {
        name.decode(): _value(one or other)
        for name, one, other in _ATTRIBUTE.findall(match[2])
        if not name.startswith(b"xmlns")  # declares a namespace
    }
    return match[1].decode(), said or _NO_ATTRIBUTES, bool(match[3])


def _value(written: bytes) -> str:
    value = written.translate(_BLANKS)
    return (_resolved(value) if _AMPERSAND in value else value).decode()


_START_TAGS = Remembered(_read_start, most=1024, is_short=lambda tag: len(tag) <= _LONGEST_TAG)  # few are ever new


def kept(document: bytes) -> Node:
    """Read a document out of the registry's own store.

    Args:
        document: in UTF-8.
    Raises:
        Unreadable: NOT_WELL_FORMED; FORBIDDEN if it has a document type.
    """
    try:
        return _cut(document)
    except _Unusual:
        return plain(parse_kept(document))


def given(document: str | bytes) -> Node:
    """Read a document from outside.

    Raises:
        Unreadable: as `safe_xml.parse` does.
    """
    return plain(safe_xml.parse(document))


def plain(root: etree._Element) -> Node:
    """Turn a tree without comments and processing instructions into plain values."""
    return _cut(etree.tostring(root, encoding="utf-8", with_tail=False))


def elements_of(root: etree._Element, chain: Sequence[Node]) -> list[etree._Element]:
    """Give the elements of a tree that became nodes of `plain(root)`: a node and all that it is in, from the inside, in and out."""
    found = [root]
    for outer, inner in pairwise(reversed(chain)):
        found.append(found[-1][next(number for number, each in enumerate(outer[INSIDE]) if each is inner)])
    return found[::-1]


def said(node: Node, name: str, otherwise: str = "") -> str:
    """Return an attribute, or what counts where the tag does not have it."""
    return node[SAID].get(name, otherwise)


def child(node: Node | None, *path: str) -> Node | None:
    """Return the first element at a path of names, or None."""
    found = children(node, *path)
    return found[0] if found else None


def children(node: Node | None, *path: str) -> list[Node]:
    """Return all elements at a path of names, in document order."""
    return _inside([node] if node else [], path)


def by_name(node: Node | None) -> Parts:
    """Sort the elements in an element by their names: one look at each, however many are asked for."""
    if node is None:
        return NO_PARTS
    found: dict[str, list[Node]] = {}
    for part in node[INSIDE]:
        name = part[NAME]
        if name in found:
            found[name].append(part)
        else:
            found[name] = [part]
    return found


def within(parts: Parts, name: str, *path: str) -> list[Node]:
    """Return all elements at a path that begins with one of the parts, in document order."""
    return _inside(parts.get(name, []), path)


def _inside(found: list[Node], path: Sequence[str]) -> list[Node]:
    for name in path:
        found = [part for each in found for part in each[INSIDE] if part[NAME] == name]
    return found


def descendants(node: Node, *names: str) -> list[Node]:
    """Return all elements of one of these names in an element, itself included, in document order."""
    found = [node] if node[NAME] in names else []
    for part in node[INSIDE]:
        if part[INSIDE]:
            found += descendants(part, *names)
        elif part[NAME] in names:
            found.append(part)
    return found


def leaves(node: Node) -> list[Node]:
    """Return all elements without elements in an element, in document order; itself if it is one."""
    return [leaf for part in node[INSIDE] for leaf in leaves(part)] if node[INSIDE] else [node]


def text(node: Node | None) -> str:
    """Return all text in an element, tags dropped and runs of white space made one blank; empty without an element."""
    if node is None:
        return ""
    _, _, texts, parts = node
    whole = b"".join(_runs(node)) if parts else texts[0]
    if _AMPERSAND in whole:
        whole = _resolved(whole)
    return " ".join(whole.decode().split())


def own_text(node: Node) -> str:
    """Return the text directly in an element, without that of the elements in it."""
    name, attributes, texts, parts = node
    return text((name, attributes, [b"".join(texts)], []) if parts else node)


def text_in(parts: Parts, name: str, *path: str) -> str:
    """Return the text of the first element at a path that begins with one of the parts, empty if there is none."""
    if name not in parts:  # as most are not
        return ""
    found = _inside(parts[name], path)
    return text(found[0]) if found else ""


def text_at(node: Node | None, *path: str) -> str:
    """Return the text of the first element at a path, empty if there is none."""
    return text(child(node, *path))


def _cut(document: bytes) -> Node:
    """Cut a document at its brackets: tags and the texts behind them take turns."""
    start = document.find(b"?>") + 2 if document.startswith(b"<?xml") else 0
    pieces = iter(document[start:].replace(b">", b"<").split(b"<"))
    before = next(pieces)
    node = outside = ("", _NO_ATTRIBUTES, [b""], [])  # type: Node
    around: list[Node] = []
    start_tags = _START_TAGS
    try:
        for tag, text in zip(pieces, pieces, strict=False):
            if tag[0] == _SLASH:
                node = around.pop()
                node[TEXTS].append(text)
                continue
            name, attributes, is_empty = start_tags[tag]
            new: Node = name, attributes, [b"" if is_empty else text], []
            node[INSIDE].append(new)
            if is_empty:
                node[TEXTS].append(text)
            else:
                around.append(node)
                node = new
    except IndexError:
        raise _Unusual from None
    if around or len(outside[INSIDE]) != 1 or b"".join((before, *outside[TEXTS])).strip():
        raise _Unusual
    return outside[INSIDE][0]


def _runs(node: Node) -> list[bytes]:
    """Give the texts of an element and of all that is in it, in document order."""
    texts = iter(node[TEXTS])
    found = [next(texts)]
    for part in node[INSIDE]:
        found += _runs(part) if part[INSIDE] else part[TEXTS]
        found.append(next(texts))
    return found


def _resolved(text: bytes) -> bytes:
    """Put characters in the place of what refers to them."""
    return (parse_kept(b"<a>%b</a>" % text).text or "").encode()
