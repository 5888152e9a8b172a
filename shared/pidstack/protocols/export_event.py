"""The JSON that tells programs how an export ended. The contract, for everybody outside: events/schemas/export-event.v1.json."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from pidstack.domain.export import Export, Stage


def export_detail(export: Export) -> dict[str, Any]:
    """Tell an export that is over as a JSON object; one that is told again gives an equal object."""
    is_ready = export.stage is Stage.READY
    kind = "ExportReady" if is_ready else "ExportFailed"
    return {
        "id": hashlib.sha256(f"{export.name} {kind}".encode()).hexdigest()[:32],
        "kind": kind,
        "name": export.name,
        "requester": export.order.requester,
        "owners": list(export.order.owners[:_MOST_OWNERS]),
        "format": export.order.form.value,
        "compression": export.order.compression.value,
        "ordered_at": _time(export.ordered_s),
        "at": _time(export.finished_s),
        "url": address_of(export) if is_ready else "",
        "expires_at": _time(export.expires_s) if is_ready else "",
        "records": export.records,
        "size": export.size,
        "sha256": export.sha256,
        "problem": export.problem,
    }


def address_of(export: Export) -> str:
    """Give where the file can be fetched, and where it is told how far it is."""
    return f"{export.order.base_url}/s3_download/{export.file_name}"


_MOST_OWNERS = 1000  # an event holds 256 KB


def _time(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
