"""Archives: one file a title, in folders that are used in turn.

Statements in quotes are those of Crossref, "Bulk metadata formats".
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import replace

import pytest
from lxml import etree

import pidstack
from pidstack.domain.archive import ALL, FOLDERS, Mode, latest
from pidstack.domain.errors import Invalid
from pidstack.domain.placement import Kind
from pidstack.domain.recipient import Choice, OptOut, Recipient, Scope
from pidstack.domain.snapshot import Phase
from pidstack.domain.state import State
from pidstack.formats.output30 import control
from pidstack.ports.harvest import Window
from pidstack.services.archives.listing import LEAST_S, Lister, Listing, Sheet, entries
from pidstack.services.archives.variants import variant_of
from pidstack.services.snapshots.workplace import Workplace
from tests.archive_world import OUTPUT, SCHEMA, ArchiveWorld, noon

YESTERDAY, TODAY = "2026-11-22", "2026-11-23"


@pytest.fixture
def world() -> ArchiveWorld:
    """Two journals of a prefix, a book of another, an ARK; deposited yesterday, the last article on the day before."""
    world = ArchiveWorld()
    world.deposit("doi:10.1002/A1", YESTERDAY)
    world.deposit("doi:10.1002/A2", YESTERDAY)
    world.deposit("doi:10.1002/B1", YESTERDAY, "Annals of <Tides>")
    world.deposit("doi:10.1002/OLD", "2026-11-21")
    world.deposit("doi:10.5072/BOOK", YESTERDAY, "All the lakes", Kind.BOOK)
    world.deposit("ark:/99999/fk4x", YESTERDAY, "", Kind.NONE)
    return world


def test_an_xml_file_for_each_title_contains_all_its_dois(world: ArchiveWorld) -> None:
    """ "CrossRef produces an XML file for each title that will contain all DOIs for that publication." """
    made = world.run(Mode.FULL)

    assert world.names(made) == {
        "J_10.1002_1.xml": ["10.1002/A1", "10.1002/A2", "10.1002/OLD"],
        "J_10.1002_2.xml": ["10.1002/B1"],
        "B_10.5072_1.xml": ["10.5072/BOOK"],
    }


def test_the_files_are_built_to_the_namespace_of_output(world: ArchiveWorld) -> None:
    """ "The files are built to the xmlns="http://www.crossref.org/output/3.0" whose schema can be found…" """
    roots = world.members(world.run(Mode.FULL)).values()

    assert {root.tag for root in roots} == {"{http://www.crossref.org/output/3.0}publication"}


def test_a_file_says_whose_title_it_is_and_holds_the_records_as_unixref(world: ArchiveWorld) -> None:
    files = world.members(world.run())
    tides, lakes = files["J_10.1002_2.xml"], files["B_10.5072_1.xml"]

    assert tides.findtext(f"{OUTPUT}publisher/{OUTPUT}publisher_name") == "Wiley & Sons"
    assert lakes.findtext(f"{OUTPUT}publisher/{OUTPUT}publisher_name") == "10.5072"
    assert (tides.findtext(f"{OUTPUT}full_title"), tides.findtext(f"{OUTPUT}issn")) == ("Annals of <Tides>", "1234-5679")
    (crossref,) = tides.iter("{http://www.crossref.org/xschema/1.1}crossref")
    assert "About doi:10.1002/B1 & <so> on" in "".join(crossref.itertext())


def test_daily_runs_contain_dois_that_are_new_or_updated_in_the_day(world: ArchiveWorld) -> None:
    """ "CrossRef runs daily and weekly processes that create files containing new or updated DOIs during these periods." """
    world.touch("doi:10.1002/A2", TODAY)  # it comes with tomorrow's

    made = world.run(Mode.DAILY)

    assert world.dois(made) == ["10.1002/A1", "10.1002/B1", "10.5072/BOOK"]
    assert (made.first, made.last, made.filedate) == (YESTERDAY, YESTERDAY, TODAY)  # type: ignore[union-attr]


