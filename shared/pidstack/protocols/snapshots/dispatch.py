"""Snapshots over HTTP: lists for everybody, files for those who may have whole records.

| path                                         | answer                                              |
|----------------------------------------------|-----------------------------------------------------|
| `/snapshots`, `/snapshots/monthly`, `/daily` | what there is, as JSON or as a page                 |
| `/snapshots/monthly/2026/10`, `…/latest`     | one snapshot, the same                              |
| `/snapshots/monthly/2026/10/FILE`, `…/FILE`  | 302 to where the file is, for GET and for HEAD      |

Rule: Crossref, "Metadata Plus snapshots": the addresses, the header with the token, and 302 to HEAD, by which clients tell that a
snapshot is there. Ours: the lists, daily snapshots, DataCite's data file, the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pidstack.domain.errors import Forbidden, Invalid, Unauthenticated
from pidstack.domain.snapshot import Period, Snapshot, SnapshotKind
from pidstack.ports.snapshots import Published
from pidstack.protocols.basic import MalformedCredentials, read_credentials
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.snapshots.listing import MANIFEST, as_json, as_page
from pidstack.services.entitle import Anonymous, Entitlement, Member
from pidstack.services.harvest import everybody_may_see

_TOKEN_HEADER = "crossref-plus-api-token"  # noqa: S105 - a header's name
_BEARER = "bearer "
_PATH = re.compile(r"/snapshots(?:/(monthly|daily)(?:/(latest|\d{4}/\d\d(?:/\d\d)?)(?:/([a-z.]+))?)?)?/?", re.ASCII)
_METHODS = "GET, HEAD, OPTIONS"
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


class Links(Protocol):
    """Gives addresses that files can be fetched from."""

    def link(self, name: str, *, only_head: bool) -> str:
        """Give the address of a file. No request."""


@dataclass(frozen=True, slots=True)
class SnapshotDesk:
    """What requests are answered with."""

    published: Published
    entitlement: Entitlement
    links: Links


def answer(request: Request, desk: SnapshotDesk) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    if request.method == "OPTIONS":
        return Response(204, "", {"Allow": _METHODS})
    if request.method not in {"GET", "HEAD"}:
        return failure(405, "method not allowed", {"Allow": _METHODS})
    try:
        response = _answer(request, desk)
    except Unauthenticated:
        response = failure(401, "unauthorized", {"WWW-Authenticate": 'Bearer realm="snapshots"'})
    except Forbidden as error:
        response = failure(403, f"forbidden - {error}")
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response


def failure(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """Answer that something is not to be had."""
    return Response(status, f"error: {words}\n", {**_TEXT, **(headers or {})})


def _answer(request: Request, desk: SnapshotDesk) -> Response:
    match = _PATH.fullmatch(request.path)
    if match is None:
        return failure(404, "no such snapshot")
    kind_name, place, file = match.groups()
    kinds = [SnapshotKind(kind_name)] if kind_name else list(SnapshotKind)
    if place is None:
        return _listed(request, [snapshot for kind in kinds for snapshot in desk.published.published(kind)])
    if file is not None:
        # Who may have nothing is not told what there is to have, though lists are public: clients try their tokens this way.
        _require_reader(request, desk.entitlement)
    snapshot = _find(desk.published, kinds[0], place)
    if snapshot is None:
        return failure(404, "no such snapshot")
    return _listed(request, [snapshot]) if file is None else _file(request, desk.links, snapshot, file)


def _find(published: Published, kind: SnapshotKind, place: str) -> Snapshot | None:
    if place == "latest":
        return published.find(kind, None)
    try:
        period = Period.parse(place.replace("/", "-"))
    except Invalid:
        return None
    return published.find(kind, period) if period.kind is kind else None


def _file(request: Request, links: Links, snapshot: Snapshot, name: str) -> Response:
    found = snapshot.file(name)
    key = snapshot.manifest if name == MANIFEST else found.key if found else ""
    if not key:
        return failure(404, "no such file")
    return Response(302, "", {"Location": links.link(key, only_head=request.method == "HEAD"), "Cache-Control": "no-store"})


def _require_reader(request: Request, entitlement: Entitlement) -> None:
    """Let those pass who may have everything: members, and recipients from whom nothing is withheld. A file has all records.

    Raises:
        Unauthenticated: it is nobody who may have whole records.
        Forbidden: it is a recipient whose time has not come, or from whom somebody withholds records.
    """
    reader = entitlement.reader_of(_token(request), request.source_ip, _credentials(request))
    if isinstance(reader, Anonymous):
        raise Unauthenticated("unauthorized")
    if not isinstance(reader, Member) and entitlement.may_see(reader) is not everybody_may_see:
        raise Forbidden("depositors withhold records from this recipient, and a snapshot has them all; harvest at /oai instead")


def _token(request: Request) -> str | None:
    header = request.headers.get(_TOKEN_HEADER)
    if header is None:
        return None
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def _credentials(request: Request) -> tuple[str, str] | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    try:
        found = read_credentials(header)
    except MalformedCredentials as error:
        raise Unauthenticated("unauthorized") from error
    return found.name, found.password


def _listed(request: Request, snapshots: Iterable[Snapshot]) -> Response:
    """Lists are JSON but for those who ask for a page."""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if "text/html" in request.headers.get("accept", ""):
        page = as_page(list(snapshots), request.base_url)
        return Response(200, page, {"Content-Type": "text/html; charset=utf-8", **headers})
    return Response(200, as_json(list(snapshots), request.base_url), {"Content-Type": "application/json", **headers})
