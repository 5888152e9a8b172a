"""The operations around identifiers: sign in, sign out, status, version. Rule: EZID API v2, "Authentication", "Server status"."""

from __future__ import annotations

import logging

from pidstack import __version__
from pidstack.protocols.authorization import SESSION_COOKIE
from pidstack.protocols.ezid.body import is_yes, parameters
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import BadRequest, failure, success
from pidstack.protocols.gateway import Request, Response

# What EZID calls its parts. Here both are views of one table, so each is up if the table answers.
_SUBSYSTEMS = ("datacite", "search")
_EXPIRED = f'{SESSION_COOKIE}=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax'
_log = logging.getLogger(__name__)


def sign_in(request: Request, service: Service) -> Response:
    """`GET /login`: give a session cookie for the credentials; a live session is told so without a new one."""
    by = service.requester(request)
    parameters(request)
    headers = {}
    if request.verified.get("via") != "session":
        secure = "; Secure" if request.base_url.startswith("https:") else ""
        headers["Set-Cookie"] = f"{SESSION_COOKIE}={service.sessions.begin(by.account)}; HttpOnly; Path=/; SameSite=Lax{secure}"
    return success("session cookie returned", headers=headers)


def sign_out(request: Request, service: Service) -> Response:
    """`GET /logout`: end the session, if there is one."""
    parameters(request)
    service.sessions.end(request.cookie(SESSION_COOKIE))
    return success("authentication credentials flushed", headers={"Set-Cookie": _EXPIRED})


def tell_status(request: Request, service: Service) -> Response:
    """`GET /status`, with the state of subsystems or of the queues if asked for.

    The counts of `detailed=yes` are those of this function's own process, which serves one request at a time and queues nothing.
    """
    asked = parameters(request, "subsystems", "detailed")
    if is_yes(asked, "detailed"):
        return success("running activeOperations=0 waitingRequests=0 dataciteQueueLength=0")
    names = [name for name in (part.strip() for part in asked.get("subsystems", "").split(",")) if name]
    if names == ["*"]:
        names = list(_SUBSYSTEMS)
    if not set(names) <= set(_SUBSYSTEMS):
        raise BadRequest("no such subsystem")
    state = "up" if not names or _table_answers(service) else "down"
    return success("EZID is up", [(name, state) for name in names])


def tell_version(request: Request, service: Service) -> Response:
    """`GET /version`: the bare version."""
    parameters(request)
    plain = success("")
    return Response(200, f"v{__version__}", plain.headers)


def expire_cookie(response: Response) -> Response:
    """Add to an answer that the session it was asked with is over."""
    return Response(response.status, response.body, {**response.headers, "Set-Cookie": _EXPIRED})


def unknown_path() -> Response:
    """Say that there is nothing here."""
    return failure(404, "not found")


def _table_answers(service: Service) -> bool:
    try:
        service.registry.directory.refresh()
        service.registry.directory.group("status")
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "down"
        _log.exception("table does not answer")
        return False
    return True
