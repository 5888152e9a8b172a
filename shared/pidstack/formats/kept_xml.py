"""Documents out of the registry's own store, read quickly: each was found harmless by `safe_xml` before it was kept.

The parser is as deaf as that of `safe_xml` (no entities, no DTD, no network, libxml2's own bounds), so that one which was kept
before that rule came up does no harm either; what is saved is the second look at every tag.
"""

from __future__ import annotations

from lxml import etree

from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.safe_xml import declaration_end, parser

_PARSER = parser()


def parse_kept(document: str | bytes) -> etree._Element:
    """Give the root element.

    Args:
        document: as text, or as the store holds it, in UTF-8: that is quicker.
    Raises:
        Unreadable: NOT_WELL_FORMED; FORBIDDEN if it has a document type.
    """
    data = bare(document).encode() if isinstance(document, str) else document
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        if isinstance(document, bytes):  # in text, blanks before it and what its declaration says do no harm
            return parse_kept(document.decode())
        raise Unreadable(f"XML parse error: {error.msg}", Reason.NOT_WELL_FORMED) from None
    if b"<!DOCTYPE" in data and root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("XML document has a document type", Reason.FORBIDDEN)
    return root


def bare(document: str) -> str:
    """Give a document without its XML declaration, ready to stand within another."""
    return document[declaration_end(document) :].lstrip()
