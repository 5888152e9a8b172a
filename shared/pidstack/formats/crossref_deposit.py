"""A Crossref deposit as it is kept: the one described element, its DOI and target put in by us.

Rule: EZID API v2, "Metadata profiles", Crossref profile; the deposit schemas that it takes are 4.3, 4.4, 5.3 and 5.4.
"""

from __future__ import annotations

import re

from lxml import etree

from pidstack.formats import safe_xml
from pidstack.formats.crossref_types import FAMILIES
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.xml_nodes import child, children, local

TBA = "(:tba)"
_NAME = re.compile(r"\{(http://www\.crossref\.org/schema/((?:4\.[34]|5\.[34])\.[0-9]))\}([-\w.]+)", re.ASCII)
_NOT_ALONE = re.compile(r"""<\?xml[^>]*\sstandalone\s*=\s*["']no["']""")
_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
# What `stored_deposit` gives, most often.
_KEPT = re.compile(
    r'(<\?xml version="1\.0"\?>\n<[\w-]+ [^<>]*xmlns="http://www\.crossref\.org/schema/[^<>]*>.*<doi_data>\s*<doi>)\(:tba\)'
    r"(</doi>\s*<resource>)\(:tba\)(</resource>.*)",
    re.DOTALL,
)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_OUTPUT_ROOTS = frozenset({"crossref_result", "doi_records", "doi_record", "crossref"})
_ROOTS = FAMILIES - {"grant", "pending_publication", "preprint"}


def stored_deposit(given: str, identifier: str = TBA, target: str = TBA) -> str:
    """Return the form in which a deposit is kept and shown.

    Args:
        given: the deposit: one element of a body, or that in `body` or `doi_batch`.
        identifier: the DOI without scheme (`10.5072/FK2X`); `(:tba)` while the record is reserved, and for what is no DOI.
        target: the URL that the DOI leads to; `(:tba)` in the same cases.
    Returns:
        The element alone behind a plain declaration: schema location set, DOI and resource put in, timestamp gone; all else as it
        came, comments and processing instructions included, in the order and the spelling that libxml2 gives it.
    Raises:
        Unreadable: with EZID's own words, which its protocol sends on as they are.
    """
    return _stored(_parse(given), identifier, target)


def shown_deposit(kept: str, identifier: str, target: str) -> str:
    """Return a document as it is shown, which was kept: a deposit with DOI and target put in, a record of Crossref's as it is.

    Where a deposit is in the form in which it is kept, two places in it are changed and nothing is parsed.

    Args:
        kept: what `stored_deposit` gave, or what `is_output` holds for.
        identifier: the DOI without scheme.
        target: the URL that it leads to.
    Raises:
        Unreadable: what was kept is neither.
    """
    is_plain = kept.count("<doi_data") == 1 and "<!--" not in kept and "<?" not in kept[1:]
    if is_plain and (whole := _KEPT.fullmatch(kept)):
        before, between, after = whole.groups()
        return f"{before}{_escaped(identifier)}{between}{_escaped(target)}{after}"
    root = _parse(kept)
    return kept if local(root) in _OUTPUT_ROOTS else _stored(root, identifier, target)


def _stored(root: etree._Element, identifier: str, target: str) -> str:
    element, namespace, version = _described(root)
    doi, resource = _doi_and_resource(root, namespace)
    _say(doi, identifier)
    _say(resource, target)
    element.set(_LOCATION, f"{namespace} http://www.crossref.org/schema/deposit/crossref{version}.xsd")
    return '<?xml version="1.0"?>\n' + str(etree.tostring(element, encoding="unicode", with_tail=False))


def is_output(given: str) -> bool:
    """Tell a record as Crossref gives it out (UNIXREF, UNIXSD) from what is deposited with it, by its outermost element.

    Raises:
        Unreadable: not XML that we read.
    """
    return local(_parse(given)) in _OUTPUT_ROOTS


def _parse(given: str) -> etree._Element:
    if _NOT_ALONE.match(given):
        raise _refusal("XML document must be standalone")
    try:
        return safe_xml.parse(given, keep_comments=True)
    except Unreadable as error:
        if error.reason is Reason.XML_VERSION:
            raise _refusal("unsupported XML version", error.reason) from None
        if error.reason is Reason.ENCODING:
            raise _refusal("XML encoding must be utf-8", error.reason) from None
        raise


def _described(root: etree._Element) -> tuple[etree._Element, str, str]:
    """The element inside whatever wrapper, with the deposit schema's namespace and version."""
    name = _NAME.fullmatch(str(root.tag))
    if name is None:
        raise _refusal("not Crossref submission metadata", Reason.WRONG_RECORD)
    element: etree._Element | None = root
    if name[3] == "doi_batch":
        element = root.find(f"{{{name[1]}}}body")
    if element is not None and local(element) == "body":
        elements = list(element.iterchildren("*"))  # and no comments
        element = elements[0] if len(elements) == 1 else None
    if element is None or _NAME.fullmatch(str(element.tag)) is None:
        raise _refusal("malformed Crossref submission metadata")
    if local(element) not in _ROOTS:
        raise _refusal("XML document root is not a Crossref <body> child element")
    return element, name[1], name[2]


def _doi_and_resource(root: etree._Element, namespace: str) -> tuple[etree._Element, etree._Element]:
    doi_data = _only(list(root.iter(f"{{{namespace}}}doi_data")), "XML document contains {} <doi_data> element")
    doi = _only(children(doi_data, "doi"), "<doi_data> element contains {} <doi> subelement")
    resource = _only(children(doi_data, "resource"), "<doi_data> element contains {} <resource> subelement")
    if child(doi_data, "collection/item/doi") is not None:
        raise _refusal("<doi_data> element contains more than one <doi> subelement")
    timestamps = children(doi_data, "timestamp")
    if len(timestamps) > 1:
        raise _refusal("<doi_data> element contains more than one <timestamp> subelement")
    for timestamp in timestamps:
        doi_data.remove(timestamp)
    return doi, resource


def _say(element: etree._Element, text: str) -> None:
    """Put a text in place of all that is in an element; behind a comment there may be more of the old one."""
    del element[:]
    element.text = text


def _escaped(text: str) -> str:
    """Write text as libxml2 does."""
    return text.translate(_ESCAPES)


def _only(found: list[etree._Element], complaint: str) -> etree._Element:
    if len(found) != 1:
        raise _refusal(complaint.format("more than one" if found else "no"))
    return found[0]


def _refusal(message: str, reason: Reason = Reason.INVALID) -> Unreadable:
    return Unreadable(message, reason, "crossref")
