"""DataCite XML: kernel 4 and kernels 2.1 to 3.1 read by `datacite_in`; written by `datacite_out`. The table of properties is
`properties`.

Reading keeps what is written there: no rule of DataCite's is applied (that is `pidstack.formats.normalise`). What the table does
not know is passed over; whoever must not lose that keeps the XML, as `with_identifier` does.
Rule: DataCite Metadata Schema 4.7, metadata.xsd; EZID API v2, "Metadata profiles", for what makes a record acceptable.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from lxml import etree

from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.metadata import Metadata
from pidstack.formats import safe_xml
from pidstack.formats.datacite_in import read_resource
from pidstack.formats.datacite_out import NAMESPACE, SCHEMA_LOCATION, identifier_text, write_resource
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.safe_xml import Place
from pidstack.formats.xml_nodes import local as _local

__all__ = [
    "NAMESPACE",
    "OLD_KERNELS",
    "SCHEMA_LOCATION",
    "identifier_text",
    "kernel",
    "read",
    "require_identifier",
    "require_kernel_4",
    "with_identifier",
    "write",
]

OLD_KERNELS = ("2.1", "2.2", "3", "3.0", "3.1")

_DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"
_BYTE_ORDER_MARK = "\ufeff"
_KERNEL = re.compile(r"\{http://datacite\.org/schema/kernel(?:-(.*))?\}resource")
_TYPE_VALUE = re.compile(rb"""(\sidentifierType\s*=\s*)("[^"]*"|'[^']*')""")


def read(xml: str | bytes | etree._Element) -> Metadata:
    """Read a description.

    Args:
        xml: a document, or the root element that `safe_xml.parse` made of it.
    Raises:
        Unreadable: what `safe_xml.parse` refuses; WRONG_RECORD if it is not a DataCite `resource`.
    """
    root = safe_xml.parse(xml) if isinstance(xml, str | bytes) else xml
    kernel(root)
    return read_resource(root)


def kernel(root: etree._Element) -> str:
    """Return the version that the namespace names: `4`, `3`, `2.2`, `4.0`.

    Raises:
        Unreadable: WRONG_RECORD if the element is no DataCite `resource`.
    """
    version = _version(str(root.tag))
    if version is None:
        raise Unreadable("Not a DataCite record", Reason.WRONG_RECORD, element=_local(root), line=1, column=1)
    return version


@lru_cache(maxsize=64)
def _version(tag: str) -> str | None:
    match = _KERNEL.fullmatch(tag)
    return None if match is None else match[1] or ""


def require_kernel_4(root: etree._Element) -> None:
    """Pass if and only if the record is of the namespace that is written today.

    Raises:
        Unreadable: WRONG_RECORD, DEPRECATED or UNSUPPORTED.
    """
    version = kernel(root)
    if version in OLD_KERNELS:
        raise Unreadable(f"DataCite schema version {version} is deprecated", Reason.DEPRECATED, element="resource")
    if version != "4":
        raise Unreadable("Unsupported DataCite record version", Reason.UNSUPPORTED, element="resource")


def require_identifier(root: etree._Element, scheme: Scheme) -> None:
    """Pass if and only if the record has one `identifier` whose type is that of the scheme.

    Raises:
        Unreadable: NO_IDENTIFIER or IDENTIFIER_MISMATCH.
    """
    found = [child for child in root if _local(child) == "identifier"]
    if len(found) != 1 or not found[0].get("identifierType"):
        message = "Malformed DataCite record: no <identifier> element"
        raise Unreadable(message, Reason.NO_IDENTIFIER, "identifier", "identifier", line=root.sourceline or 0)
    if found[0].get("identifierType") != scheme.upper():
        message = "Mismatch between identifier type and <identifier> element"
        raise Unreadable(message, Reason.IDENTIFIER_MISMATCH, "identifier", "identifier", line=found[0].sourceline or 0)


def with_identifier(xml: str, identifier: Identifier, root: etree._Element | None = None) -> str:
    """Return the document as it was given, character by character, but for the text and the type of its `identifier`.

    That, too, is left alone where it is right already; DOIs are the same in any case. A record without one gets one, as the first
    child of its root.

    Args:
        root: what `safe_xml.parse` made of the document, where that was done before.
    Raises:
        Unreadable: what `safe_xml.parse` refuses; NO_IDENTIFIER if there are several.
    """
    mark = xml[: xml.startswith(_BYTE_ORDER_MARK)]
    root = safe_xml.parse(xml) if root is None else root
    return mark + _with_identifier(root, safe_xml.decode(xml).encode("utf-8"), identifier).decode("utf-8")


def _with_identifier(root: etree._Element, data: bytes, identifier: Identifier) -> bytes:
    found = [index for index, child in enumerate(root) if _local(child) == "identifier"]
    if len(found) > 1:
        raise Unreadable("Malformed DataCite record: more than one <identifier> element", Reason.NO_IDENTIFIER, "identifier")
    if found and _is_named(root[found[0]], identifier):
        return data
    kind, text = (escape(part, quote=False).encode("utf-8") for part in identifier_text(identifier))
    if not found:
        return _with_new_identifier(data, safe_xml.places(data, depth=1)[0], root.prefix or "", kind, text)
    at = safe_xml.places(data, depth=2)[found[0]]
    tag = _typed(data[at.start : at.content], kind)
    if at.empty_tag:
        tag, text = _opened(tag, text)
    return data[: at.start] + tag + text + data[at.end :]


def write(metadata: Metadata, identifier: Identifier) -> bytes:
    """Write a description as a document of kernel 4, UTF-8 with a declaration; see `datacite_out.write_resource`.

    Raises:
        Unreadable: SHAPE if a value has a character that XML cannot carry.
    """
    return b"%b%b\n" % (_DECLARATION, write_resource(metadata, identifier))


def _is_named(element: etree._Element, identifier: Identifier) -> bool:
    kind, name = identifier_text(identifier)
    if len(element) or element.get("identifierType") != kind:
        return False
    given, wanted = (element.text or "").encode(), name.encode()
    return given.upper() == wanted.upper() if identifier.scheme is Scheme.DOI else given == wanted  # bytes: ASCII has cases only


def _with_new_identifier(data: bytes, root: Place, prefix: str, kind: bytes, text: bytes) -> bytes:
    name = (f"{prefix}:identifier" if prefix else "identifier").encode()
    tag, added = data[root.start : root.content], b'<%b identifierType="%b">%b</%b>' % (name, kind, text, name)
    if root.empty_tag:
        tag, added = _opened(tag, added)
    return data[: root.start] + tag + added + data[root.content :]


def _opened(empty_tag: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Write `<a/>` as `<a>`, and its content with the closing tag behind it."""
    name = re.split(rb"[\s/]", empty_tag[1:], maxsplit=1)[0]
    return empty_tag[:-2].rstrip() + b">", content + b"</" + name + b">"


def _typed(tag: bytes, kind: bytes) -> bytes:
    if _TYPE_VALUE.search(tag):
        return _TYPE_VALUE.sub(lambda match: match[1] + match[2][:1] + kind + match[2][:1], tag, count=1)
    end = -2 if tag.endswith(b"/>") else -1
    return tag[:end].rstrip() + b' identifierType="' + kind + b'"' + tag[end:]
