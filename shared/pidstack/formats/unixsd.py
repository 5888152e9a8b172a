"""What Crossref's query output says about a DOI beside its description: names and numbers of the registry, and the envelope.

Rule: Crossref UNIXSD, crossref_query_output3.0.xsd (`crossref_result`, `crossref_metadata`, `crm-item`); the facts are in the order
of Crossref's own answers.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from pidstack.domain.instant import instant
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.formats.cited import one_line
from pidstack.formats.unixref_out import Unixref
from pidstack.formats.unixref_parts import escaped

NAMESPACE = "http://www.crossref.org/qrschema/3.0"
SCHEMA = "http://www.crossref.org/schemas/crossref_query_output3.0.xsd"
_OPENING = (
    f'<crossref_result xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
    "<query_result><head><doi_batch_id>none</doi_batch_id></head><body><crossref_metadata>"
)
_CLOSING = b"</doi_record></crossref_metadata></body></query_result></crossref_result>"
_TITLE_IDS = {Kind.JOURNAL: "journal-id", Kind.BOOK: "book-id", Kind.SERIES: "series-id"}


class Facts(NamedTuple):
    """What a record in a harvest says that the record itself does not know.

    Attributes:
        target: where the identifier leads, as a URL; empty takes the record's own target, and without one its resolver.
        publisher_name: of the depositor, for people; empty takes the prefix's name, else the owner's.
        prefix_name: the title of the prefix; empty leaves it out.
        symbol: DataCite's symbol of the repository (`GROUP.ACCOUNT`); empty takes the record's datacenter, else group and
            owner.
    """

    target: str = ""
    publisher_name: str = ""
    prefix_name: str = ""
    symbol: str = ""


def write_unixsd(record: Record, described: Unixref, facts: Facts) -> bytes:
    """Write the envelope around a `crossref` element, in UTF-8.

    `citation-id` and `member-id` are numbers that the names of the identifier and of its owner always give; the numbers of titles
    are those of the sets that the record is in.
    """
    doi = escaped(record.identifier.doi or record.identifier.name)
    kind = f' type="{described.kind}"' if described.kind else ""
    member = _member(facts.publisher_name, facts.prefix_name, record.owner)
    before = f"{_OPENING}<doi{kind}>{doi}</doi>{member}{_of_record(record)}<doi_record>"
    return b"".join((before.encode(), described.xml, _CLOSING))


@lru_cache(maxsize=1024)
def _member(publisher_name: str, prefix_name: str, owner: str) -> str:
    """What a depositor's records have in common."""
    publisher = escaped(one_line(publisher_name or prefix_name) or owner)
    name = escaped(one_line(prefix_name))
    return (
        f'<crm-item name="publisher-name" type="string">{publisher}</crm-item>'
        + (f'<crm-item name="prefix-name" type="string">{name}</crm-item>' if name else "")
        + f'<crm-item name="member-id" type="number">{stable_number(owner, 31)}</crm-item>'
    )


def _of_record(record: Record) -> str:
    updated_s, created_s = record.updated_s, record.registered_s or record.created_s
    updated = instant(updated_s)
    digits = updated.replace("-", "").replace(":", "")
    created = updated if created_s == updated_s else instant(created_s)
    return (
        f'<crm-item name="citation-id" type="number">{stable_number(record.identifier.name, 53)}</crm-item>'
        f"{_titles(record.placement)}"
        f'<crm-item name="deposit-timestamp" type="number">{digits[:8]}{digits[9:15]}</crm-item>'
        f'<crm-item name="owner-prefix" type="string">{record.identifier.prefix}</crm-item>'
        f'<crm-item name="last-update" type="date">{updated}</crm-item>'
        f'<crm-item name="created" type="date">{created}</crm-item>'
        '<crm-item name="citedby-count" type="number">0</crm-item>'
    )


def _titles(placement: Placement | None) -> str:
    return _titles_of(placement) if placement else ""


@lru_cache(maxsize=4096)
def _titles_of(placement: Placement) -> str:
    if placement.kind is Kind.NONE:
        return ""
    numbers = ((_TITLE_IDS[placement.kind], placement.publication), ("series-id", placement.series))
    return "".join(f'<crm-item name="{name}" type="number">{number}</crm-item>' for name, number in numbers if number)


def stable_number(name: str, bits: int) -> int:
    """Give a positive number of at most so many bits (up to 64) that depends on the name alone."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - bits)) or 1
