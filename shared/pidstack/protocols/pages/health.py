"""Whether the registry works, part by part, for people and for programs."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pidstack.domain.instant import instant
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.layout import SAFE, page

# Anybody may ask, as often as they like; the parts are asked this often at most.
REMEMBERED_S = 10
_log = logging.getLogger(__name__)


def health(request: Request, desk: Desk) -> Response:
    """`GET /health`: 200 if all parts work, else 503."""
    at_s, parts = desk.remembered.get("health", (0, []))
    if desk.clock() - at_s >= REMEMBERED_S:
        at_s, parts = desk.remembered["health"] = desk.clock(), _examined(desk.checks)
    is_well = all(part["is_well"] for part in parts)
    status, at = 200 if is_well else 503, instant(at_s)
    if "text/html" in request.headers.get("accept", ""):
        headers, name = {"Vary": "Accept"}, desk.name
        return page(
            "health.html", request.base_url, registry=name, status=status, headers=headers, is_well=is_well, parts=parts, at=at
        )
    said = {
        "status": "up" if is_well else "down",
        "at": at,
        "components": {
            part["name"]: {"status": "up" if part["is_well"] else "down", "milliseconds": part["took_ms"]} for part in parts
        },
    }
    kept = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Accept", **SAFE}
    return Response(status, json.dumps(said, indent=1) + "\n", kept)


def _examined(checks: Mapping[str, Callable[[], None]]) -> list[dict[str, Any]]:
    """Ask all parts at once; nobody waits for one that hangs longer than its own check does."""
    with ThreadPoolExecutor(max_workers=max(1, len(checks))) as threads:
        return list(threads.map(lambda part: _examine(*part), checks.items()))


def _examine(name: str, check: Callable[[], None]) -> dict[str, Any]:
    begun = time.perf_counter()
    try:
        check()
        is_well = True
    except Exception:  # what is wrong is for the log, not for everybody  # noqa: BLE001
        _log.warning("a part does not work: %s", name, exc_info=True)
        is_well = False
    return {"name": name, "is_well": is_well, "took_ms": round((time.perf_counter() - begun) * 1000)}
