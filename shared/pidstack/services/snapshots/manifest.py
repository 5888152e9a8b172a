"""The manifest beside the files of a snapshot: what is in them, up to when, and how to tell that they are whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pidstack.domain.instant import instant
from pidstack.domain.snapshot import Snapshot
from pidstack.services.snapshots.arrange import Product
from pidstack.services.snapshots.assemble import Group, Whole

FORMAT = 1


def manifest(
    snapshot: Snapshot,
    wholes: Sequence[Whole],
    counts: Mapping[str, int],
    sets: Mapping[str, Sequence[int]],
    per_member: Mapping[Product, int],
    version: str,
) -> bytes:
    """Write a manifest, JSON.

    Args:
        counts: `seen`, `counted_before`, `counted_after`: all records that harvesters see, withheld ones too.
        sets: findable and registered records by set; those that were registered later than the window's end are not in them.
    """
    content = {
        "format": FORMAT,
        "kind": snapshot.period.kind,
        "period": str(snapshot.period),
        "run": snapshot.run,
        "software": {"name": "pidstack", "version": version},
        "window": {
            "until": instant(snapshot.until_s),
            "read_from": instant(snapshot.started_s),
            "published": instant(snapshot.published_s),
        },
        "counts": dict(counts),
        "sets": {name: {"findable": each[0], "registered": each[1]} for name, each in sets.items()},
        "records_per_member": {str(product): count for product, count in per_member.items()},
        "files": [_file(whole) for whole in wholes],
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def _file(whole: Whole) -> dict[str, Any]:
    file = whole.file
    return {
        "name": file.name,
        "bytes": file.size,
        "sha256": file.sha256,
        "records": file.records,
        "members": file.members,
        "groups": [_group(group) for group in whole.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    named = {"folder": group.folder} if group.folder else {}
    return {
        "product": group.product,
        **named,
        "first_member": group.first_member,
        "members": group.members,
        "records": group.records,
        "bytes": group.size,
        "sha256": group.sha256,
    }
