"""The home page, and the box on it that leads to an identifier."""

from __future__ import annotations

import logging

from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.errors import InvalidIdentifier
from pidstack.domain.identifier import Identifier
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.layout import page

HOME_S, COUNTS_S = 60, 30
_EVERYTHING = CounterKey(CounterKind.ALL, "all")
_NO_NAME = (
    "This is no identifier that can be resolved here. It begins with 10. or doi: or ark:, and has a slash and something behind it."
)
_log = logging.getLogger(__name__)


def home(request: Request, desk: Desk) -> Response:
    """`GET /`."""
    return _home(request, desk, keep_s=HOME_S)


def find(request: Request, desk: Desk) -> Response:
    """`GET /resolve?identifier=`: lead to where the registry resolves it; say so if it is no identifier."""
    asked = request.query.get("identifier", "").strip()
    if not asked:
        return Response(302, "", {"Location": f"{request.base_url}/", "Cache-Control": "no-store"})
    try:
        identifier = Identifier.read(asked)
    except InvalidIdentifier:
        return _home(request, desk, status=400, asked=asked[:2000], problem=_NO_NAME)
    # The canonical name, encoded: nothing of what was sent but a name of this registry's own form.
    return Response(302, "", {"Location": f"{request.base_url}/{identifier.as_url_path()}", "Cache-Control": "no-store"})


def _home(request: Request, desk: Desk, *, status: int = 200, keep_s: int = 0, asked: str = "", problem: str = "") -> Response:
    return page(
        "home.html",
        request.base_url,
        registry=desk.name,
        status=status,
        keep_s=keep_s,
        has_box=True,
        counts=_counts(desk),
        contact=desk.contact,
        asked=asked,
        problem=problem,
    )


def _counts(desk: Desk) -> Tally | None:
    """Count everything; as of half a minute ago will do. A count that fails is not shown."""
    at_s, counted = desk.remembered.get("counts", (0, None))
    if desk.clock() - at_s >= COUNTS_S:
        try:
            counted = desk.counters.tally(_EVERYTHING)
        except Exception:  # the page is of use without it  # noqa: BLE001
            _log.warning("records cannot be counted", exc_info=True)
            counted = None
        desk.remembered["counts"] = (desk.clock(), counted)
    found: Tally | None = counted
    return found
