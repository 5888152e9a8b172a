"""From a request to its answer: to where an identifier leads, or to what is known of it.

Modules that only some answers need are imported by those.
Rule: EZID API v2, "Identifier resolution"; DataCite, "Content negotiation".
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from pidstack.domain.state import State
from pidstack.ports.records import RecordReader
from pidstack.protocols.accept import Wanted, wanted
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.resolver.answers import (
    FOUND_S,
    GONE_S,
    JSON,
    TEXT,
    as_anvl,
    as_json,
    headers,
    method_not_allowed,
    not_found,
)
from pidstack.protocols.resolver.location import location_of, tombstone
from pidstack.protocols.resolver.names import Asked, read_path
from pidstack.services.resolve import Found, resolve

_FOR_PEOPLE = frozenset({"text/html", "application/xhtml+xml"})
# What a browser or a plain client says it takes, and no form has.
_NO_FORMS = _FOR_PEOPLE | {"*/*", "application/xml", "application/json", "text/plain", "text/*", "application/*", "image/*"}
_NO_REDIRECT = frozenset({"true", "yes", "ok"})
_METHODS = "GET, HEAD, OPTIONS"


@dataclass(frozen=True, slots=True)
class Desk:
    """What requests are answered with.

    Attributes:
        name: of the registry, as it calls itself.
    """

    store: RecordReader
    name: str


def answer(request: Request, desk: Desk) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Methods": _METHODS, "Access-Control-Allow-Headers": "Accept, No-Redirect"}
        return Response(204, "", headers(TEXT) | {"Allow": _METHODS, **allowed})
    if request.method not in {"GET", "HEAD"}:
        return method_not_allowed()
    response = _answer(request, desk)
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response


def _answer(request: Request, desk: Desk) -> Response:
    liked = wanted(request.headers.get("accept", ""))
    asked = read_path(request)
    found = resolve(asked.name, asked.query, desk.store) if asked else None
    if asked is None or found is None:
        return not_found(request, desk.name, is_name=asked is not None, for_people=_first(liked) in _FOR_PEOPLE)
    if asked.inflected:
        from pidstack.protocols.resolver.inflection import inflected

        return inflected(found.record, request, desk.name, as_object=_first(liked) == JSON)
    is_gone = found.record.state is State.REGISTERED
    if request.headers.get("no-redirect", "").lower() in _NO_REDIRECT:
        return _lead(request, found, asked, liked, follow=False)
    form = _form(asked, liked)
    if is_gone and (form or _is_for_program(asked, liked)):
        from pidstack.protocols.resolver.gone import gone

        return gone(found.record, request)
    if form:
        from pidstack.protocols.resolver.forms import written

        response = written(found.record, request, form)
        if response is not None:
            return response
    return _lead(request, found, asked, liked, follow=True)


def _lead(request: Request, found: Found, asked: Asked, liked: tuple[Wanted, ...], *, follow: bool) -> Response:
    """Lead to where the object is, or to the page that says why it is nowhere."""
    record = found.record
    if record.state is State.REGISTERED:
        location, keep_s = tombstone(record, request.base_url), GONE_S
    else:
        location, keep_s = location_of(found, request.base_url), FOUND_S
    said = {
        "request_id": request.id,
        "id": record.identifier.name,
        "extra": found.rest,
        "location": location,
        "modified": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.updated_s)) + ("+00:00" if follow else "Z"),
    }
    in_lines = _first(liked) in _FOR_PEOPLE or _first(liked) == "text/plain"
    body, kind = (as_anvl(said), TEXT) if in_lines else (as_json(said), JSON)
    return Response(302 if follow else 200, body, headers(kind, keep_s=keep_s, changed_s=record.updated_s, Location=location))


def _first(liked: tuple[Wanted, ...]) -> str:
    return liked[0].media_type if liked else "*/*"


def _is_for_program(asked: Asked, liked: tuple[Wanted, ...]) -> bool:
    """Tell whether who asks reads JSON rather than anything else."""
    return bool(asked.media_type) or _first(liked) == JSON or _first(liked).endswith("+json")


def _form(asked: Asked, liked: tuple[Wanted, ...]) -> Wanted | None:
    """Tell which form of the description is asked for, by path or, before anything that leads to the object, by header."""
    candidates = (Wanted(asked.media_type),) if asked.media_type else liked
    for each in candidates:
        if each.media_type in _NO_FORMS and not asked.media_type:
            return None
        from pidstack.protocols.resolver.forms import is_form

        if is_form(each.media_type):
            return each
    return None
