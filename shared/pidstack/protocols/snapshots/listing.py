"""What snapshots there are, for programs and for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from pidstack.domain.instant import instant
from pidstack.domain.snapshot import Snapshot, SnapshotFile

MANIFEST = "manifest.json"
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_STYLE = (
    "body{font-family:sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ccc}td.number{text-align:right}"
    "code{font-size:.8rem;word-break:break-all}"
)
_ABOUT = (
    "Everything that may be harvested, as of the end of a month or a day. Files are for subscribers, who send their token in "
    "<code>Crossref-Plus-API-Token: Bearer TOKEN</code>. Downloads can be resumed."
)


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


def as_page(snapshots: Sequence[Snapshot], base_url: str) -> str:
    """Write a list as a page."""
    rows = "".join(_row(snapshot, file, base_url) for snapshot in snapshots for file in snapshot.files)
    table = (
        "<table><thead><tr><th>Up to the end of</th><th>File</th><th>Records</th><th>Size</th><th>Published</th><th>SHA-256</th>"
        f"</tr></thead><tbody>\n{rows}</tbody></table>"
    )
    nothing = "<p>There are no snapshots yet.</p>"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Snapshots</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>Snapshots</h1>\n<p>{_ABOUT}</p>\n{table if rows else nothing}\n</body></html>\n"
    )


def _row(snapshot: Snapshot, file: SnapshotFile, base_url: str) -> str:
    url = escape(f"{base_url}/snapshots/{snapshot.period.path}/{file.name}")
    published = instant(snapshot.published_s)
    return (
        f'<tr><td>{snapshot.period}</td><td><a href="{url}">{escape(file.name)}</a></td>'
        f'<td class="number">{file.records:,}</td><td class="number">{_size(file.size)}</td>'
        f'<td><time datetime="{published}">{published[:10]}</time></td><td><code>{file.sha256}</code></td></tr>\n'
    )


def _size(size: int) -> str:
    amount, unit = float(size), 0
    while amount >= 1000 and unit + 1 < len(_UNITS):
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit else f"{size} bytes"
