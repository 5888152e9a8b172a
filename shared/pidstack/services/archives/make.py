"""The steps of a run, one after the other. Each may be repeated: it finds what it did, or does it again beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pidstack
from pidstack.domain.archive import Archive, ArchiveFile, ArchiveRun, Mode, Span, folder_of, turn_for
from pidstack.domain.placement import Kind
from pidstack.domain.snapshot import Phase
from pidstack.ports.archives import Folders
from pidstack.ports.bulk import BulkFiles, FileKind
from pidstack.ports.clock import Clock
from pidstack.ports.publications import EVER, Calendar
from pidstack.ports.runs import Runs
from pidstack.ports.subscriptions import Subscriptions
from pidstack.services.archives.listing import Branch, Listing
from pidstack.services.archives.manifest import manifest
from pidstack.services.archives.members import Counts, Done
from pidstack.services.archives.variants import Variant, variants
from pidstack.services.archives.write import BLOCK_RECORDS, Sources, UnitWriter, Writing
from pidstack.services.bulk.assemble import assemble
from pidstack.services.bulk.join import STORE, Limits
from pidstack.services.bulk.wrappings import Gzip
from pidstack.services.snapshots import tar
from pidstack.services.snapshots.workplace import Contended, Workplace

MOST_UNITS = 200
_GZIP, _JSON = FileKind("application/gzip"), FileKind("application/json")
_KINDS = {"J": (Kind.JOURNAL,), "B": (Kind.BOOK,), "BS": (Kind.BOOK,), "S": (Kind.SERIES,)}
_TRIES = 5


@dataclass(frozen=True, slots=True)
class ArchiveMaker:
    """The use case.

    Attributes:
        settle_s: seconds within which a change is in the lists for all to see.
        grace_s: how long the files of a run that no folder holds any more stay for those who fetch them.
        most_units: how many parts a run is written in at most; a test says less.
        block_records: of a member that are compressed together; a test says less.
    """

    files: BulkFiles
    runs: Runs[ArchiveRun]
    folders: Folders
    calendar: Calendar
    subscriptions: Subscriptions
    sources: Sources
    clock: Clock
    settle_s: int
    grace_s: int = 24 * 3600
    limits: Limits = STORE
    most_units: int = MOST_UNITS
    block_records: int = BLOCK_RECORDS

    def plan(self, name: str, mode: Mode, last: str) -> dict[str, Any]:
        """Begin a run.

        Args:
            last: day that it ends with; empty for yesterday. One that is not over yet is taken as far as it is.
        """
        now_s = self.clock()
        span = Span.of(mode, last, now_s - self.settle_s, now_s)
        filedate = datetime.fromtimestamp(now_s, UTC).date().isoformat()
        units = _dealt_out(self._branches(span), self.most_units)
        place = Workplace(self.files, name)
        run = self.runs.begin(ArchiveRun(name, mode, span, filedate, now_s, len(units), changed_s=now_s))
        if run.phase is Phase.PLANNED:
            run = replace(run, units=len(units))
            place.put({"branches": units, "variants": [each.as_json() for each in variants(self.subscriptions)]}, "plan")
            self._reach(run, Phase.WRITING)
        listed = place.put([{"unit": unit} for unit in range(run.units)], "units")
        made = [{"variant": each["name"]} for each in place.get("plan")["variants"]]
        return {"run": name, "units": listed, "count": run.units, "files": made}

    def write(self, name: str, unit: int, state: str, attempt: str, time_left: Callable[[], float]) -> dict[str, Any]:
        """Write one unit, or as much of it as there is time for.

        Args:
            state: what the worker before gave; empty for the first.
        """
        run, place = self._run(name), Workplace(self.files, name)
        plan = place.get("plan")
        standing: Listing | Writing = Listing()
        if state:
            values = place.get("standing", unit, state)
            standing = Writing.from_json(values) if "sheet" in values else Listing.from_json(values)
        seen = [standing.seen if isinstance(standing, Writing) else 0]

        def note(records: int) -> None:
            seen[0] = records
            self.runs.note(name, Phase.WRITING, unit, records, finished=False)

        made = [Variant.from_json(each) for each in plan["variants"]]
        writer = UnitWriter(place, self.sources, run, made, attempt, time_left, note, self.block_records)
        branches = [(kind, prefix) for kind, prefix in plan["branches"][unit]]
        stopped = writer.write(unit, branches, standing)
        if stopped is not None:
            place.put(stopped.as_json(), "standing", unit, attempt)
            return {"run": name, "unit": unit, "state": attempt, "done": False}
        self.runs.note(name, Phase.WRITING, unit, seen[0], finished=True)
        return {"run": name, "unit": unit, "state": "", "done": True}

    def assemble(self, name: str, variant: str) -> dict[str, Any]:
        """Join the pieces of one variant.

        Raises:
            FileNotFoundError: a unit was not written.
            Mismatch: a piece is not what its writer said of it; there is no file then.
        """
        run, place = self._run(name), Workplace(self.files, name)
        if run.phase is Phase.WRITING:
            self._reach(run, Phase.ASSEMBLING)
        done = [Done.from_json(each[variant]) for each in place.get_all("written", run.units)]
        key = key_of(run, variant)
        pieces = [piece for each in done for piece in each.pieces]
        made = assemble(self.files, key, pieces, Gzip(), _GZIP, closing=tar.END, limits=self.limits)
        publications, dois = sum(each.publications for each in done), sum(each.dois for each in done)
        file = ArchiveFile(variant, key, made.size, made.sha256, publications, dois, manifest_of(run, variant))
        content = manifest(run, file, _summed(each.counts for each in done), made.pieces, pidstack.__version__)
        self.files.put(file.manifest, content, _JSON)
        place.put(asdict(file), "file", variant)
        return {"run": name}

    def publish(self, name: str) -> dict[str, Any]:
        """Switch a folder to the run, once all of its files are there.

        A run never replaces one about the same days that began later.

        Raises:
            FileNotFoundError: a file was not made.
            Contended: the folder was switched by others again and again.
        """
        run, place = self._run(name), Workplace(self.files, name)
        made = [ArchiveFile(**place.get("file", each["name"])) for each in place.get("plan")["variants"]]
        for file in made:
            if self.files.size(file.key) != file.size or not self.files.size(file.manifest):
                raise FileNotFoundError(file.key)
        archive = self._switched(run, tuple(made))
        self._reach(run, Phase.PUBLISHED)
        self._tidy()
        return {"run": name, "published": archive is not None, "folder": archive.folder if archive else ""}

    def fail(self, name: str, problem: str) -> dict[str, Any]:
        """Remember that a run failed. What it laid down is removed in time."""
        run = self.runs.get(name)
        if run is not None and not run.phase.is_over:
            self._reach(replace(run, problem=problem[:1000]), Phase.FAILED)
        return {"run": name}

    def _switched(self, run: ArchiveRun, files: tuple[ArchiveFile, ...]) -> Archive | None:
        for _ in range(_TRIES):
            now_s = self.clock()
            held = self.folders.archives()
            if mine := next((each for each in held if each.run == run.name), None):
                return mine
            span, turn = run.span, turn_for(run.mode, run.span.last, held)
            before = next((each for each in held if each.folder == folder_of(run.mode, turn)), None)
            archive = Archive(run.mode, turn, run.name, run.filedate, span.first, span.last, run.started_s, now_s, files)
            if before is not None and before.turn == turn and before.started_s > run.started_s:
                self.files.remove(archive.keys)
                return None
            if self.folders.switch(archive, before, now_s):
                return archive
        raise Contended(run.name)

    def _tidy(self) -> None:
        """Remove the files of what was replaced some time ago."""
        now_s = self.clock()
        for archive, since_s in self.folders.replaced():
            if since_s + self.grace_s <= now_s:
                self.files.remove(archive.keys)
                self.folders.forget(archive.run)

    def _branches(self, span: Span) -> list[Branch]:
        """List the kinds and prefixes that have something of the days, as the calendar knows; it may say too many."""
        if not span.first:
            return _branches_of(self.calendar.marked(EVER))
        months: dict[str, set[int]] = {}
        for day in _days(span):
            months.setdefault(day[:7], set()).add(int(day[8:]))
        marked = {name for month, asked in months.items() for name, days in self.calendar.marked(month).items() if days & asked}
        return _branches_of(marked)

    def _run(self, name: str) -> ArchiveRun:
        run = self.runs.get(name)
        if run is None:
            raise KeyError(f"no run is called {name}")
        return run

    def _reach(self, run: ArchiveRun, phase: Phase) -> None:
        self.runs.change(replace(run, phase=phase, changed_s=self.clock()))


def key_of(run: ArchiveRun, variant: str) -> str:
    """Tell where a file of a run's is kept: no two runs share a name, so nobody who fetches one sees another."""
    return f"archives/{run.mode}/{run.name}/{variant}.tar.gz"