def test_weekly_runs_contain_dois_of_seven_days_each_once_in_its_newest_form(world: ArchiveWorld) -> None:
    """ "…daily and weekly processes…"; and a DOI that is updated twice in a week occurs once."""
    world.deposit("doi:10.1002/W", "2026-11-15")
    world.touch("doi:10.1002/A1", "2026-11-20")
    world.touch("doi:10.1002/A1", YESTERDAY, elements={"datacite.title": "The newest form"})

    made = world.run(Mode.WEEKLY)

    assert world.names(made)["J_10.1002_1.xml"] == ["10.1002/A1", "10.1002/A2", "10.1002/OLD"]
    assert b"The newest form" in etree.tostring(world.members(made)["J_10.1002_1.xml"])
    assert (made.first, made.last) == ("2026-11-16", YESTERDAY)  # type: ignore[union-attr]


def test_a_full_run_contains_dois_regardless_of_when_they_were_updated(world: ArchiveWorld) -> None:
    """ "…a 'full' run … contains all DOIs, regardless of when they were deposited or last updated." """
    world.deposit("doi:10.1002/ANCIENT", "2019-02-03")
    world.touch("doi:10.1002/A2", TODAY)

    made = world.run(Mode.FULL)

    assert world.names(made)["J_10.1002_1.xml"] == ["10.1002/A1", "10.1002/A2", "10.1002/ANCIENT", "10.1002/OLD"]


def test_the_files_are_combined_into_a_compressed_archive(world: ArchiveWorld) -> None:
    """ "The files are then combined into a compressed archive (Zip'd Unix tar files)." """
    content = world.bytes_of(world.run())

    assert content[:2] == b"\x1f\x8b"
    assert gzip.decompress(content)[257:262] == b"ustar"


def test_the_archives_are_stored_in_7_daily_and_4_weekly_folders_and_a_full_one() -> None:
    """ "…a set of 7 daily folders, named day0 through day6, and 4 weekly folders, named week0 through week3." """
    assert FOLDERS[Mode.DAILY] == ("day0", "day1", "day2", "day3", "day4", "day5", "day6")
    assert FOLDERS[Mode.WEEKLY] == ("week0", "week1", "week2", "week3")
    assert FOLDERS[Mode.FULL] == ("full",)


@pytest.mark.parametrize(("mode", "folders"), [(Mode.DAILY, 7), (Mode.WEEKLY, 4)])
def test_after_the_last_folder_runs_reuse_the_first(world: ArchiveWorld, mode: Mode, folders: int) -> None:
    """ "After 7 days the daily runs reuse the folders … while after 4 weeks the weekly run overwrites the oldest weekly data." """
    days = [f"2026-11-{day:02}" for day in range(1, folders + 2)]

    made = [world.run(mode, last=day) for day in days]

    assert [each.folder for each in made if each] == [*FOLDERS[mode], FOLDERS[mode][0]]
    assert sorted(each.last for each in world.folders.archives()) == days[1:]


def test_missed_days_leave_no_folder_out(world: ArchiveWorld) -> None:
    made = [world.run(last=day) for day in ("2026-11-01", "2026-11-02", "2026-11-14", "2026-11-20")]

    assert [each.folder for each in made if each] == ["day0", "day1", "day2", "day3"]


def test_a_control_file_indicates_where_the_most_recent_runs_wrote(world: ArchiveWorld) -> None:
    """ "A control file is used to indicate to which folders the most recent runs wrote their data." """
    for day in ("2026-11-20", "2026-11-21", YESTERDAY):
        world.run(last=day)
    world.run(Mode.WEEKLY)
    world.run(Mode.FULL)

    root = etree.fromstring(control(world.folders.archives(), lambda each: each.file(ALL), "2026-11-23T12:00:00Z").encode())

    SCHEMA.assertValid(root)
    assert [(run.get("mode"), run.get("folder")) for run in root if run.get("latest")] == [
        ("daily", "day2"),
        ("full", "full"),
        ("weekly", "week0"),
    ]
    told = root[2]
    held = world.bytes_of(next(each for each in world.folders.archives() if each.folder == "day2"))
    assert (told.get("from"), told.get("until"), told.get("dois"), told.get("publications")) == (YESTERDAY, YESTERDAY, "4", "3")
    assert (told.get("file"), told.get("bytes")) == ("day2/archive.tar.gz", str(len(held)))


