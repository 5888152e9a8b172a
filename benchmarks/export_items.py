"""Items of records as they are on the wire, for the benchmarks of exports: small ones, and ones with documents."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from pidstack.store.elements import pack

RECORDS = 2000
BASE_URL = "https://ids.example.org"
COLUMNS = (
    "_id",
    "_owner",
    "_created",
    "_updated",
    "_status",
    "_target",
    "erc.what",
    "_mappedCreator",
    "_mappedTitle",
    "_mappedDate",
)
_XML = (
    '<?xml version="1.0" encoding="UTF-8"?><resource xmlns="http://datacite.org/schema/kernel-4">'
    '<identifier identifierType="DOI">{doi}</identifier><creators><creator><creatorName>Miller, Elizabeth {n}</creatorName>'
    "</creator><creator><creatorName>Okafor, C.</creatorName></creator></creators><titles><title>Tidal currents of bay {n}</title>"
    "</titles><publisher>Harbour Institute</publisher><publicationYear>2021</publicationYear><subjects><subject>tides</subject>"
    '<subject>currents &amp; drift</subject></subjects><resourceType resourceTypeGeneral="Dataset">Measurements</resourceType>'
    '<descriptions><description descriptionType="Abstract">{text}</description></descriptions></resource>'
)


def _item(name: str, elements: dict[str, str], number: int) -> dict[str, Any]:
    """An item as it is on the wire."""
    packed = pack(elements) or b""
    item: dict[str, Any] = {
        "pk": {"S": name},
        "sk": {"S": "record"},
        "owner": {"S": "alice"},
        "owner_group": {"S": "groupa"},
        "state": {"S": "findable"},
        "target": {"S": f"https://data.example.org/objects/{number}"},
        "elements": {"B": base64.b64encode(packed).decode()},
        "exported": {"BOOL": True},
        "agency": {"S": "datacite" if name.startswith("doi:") else "none"},
        "created_s": {"N": str(1_700_000_000 + number)},
        "updated_s": {"N": str(1_790_000_000 + number)},
        "version": {"N": "2"},
        "token": {"S": f"{number:016x}"},
    }
    return item


def small() -> Iterator[dict[str, Any]]:
    """Give items of ARKs that are described in three elements."""
    for n in range(RECORDS):
        yield _item(
            f"ark:/99999/fk4{n:06}",
            {"erc.who": f"Proust, Marcel {n}", "erc.what": "Remembrance of Things Past", "erc.when": "1922"},
            n,
        )


def documents() -> Iterator[dict[str, Any]]:
    """Give items of DOIs that are described by a document."""
    for n in range(RECORDS):
        text = f"Currents were measured at {n % 97} moorings between the tides of spring and autumn. " * 6
        yield _item(f"doi:10.5072/FK2{n:06}", {"datacite": _XML.format(doi=f"10.5072/FK2{n:06}", n=n, text=text)}, n)


def mixed() -> Iterator[dict[str, Any]]:
    """Give items of both kinds, as they are on the wire."""
    for one, other in zip(small(), documents(), strict=True):
        yield one
        yield other
