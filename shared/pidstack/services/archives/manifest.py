"""The manifest beside each variant of an archive: what is in it, which days it is about, and how to tell that it is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pidstack.domain.archive import ArchiveFile, ArchiveRun
from pidstack.domain.instant import instant
from pidstack.services.archives.members import Counts
from pidstack.services.bulk.pieces import Piece

FORMAT = 1


def manifest(run: ArchiveRun, file: ArchiveFile, counts: Mapping[str, Counts], pieces: Sequence[Piece], version: str) -> bytes:
    """Write a manifest, JSON. What one variant's says of another is nothing.

    Args:
        counts: by kind and prefix, `J:10.1002`.
        pieces: that the file was joined from, in order; they follow the head of the gzip file, of 10 bytes, without a gap.
    """
    content = {
        "format": FORMAT,
        "mode": run.mode,
        "run": run.name,
        "filedate": run.filedate,
        "software": {"name": "pidstack", "version": version},
        "window": {"from": run.span.first or None, "until": run.span.last, "read_from": instant(run.started_s)},
        "publications": file.publications,
        "dois": file.dois,
        "bytes": file.size,
        "sha256": file.sha256,
        "sets": _sets(counts),
        "groups": [{"bytes": piece.size, "sha256": piece.sha256} for piece in pieces],
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def _sets(counts: Mapping[str, Counts]) -> dict[str, Any]:
    """Sum up by kind too. All that an archive has is findable."""
    sums: dict[str, Counts] = {}
    for branch, (publications, dois) in counts.items():
        for name in (branch.partition(":")[0], branch):
            before = sums.get(name, (0, 0))
            sums[name] = before[0] + publications, before[1] + dois
    return {name: {"publications": publications, "findable": dois} for name, (publications, dois) in sorted(sums.items())}
