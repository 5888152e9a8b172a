"""Names that nobody has asked for yet: drawn at random, kept by nobody, so that a client may choose.

Rule: DataCite REST API, `GET /dois/random`, `GET /random`; the form of the names is the one of DOIs that DataCite makes up.
"""

from __future__ import annotations

import re
import secrets

from pidstack.domain.errors import Forbidden
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.minter import BASE32_NAMES, base32_name, draw_base32
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.documents import document
from pidstack.protocols.rest.dois import read_shoulder
from pidstack.protocols.rest.errors import failure
from pidstack.protocols.rest.requests import parameters
from pidstack.protocols.rest.service import Service

_MOST = 100
_NUMBER = re.compile("[0-9]{1,15}", re.ASCII)


def draw_names(request: Request, service: Service) -> Response:
    """`GET /dois/random?prefix=P`: as many names as `size` says, or the one that the number `number` spells."""
    given = parameters(request)
    prefix = given.get("prefix", "")
    if not prefix:
        return failure(422, "Parameter prefix is required")
    try:
        shoulder = read_shoulder(prefix)
    except Forbidden:
        return failure(422, "Parameter prefix is not a prefix")
    number, size = (_whole(given.get(name, "")) for name in ("number", "size"))
    count = min(size if size is not None else 1, _MOST)
    return document({"dois": [_drawn(shoulder, number) for _ in range(1 if number is not None else count)]})


def draw_phrase(request: Request, service: Service) -> Response:
    """`GET /random`: a name without a prefix."""
    return document({"phrase": base32_name(secrets.randbelow(BASE32_NAMES))})


def _drawn(shoulder: ShoulderName, number: int | None) -> str:
    return (draw_base32(shoulder, number=number).doi or "").lower()


def _whole(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None
