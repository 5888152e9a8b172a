"""Whether DataCite XML may describe an identifier, and what is kept of it.

Rule: EZID API v2, "Metadata profiles" (profile `datacite`): what is looked at, and in which order.
"""

from __future__ import annotations

from pidstack.domain.identifier import Identifier
from pidstack.formats import datacite_schema, datacite_xml, safe_xml


def accepted(xml: str | bytes, identifier: Identifier, *, complete: bool) -> str:
    """Return the record as it is to be kept: character by character as given, but for its identifier.

    Args:
        xml: a kernel-4 record whose `identifier` has the type of the identifier's scheme; its text may be anything. A byte order
            mark belongs to bytes, and goes with them; in text it is a character like any other.
        complete: whether it must be valid; a reserved identifier's record may lack what the schema wants.
    Raises:
        Unreadable: with the first reason found, in the order of `Reason`.
    """
    root = safe_xml.parse(xml)
    datacite_xml.require_kernel_4(root)
    datacite_xml.require_identifier(root, identifier.scheme)
    text = xml if isinstance(xml, str) else safe_xml.decode(xml)
    kept = datacite_xml.with_identifier(text, identifier, root)
    if complete:
        datacite_schema.validate(kept, root if kept == text else None)
    return kept
