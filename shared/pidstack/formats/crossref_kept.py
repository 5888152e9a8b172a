"""A Crossref document that was checked when it came, turned into the `crossref` element of UNIXREF 1.1 that harvesters get.

Deposit and UNIXREF are one tree of elements in two namespaces. Where the text is as libxml2 and Crossref write it, three places in
it are changed and nothing is parsed: the namespace, the DOI, and where it leads. Anything unusual is parsed.
Rule: Crossref UNIXREF 1.1 and deposit schema 4.3 to 5.5; EZID API v2, "Crossref registration", for what is kept of a deposit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from pidstack.formats import safe_xml
from pidstack.formats.cited import one_line
from pidstack.formats.crossref_deposit import TBA
from pidstack.formats.crossref_item import find_item
from pidstack.formats.plain_xml import elements_of, plain
from pidstack.formats.unixref_out import CLOSING, DECLARATIONS, NAMESPACE, OPENING, Unixref
from pidstack.formats.unixref_parts import escaped, uri
from pidstack.formats.xml_nodes import child

_DEPOSIT = re.compile(r'<\?xml version="1\.0"\?>\n<([\w-]+) ([^<>]*)>')
_OUTPUT = re.compile(r"<crossref(?=[\s>])([^<>]*)>")
_DEPOSITED = re.compile(r'xmlns="(http://www\.crossref\.org/schema/[0-9.]+)"')
_LOCATION = re.compile(r"""\s*[\w.-]+:(?:noNamespaceSchemaLocation|schemaLocation)\s*=\s*(?:"[^"]*"|'[^']*')""")
_DECLARED = re.compile(r"""\s(xmlns(?::[\w.-]+)?)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^<>!?]+>")
_ANY_CROSSREF = re.compile(
    r"""(\sxmlns(?::[\w.-]+)?\s*=\s*)(?:"http://www\.crossref\.org/(?:x?schema/[0-9.]+)"|'http://www\.crossref\.org/(?:x?schema/[0-9.]+)')"""
)
_ITEMS = ("journal_article", "content_item", "conference_paper", "dataset")  # a record has one of them
_NAMED, _LEADING = f">{TBA}</doi>".encode(), f">{TBA}</resource>".encode()
_LENGTH = len(TBA)
_CLOSED = CLOSING.encode()
_NAMESPACES = frozenset({NAMESPACE, "http://www.crossref.org/xschema/1.0", ""})
_XSI = "http://www.w3.org/2001/XMLSchema-instance"

_PARTS = {
    "journal": (("journal_article", "journal_article"), ("journal_volume", "journal_volume"), ("journal_issue", "journal_issue")),
    "book": (("content_item", "book_content"), ("series_metadata", "book_series"), ("set_metadata", "book_title")),
    "conference": (("conference_paper", "conference_paper"), ("series_metadata", "conference_series")),
    "report-paper": (("content_item", "report-paper_content"), ("series_metadata", "report-paper_series")),
    "standard": (("content_item", "standard_content"), ("series_metadata", "standard_series")),
}
"""Family to the elements in it that may carry the DOI, the most particular first, with what UNIXSD calls their kind."""
_TAGS = {family: [(f"<{name}".encode(), f"</{name}>".encode(), kind) for name, kind in parts] for family, parts in _PARTS.items()}
_WHOLES = {
    "journal": "journal_title",
    "book": "book_title",
    "conference": "conference_title",
    "report-paper": "report-paper_title",
    "standard": "standard_title",
    "database": "dataset",
    "sa_component": "component",
    "pending_publication": "prepublication",
    "preprint": "posted_content",
}
"""Family to the kind of what stands in none of these; the others are called like their family."""


class Places(NamedTuple):
    """Where in the bytes of a deposit stands what UNIXREF says otherwise, and what it is that is described.

    Attributes:
        begun: where the root's start tag has ended.
        named, leading: where the placeholders begin of the DOI, and of where it leads.
        kind: what UNIXSD calls the element that the DOI names.
    """

    begun: int
    named: int
    leading: int
    kind: str


def unixref_of(document: bytes, doi: str, target: str, places: Places | None = None) -> Unixref:
    """Turn a kept document into UNIXREF.

    Args:
        document: as `documents.with_documents` keeps it, in UTF-8: a deposit without DOI and target, or a record of Crossref's.
        doi: what it describes, in the spelling that it is to have.
        target: where the DOI leads, as a URL.
        places: what `places_in` gives for this document, if that is known.
    Raises:
        Unreadable: it is neither.
    """
    leads_to = uri(target) or one_line(target)  # without what XML cannot carry
    resource = escaped(leads_to)
    if places := places or places_in(document):
        return _filled(document, places, escaped(doi).encode(), resource.encode())
    return _from_output(document.decode(), doi, resource) or _parsed(document.decode(), doi, leads_to)


def places_in(document: bytes) -> Places | None:
    """Look through a deposit that was kept by us; None if there is anything unusual about it."""
    begun = document.find(b">", document.find(b"?>") + 2) + 1
    family, space, _ = _opening(document[:begun])
    start = document.find(b"<doi_data", begun)
    end = document.find(b"</doi_data>", start)
    if not space or not begun < start < end or document.find(b"<doi_data", end) >= 0 or document.find(space, begun) >= 0:
        return None
    if any(document.count(each, start, end) != 1 for each in (b"<doi_data", _NAMED, _LEADING)):
        return None
    named, leading = document.find(_NAMED, start), document.find(_LEADING, start)
    return Places(begun, named + 1, leading + 1, _kind(family, document, begun, start)) if named < leading else None


def _filled(document: bytes, places: Places, doi: bytes, resource: bytes) -> Unixref:
    begun, named, leading, kind = places
    opening = _opening(document[:begun])[2]
    between, behind = document[named + _LENGTH : leading], document[leading + _LENGTH :]
    return Unixref(b"".join((opening, document[begun:named], doi, between, resource, behind, _CLOSED)), kind)


@lru_cache(maxsize=256)
def _opening(head: bytes) -> tuple[str, bytes, bytes]:
    """Give what a deposit is of, its namespace, and what UNIXREF begins with instead; depositors write few different ones."""
    tag = _DEPOSIT.fullmatch(head.decode())
    space = _DEPOSITED.search(tag[2]) if tag else None
    if tag is None or space is None:
        return "", b"", b""
    others = _LOCATION.sub("", tag[2]).replace(space[0], "", 1).strip()
    return tag[1], space[1].encode(), f"{OPENING}<{tag[1]}{' ' if others else ''}{others}>".encode()


def _from_output(document: str, doi: str, resource: str) -> Unixref | None:
    """Take the element out of a record of Crossref's, which names its namespaces anywhere above; None as above."""
    head = _OUTPUT.search(document)
    end = document.find(CLOSING)
    if head is None or end < 0 or document.find(CLOSING, end + 1) >= 0 or head[1].endswith("/"):
        return None
    before, content = document[: head.start()], document[head.end() : end]
    spaces = {name: double or single for name, double, single in _DECLARED.findall(before + head[0])}
    if spaces.pop("xmlns", "") not in _NAMESPACES or "xschema/" in content:
        return None
    if "<!" in before or "<!" in content or any("&" in space or '"' in space for space in spaces.values()):
        return None
    placed = _led(content, doi, resource)
    family = re.match(r"\s*<([\w-]+)", content)
    if placed is None or family is None or any(content.count(f"<{name}") > 1 for name in _ITEMS):
        return None
    content, start = placed
    others = "".join(f' {name}="{space}"' for name, space in spaces.items() if name != "xmlns:xsi")
    if spaces.get("xmlns:xsi", _XSI) != _XSI:
        return None
    kind = _kind(family[1], content[:start].encode())
    return Unixref(f"<crossref {DECLARATIONS}{others}>{content}{CLOSING}".encode(), kind)


def _led(content: str, doi: str, resource: str) -> tuple[str, int] | None:
    """Put the target into the one `doi_data` of a DOI; with where that begins."""
    for spelling in dict.fromkeys((doi, doi.lower())):
        name = f"<doi>{escaped(spelling)}</doi>"
        if content.count(name) == 1:
            at = content.find(name)
            start, end = content.rfind("<doi_data>", 0, at), content.find("</doi_data>", at)
            begun = content.find("<resource", at, end)
            opened, closed = content.find(">", begun, end) + 1, content.find("</resource>", begun, end)
            if start < 0 or content.find("</doi_data>", start, at) >= 0 or not 0 <= begun < opened <= closed:
                return None
            if content.find("<collection", at, begun) >= 0:
                return None
            named = content[at:opened].replace(name, f"<doi>{escaped(doi)}</doi>", 1)
            return f"{content[:at]}{named}{resource}{content[closed:]}", start
    return None


def _kind(family: str, content: bytes, start: int = 0, end: int | None = None) -> str:
    """Name what encloses the end of a text: the most particular element that was begun in it, and not ended."""
    end = len(content) if end is None else end
    for opening, closing, kind in _TAGS.get(family, ()):
        begun = content.rfind(opening, start, end)
        while begun >= 0 and not content.startswith((b" ", b">"), begun + len(opening)):
            begun = content.rfind(opening, start, begun)
        if begun >= 0 and content.find(closing, begun, end) < 0:
            return kind
    return _WHOLES.get(family, family)


def _parsed(document: str, doi: str, leads_to: str) -> Unixref:
    """Do the same with a tree, for documents in any spelling."""
    root = safe_xml.parse(document)
    item = find_item(plain(root), doi)
    chain = (item.node, *item.around)
    elements = elements_of(root, chain)
    node, family = elements[0], next(each for each, same in zip(elements, chain, strict=True) if same is item.family)
    for sibling in [each for each in family if each is not node and each.tag == node.tag]:
        family.remove(sibling)  # a record has only the one item asked for
    data = child(node, "doi_data")
    if data is not None:
        for name, said in (("doi", doi), ("resource", leads_to)):
            found = child(data, name)
            if found is not None:
                del found[:]
                found.text = said
    # libxml2 writes `<` and `>` in tags only.
    written = str(etree.tostring(family, encoding="unicode", with_tail=False))
    content = _TAG.sub(lambda tag: _LOCATION.sub("", _ANY_CROSSREF.sub(rf'\1"{NAMESPACE}"', tag[0])), written)
    name = item.family_name
    parts = dict(_PARTS.get(name, ()))
    return Unixref(f"{OPENING}{content}{CLOSING}".encode(), parts.get(item.name, _WHOLES.get(name, name)))
