"""JSON:API documents: resources, lists of them with their totals and links, moments in time.

Rule: DataCite REST API, "Pagination" for `meta` and `links`; JSON:API 1.0 for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from pidstack.formats.json_bytes import json_bytes
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.requests import MOST_LISTED, Page

Json = Any
MEDIA_TYPE = "application/json; charset=utf-8"  # whatever JSON type was asked for


def document(content: Mapping[str, Json], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a JSON document."""
    return Response(status, json_bytes(content).decode(), {"Content-Type": MEDIA_TYPE, **(headers or {})})


def resource(kind: str, name: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
    """Make a resource object."""
    return {"id": name, "type": kind, "attributes": dict(attributes)}


def listed(
    resources: Sequence[Json], request: Request, page: Page, total: int, *, at: str, behind: str, arguments: Mapping[str, str]
) -> dict[str, Json]:
    """Make the document of one page of a list.

    Args:
        at: path of the list that the next page is asked for at.
        behind: cursor of the next page; empty if this is the last.
        arguments: of the request, those that the next one has to repeat.
    """
    within_reach = total if page.cursor is not None else min(total, MOST_LISTED)
    meta = {"total": total, "totalPages": -(-within_reach // page.size) if page.size else 0}
    links = {"self": _address(request)}
    if page.cursor is None:
        meta["page"] = page.number
    if behind and page.size and (page.cursor is not None or page.number * page.size < MOST_LISTED):
        step = {"page[number]": str(page.number + 1)} if page.cursor is None else {"page[cursor]": behind}
        query = {**arguments, **step, "page[size]": str(page.size)}
        links["next"] = f"{request.base_url}{at}?{urlencode(sorted(query.items()))}"
    return {"data": list(resources), "meta": meta, "links": links}


def moment(seconds: int) -> str:
    """Write Unix seconds as DataCite writes moments: UTC, with milliseconds."""
    day, second = divmod(seconds, 86400)
    return f"{_day(day)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000Z"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86400, UTC).strftime("%Y-%m-%d")


def source_of(protocol: str) -> str:
    """Name a protocol that something was written through in DataCite's words."""
    return "api" if protocol == "rest" else protocol


def _address(request: Request) -> str:
    query = urlencode(request.arguments)
    return f"{request.base_url}{request.path}{'?' if query else ''}{query}"
