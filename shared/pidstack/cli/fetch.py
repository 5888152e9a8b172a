"""A file of the registry's, brought to this machine: stretch by stretch, so that it may go on where it stopped, and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import click

from pidstack.domain.export import Export
from pidstack.ports.bulk import BulkFiles

STRETCH_BYTES = 8 * 1024 * 1024
Say = Callable[[int, int], None]


def fetch(files: BulkFiles, source: str, export: Export, target: Path, say: Say) -> None:
    """Save an export's file. What has arrived lies beside it until it is whole, and is not asked for again.

    Args:
        source: name of the file in the store.
        say: is told how many bytes are there, of how many.
    Raises:
        ClickException: it is not the file that was made; the next attempt begins anew.
    """
    part = target.with_name(f"{export.file_name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab") as out:
        if out.tell() > export.size:
            out.seek(0)
            out.truncate()
        say(out.tell(), export.size)
        while (there := out.tell()) < export.size:
            out.write(files.read(source, first=there, size=min(STRETCH_BYTES, export.size - there)))
            say(out.tell(), export.size)
    if export.sha256 and _digest(part) != export.sha256:
        part.unlink()
        raise click.ClickException("What arrived is not what was made; try again.")
    part.replace(target)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
