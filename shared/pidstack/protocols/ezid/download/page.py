"""How far a download is: a page for people that asks again by itself, JSON for programs, a line for everybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Any

from pidstack.domain.export import Export, Stage
from pidstack.ports.exports import Progress
from pidstack.protocols.export_event import address_of

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

    def page(self) -> str:
        """Tell people."""
        export = self.export
        if export.stage is Stage.FAILED:
            return _page("This download failed", _said(export.problem))
        if export.stage is Stage.READY:
            link = f'<p><a href="{escape(address_of(export))}">{escape(export.file_name)}</a></p>'
            return _page("Your download is ready", f"{_said(f'{export.records:,} records.')}{link}")
        bar = f'<p><progress max="100" value="{self.per_cent}">{self.per_cent} %</progress></p>'
        return _page("Your download is being made", f"{bar}{_said(self._sentence())}{_said(_FOLLOWS)}", refresh=True)

    def _sentence(self) -> str:
        if not self.export.expected:
            return "Looking for what belongs into it."
        left = f", about {_duration(self.seconds_left)} left" if self.seconds_left else ""
        return f"{self.progress.seen:,} of {self.export.expected:,} records, {self.per_cent} %{left}."


def missing_page() -> str:
    """Tell people that there is nothing."""
    return _page("No such download", _said("Perhaps its week is over: downloads are deleted seven days after they are made."))


_FOLLOWS = "This page asks again by itself, and the download starts when it is there."
_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">$refresh
<title>$title</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
progress { width: 100%; height: 1.5rem }
</style>
</head>
<body>
<main>
<h1>$title</h1>
$inside
</main>
</body>
</html>
""")


def _page(title: str, inside: str, *, refresh: bool = False) -> str:
    asking = f'\n<meta http-equiv="refresh" content="{REFRESH_S}">' if refresh else ""
    return _PAGE.substitute(title=escape(title), inside=inside, refresh=asking)


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _duration(seconds: int | None) -> str:
    for unit, size in (("hour", 3600), ("minute", 60)):
        if (seconds or 0) >= 2 * size:
            return f"{round((seconds or 0) / size)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
