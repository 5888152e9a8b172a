"""What lies below `/dois/`: a DOI, something about a DOI, or something to be done, told apart by the words of the path.

A DOI may have slashes of its own, plain or encoded. The last word behind a plain slash says what is asked about it, if it is a word
that something is known by.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.activities import activities_of
from pidstack.protocols.rest.doi_lists import list_own_names
from pidstack.protocols.rest.dois import (
    delete_doi,
    list_media,
    put_doi,
    show_doi,
    show_in_form,
    show_url,
    undo_doi,
    validate_doi,
)
from pidstack.protocols.rest.errors import failure
from pidstack.protocols.rest.names import draw_names
from pidstack.protocols.rest.negotiation import split_link
from pidstack.protocols.rest.requests import split_path
from pidstack.protocols.rest.service import Service

_BASE = "/dois"
ABOUT: dict[str, Callable[[str, Request, Service], Response]] = {
    "activities": activities_of,
    "get-url": show_url,
    "media": list_media,
}
DEEDS: dict[str, Callable[[Request, Service], Response]] = {"validate": validate_doi, "undo": undo_doi}
LISTS: dict[str, Callable[[Request, Service], Response]] = {"random": draw_names, "get-dois": list_own_names}
_METHODS = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"


def get_below(request: Request, service: Service) -> Response:
    """`GET /dois/{doi}`, or in a form; `/dois/{doi}/activities` and the like; `/dois/random`, `/dois/get-dois`."""
    doi, word = split_path(request, _BASE)
    if doi in LISTS and not word:
        return LISTS[doi](request, service)
    if link := split_link(_whole(request)):
        return show_in_form(link, request, service)
    if _is_about(doi, word):
        return ABOUT[word](doi, request, service)
    return show_doi(_whole(request), request, service)


def post_below(request: Request, service: Service) -> Response:
    """`POST /dois/validate`, `POST /dois/undo`."""
    deed = DEEDS.get(_whole(request))
    return deed(request, service) if deed else failure(405, "Method not allowed", {"Allow": _METHODS})


def put_below(request: Request, service: Service) -> Response:
    """`PUT /dois/{doi}`."""
    if _is_about(*split_path(request, _BASE)):
        return failure(405, "Method not allowed", {"Allow": "GET, HEAD, OPTIONS"})
    return put_doi(_whole(request), request, service)


def delete_below(request: Request, service: Service) -> Response:
    """`DELETE /dois/{doi}`."""
    if _is_about(*split_path(request, _BASE)):
        return failure(405, "Method not allowed", {"Allow": "GET, HEAD, OPTIONS"})
    return delete_doi(_whole(request), request, service)


def _is_about(doi: str, word: str) -> bool:
    return word in ABOUT and "/" in doi


def _whole(request: Request) -> str:
    return unquote(request.path.removeprefix(_BASE).strip("/"))
