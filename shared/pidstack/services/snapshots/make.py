"""The steps of a run, one after the other. Each may be repeated: it finds what it did, or does it again beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pidstack
from pidstack.domain.counting import HARVESTED
from pidstack.domain.instant import instant
from pidstack.domain.placement import Kind
from pidstack.domain.snapshot import Content, Period, Phase, Snapshot, SnapshotKind, SnapshotRun
from pidstack.ports.bulk import BulkFiles, FileKind
from pidstack.ports.clock import Clock
from pidstack.ports.feed import Counters
from pidstack.ports.runs import Runs
from pidstack.ports.snapshots import Announcer, Published, Scan
from pidstack.services.bulk.join import STORE, Limits
from pidstack.services.snapshots.arrange import LEAST_RECORDS, Product, arrange, expected
from pidstack.services.snapshots.assemble import PRODUCTS, Whole, join_file
from pidstack.services.snapshots.forms import Form
from pidstack.services.snapshots.manifest import manifest
from pidstack.services.snapshots.sheets import Sheet
from pidstack.services.snapshots.take import Taker, Taking
from pidstack.services.snapshots.workplace import Contended, Workplace
from pidstack.services.snapshots.write import TaskWriter, Written

EVENT = "SnapshotPublished"
_JSON = FileKind("application/json")
_PART_RECORDS = 16_384
_TRIES = 5


class Incomplete(Exception):
    """There are fewer records than there have to be, or a file is not there. Nothing may be published."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What operators choose.

    Attributes:
        contents: files to make.
        member_records: of a JSON or XML member.
        part_records: of a part of DataCite's data file.
        keep: how many snapshots of each kind stay.
        grace_s: how long the files of one that is found no more stay for those who fetch them.
        settle_s: seconds within which a change is in the store for all to see.
        taken_records: of a part that one worker reads; a test says less.
        task_records: of a task that one worker writes, at least; a test says less.
    """

    contents: tuple[Content, ...] = tuple(Content)
    member_records: int = 5_000
    part_records: int = 10_000
    keep: Mapping[SnapshotKind, int] = field(default_factory=lambda: {SnapshotKind.MONTHLY: 12, SnapshotKind.DAILY: 7})
    grace_s: int = 24 * 3600
    settle_s: int = 30
    taken_records: int = _PART_RECORDS
    task_records: int = LEAST_RECORDS

    def per_member(self) -> dict[Product, int]:
        """Tell what is made, and how many records a member of it holds."""
        sizes = {
            Product.JSON: self.member_records,
            Product.XML: self.member_records,
            Product.PARTS: self.part_records,
            Product.TABLE: 10 * self.part_records,
        }
        return {product: sizes[product] for content in self.contents for product in sorted(PRODUCTS[content])}


@dataclass(frozen=True, slots=True)
class SnapshotMaker:
    """The use case.

    Attributes:
        forms: gives how records are written; called once in a worker.
    """

    files: BulkFiles
    scan: Scan
    runs: Runs[SnapshotRun]
    published: Published
    counters: Counters
    announcer: Announcer
    forms: Callable[[], Mapping[Product, Form]]
    clock: Clock
    settings: Settings
    limits: Limits = STORE

    def plan(self, name: str, kind: SnapshotKind, period: Period | None) -> dict[str, Any]:
        """Begin a run.

        Args:
            period: None for the last of the kind that is over. One that is not over yet is taken as far as it is.
        Raises:
            Invalid: the period has not begun.
        """
        now_s = self.clock()
        period = period or Period.before(kind, now_s)
        period.require_begun(now_s)
        until_s = min(period.last_s, now_s - self.settings.settle_s)
        tally = self.counters.tally(HARVESTED)
        counted = tally.findable + tally.registered
        parts = parts_for(tally.findable, self.settings.taken_records)
        run = self.runs.begin(SnapshotRun(name, period, now_s, until_s, segments=parts, expected=counted, changed_s=now_s))
        place = Workplace(self.files, name)
        plan = place.put([{"part": part} for part in range(run.segments)], "plan")
        self._reach(run, Phase.TAKING)
        return {"run": name, "parts": plan}

    def take(self, name: str, part: int, state: str, attempt: str, time_left: Callable[[], float]) -> dict[str, Any]:
        """Take one part, or as much of it as there is time for.

        Args:
            state: what the worker before gave; empty for the first.
        """
        run, place = self._run(name), Workplace(self.files, name)
        taking = Taking.from_json(place.get("taking", part, state)) if state else Taking()

        def note(records: int) -> None:
            self.runs.note(name, Phase.TAKING, part, records, finished=False)

        taken = Taker(place, self.scan, run.until_s, attempt, time_left, note).take(part, run.segments, taking)
        if isinstance(taken, Taking):
            place.put(taken.as_json(), "taking", part, attempt)
            return {"run": name, "part": part, "state": attempt, "done": False}
        self.runs.note(name, Phase.TAKING, part, taken.seen, finished=True)
        return {"run": name, "part": part, "state": "", "done": True}

    def arrange(self, name: str) -> dict[str, Any]:
        """Deal out what was taken.

        Raises:
            Incomplete: fewer records were seen than had been counted before.
        """
        run, place = self._run(name), Workplace(self.files, name)
        sheets = [Sheet.from_json(each) for each in place.get_all("sheet", run.segments)]
        seen = sum(sheet.seen for sheet in sheets)
        if seen < run.expected:
            raise Incomplete(f"{seen} records were found, {run.expected} had been counted before; see: pidstack recount")
        tasks = arrange(sheets, self.settings.per_member(), self.settings.task_records)
        place.put_all("task", [[job.as_json() for job in task] for task in tasks])
        due = expected(tasks)
        place.put({"seen": seen, "sets": _sets(sheets), "records": {str(each): count for each, count in due.items()}}, "arranged")
        listed = place.put([{"number": number} for number in range(len(tasks))], "tasks")
        self._reach(replace(run, tasks=len(tasks), records=sum(due.values())), Phase.WRITING)
        files = [{"content": str(content)} for content in self.settings.contents]
        return {"run": name, "tasks": listed, "count": len(tasks), "files": files}

    def write(self, name: str, number: int, state: str, attempt: str, time_left: Callable[[], float]) -> dict[str, Any]:
        """Write one task, or as much of it as there is time for.

        Args:
            state: what the worker before gave; empty for the first.
        """
        place = Workplace(self.files, name)
        done = [Written.from_json(each) for each in place.get("writing", number, state)] if state else []

        def note(records: int) -> None:
            self.runs.note(name, Phase.WRITING, number, records, finished=False)

        writer = TaskWriter(place, self.scan, self.forms(), attempt, time_left, note)
        done, is_done = writer.write(number, done)
        if not is_done:
            place.put([each.as_json() for each in done], "writing", number, attempt)
            return {"run": name, "number": number, "state": attempt, "done": False}
        self.runs.note(name, Phase.WRITING, number, sum(each.records for each in done), finished=True)
        return {"run": name, "number": number, "state": "", "done": True}

    def assemble(self, name: str, content: Content) -> dict[str, Any]:
        """Make one file of its pieces."""
        run = self._run(name)
        if run.phase is Phase.WRITING:
            self._reach(run, Phase.ASSEMBLING)
        join_file(Workplace(self.files, name), content, key_of(run, str(content)), run.tasks, self.limits)
        return {"run": name}

    def publish(self, name: str) -> dict[str, Any]:
        """Compare all with what was promised, and let the snapshot be found.

        Raises:
            Incomplete: a file holds other records than were taken, or is not there in its full length.
            Contended: others kept publishing snapshots of the period.
        """
        run, place = self._run(name), Workplace(self.files, name)
        arranged = place.get("arranged")
        wholes = [Whole.from_json(place.get("whole", str(content))) for content in self.settings.contents]
        compare(wholes, arranged["records"])
        for whole in wholes:
            if self.files.size(whole.file.key) != whole.file.size:
                raise Incomplete(f"{whole.file.key} is not there in its full length")
        tally = self.counters.tally(HARVESTED)
        now_s = self.clock()
        files = tuple(whole.file for whole in wholes)
        key = key_of(run, "manifest.json")
        snapshot = Snapshot(run.period, name, run.started_s, run.until_s, now_s, key, files)
        counts = {"seen": arranged["seen"], "counted_before": run.expected, "counted_after": tally.findable + tally.registered}
        content = manifest(snapshot, wholes, counts, arranged["sets"], self.settings.per_member(), pidstack.__version__)
        self.files.put(key, content, _JSON)
        is_found = self._placed(snapshot)
        self._reach(run, Phase.PUBLISHED)
        if is_found:
            self.announcer.announce(EVENT, described(snapshot))
            self._retire_old(run.period.kind)
        self._remove_retired()
        return {"run": name, "published": is_found}

    def fail(self, name: str, problem: str) -> dict[str, Any]:
        """Remember that a run failed. What it laid down is removed in time."""
        run = self.runs.get(name)
        if run is not None and not run.phase.is_over:
            self._reach(replace(run, problem=problem[:1000]), Phase.FAILED)
        return {"run": name}

    def _placed(self, snapshot: Snapshot) -> bool:
        """Give a snapshot its place, unless one is there that began later; whichever is not found any more is retired."""
        for _ in range(_TRIES):
            now_s, before = self.clock(), self.published.find(snapshot.period.kind, snapshot.period)
            if before is not None and before.run != snapshot.run and before.started_s > snapshot.started_s:
                self.published.retire(snapshot, now_s)
                return False
            if self.published.publish(snapshot, before, now_s):
                return True
        raise Contended(snapshot.run)

    def _retire_old(self, kind: SnapshotKind) -> None:
        for snapshot in self.published.published(kind)[max(1, self.settings.keep[kind]) :]:
            self.published.retire(snapshot, self.clock())

    def _remove_retired(self) -> None:
        """Remove the files of what was retired some time ago."""
        now_s = self.clock()
        for snapshot, since_s in self.published.retired():
            if since_s + self.settings.grace_s <= now_s:
                self.files.remove([*(each.key for each in snapshot.files), snapshot.manifest])
                self.published.forget(snapshot.run)

    def _run(self, name: str) -> SnapshotRun:
        run = self.runs.get(name)
        if run is None:
            raise KeyError(f"no run is called {name}")
        return run

    def _reach(self, run: SnapshotRun, phase: Phase) -> None:
        self.runs.change(replace(run, phase=phase, changed_s=self.clock()))


def parts_for(records: int, most: int) -> int:
    """Tell in how many parts so many records are read: a power of two, so that it seldom changes, and with it what is where."""
    return 1 << max(0, -(-records // most) - 1).bit_length()


def key_of(run: SnapshotRun, file: str) -> str:
    """Tell where a file of a run's is kept."""
    return f"snapshots/{run.period.path}/{run.name}/{file}"


