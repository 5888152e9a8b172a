"""How far a download is: a page for people that asks again by itself, JSON for programs, a line for everybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pidstack.domain.export import Export, Stage
from pidstack.ports.exports import Progress
from pidstack.protocols.export_event import address_of
from pidstack.protocols.gateway import Response

REFRESH_S = 3


@dataclass(frozen=True, slots=True)
class State:
    """An export and how far it is at a moment.

    Attributes:
        now_s: Unix seconds.
    """

    export: Export
    progress: Progress
    now_s: int

    @property
    def per_cent(self) -> int:
        """How much of it is done; less than 100 until the file is there."""
        if self.export.stage is Stage.READY:
            return 100
        return min(99, 100 * self.progress.seen // self.export.expected) if self.export.expected else 0

    @property
    def seconds_left(self) -> int | None:
        """How long it will take if it goes on like this; None while that cannot be said."""
        if self.export.is_over:
            return 0
        seen, expected, spent_s = self.progress.seen, self.export.expected, self.now_s - self.export.ordered_s
        return max(1, round(spent_s * (expected - seen) / seen)) if 0 < seen <= expected else None

    def as_json(self) -> dict[str, Any]:
        """Tell programs."""
        export = self.export
        return {
            "name": export.name,
            "url": address_of(export),
            "state": export.stage.value,
            "seen": self.progress.seen,
            "expected": export.expected,
            "written": self.progress.written,
            "percent": self.per_cent,
            "seconds_left": self.seconds_left,
            "ordered": export.ordered_s,
            "finished": export.finished_s or None,
            "expires": export.expires_s,
            "records": export.records if export.stage is Stage.READY else None,
            "size": export.size if export.stage is Stage.READY else None,
            "sha256": export.sha256 or None,
            "problem": export.problem or None,
        }

    def json(self) -> str:
        """Tell programs, as text."""
        return json.dumps(self.as_json(), separators=(",", ":"))

    def page(self, base_url: str, registry: str) -> Response:
        """Tell people as long as it is not ready; with 410 where the file will not come, for those who only wait for it.

        Args:
            registry: what it calls itself.
        """
        export = self.export
        if export.stage is Stage.FAILED:
            return _page("This download failed", base_url, registry, status=410, said=[export.problem])
        said = [self._sentence(), _FOLLOWS]
        return _page("Your download is being made", base_url, registry, said=said, per_cent=self.per_cent, refresh_s=REFRESH_S)

    def _sentence(self) -> str:
        if not self.export.expected:
            return "Looking for what belongs into it."
        left = f", about {_duration(self.seconds_left)} left" if self.seconds_left else ""
        return f"{self.progress.seen:,} of {self.export.expected:,} records, {self.per_cent} %{left}."


def missing_page(base_url: str, registry: str) -> Response:
    """Tell people that there is nothing."""
    said = ["Perhaps its week is over: downloads are deleted seven days after they are made."]
    return _page("No such download", base_url, registry, said=said)


_FOLLOWS = "This page asks again by itself, and the download starts when it is there."


def _page(title: str, base_url: str, registry: str, *, status: int = 404, said: list[str], **values: Any) -> Response:
    from pidstack.protocols.pages.layout import page  # programs, most of those who ask, do not wait for Jinja2

    shown = {"per_cent": None, "refresh_s": None} | values
    vary = {"Vary": "Accept"}
    return page("download.html", base_url, registry=registry, status=status, headers=vary, title=title, said=said, **shown)


def _duration(seconds: int | None) -> str:
    for unit, size in (("hour", 3600), ("minute", 60)):
        if (seconds or 0) >= 2 * size:
            return f"{round((seconds or 0) / size)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
