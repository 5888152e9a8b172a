"""What programs are told of an identifier whose object is not available any more; people get the page of the tombstone."""

from __future__ import annotations

import json
import logging
from typing import Any

from pidstack.domain.instant import instant
from pidstack.domain.record import Record
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.resolver.answers import GONE_S, JSON, as_json, headers
from pidstack.protocols.resolver.location import tombstone
from pidstack.services.describe import described
from pidstack.services.reference import reference
from pidstack.services.render import render

_log = logging.getLogger(__name__)


def gone(record: Record, request: Request) -> Response:
    """Tell why it is gone, and all that is known of what it was."""
    citation, metadata = _last_known(record)
    said = {
        "request_id": request.id,
        "error": "Gone.",
        "id": record.identifier.name,
        "status": "unavailable",
        "reason": record.reason or None,
        "citation": citation,
        "created": instant(record.created_s),
        "registered": instant(record.registered_s) if record.registered_s else None,
        "updated": instant(record.updated_s),
        "metadata": metadata,
        "tombstone": tombstone(record, request.base_url),
    }
    return Response(410, as_json(said), headers(JSON, keep_s=GONE_S, changed_s=record.updated_s))


def _last_known(record: Record) -> tuple[str | None, Any]:
    """Give the citation and the description. One that cannot be read is no reason not to say that the object is gone."""
    try:
        return reference(record, described(record)), json.loads(render(record, "datacite-json", url=""))
    except Exception:  # whatever a reader stumbles over  # noqa: BLE001
        _log.warning("the description cannot be read: %s", record.identifier, exc_info=True)
        return None, None
