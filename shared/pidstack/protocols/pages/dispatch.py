"""From a request to its page."""

from __future__ import annotations

from collections.abc import Callable

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.files import static
from pidstack.protocols.pages.front import find, home
from pidstack.protocols.pages.guides import contents, guide
from pidstack.protocols.pages.health import health
from pidstack.protocols.pages.identifier import tombstone, view
from pidstack.protocols.pages.words import method_not_allowed, not_found

ROUTES: dict[str, Callable[[Request, Desk], Response]] = {
    "/": home,
    "/resolve": find,
    "/view/{identifier+}": view,
    "/tombstone/id/{identifier+}": tombstone,
    "/docs": contents,
    "/docs/{page}": guide,
    "/static/{file}": static,
    "/health": health,
}


def answer(request: Request, desk: Desk) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    if request.method not in {"GET", "HEAD"}:
        return method_not_allowed()
    operation = ROUTES.get(request.resource)
    response = operation(request, desk) if operation else not_found(request, desk.name)
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response
