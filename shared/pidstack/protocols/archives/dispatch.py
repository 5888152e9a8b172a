"""Archives over HTTP, for recipients: the control file, and the file in each folder.

| path                                     | answer                                                    |
|------------------------------------------|-----------------------------------------------------------|
| `/archives`, `/archives/control.xml`     | which folders there are, and what is in them              |
| `/archives/day3/archive.tar.gz`          | 302 to where the recipient's file is, for GET and for HEAD |
| `/archives/output3.0.xsd`                | the schema of all these files, for everybody              |

A recipient is told of those runs only that were made under the decisions that hold now, and gets no others.
Rule: Crossref, "Bulk metadata formats".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol

from pidstack.domain.archive import Archive
from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.formats.output30 import control
from pidstack.ports.archives import Folders
from pidstack.protocols.basic import MalformedCredentials, read_credentials
from pidstack.protocols.gateway import Request, Response
from pidstack.services.archives.variants import variant_of
from pidstack.services.entitle import Entitlement, Subscriber

_TOKEN_HEADER = "crossref-plus-api-token"  # noqa: S105 - a header's name
_BEARER = "bearer "
_PATH = re.compile(r"/archives(?:/(?:control\.xml)?|/(?P<folder>day[0-6]|week[0-3]|full)/archive\.tar\.gz)?", re.ASCII)
_SCHEMA = "/archives/output3.0.xsd"
_METHODS = "GET, HEAD, OPTIONS"
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_NEVER = "1970-01-01T00:00:00Z"


class Links(Protocol):
    """Gives addresses that files can be fetched from."""

    def link(self, name: str, *, only_head: bool) -> str:
        """Give the address of a file. No request."""


@dataclass(frozen=True, slots=True)
class ArchiveDesk:
    """What requests are answered with."""

    folders: Folders
    entitlement: Entitlement
    links: Links


def answer(request: Request, desk: ArchiveDesk) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    if request.method == "OPTIONS":
        return Response(204, "", {"Allow": _METHODS})
    if request.method not in {"GET", "HEAD"}:
        return _failure(405, "method not allowed", {"Allow": _METHODS})
    try:
        response = _answer(request, desk)
    except Unauthenticated:
        response = _failure(401, "unauthorized", {"WWW-Authenticate": 'Bearer realm="archives"'})
    except Forbidden as error:
        response = _failure(403, f"forbidden - {error}")
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response


def schema() -> str:
    """Give the schema of archives' files and of the control file."""
    return files("pidstack.schemas").joinpath("output/output3.0.xsd").read_text(encoding="utf-8")


def _answer(request: Request, desk: ArchiveDesk) -> Response:
    if request.path == _SCHEMA:
        return Response(200, schema(), _XML)
    match = _PATH.fullmatch(request.path)
    if match is None:
        return _failure(404, "no such archive")
    variant = _variant(request, desk.entitlement)
    archives = desk.folders.archives()
    folder = match["folder"]
    if folder is None:
        updated = max((each.published_s for each in archives), default=0)
        text = control(archives, lambda each: each.file(variant), _instant(updated) if updated else _NEVER)
        return Response(200, text, {**_XML, "Cache-Control": "no-store"})
    archive = next((each for each in archives if each.folder == folder), None)
    if archive is None:
        return _failure(404, "no run has written to this folder yet")
    return _file(request, desk.links, archive, variant)


def _file(request: Request, links: Links, archive: Archive, variant: str) -> Response:
    found = archive.file(variant)
    if found is None:
        raise Forbidden(
            "what depositors decided about this recipient has changed since the archive was made; the next will be open"
        )
    return Response(302, "", {"Location": links.link(found.key, only_head=request.method == "HEAD"), "Cache-Control": "no-store"})


def _variant(request: Request, entitlement: Entitlement) -> str:
    """Tell which variant of all archives somebody gets.

    Raises:
        Unauthenticated: it is nobody who is known.
        Forbidden: it is a recipient whose time has not come, or no recipient: accounts harvest their own records.
    """
    reader = entitlement.reader_of(_token(request), request.source_ip, _credentials(request))
    if isinstance(reader, Subscriber):
        # Read afresh: what was decided a moment ago counts for whole files.
        return variant_of(reader.recipient, entitlement.subscriptions.opt_outs(reader.recipient.id)).name
    if request.headers.get("authorization") is not None:
        raise Forbidden("archives are for recipients; accounts harvest their own records at /oai")
    raise Unauthenticated("unauthorized")


def _failure(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    return Response(status, f"error: {words}\n", {**_TEXT, **(headers or {})})


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


def _instant(moment_s: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
