"""Snapshots over HTTP: lists for everybody, files for recipients from whom nothing is withheld.

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
from collections.abc import Sequence
from dataclasses import dataclass

from pidstack.domain.errors import Forbidden, Invalid
from pidstack.domain.snapshot import Period, Snapshot, SnapshotKind
from pidstack.ports.snapshots import Published
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.handing_out import Links, failure, hand_out, is_for_people, sent_to
from pidstack.protocols.reader import require_subscriber
from pidstack.protocols.snapshots.listing import MANIFEST, as_json, as_page
from pidstack.services.entitle import Entitlement
from pidstack.services.harvest import everybody_may_see

_PATH = re.compile(r"/snapshots(?:/(monthly|daily)(?:/(latest|\d{4}/\d\d(?:/\d\d)?)(?:/([a-z.]+))?)?)?/?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SnapshotDesk:
    """What requests are answered with.

    Attributes:
        name: of the registry, as it calls itself.
    """

    published: Published
    entitlement: Entitlement
    links: Links
    name: str


def answer(request: Request, desk: SnapshotDesk) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    return hand_out(request, "snapshots", desk.name, lambda: _answer(request, desk))


def _answer(request: Request, desk: SnapshotDesk) -> Response:
    match = _PATH.fullmatch(request.path)
    if match is None:
        return failure(404, "no such snapshot")
    kind_name, place, file = match.groups()
    kinds = [SnapshotKind(kind_name)] if kind_name else list(SnapshotKind)
    if place is None:
        return _listed(request, desk, [snapshot for kind in kinds for snapshot in desk.published.published(kind)])
    if file is not None:
        # Who may have nothing is not told what there is to have, though lists are public: clients try their tokens this way.
        _require_reader(request, desk.entitlement)
    snapshot = _find(desk.published, kinds[0], place)
    if snapshot is None:
        return failure(404, "no such snapshot")
    return _listed(request, desk, [snapshot]) if file is None else _file(request, desk.links, snapshot, file)


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
    return sent_to(request, links, key)


def _require_reader(request: Request, entitlement: Entitlement) -> None:
    """Let recipients pass from whom nothing is withheld: a file has all records.

    Raises:
        Unauthenticated: it is nobody who is known.
        Forbidden: it is an account, or a recipient whose time has not come, or from whom somebody withholds records.
    """
    if entitlement.may_see(require_subscriber(request, entitlement)) is not everybody_may_see:
        raise Forbidden("depositors withhold records from this recipient, and a snapshot has them all; harvest at /oai instead")


def _listed(request: Request, desk: SnapshotDesk, snapshots: Sequence[Snapshot]) -> Response:
    """Lists are JSON but for those who ask for a page."""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if is_for_people(request):
        return as_page(snapshots, request.base_url, desk.name, headers)
    return Response(200, as_json(snapshots, request.base_url), {"Content-Type": "application/json", **headers})
