"""Archives over HTTP, for recipients: the control file, and the file in each folder.

| path                                     | answer                                                    |
|------------------------------------------|-----------------------------------------------------------|
| `/archives`, `/archives/control.xml`     | which folders there are, and what is in them; the first   |
|                                          | as a page for those who ask for one                       |
| `/archives/day3/archive.tar.gz`          | 302 to where the recipient's file is, for GET and for HEAD |
| `/archives/day3/manifest.json`           | 302 to what that file consists of, the same               |
| `/archives/output3.0.xsd`                | the schema of all these files, for everybody              |

A recipient is told of those runs only that were made under the decisions that hold now, and gets no others.
Rule: Crossref, "Bulk metadata formats".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from pidstack.domain.archive import Archive
from pidstack.domain.errors import Forbidden
from pidstack.domain.instant import instant
from pidstack.formats.output30 import control
from pidstack.ports.archives import Folders
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.handing_out import Links, failure, hand_out, is_for_people, sent_to
from pidstack.protocols.reader import require_subscriber
from pidstack.services.archives.variants import variant_of
from pidstack.services.entitle import Entitlement

_PATH = re.compile(
    r"/archives(?:/(?:control\.xml)?|/(?P<folder>day[0-6]|week[0-3]|full)/(?P<file>archive\.tar\.gz|manifest\.json))?", re.ASCII
)
_MANIFEST = "manifest.json"
_SCHEMA = "/archives/output3.0.xsd"
_XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class ArchiveDesk:
    """What requests are answered with.

    Attributes:
        name: of the registry, as it calls itself.
    """

    folders: Folders
    entitlement: Entitlement
    links: Links
    name: str


def answer(request: Request, desk: ArchiveDesk) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    return hand_out(request, "archives", desk.name, lambda: _answer(request, desk))


def schema() -> str:
    """Give the schema of archives' files and of the control file."""
    return files("pidstack.schemas").joinpath("output/output3.0.xsd").read_text(encoding="utf-8")


def _answer(request: Request, desk: ArchiveDesk) -> Response:
    if request.path == _SCHEMA:
        return Response(200, schema(), _XML)
    match = _PATH.fullmatch(request.path)
    if match is None:
        return failure(404, "no such archive")
    variant = _variant(request, desk.entitlement)
    archives = desk.folders.archives()
    folder = match["folder"]
    if folder is None:
        updated = max((each.published_s for each in archives), default=0)
        if is_for_people(request) and not request.path.endswith(".xml"):
            return _page(request, desk.name, archives, variant, instant(updated))
        text = control(archives, lambda each: each.file(variant), instant(updated))
        return Response(200, text, {**_XML, "Cache-Control": "no-store", "Vary": "Accept"})
    archive = next((each for each in archives if each.folder == folder), None)
    if archive is None:
        return failure(404, "no run has written to this folder yet")
    return _file(request, desk.links, archive, variant, match["file"])


def _page(request: Request, registry: str, archives: Sequence[Archive], variant: str, updated: str) -> Response:
    from pidstack.protocols.pages.layout import page  # programs, most of those who ask, do not wait for Jinja2

    newest_first = sorted(archives, key=lambda each: each.published_s, reverse=True)
    runs = [(each, file) for each in newest_first if (file := each.file(variant))]
    vary = {"Vary": "Accept"}
    return page("archives.html", request.base_url, registry=registry, headers=vary, runs=runs, updated=updated)


def _file(request: Request, links: Links, archive: Archive, variant: str, name: str) -> Response:
    found = archive.file(variant)
    if found is None:
        raise Forbidden(
            "what depositors decided about this recipient has changed since the archive was made; the next will be open"
        )
    # All folders have files of these names, and whoever fetches several wants to tell them apart.
    return sent_to(request, links, found.manifest if name == _MANIFEST else found.key, f"{archive.folder}-{name}")


def _variant(request: Request, entitlement: Entitlement) -> str:
    """Tell which variant of all archives a recipient gets.

    Raises:
        Unauthenticated: it is nobody who is known.
        Forbidden: it is a recipient whose time has not come, or no recipient.
    """
    recipient = require_subscriber(request, entitlement).recipient
    # Read afresh: what was decided a moment ago counts for whole files.
    return variant_of(recipient, entitlement.subscriptions.opt_outs(recipient.id)).name
