"""Batch downloads over HTTP: ordered at `/download_request`, fetched at the address that the answer names.

Rule: EZID API v2, "Batch download". Ours: GET with the parameters in the query, which EZID has not; and what the address says of a
download that is not ready, to people and to programs. To all others it is 404 until the file is there, as EZID's clients expect.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from pidstack.domain.accounts import Account
from pidstack.domain.errors import RegistryError
from pidstack.domain.export import NAME_LENGTH, Export, Stage
from pidstack.protocols.basic import MalformedCredentials
from pidstack.protocols.export_event import address_of
from pidstack.protocols.ezid import visits
from pidstack.protocols.ezid.body import MAX_BODY_BYTES, parameters
from pidstack.protocols.ezid.download.owners import DirectoryOwners
from pidstack.protocols.ezid.download.page import State, missing_page
from pidstack.protocols.ezid.download.request import form_parameters, read_order
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import BadRequest, BodyTooLarge, failure, method_not_allowed, refusal, success
from pidstack.protocols.gateway import Request, Response
from pidstack.services.exports.desk import Desk

LONGEST_ANSWER_BYTES = 4_000_000
"""A function's answer may have 6 MB, and is sent as base64."""

_NOT_STORED = {"Cache-Control": "no-store"}
_JSON = {"Content-Type": "application/json", "Vary": "Accept", **_NOT_STORED}


@dataclass(frozen=True, slots=True)
class Downloads:
    """What downloads are ordered and fetched with.

    Attributes:
        service: tells who asks.
        accounts: lists all accounts, for orders of whole groups.
        name: what the registry calls itself.
    """

    service: Service
    desk: Desk
    accounts: Callable[[], list[Account]]
    name: str


def answer(request: Request, downloads: Downloads) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    try:
        response = _order(request, downloads) if request.resource == "/download_request" else _fetch(request, downloads)
    except MalformedCredentials as error:
        response = failure(400, str(error))
    except (BadRequest, RegistryError) as error:
        response = refusal(error)
    if request.verified.get("stale_session"):
        response = visits.expire_cookie(response)
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response


def _order(request: Request, downloads: Downloads) -> Response:
    """`POST /download_request` with a form, or `GET` with a query: give the address of the file that will be made."""
    if request.method == "POST":
        parameters(request)
        by = downloads.service.requester(request)
        if len(request.body) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"request body has {len(request.body)} bytes, {MAX_BODY_BYTES} are read")
        given = form_parameters(request.body, request.headers.get("content-type", ""))
    elif request.method == "GET" and request.arguments:
        by, given = downloads.service.requester(request), list(request.arguments)
    else:
        return method_not_allowed()
    order = read_order(given, by.account.name, DirectoryOwners(by, downloads.accounts), request.base_url)
    return success(address_of(downloads.desk.take(order)))


def _fetch(request: Request, downloads: Downloads) -> Response:
    """`GET` or `HEAD /download/FILE`: the file or the way to it, or how far it is."""
    if request.method not in {"GET", "HEAD"}:
        return method_not_allowed()
    asked = request.after(f"/{request.resource.split('/')[1]}")
    desk, name = downloads.desk, asked.partition(".")[0]
    export = desk.find(name) if len(name) == NAME_LENGTH and name.isascii() and name.isalnum() else None
    wanted = _wanted(request.headers.get("accept", ""))
    if export is None or asked not in {name, export.file_name}:
        return missing_page(request.base_url, downloads.name) if wanted == "html" else failure(404, "no such download", _NOT_STORED)
    if export.stage is Stage.READY and wanted != "json":
        return _file(request, export, desk, follows=wanted == "html" or "range" in request.headers)
    state = State(export, desk.progress(export), desk.clock())
    if wanted == "json":
        return Response(200, state.json(), _JSON)
    if wanted == "html":
        return state.page(request.base_url, downloads.name)
    if export.stage is Stage.FAILED:
        return failure(410, f"download failed - {export.problem}", _NOT_STORED)
    return failure(404, "download is not ready", _NOT_STORED)


def _file(request: Request, export: Export, desk: Desk, *, follows: bool) -> Response:
    """Give a file that is ready, or the way to it if it is too long for an answer.

    Some clients follow nothing: EZID gave files at this very address for years, and they wait for a 200 to GET or HEAD.

    Args:
        follows: whether the client goes where it is sent, as browsers do, and whoever wants a part, which the store alone gives.
    """
    headers = {
        "Content-Type": export.order.compression.media_type,
        "Content-Disposition": f'attachment; filename="{export.file_name}"',
        "Accept-Ranges": "bytes",
        **_NOT_STORED,
    }
    if export.sha256:
        headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(export.sha256)).decode()}:"
    if request.method == "HEAD":
        return Response(200, "", headers)
    if export.size <= LONGEST_ANSWER_BYTES and not follows:
        content = desk.content(export)
        return failure(404, "no such download", _NOT_STORED) if content is None else Response(200, content, headers)
    return Response(302, "", {**headers, "Location": desk.link(export)})


def _wanted(accept: str) -> str:
    """What a client asks for by name; who takes anything wants the file."""
    kinds = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    if "application/json" in kinds:
        return "json"
    return "html" if "text/html" in kinds else ""