def compare(wholes: list[Whole], due: Mapping[str, int]) -> None:
    """Compare the files' records with those that were dealt out.

    Raises:
        Incomplete: else.
    """
    found: dict[str, int] = {}
    for whole in wholes:
        for group in whole.groups:
            found[group.product] = found.get(group.product, 0) + group.records
    if found != due:
        raise Incomplete(f"the files hold {found} instead of {dict(due)}")


def described(snapshot: Snapshot) -> dict[str, Any]:
    """Tell a snapshot as a JSON object. The contract, for everybody outside: events/schemas/snapshot-event.v1.json."""
    files = [
        {"name": each.name, "size": each.size, "sha256": each.sha256, "records": each.records, "members": each.members}
        for each in snapshot.files
    ]
    return {
        "id": hashlib.sha256(f"{snapshot.run} {EVENT}".encode()).hexdigest()[:32],
        "kind": EVENT,
        "run": snapshot.run,
        "interval": str(snapshot.period.kind),
        "period": str(snapshot.period),
        "until": instant(snapshot.until_s),
        "at": instant(snapshot.published_s),
        "path": f"/snapshots/{snapshot.period.path}/",
        "files": files,
    }


def _sets(sheets: list[Sheet]) -> dict[str, list[int]]:
    """Sum up by set; a book in a series is in the sets of both."""
    sums: dict[str, list[int]] = {}
    for sheet in sheets:
        for branch, (findable, registered) in sheet.branches.items():
            letters, _, prefix = branch.partition(":")
            for letter in letters:
                names = (f"{letter}:{prefix}",) if letter == Kind.NONE else (letter, f"{letter}:{prefix}")
                for name in names:
                    counts = sums.setdefault(name, [0, 0])
                    counts[0] += findable
                    counts[1] += registered
    return dict(sorted(sums.items()))
