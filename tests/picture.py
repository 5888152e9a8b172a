"""Pictures of pages for the documentation, made only when `PIDSTACK_PICTURES` names a folder for them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.browsing import PHONE, Visit

MOST_BYTES, MOST_HEIGHT = 150_000, 2_000
_QUALITY = 75


def keep(visit: Visit, name: str, viewport: Mapping[str, int]) -> None:
    """Keep what is seen of a page at a size, if pictures are wanted."""
    folder = os.environ.get("PIDSTACK_PICTURES")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder) / f"{name}-{'phone' if viewport == PHONE else 'desktop'}.jpg"
    visit.page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    is_short = visit.page.evaluate("document.documentElement.scrollHeight") < MOST_HEIGHT
    visit.page.screenshot(path=path, type="jpeg", quality=_QUALITY, full_page=is_short)
    assert path.stat().st_size < MOST_BYTES
