"""What snapshots there are, for programs and for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pidstack.domain.instant import instant
from pidstack.domain.snapshot import Snapshot
from pidstack.protocols.gateway import Response

MANIFEST = "manifest.json"


def as_json(snapshots: Sequence[Snapshot], base_url: str) -> str:
    """Write a list as JSON, the latest of each kind first."""
    return json.dumps({"snapshots": [_snapshot(snapshot, base_url) for snapshot in snapshots]}, indent=1) + "\n"


def _snapshot(snapshot: Snapshot, base_url: str) -> dict[str, Any]:
    at = f"{base_url}/snapshots/{snapshot.period.path}"
    return {
        "kind": snapshot.period.kind,
        "period": str(snapshot.period),
        "until": instant(snapshot.until_s),
        "published": instant(snapshot.published_s),
        "manifest": f"{at}/{MANIFEST}",
        "files": [
            {
                "name": file.name,
                "url": f"{at}/{file.name}",
                "bytes": file.size,
                "sha256": file.sha256 or None,
                "records": file.records,
                "members": file.members,
            }
            for file in snapshot.files
        ],
    }


def as_page(snapshots: Sequence[Snapshot], base_url: str, registry: str, headers: dict[str, str]) -> Response:
    """Write a list as a page.

    Args:
        registry: what it calls itself.
        headers: of the answer.
    """
    from pidstack.protocols.pages.layout import page  # programs, most of those who ask, do not wait for Jinja2

    shown = [_snapshot(each, base_url) for each in snapshots]
    return page("snapshots.html", base_url, registry=registry, headers=headers, snapshots=shown)
