"""What lies below `/dois/`: a DOI, something about a DOI, or something to be done, told apart by the words of the path.

A DOI may have slashes of its own, plain or encoded. The last word behind a plain slash says what is asked about it, if it is a word
that something is known by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.activities import activities_of
from pidstack.protocols.rest.doi_lists import dois_of, list_own_names
from pidstack.protocols.rest.dois import (
    delete_doi,
    put_doi,
    show_doi,
    show_in_form,
    show_url,
    undo_doi,
    validate_doi,
)
from pidstack.protocols.rest.errors import failure
from pidstack.protocols.rest.media_operations import add_media, change_media, drop_media, list_media, show_media
from pidstack.protocols.rest.names import draw_names
from pidstack.protocols.rest.negotiation import named_form, split_link
from pidstack.protocols.rest.requests import split_path
from pidstack.protocols.rest.service import Service

_BASE = "/dois"
ABOUT: dict[str, Callable[[str, Request, Service], Response]] = {
    "activities": activities_of,
    "get-url": show_url,
    "media": list_media,
}
# Of one of a DOI's files: `/dois/{doi}/media/{file}`.
FILES: dict[str, Callable[[str, str, Request, Service], Response]] = {
    "GET": show_media,
    "PUT": change_media,
    "DELETE": drop_media,
}
_MEDIA = "media"
DEEDS: dict[str, Callable[[Request, Service], Response]] = {"validate": validate_doi, "undo": undo_doi}
LISTS: dict[str, Callable[[Request, Service], Response]] = {"random": draw_names, "get-dois": list_own_names}
_METHODS = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"


def get_below(request: Request, service: Service) -> Response:
    """`GET /dois/{doi}`, or in a form; `/dois/{type}/{subtype}`; `/dois/{doi}/activities`, `/dois/random` and the like."""
    doi, word = split_path(request, _BASE)
    if doi in LISTS and not word:
        return LISTS[doi](request, service)
    if named_form(_whole(request)):
        return list_in_form(request, service)
    if link := split_link(_whole(request)):
        return show_in_form(link, request, service)
    if file := _file(request):
        return show_media(*file, request, service)
    if _is_about(doi, word):
        return ABOUT[word](doi, request, service)
    return show_doi(_whole(request), request, service)


def list_in_form(request: Request, service: Service) -> Response:
    """`GET /dois/{type}/{subtype}`: a list, one description after the other in the form that the path names."""
    named = {**request.headers, "accept": named_form(_whole(request))}
    return dois_of(None, replace(request, headers=named), service, at=request.path)


def post_below(request: Request, service: Service) -> Response:
    """`POST /dois/validate`, `POST /dois/undo`, `POST /dois/{doi}/media`."""
    doi, word = split_path(request, _BASE)
    if word == _MEDIA and _is_about(doi, word):
        return add_media(doi, request, service)
    deed = DEEDS.get(_whole(request))
    return deed(request, service) if deed else failure(405, "Method not allowed", {"Allow": _METHODS})


def put_below(request: Request, service: Service) -> Response:
    """`PUT /dois/{doi}`, `PUT /dois/{doi}/media/{file}`."""
    if file := _file(request):
        return change_media(*file, request, service)
    if _is_about(*split_path(request, _BASE)):
        return _only_read(request)
    return put_doi(_whole(request), request, service)


def delete_below(request: Request, service: Service) -> Response:
    """`DELETE /dois/{doi}`, `DELETE /dois/{doi}/media/{file}`."""
    if file := _file(request):
        return drop_media(*file, request, service)
    if _is_about(*split_path(request, _BASE)):
        return _only_read(request)
    return delete_doi(_whole(request), request, service)


def _file(request: Request) -> tuple[str, str] | None:
    """Part a path into a DOI and the name of one of its files; None if it is something else."""
    rest, _, name = request.path.strip("/").rpartition("/")
    doi, word = split_path(replace(request, path=f"/{rest}"), _BASE)
    return (doi, unquote(name)) if word == _MEDIA and _is_about(doi, word) else None


def _only_read(request: Request) -> Response:
    more = "POST, " if split_path(request, _BASE)[1] == _MEDIA else ""
    return failure(405, "Method not allowed", {"Allow": f"GET, HEAD, {more}OPTIONS"})


def _is_about(doi: str, word: str) -> bool:
    return word in ABOUT and "/" in doi


def _whole(request: Request) -> str:
    return unquote(request.path.removeprefix(_BASE).strip("/"))