def test_filedate_defines_when_the_data_was_created_and_mode_how(world: ArchiveWorld) -> None:
    """ "…'filedate' defines the date when this data was created and the attribute 'mode' … daily, weekly or full." """
    roots = [root for mode in Mode for root in world.members(world.run(mode)).values()]

    assert {root.get("filedate") for root in roots} == {TODAY}
    assert {root.get("mode") for root in roots} == {"daily", "weekly", "full"}


def test_a_doi_has_its_internal_key_and_the_date_of_its_last_update(world: ArchiveWorld) -> None:
    """ "…'citationid' is an internal database key used for the DOI and 'datestamp' is the date … deposited or last updated." """
    before = {
        each.get("citationid")
        for root in world.members(world.run(Mode.FULL)).values()
        for each in root.iter(f"{OUTPUT}doi_element")
    }
    world.touch("doi:10.1002/OLD", TODAY)

    elements = [each for root in world.members(world.run(Mode.FULL)).values() for each in root.iter(f"{OUTPUT}doi_element")]

    assert {each.get("citationid") for each in elements} == before
    assert len(before) == 5
    assert {each.findtext(f"{OUTPUT}doi"): each.get("datestamp") for each in elements}["10.1002/OLD"] == TODAY


def test_members_are_in_unless_they_opt_out_for_a_recipient_by_default(world: ArchiveWorld) -> None:
    """ "By default all members are set as opt-in, including all titles." """
    world.subscriptions.create(Recipient("anybody", "Anybody"))

    made = world.run()

    assert [file.variant for file in made.files] == [ALL]  # type: ignore[union-attr]
    assert variant_of(world.subscriptions.recipients()[0], []).name == ALL


@pytest.mark.parametrize(
    ("opt_in", "account", "scope", "choice", "left"),
    [
        (True, "alice", "all", Choice.OUT, ["10.5072/BOOK"]),
        (True, "alice", "J:10.1002:1", Choice.OUT, ["10.1002/B1", "10.5072/BOOK"]),
        (True, "", "10.1002", Choice.OUT, ["10.5072/BOOK"]),
        (False, "alice", "J:10.1002:2", Choice.IN, ["10.1002/B1"]),
        (False, "carol", "10.1002", Choice.OUT, []),
    ],
    ids=["member", "title", "prefix", "title-in", "nothing"],
)
def test_what_a_recipient_may_not_have_is_not_in_what_it_downloads(
    world: ArchiveWorld, opt_in: bool, account: str, scope: str, choice: Choice, left: list[str]
) -> None:
    """ "CrossRef member publishers may choose to opt-out for a given recipient. … also … on a title by title basis…" """
    world.touch("doi:10.5072/BOOK", YESTERDAY, owner="bob")
    recipient = Recipient("lib", "Library", opt_in=opt_in)
    decided = OptOut("lib", account, Scope.parse(scope), choice)
    world.subscriptions.create(recipient)
    world.subscriptions.decide(decided)

    made = world.run()

    name = variant_of(recipient, [decided]).name
    file = made.file(name) if made else None
    assert world.dois(made, name) == left
    assert file is not None
    assert (file.dois, file.publications) == (len(left), len(world.names(made, name)))
    assert len(world.dois(made)) == 4


def test_recipients_about_whom_the_same_was_decided_share_a_file(world: ArchiveWorld) -> None:
    for name in ("one", "two"):
        world.subscriptions.create(Recipient(name, name))
        world.subscriptions.decide(OptOut(name, "alice", Scope("10.1002"), Choice.OUT, decided_s=len(name)))

    made = world.run()

    assert len(made.files) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("how", ["registered", "hidden", "draft"])
