"""Periods of snapshots, and what is written of snapshots and runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pidstack.domain.errors import Invalid
from pidstack.domain.snapshot import Period, Phase, Snapshot, SnapshotFile, SnapshotKind, SnapshotRun


@pytest.mark.parametrize(
    ("text", "kind", "path", "last"),
    [
        ("2026-10", SnapshotKind.MONTHLY, "monthly/2026/10", "2026-10-31T23:59:59"),
        ("2028-02", SnapshotKind.MONTHLY, "monthly/2028/02", "2028-02-29T23:59:59"),
        ("2026-10-07", SnapshotKind.DAILY, "daily/2026/10/07", "2026-10-07T23:59:59"),
    ],
)
def test_a_period_knows_its_kind_its_path_and_its_last_second(text: str, kind: SnapshotKind, path: str, last: str) -> None:
    period = Period.parse(text)

    assert (str(period), period.kind, period.path) == (text, kind, path)
    assert datetime.fromtimestamp(period.last_s, UTC).isoformat() == f"{last}+00:00"


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-1", "2026-02-30", "latest", "", "2026-10-", "0000-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Period.parse(text)


@pytest.mark.parametrize(
    ("now", "month", "day"),
    [("2026-11-01T00:00:00", "2026-10", "2026-10-31"), ("2027-01-31T23:59:59", "2026-12", "2027-01-30")],
)
def test_the_last_period_that_is_over(now: str, month: str, day: str) -> None:
    now_s = int(datetime.fromisoformat(f"{now}+00:00").timestamp())

    assert str(Period.before(SnapshotKind.MONTHLY, now_s)) == month
    assert str(Period.before(SnapshotKind.DAILY, now_s)) == day


def test_snapshots_and_runs_are_read_as_they_were_written() -> None:
    file = SnapshotFile("all.json.tar.gz", "key", 1, "ab", 2, 3)
    snapshot = Snapshot(Period("2026-10"), "run", 1, 2, 3, "manifest", (file,))
    run = SnapshotRun("run", Period("2026-10-31"), 1, 2, Phase.WRITING, records=7)

    assert Snapshot.from_json(snapshot.as_json()) == snapshot
    assert SnapshotRun.from_json(run.as_json()) == run
