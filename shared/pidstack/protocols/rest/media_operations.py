"""The operations on the files of a DOI: list, show, add, change, drop. Whoever may change a DOI may change its files.

Rule: DataCite REST API, "Media".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pidstack.domain import edits as e
from pidstack.domain.errors import NotFound, TooLarge
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.documents import document
from pidstack.protocols.rest.dois import depositor, seen_record
from pidstack.protocols.rest.errors import Unprocessable
from pidstack.protocols.rest.media import UNKNOWN_KIND, File, draw_name, files_of, media_of, media_resource, with_files
from pidstack.protocols.rest.requests import members, read_data, read_doi
from pidstack.protocols.rest.service import Service
from pidstack.protocols.rest.shapes import is_file
from pidstack.protocols.vocabulary import xml_safe
from pidstack.services.update import update

Files = list[File]
_INVALID = "Is invalid"
_KIND = re.compile(r"[^\s/]+/\S+")


def list_media(text: str, request: Request, service: Service) -> Response:
    """`GET /dois/{doi}/media`: the files that `contentUrl` names."""
    found = media_of(seen_record(text, request, service))
    return document({"data": found, "meta": {"total": len(found), "totalPages": 1 if found else 0, "page": 1}})


def show_media(text: str, name: str, request: Request, service: Service) -> Response:
    """`GET /dois/{doi}/media/{file}`."""
    return _shown(seen_record(text, request, service), name)


def add_media(text: str, request: Request, service: Service) -> Response:
    """`POST /dois/{doi}/media`: one more file, behind the others."""
    given = members(read_data(request).get("attributes"))
    name = draw_name()

    def add(files: Files) -> Files:
        return [*files, _laid(given, File(name, "", UNKNOWN_KIND))]

    record = _changed(text, add, request, service)
    return _shown(record, name, 201, {"Location": f"{request.base_url}{request.path.rstrip('/')}/{name}"})


def change_media(text: str, name: str, request: Request, service: Service) -> Response:
    """`PUT /dois/{doi}/media/{file}`, `PATCH /dois/{doi}/media/{file}`: its address or its kind; what is not sent stays."""
    given = members(read_data(request).get("attributes"))

    def change(files: Files) -> Files:
        _found(files, name)
        return [_laid(given, each) if each.name == name else each for each in files]

    return _shown(_changed(text, change, request, service), name)


def drop_media(text: str, name: str, request: Request, service: Service) -> Response:
    """`DELETE /dois/{doi}/media/{file}`: the DOI does not name it any more."""

    def drop(files: Files) -> Files:
        _found(files, name)
        return [each for each in files if each.name != name]

    _changed(text, drop, request, service)
    return Response(204)


def _changed(text: str, edit: Callable[[Files], Files], request: Request, service: Service) -> Record:
    by, identifier = depositor(request, service), read_doi(text)

    def decide(record: Record) -> Iterator[e.Edit]:
        if record.agency is Agency.CROSSREF:
            raise NotFound("another agency's")
        yield e.SetSupplement(with_files(record.supplement, edit([*files_of(record)])))

    try:
        return update(identifier, (e.Depending(decide),), by, service.registry)
    except TooLarge as refusal:
        raise Unprocessable({"url": str(refusal)}) from refusal


def _laid(given: Mapping[str, Any], onto: File) -> File:
    """Lay what is sent over what is known of a file.

    Raises:
        Unprocessable: an address or a media type is none, or there is no address.
    """
    problems: dict[str, str] = {}
    url, kind = given.get("url", onto.url), given.get("mediaType", onto.kind)
    if url in (None, ""):
        problems["url"] = "Can't be blank"
    elif not is_file(url):
        problems["url"] = _INVALID
    kind = UNKNOWN_KIND if kind in (None, "") else kind
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        problems["media_type"] = _INVALID
    if problems:
        raise Unprocessable(problems)
    return File(onto.name, xml_safe(url), xml_safe(kind))


def _shown(record: Record, name: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return document({"data": media_resource(_found([*files_of(record)], name), record)}, status, headers)


def _found(files: Files, name: str) -> File:
    file = next((each for each in files if each.name == name), None)
    if file is None:
        raise NotFound("no such file")
    return file