def test_what_is_not_to_be_had_is_in_no_archive(world: ArchiveWorld, how: str) -> None:
    kept = world.records["doi:10.1002/B1"]
    changed = {
        "registered": replace(kept, state=State.REGISTERED),
        "hidden": replace(kept, exported=False),
        "draft": replace(kept, state=State.DRAFT),
    }
    world.keep(changed[how])

    assert "J_10.1002_2.xml" not in world.names(world.run()) | world.names(world.run(Mode.FULL))


def test_a_doi_that_moved_to_another_title_is_in_the_new_titles_file_only(world: ArchiveWorld) -> None:
    world.deposit("doi:10.1002/A1", YESTERDAY, "Annals of <Tides>")

    names = world.names(world.run(Mode.FULL))

    assert names["J_10.1002_1.xml"] == ["10.1002/A2", "10.1002/OLD"]
    assert names["J_10.1002_2.xml"] == ["10.1002/A1", "10.1002/B1"]


def test_a_book_in_a_series_is_in_its_own_file_and_not_in_that_of_the_series(world: ArchiveWorld) -> None:
    world.deposit("doi:10.5072/S", YESTERDAY, "Lecture Notes", Kind.SERIES)
    world.deposit("doi:10.5072/V1", YESTERDAY, "Volume 1", Kind.BOOK, series_title="Lecture Notes")
    world.deposit("doi:10.5072/V2", YESTERDAY, "Volume 2", Kind.BOOK, series_title="Lecture Notes")

    names = world.names(world.run(Mode.FULL))

    assert {name: dois for name, dois in names.items() if "5072" in name} == {
        "B_10.5072_1.xml": ["10.5072/BOOK"],
        "B_10.5072_3.xml": ["10.5072/V1"],
        "B_10.5072_4.xml": ["10.5072/V2"],
        "S_10.5072_2.xml": ["10.5072/S"],
    }


def test_an_empty_run_still_updates_the_control_file() -> None:
    world = ArchiveWorld()

    made = world.run()

    assert world.members(made) == {}
    assert (made.folder, made.files[0].dois) == ("day0", 0)  # type: ignore[union-attr]


def test_equal_content_gives_equal_bytes_however_it_is_dealt_out(world: ArchiveWorld) -> None:
    many, late = ArchiveWorld(), iter([900.0, 900.0, 1.0] * 1000)
    for each in world.records.values():
        many.keep(each)
    many.publications = world.publications
    for number in range(20):
        for one in (world, many):
            one.deposit(f"doi:10.1002/N{number:02}", YESTERDAY)
    many.most_units, many.time_left = 1, lambda: next(late)

    ours, theirs = world.run(Mode.FULL), many.run(Mode.FULL)

    assert len(world.names(ours)["J_10.1002_1.xml"]) == 23
    assert world.bytes_of(ours) == many.bytes_of(theirs)
    assert ours.files[0].sha256 == theirs.files[0].sha256 != ""  # type: ignore[union-attr]


