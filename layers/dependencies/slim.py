"""Cut the SDK's data down to what the functions read of it: run by this folder's Makefile, over the layer that it makes.

botocore describes all services of AWS in some 25 MB of JSON. The first client of a session reads a file with the endpoints of all,
which takes as long as all else that this client needs, and each client its service's model, most of which is text for people.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

_MODEL = "service-2.json.gz"
_FOR_PEOPLE = ("examples-1.json", "examples-1.json.gz")


def slim(data: Path, services: set[str]) -> None:
    """Keep what is needed to call some services.

    Args:
        data: botocore's folder of data.
        services: names of their folders.
    Raises:
        SystemExit: one of them is not there.
    """
    folders = {folder.name: folder for folder in data.iterdir() if folder.is_dir()}
    if missing := services - folders.keys():
        raise SystemExit(f"botocore knows no {', '.join(sorted(missing))}")
    for name in folders.keys() - services:
        shutil.rmtree(folders[name])
    prefixes: set[str] = set()
    for name in services:
        for path in [path for unneeded in _FOR_PEOPLE for path in folders[name].rglob(unneeded)]:
            path.unlink()
        for path in folders[name].rglob(_MODEL):
            model = json.loads(gzip.decompress(path.read_bytes()))
            prefixes.add(model["metadata"]["endpointPrefix"])
            path.unlink()
            _write(path.with_suffix(""), _without_documentation(model))
    endpoints = data / "endpoints.json"
    known = json.loads(endpoints.read_bytes())
    for partition in known["partitions"]:
        partition["services"] = {name: told for name, told in partition["services"].items() if name in prefixes}
    _write(endpoints, known)


def _without_documentation(told: Any) -> Any:
    """Drop what is only for people. Where `documentation` is no text, it is the name of something."""
    if isinstance(told, dict):
        return {
            name: _without_documentation(value)
            for name, value in told.items()
            if name != "documentation" or not isinstance(value, str)
        }
    return [_without_documentation(value) for value in told] if isinstance(told, list) else told


def _write(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    slim(Path(sys.argv[1]), set(sys.argv[2:]))
