"""Identifiers of every kind that an account can have, by the thousand: schemes, states, descriptions and targets all mixed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import TEST_LIFETIME_S, Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.store.identifiers import _item

FIRST_S = 1_500_000_000
"""When the first of them was made, Unix seconds; each next one a minute later."""

# What their names begin with, who registers them, and whether they are tests.
KINDS: Sequence[tuple[str, Agency, bool]] = (
    ("ark:/12345/x1", Agency.NONE, False),
    ("ark:/99999/fk4", Agency.NONE, True),
    ("doi:10.12345/X1", Agency.DATACITE, False),
    ("doi:10.5072/FK2", Agency.DATACITE, True),
    ("doi:10.12346/Y1", Agency.CROSSREF, False),
    ("doi:10.15697/FK2", Agency.CROSSREF, True),
    ("uuid:3f2504e0-4f89-41d3-9a0c-0305e82", Agency.NONE, False),
)
STATES: Sequence[tuple[State, str]] = (
    (State.DRAFT, ""),
    (State.FINDABLE, ""),
    (State.REGISTERED, ""),
    (State.REGISTERED, "withdrawn by the author | see 100 % of it"),
)
_DATACITE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<resource xmlns="http://datacite.org/schema/kernel-4">\n'
    '  <identifier identifierType="{kind}">{name}</identifier>\n'
    "  <creators><creator><creatorName>Müller, {n} &amp; Söhne</creatorName></creator></creators>\n"
    "  <titles><title>Tides &lt;{n}&gt;</title></titles>\n  <publisher>Harbour Institute</publisher>\n"
    "  <publicationYear>2021</publicationYear>\n"
    '  <resourceType resourceTypeGeneral="Dataset">Data</resourceType>\n</resource>'
)
_DEPOSIT = (
    '<?xml version="1.0"?>\n<book xmlns="http://www.crossref.org/schema/4.3.4" book_type="other">\n<book_metadata language="en">'
    "<titles><title>Letters {n} &amp; notes</title></titles><publication_date><year>2012</year></publication_date>"
    '<noisbn reason="monograph"/><publisher><publisher_name>House</publisher_name></publisher>\n'
    "<doi_data><doi>(:tba)</doi><resource>(:tba)</resource></doi_data></book_metadata>\n</book>"
)
_MOST_ITEMS = 25  # of one request
PROFILES = ("erc", "dc", "datacite", "crossref", "house")


def description(number: int, name: Identifier) -> tuple[str, Mapping[str, str]]:
    """Give a profile, and elements of it or of another one."""
    n = str(number)
    return (
        ("", {}),
        ("erc", {"erc.who": f"Proust, Marcel {n}", "erc.what": "Remembrance of Things Past", "erc.when": "1922"}),
        ("dc", {"dc.creator": "Lindqvist", "dc.title": f'"{n}", quoted, and\r\nbroken\tby\u2028lines', "dc.date": "2001-02-03"}),
        ("datacite", {"datacite.creator": "Okafor", "datacite.title": f"Currents {n}", "datacite.resourcetype": "Dataset/Data"}),
        ("datacite", {"datacite": _DATACITE.format(n=n, kind=name.scheme.upper(), name=str(name).partition(":")[2])}),
        ("crossref", {"crossref": _DEPOSIT.format(n=n), "erc.what": "beside the deposit"}),
        ("house", {"house.shelf: no. %": f"=1+{n}", "note": "-2 °C, 摄氏 \U0001f30a", "+": "@all"}),
        ("erc", {"erc": f"who: Tanaka {n}\nwhat: Birdsong\nwhen: 1999", "html": "<p>&amp;</p>"}),
    )[number % 8]


def records(count: int, owner: str, group: str, mark: str = "") -> list[Record]:
    """Make them, sorted by name: 5,000 are of all the kinds that there are.

    Args:
        mark: a letter of names that no other call makes.
    """
    return sorted(_records(count, owner, group, mark), key=lambda record: str(record.identifier))


def _records(count: int, owner: str, group: str, mark: str) -> Iterator[Record]:
    now_s = int(time.time())
    for number in range(count):
        start, agency, is_test = KINDS[number % 7]
        state, reason = STATES[number // 8 % 4]
        name = Identifier(f"{start}{_suffix(start, mark, number)}")
        profile, elements = description(number, name)
        created_s = FIRST_S + 60 * number
        yield Record(
            name,
            owner,
            group,
            created_s,
            created_s + 30 * (number % 5),
            state=state,
            reason=reason,
            target="" if number // 32 % 2 else f"https://example.org/objects/{number}?a=b&c=<d>",
            profile=profile,
            elements=elements,
            exported=agency is Agency.CROSSREF or number // 64 % 3 != 0,  # Crossref's always are
            agency=agency,
            datacenter="DEMO.DATA" if agency is Agency.DATACITE else "",
            expires_s=now_s + TEST_LIFETIME_S if is_test else 0,
            registered_s=0 if state is State.DRAFT else created_s,
        )


def _suffix(start: str, mark: str, number: int) -> str:
    if start.startswith("uuid:"):
        return f"{'f' if mark else '0'}{number:04x}"
    letter = mark.upper() if start.startswith("doi:") else mark
    return f"{letter}{number:05}"


def load(dynamodb: Any, table: str, wanted: Sequence[Record]) -> None:
    """Put records into a table, past all services.

    Args:
        dynamodb: botocore's client.
    """
    for start in range(0, len(wanted), _MOST_ITEMS):
        left: Any = {table: [{"PutRequest": {"Item": _raw(record)}} for record in wanted[start : start + _MOST_ITEMS]]}
        while left:
            left = dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems")


def _raw(record: Record) -> dict[str, Any]:
    item = _item(record)
    item.token = f"{record.created_s:016x}"
    return item.serialize()