def test_the_manifest_of_a_file_says_what_is_in_it_and_how_to_tell_that_it_is_whole(world: ArchiveWorld) -> None:
    late = iter([900.0, 900.0, 1.0] * 1000)
    world.time_left = lambda: next(late)  # so that a title is written by several workers
    world.deposit("doi:10.1002/A3", YESTERDAY)
    made = world.run(Mode.FULL)
    assert made is not None
    (file,) = made.files
    content = world.bytes_of(made)

    said = json.loads(world.files.files[file.manifest])

    assert (said["bytes"], said["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert said["sets"] == {
        "B": {"publications": 1, "findable": 1},
        "B:10.5072": {"publications": 1, "findable": 1},
        "J": {"publications": 2, "findable": 5},
        "J:10.1002": {"publications": 2, "findable": 5},
    }
    assert (said["publications"], said["dois"]) == (3, 6)
    assert said["window"] == {"from": None, "until": "2026-11-23", "read_from": "2026-11-23T12:00:00Z"}
    assert said["software"] == {"name": "pidstack", "version": pidstack.__version__}
    at = 10
    for group in said["groups"]:
        assert hashlib.sha256(content[at : at + group["bytes"]]).hexdigest() == group["sha256"]
        at += group["bytes"]
    assert len(said["groups"]) > 3
    assert len(zlib.decompress(content[at:-8], -zlib.MAX_WBITS)) == 1024, "behind them is the end of the archive"


def test_an_archive_without_its_manifest_is_not_switched_to(world: ArchiveWorld) -> None:
    for each in world.prepare(Mode.FULL, "", "run")["files"]:
        world.maker.assemble("run", each["variant"])
    world.files.remove(["archives/full/run/all.manifest.json"])

    with pytest.raises(FileNotFoundError):
        world.maker.publish("run")

    assert world.folders.archives() == []


def test_a_worker_whose_time_is_over_is_followed_by_one_that_goes_on(world: ArchiveWorld) -> None:
    for number in range(20):
        world.deposit(f"doi:10.1002/N{number:02}", YESTERDAY)
    world.time_left = lambda: 1.0
    world.maker.plan("slow", Mode.DAILY, "")

    workers = world.write("slow", 0)

    assert workers > 5
    assert world.runs.done("slow", Phase.WRITING).records == 23


def test_a_list_that_is_read_when_the_time_is_nearly_over_is_merged_by_the_next_worker(world: ArchiveWorld) -> None:
    world.most_units = 1
    run = world.maker.runs.get(world.maker.plan("run", Mode.FULL, "")["run"])
    assert run is not None
    branches: list[tuple[str, str]] = [("J", "10.1002"), ("B", "10.5072")]
    window, place = Window(0, run.span.until_s), Workplace(world.files, "run")

    def listed(attempt: str, listing: Listing, left: list[float]) -> Listing | Sheet:
        return Lister(place, world.maker.sources.harvest, window, attempt, lambda: left.pop(0)).list(0, branches, listing)

    late = listed("first", Listing(), [900.0, LEAST_S - 1])

    assert isinstance(late, Listing)
    assert (late.at, len(late.runs)) == (2, 1)
    sheet = listed("second", Listing.from_json(late.as_json()), [])
    assert isinstance(sheet, Sheet)
    assert [each.name for each in entries(world.files, sheet, 0)] == [
        "doi:10.1002/A1",
        "doi:10.1002/A2",
        "doi:10.1002/OLD",
        "doi:10.1002/B1",
        "doi:10.5072/BOOK",
    ]


@pytest.mark.parametrize(
    ("mode", "left"),
    [(Mode.FULL, ["10.1002/A1", "10.1002/A2", "10.1002/OLD"]), (Mode.DAILY, ["10.1002/A1"])],
    ids=["full", "daily"],
)
def test_what_is_changed_while_a_run_reads_is_in_a_full_one_and_else_left_to_its_own_day(
    world: ArchiveWorld, mode: Mode, left: list[str]
) -> None:
    world.maker.plan("run", mode, "")
    listed = world.maker.write("run", 0, "", "first", lambda: 70.0)
    world.touch("doi:10.1002/A2", TODAY)
    world.touch("doi:10.1002/B1", TODAY, state=State.REGISTERED)

    for unit, state in ((0, listed["state"]), (1, "")):
        assert world.maker.write("run", unit, state, "second", lambda: 900.0)["done"]
    world.maker.assemble("run", ALL)
    world.maker.publish("run")

    assert listed["done"] is False
    assert world.names(world.folders.archives()[0]) == {"J_10.1002_1.xml": left, "B_10.5072_1.xml": ["10.5072/BOOK"]}


def test_a_description_that_cannot_be_read_spoils_no_file(world: ArchiveWorld) -> None:
    world.deposit("doi:10.1002/A2", YESTERDAY, elements={"crossref": "<journal><broken", "datacite.title": "Broken"})

    assert world.names(world.run())["J_10.1002_1.xml"] == ["10.1002/A1", "10.1002/A2"]


def test_a_worker_that_lives_on_spoils_nothing(world: ArchiveWorld) -> None:
    planned = world.prepare(Mode.DAILY, "", "run")
    world.write("run", 0)  # once more
    for each in planned["files"]:
        world.maker.assemble("run", each["variant"])
        world.maker.assemble("run", each["variant"])
    world.maker.publish("run")
    world.maker.publish("run")

    assert len(world.folders.archives()) == 1
    assert world.names(world.folders.archives()[0])["J_10.1002_1.xml"] == ["10.1002/A1", "10.1002/A2"]


def test_a_run_that_misses_a_unit_touches_no_folder(world: ArchiveWorld) -> None:
    before = world.run()
    world.maker.plan("broken", Mode.DAILY, YESTERDAY)

    with pytest.raises(FileNotFoundError):
        world.maker.assemble("broken", ALL)
    with pytest.raises(FileNotFoundError):
        world.maker.publish("broken")
    world.maker.fail("broken", "gone")

    assert world.folders.archives() == [before]
    assert world.runs.runs["broken"].phase is Phase.FAILED


def test_a_run_made_again_takes_the_folder_of_the_one_before(world: ArchiveWorld) -> None:
    first = world.run(last="2026-11-21")
    world.run(last=YESTERDAY)

    again = world.run(last="2026-11-21")

    assert (first.folder, again.folder) == ("day0", "day0")  # type: ignore[union-attr]
    assert world.run(last=TODAY).folder == "day2"  # type: ignore[union-attr]


def test_readers_of_the_old_file_have_it_for_a_while(world: ArchiveWorld) -> None:
    old = world.run(Mode.FULL)
    world.run(Mode.FULL)
    kept = world.bytes_of(old)

    world.today = "2026-11-24"
    world.run()

    assert kept
    assert old.files[0].key not in world.files.files  # type: ignore[union-attr]
    assert world.folders.replaced() == []


def test_of_two_runs_at_once_each_gets_a_folder_of_its_own(world: ArchiveWorld) -> None:
    for name, last in (("one", "2026-11-21"), ("two", YESTERDAY)):
        for each in world.prepare(Mode.DAILY, last, name)["files"]:
            world.maker.assemble(name, each["variant"])
    other = iter([lambda: world.maker.publish("two")])

    def meanwhile() -> None:
        next(other, lambda: None)()

    world.folders.before_switch = meanwhile
    world.maker.publish("one")

    assert {each.folder: each.run for each in world.folders.archives()} == {"day0": "two", "day1": "one"}
    assert latest(world.folders.archives())[Mode.DAILY].run == "one"


def test_a_run_never_replaces_one_about_the_same_days_that_began_later(world: ArchiveWorld) -> None:
    for each in world.prepare(Mode.DAILY, YESTERDAY, "early")["files"]:
        world.maker.assemble("early", each["variant"])
    world.today = "2026-11-24"
    late = world.run(last=YESTERDAY)

    done = world.maker.publish("early")

    assert done["published"] is False
    assert world.folders.archives() == [late]


@pytest.mark.parametrize("last", ["2026-11-24", "2026-02-30", "yesterday", "20261101"])
def test_a_day_that_has_not_come_or_never_will_is_refused(world: ArchiveWorld, last: str) -> None:
    with pytest.raises(Invalid):
        world.maker.plan("run", Mode.DAILY, last)


def test_today_is_taken_as_far_as_it_is(world: ArchiveWorld) -> None:
    world.touch("doi:10.1002/A1", TODAY)
    world.records["doi:10.1002/A1"] = replace(world.records["doi:10.1002/A1"], updated_s=noon(TODAY) - 100)
    world.touch("doi:10.1002/A2", TODAY)  # within the last seconds

    assert world.names(world.run(last=TODAY)) == {"J_10.1002_1.xml": ["10.1002/A1"]}
