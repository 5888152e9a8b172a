"""Where the published examples are, for the tests that read them; those are skipped where the folder is not beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[4] / "shared"
SCHEMAS = SHARED / "data" / "datacite-schema"
FIXTURES = SHARED / "data" / "fixtures" / "datacite"

_ALL = sorted(SCHEMAS.glob("kernel-4*/example/*.xml"))
_INVALID = [
    path
    for path in _ALL
    if "polygon-advanced" in path.name and path.parent.parent.name in ("kernel-4.1", "kernel-4.3", "kernel-4.4")
]


def _parameters(paths: list[Path]) -> list[object]:
    if not paths:
        return [pytest.param(None, marks=pytest.mark.skip("the published examples are not here"))]
    return [pytest.param(path, id="/".join(path.parts[-3::2])) for path in paths]


needs_shared = pytest.mark.skipif(not SHARED.joinpath("data").is_dir(), reason="the published data are not here")
valid_example = pytest.mark.parametrize("example", _parameters([path for path in _ALL if path not in _INVALID]))
invalid_example = pytest.mark.parametrize("example", _parameters(_INVALID))
