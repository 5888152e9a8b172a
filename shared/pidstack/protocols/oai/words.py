"""Answers of HTTP itself: what is no matter of the protocol, and what it leaves to HTTP.

Rule: OAI-PMH 2.0, section 3.1.2.2 "Status-Code"; Crossref, "OAI-PMH", for who may read records.
"""

from __future__ import annotations

from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.protocols.gateway import Response

METHODS = ("GET", "HEAD", "POST")
_ALLOWED = ", ".join((*METHODS, "OPTIONS"))


class TooManyAtOnce(Exception):
    """As many lists are being begun for this user as one user may begin at once."""


def failure(status: int, text: str, **headers: str) -> Response:
    """Answer in a line of plain text; underscores in headers' names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, f"{text}\n", {"Content-Type": "text/plain; charset=utf-8", **named})


def not_here() -> Response:
    """There is no repository at this address."""
    return failure(404, "no OAI-PMH repository here")


def method_not_allowed() -> Response:
    """Only GET and POST are requests of the protocol."""
    return failure(405, "OAI-PMH is asked by GET or POST", Allow=_ALLOWED)


def options() -> Response:
    """Say which methods there are."""
    return Response(204, "", {"Allow": _ALLOWED})


def closed(error: Unauthenticated | Forbidden) -> Response:
    """Records are not for whoever asks. 401 where a token or a password would help, 403 where it does not."""
    if isinstance(error, Forbidden):
        return failure(403, str(error))
    text = "records are for subscribers (Crossref-Plus-API-Token: Bearer …) and for members (Basic credentials)"
    return failure(401, text, WWW_Authenticate="Bearer")


def too_many(retry_after_s: int) -> Response:
    """Too many lists are being begun; lists that go on are not counted."""
    return failure(503, "too many first requests at once", Retry_After=str(retry_after_s))
