"""The metadata element of one harvested record, ready to stand in a page: no XML declaration, its own namespaces and schema.

What a depositor sent as XML is passed on as text, not parsed; the rest is written from the description. A record that cannot be
read gives the little that is known of it, and is logged: one record never breaks a page.
Rule: OAI-PMH 2.0, section 2.5 and 3.4 (`metadata`): one element, with `xmlns` and `xsi:schemaLocation` of the format's schema.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml import etree

from pidstack.domain.record import DOCUMENT_ELEMENTS, Record
from pidstack.formats import datacite_xml, unixref_out, unixsd
from pidstack.formats.cited import name_url
from pidstack.formats.unixref_out import Unixref
from pidstack.formats.unixref_parts import escaped
from pidstack.formats.unixsd import Facts, write_unixsd
from pidstack.services import dublin_core, resource, unixref
from pidstack.services.describe import described

__all__ = [
    "KEPT_FORMS",
    "METADATA_FORMATS",
    "NO_FACTS",
    "SAYING_FACTS",
    "Facts",
    "MetadataFormat",
    "crossref_element",
    "described",
    "metadata_element",
    "payload",
]

NO_FACTS = Facts()
_OAI_DATACITE = "http://schema.datacite.org/oai/oai-1.1/"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A form of metadata as ListMetadataFormats names it."""

    prefix: str
    schema: str
    namespace: str


METADATA_FORMATS = {
    form.prefix: form
    for form in (
        MetadataFormat("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
        MetadataFormat("datacite", datacite_xml.SCHEMA_LOCATION.partition(" ")[2], datacite_xml.NAMESPACE),
        MetadataFormat("oai_datacite", f"{_OAI_DATACITE}oai.xsd", _OAI_DATACITE),
        MetadataFormat("cr_unixml", unixref_out.SCHEMA, unixref_out.NAMESPACE),
        MetadataFormat("cr_unixsd", unixsd.SCHEMA, unixsd.NAMESPACE),
    )
}


KEPT_FORMS = {
    "oai_dc": dublin_core.NAME,
    "datacite": resource.NAME,
    "oai_datacite": resource.NAME,
    "cr_unixml": unixref.NAME,
    "cr_unixsd": unixref.NAME,
}
"""Format to the form of the description that it is written from where that is kept (`pidstack.services.prepared`)."""
SAYING_FACTS = frozenset(METADATA_FORMATS) - {"oai_dc", "datacite"}
"""The formats that say what a record does not know itself."""


def payload(record: Record, prefix: str, facts: Facts = NO_FACTS, *, doubtful: bool = False) -> bytes:
    """Give the element that stands in `metadata`, in UTF-8.

    A document that a depositor sent is trusted to be well-formed: it was checked when it came.

    Args:
        prefix: one of `METADATA_FORMATS`.
        facts: what the record does not know itself.
        doubtful: look at the element once more, and take what is otherwise known if it is not well-formed; for the records of a
            page that turns out not to be.
    Raises:
        KeyError: there is no such format. A record that cannot be read raises nothing: it is logged, and little is said of it.
    """
    write = _WRITERS[prefix]
    for reduced in (None, _bare):
        try:
            written = write(reduced(record) if reduced else record, facts)
            if doubtful:
                etree.fromstring(written)
        except Exception:  # whatever a reader or writer stumbles over; the page is to go on  # noqa: BLE001
            _log.warning("the description cannot be read, so little is said: %s", record.identifier, exc_info=True)
        else:
            return written
    return write(replace(record, elements={}, prepared={}), facts)


def metadata_element(record: Record, prefix: str, facts: Facts = NO_FACTS) -> str:
    """Give the same as `payload`, as text, for those who want to know if a record cannot be read.

    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    return _WRITERS[prefix](record, facts).decode()


def crossref_element(record: Record, facts: Facts = NO_FACTS) -> bytes:
    """Give the `crossref` element of UNIXREF 1.1 alone, as `cr_unixml` has it and as it stands in a `doi_record`."""
    return payload(record, "cr_unixml", facts)


def _oai_dc(record: Record, _: Facts) -> bytes:
    return dublin_core.dublin_core(record)


def _datacite(record: Record, _: Facts) -> bytes:
    return resource.resource(record)


def _oai_datacite(record: Record, facts: Facts) -> bytes:
    """DataCite's envelope around the record; `schemaVersion` is that of the kernel."""
    symbol = facts.symbol or record.datacenter or f"{record.group}.{record.owner}".upper()
    return b"".join((_enveloping(symbol), resource.resource(record), b"</payload></oai_datacite>"))


@lru_cache(maxsize=1024)
def _enveloping(symbol: str) -> bytes:
    location = f"{_OAI_DATACITE} {_OAI_DATACITE}oai.xsd"
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    return (
        f'<oai_datacite xmlns="{_OAI_DATACITE}" xmlns:xsi="{instance}" xsi:schemaLocation="{location}">'
        f"<schemaVersion>4</schemaVersion><datacentreSymbol>{escaped(symbol)}</datacentreSymbol><payload>"
    ).encode()


def _cr_unixml(record: Record, facts: Facts) -> bytes:
    return _unixref(record, facts).xml


def _cr_unixsd(record: Record, facts: Facts) -> bytes:
    return write_unixsd(record, _unixref(record, facts), facts)


def _unixref(record: Record, facts: Facts) -> Unixref:
    return unixref.unixref(record, _target(record, facts))


def _target(record: Record, facts: Facts) -> str:
    return facts.target or record.target or name_url(record.identifier)


def _bare(record: Record) -> Record:
    """The record without documents, so that its itemised elements describe it, or nothing does."""
    return replace(
        record,
        profile="",
        elements={name: each for name, each in record.elements.items() if name not in DOCUMENT_ELEMENTS},
        prepared={},
    )


_WRITERS: dict[str, Callable[[Record, Facts], bytes]] = {
    "oai_dc": _oai_dc,
    "datacite": _datacite,
    "oai_datacite": _oai_datacite,
    "cr_unixml": _cr_unixml,
    "cr_unixsd": _cr_unixsd,
}
