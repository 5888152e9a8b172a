"""DataCite's heartbeat, the same at both of its APIs: the function runs, and the table answers."""

from __future__ import annotations

import logging

from pidstack.ports.directory import Directory
from pidstack.protocols.gateway import Response

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
_log = logging.getLogger(__name__)


def heartbeat(directory: Directory) -> Response:
    """Ask the table for something, whatever is remembered; that it is not there will do."""
    try:
        directory.refresh()
        directory.group("heartbeat")
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "failed"
        _log.exception("table does not answer")
        return Response(500, "failed", _PLAIN)
    return Response(200, "OK", _PLAIN)