def manifest_of(run: ArchiveRun, variant: str) -> str:
    """Tell where the manifest of a run's file is kept."""
    return f"archives/{run.mode}/{run.name}/{variant}.manifest.json"


def _summed(all_counts: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    sums: dict[str, Counts] = {}
    for counts in all_counts:
        for branch, (publications, dois) in counts.items():
            before = sums.get(branch, (0, 0))
            sums[branch] = before[0] + publications, before[1] + dois
    return sums


def _branches_of(marked: Iterable[str]) -> list[Branch]:
    """Give the kinds and prefixes of those entries of the calendar that are of titles."""
    entries = (name.partition(":") for name in marked)
    found = {(kind, prefix) for letters, _, prefix in entries for kind in _KINDS.get(letters, ())}
    return sorted(found, key=lambda branch: (branch[1], branch[0]))


def _days(span: Span) -> list[str]:
    first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _dealt_out(branches: list[Branch], most: int) -> list[list[Branch]]:
    """Deal branches out in their order, the branches of a prefix together, into units of about as many prefixes each."""
    prefixes = sorted({prefix for _, prefix in branches})
    each = -(-len(prefixes) // most) or 1
    groups = [set(prefixes[start : start + each]) for start in range(0, len(prefixes), each)]
    return [[branch for branch in branches if branch[1] in group] for group in groups]
