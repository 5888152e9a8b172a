"""Snapshots of the deployed stack: a registry of published examples under varied names, made by its state machine; and archives.

`PIDSTACK_SNAPSHOT_RECORDS=20000` makes it large. The stack is this module's own. Where pigz is not installed, gzip stands in.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import tarfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from lxml import etree, html

from pidstack.domain.instant import instant
from pidstack.domain.record import Record
from pidstack.domain.snapshot import Content, Phase, Snapshot
from pidstack.domain.state import State
from pidstack.local.stack import LocalStack
from pidstack.store.archives import DynamoArchiveRuns
from pidstack.store.snapshots import DynamoPublished
from tests.archive_world import OUTPUT, members
from tests.event_contract import SNAPSHOT_CONTRACT, breaches
from tests.oai_answers import Answer, read
from tests.snapshot_place import (
    MONTH,
    WITHIN_S,
    SnapshotPlace,
    Writer,
    a_snapshot_place,
    caught_listing,
    caught_writing,
    in_this_month,
    until,
    workers,
)
from tests.unit.formats.published_schemas import XSD, check

MEMBER = 100  # records, as the local stack has it
GZIP_HEAD = 10  # bytes
FUNCTION, ARCHIVES = "SnapshotsFunction", "ArchivesFunction"
FULL = "/archives/full"
ARCHIVE = f"{FULL}/archive.tar.gz"


@dataclass(frozen=True, slots=True)
class Made:
    """A published snapshot of the month, downloaded."""

    folder: Path
    said: list[dict[str, Any]]
    progress: str
    snapshot: Snapshot

    def content(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads(self.content("manifest.json")))


@pytest.fixture(scope="module")
def place(empty_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> SnapshotPlace:
    return a_snapshot_place(empty_stack, tmp_path_factory.mktemp("snapshots") / "stack.json")


@pytest.fixture(scope="module")
def made(place: SnapshotPlace, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("downloads")
    progress = place.operate("snapshot", "create", "--period", str(MONTH)).stderr
    said = json.loads(place.operate("snapshot", "show", str(MONTH), "--json").stdout)
    for name in (*Content, "manifest.json"):
        (folder / name).write_bytes(place.fetch(f"/{MONTH.path}/{name}"))
    return Made(folder, said["files"], progress, place.latest())


# ------------------------------------------------------------------------------------------------------------------ the files
@pytest.mark.parametrize("content", [Content.JSON, Content.XML])
def test_strangers_unpack_the_archives_and_find_numbered_full_members(made: Made, content: Content, tmp_path: Path) -> None:
    path, suffix = made.folder / content, content.split(".")[1]
    pigz = shutil.which("pigz") or shutil.which("gzip")
    assert pigz

    listed = _run("tar", "-tzf", path).split()
    _run("tar", "-x", "-I", pigz, "-f", path, "-C", tmp_path)
    with tarfile.open(path, mode="r|gz") as archive:
        streamed = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]

    assert listed == list(streamed) == [f"{number}.{suffix}" for number in range(len(listed))]
    assert {name: (tmp_path / name).read_bytes() for name in listed} == streamed
    records = [len(_ids(streamed[name])) for name in listed]
    assert set(records[:-1]) <= {MEMBER}
    assert 0 < records[-1] <= MEMBER
    _run(shutil.which("gzip") or "", "-t", path)


def test_the_json_file_is_the_registry(place: SnapshotPlace, made: Made) -> None:
    members = _members(made.content(Content.JSON))
    found = [name for text in members.values() for name in _ids(text)]

    assert sorted(found) == sorted(_shown(name) for name in place.due(State.FINDABLE)), "every public record, and none twice"
    if jq := shutil.which("jq"):  # by which members are read as well, where it is installed
        by_jq = [_run(jq, "--raw-output", ".items[].id", given=text).split() for text in members.values()]
        assert [name for names in by_jq for name in names] == found
    items = {item["id"]: item for text in members.values() for item in json.loads(text)["items"]}
    listed = sorted(name for name in place.due(State.FINDABLE) if place.records[name].is_listed)
    for name in map(_shown, listed[:: len(listed) // 40]):
        assert _compared(items[name]) == _compared(_by_rest(place, name))


def test_the_xml_file_is_all_dois_in_answers_of_oai_pmh(place: SnapshotPlace, made: Made) -> None:
    answers = [_answer(text) for text in _members(made.content(Content.XML)).values()]
    names = [name.removeprefix("info:doi/").lower() for answer in answers for name in answer.names]

    assert sorted(names) == sorted(_shown(name) for name in place.due(State.FINDABLE) if name.startswith("doi:"))
    for answer in answers:
        assert answer.date == max(header.datestamp for header in answer.headers)
        assert not any(header.deleted for header in answer.headers)
        for header, metadata in zip(answer.headers, answer.metadata, strict=True):
            assert metadata.findtext(".//{*}crossref_metadata/{*}doi") == header.identifier.removeprefix("info:doi/")
            if XSD.is_dir():
                check("cr_unixsd", etree.tostring(metadata))


def test_the_data_file_has_every_doi_by_month_and_tables_of_all_states(place: SnapshotPlace, made: Made) -> None:
    members = _members(made.content(Content.DATAFILE))
    listed = _run("tar", "-tf", made.folder / Content.DATAFILE).split()
    lines = {name: gzip.decompress(text).splitlines() for name, text in members.items() if name.endswith(".jsonl.gz")}
    tables = {name: gzip.decompress(text).decode() for name, text in members.items() if name.endswith(".csv.gz")}

    assert listed == list(members) == sorted(members)
    assert len(lines) + len(tables) == len(members)
    resources = [json.loads(line) for part in lines.values() for line in part]
    dois = {name for name in place.due(State.FINDABLE) if name.startswith("doi:")}
    assert sorted(each["id"] for each in resources) == sorted(map(_shown, dois))
    items = {item["id"]: item for text in _members(made.content(Content.JSON)).values() for item in json.loads(text)["items"]}
    assert all(items[each["id"]] == each for each in resources), "the same as in the JSON file"
    rows = [(name, row) for name, table in tables.items() for row in csv.DictReader(io.StringIO(table, newline=""))]
    states = {_shown(str(each.identifier)): each.state.value for each in place.records.values()}
    told = {name for name in place.due(State.FINDABLE, State.REGISTERED) if name.startswith("doi:")}
    assert sorted(row["doi"] for _, row in rows) == sorted(map(_shown, told))
    assert {row["doi"]: row["state"] for _, row in rows} == {_shown(name): states[_shown(name)] for name in told}
    assert all(f"/updated_{row['updated'][:7]}/{row['updated'][:7]}.csv.gz" in name for name, row in rows)
    assert all(f"updated_{json.loads(line)['attributes']['updated'][:7]}/" in name for name, part in lines.items() for line in part)


def test_the_manifest_says_of_the_files_what_they_are(place: SnapshotPlace, made: Made) -> None:
    manifest, snapshot = made.manifest, made.snapshot
    harvested = [record for record in place.records.values() if record.is_harvested]
    told = [place.records[name] for name in place.due(State.FINDABLE, State.REGISTERED)]

    assert (manifest["run"], manifest["period"]) == (snapshot.run, str(MONTH))
    assert (manifest["window"]["until"], manifest["software"]["name"]) == (instant(MONTH.last_s), "pidstack")
    assert set(manifest["counts"].values()) == {len(harvested)}, "found, counted before and counted after"
    sets = Counter((spec, str(record.state)) for record in told for spec in _sets(record))
    assert {(spec, state): count for spec, states in manifest["sets"].items() for state, count in states.items() if count} == sets
    for file, said in zip(manifest["files"], made.said, strict=True):
        content = made.content(file["name"])
        assert (file["bytes"], file["sha256"]) == (len(content), _sha256(content)) == (said["size"], said["sha256"])
        assert (
            sum(group["records"] for group in file["groups"] if group["product"] != "table") == file["records"] == said["records"]
        )
        assert _found_groups(content, file["groups"]) == len(file["groups"]), "groups lie one behind the other, each as it is said"


# ------------------------------------------------------------------------------------------------------------ who gets them, how
def test_downloads_are_for_subscribers_resume_and_answer_head(place: SnapshotPlace, made: Made) -> None:
    path, whole = f"/{MONTH.path}/{Content.JSON}", made.content(Content.JSON)
    get, head = place.ask(path), place.ask(path, method="HEAD")

    first = requests.get(get.headers["Location"], headers={"Range": "bytes=0-999"}, timeout=WITHIN_S)
    rest = requests.get(get.headers["Location"], headers={"Range": "bytes=1000-"}, timeout=WITHIN_S)
    looked = requests.head(head.headers["Location"], timeout=WITHIN_S)

    assert (get.status_code, head.status_code, head.content) == (302, 302, b"")
    assert (first.status_code, rest.status_code, first.content + rest.content) == (206, 206, whole)
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert (looked.status_code, looked.headers["Content-Length"]) == (200, str(len(whole)))
    assert looked.headers["Content-Type"] == "application/gzip"
    assert place.ask(f"/monthly/latest/{Content.JSON}", method="HEAD").status_code == 302
    account = place.press.accounts[0]
    member = {"Authorization": account.credentials}
    refused = [
        place.ask(path, "").status_code,
        place.ask(path, "", "HEAD").status_code,
        place.ask(path, "nobody.knows").status_code,
        place.ask("/monthly/1999/01/all.json.tar.gz", "").status_code,
        place.ask(path, place.choosy).status_code,
        place.ask(path, "", **member).status_code,
        place.ask("/monthly/1999/01/all.json.tar.gz").status_code,
        place.ask(f"/{MONTH.path}/all.csv").status_code,
        place.ask("/monthly/2026/13").status_code,
        place.ask(path, method="POST").status_code,
    ]
    assert refused == [401, 401, 401, 401, 403, 403, 404, 404, 404, 405]


def test_lists_are_for_programs_and_for_people(place: SnapshotPlace, made: Made) -> None:
    listed = place.ask(f"/{MONTH.path}", "")
    page = html.fromstring(place.ask("/monthly", "", Accept="text/html").content)

    (told,) = listed.json()["snapshots"]
    files = {file["name"]: file for file in told["files"]}
    assert (told["kind"], told["period"], set(files)) == ("monthly", str(MONTH), set(Content))
    rows = {row.findtext(".//a"): row for row in page.iter("tr") if row.find(".//a") is not None}
    assert set(rows) == set(Content)
    for name, file in files.items():
        assert (file["bytes"], file["sha256"]) == (len(made.content(name)), _sha256(made.content(name)))
        assert requests.head(file["url"], allow_redirects=False, timeout=WITHIN_S).status_code == 401
        assert rows[name].find(".//a").get("href") == file["url"]
        words = rows[name].text_content()
        assert [word for word in (f"{file['records']:,}", file["sha256"]) if word not in words] == []
    assert {str(MONTH), told["published"][:10]} <= set(page.text_content().replace(",", " ").split())
    assert place.ask("", "").json()["snapshots"][0]["period"] == str(MONTH)


def test_the_bus_hears_of_a_snapshot_and_the_operator_saw_how_far_it_was(place: SnapshotPlace, made: Made) -> None:
    event = place.heard(made.snapshot.run)

    detail = event["detail"]
    assert breaches(detail, SNAPSHOT_CONTRACT) == []
    assert (event["source"], event["detail-type"], detail["period"]) == ("pidstack", "SnapshotPublished", str(MONTH))
    assert {file["name"]: file["sha256"] for file in detail["files"]} == {file.name: file.sha256 for file in made.snapshot.files}
    # Which steps are seen in between depends on how fast the machine is; tests/unit/cli/test_runs.py has them in order.
    last = made.progress.splitlines()[-1]
    assert last.startswith("Published: ")
    assert last in place.operate("snapshot", "show", made.snapshot.run).stdout


# ------------------------------------------------------------------------------------------------------- what may go wrong, and not
def test_a_killed_worker_costs_time_and_the_bytes_are_the_same(place: SnapshotPlace, made: Made) -> None:
    """It is killed in the midst of its task; the latest snapshot is the one before until all is there."""
    with caught_writing(place, 1) as caught:
        before = place.latest()
        for process in caught.processes:
            os.kill(process, signal.SIGKILL)

    status = caught.making.end()

    assert (status, caught.making.run.phase) == ("SUCCEEDED", Phase.PUBLISHED)
    assert caught.processes
    assert not set(caught.processes) & set(workers(place.stack, FUNCTION))
    assert before.run != place.latest().run == caught.making.name
    assert _digests(place.latest()) == _digests(before) == _digests(made.snapshot), "equal content gives equal bytes"


@pytest.mark.parametrize(("fault", "told"), [("lost", "FileNotFoundError"), ("altered", "Mismatch")])
def test_what_is_lost_or_altered_on_the_way_is_not_published(place: SnapshotPlace, made: Made, fault: str, told: str) -> None:
    """A piece is damaged while others are written; the run fails, and readers see what they saw."""
    store, first_file = place.aws("s3"), made.snapshot.files[0].records
    with caught_writing(place, first_file + 1) as caught:
        run, before = caught.making, place.latest()
        (piece,) = place.keys(f"unfinished/snapshots/{run.name}/piece-000000-000000-000000")
        if fault == "lost":
            store.delete_object(Bucket=place.bucket, Key=piece)
        else:
            store.put_object(Bucket=place.bucket, Key=piece, Body=bytes(place.size(piece)))

    status = run.end()

    assert (status, run.run.phase, run.run.problem.partition(":")[0]) == ("FAILED", Phase.FAILED, told)
    assert place.latest() == before
    assert place.fetch(f"/monthly/latest/{Content.JSON}") == made.content(Content.JSON)
    assert place.keys(f"snapshots/{MONTH.path}/{run.name}/{Content.JSON}") == []


def test_a_registry_that_lost_a_record_gets_no_new_snapshot_and_the_operator_is_told(place: SnapshotPlace, made: Made) -> None:
    """The record goes past the services, so the counters still have it."""
    before, table = place.latest(), place.aws("dynamodb")
    key = {"pk": {"S": min(place.due(State.FINDABLE))}, "sk": {"S": "record"}}
    item = table.get_item(TableName=place.stack.table, Key=key)["Item"]

    table.delete_item(TableName=place.stack.table, Key=key)
    told = place.operate("snapshot", "create", "--period", str(MONTH), "--json", status=1)
    table.put_item(TableName=place.stack.table, Item=item)

    run = json.loads(told.stdout)
    assert (run["phase"], run["problem"].partition(":")[0]) == ("failed", "Incomplete")
    assert place.latest() == before


def test_two_at_once_while_others_write_and_the_latest_is_always_whole(place: SnapshotPlace) -> None:
    """Records are made, changed, withdrawn and deleted all the while. Whoever looks, at any time, finds a complete snapshot."""
    month, seen, writer = in_this_month(), dict[str, Snapshot](), Writer(place)
    public = {str(each.identifier) for each in place.records.values() if each.is_harvested and each.is_shown}

    def look() -> None:
        latest = place.latest()
        if latest.run not in seen:
            assert [place.size(file.key) for file in latest.files] == [file.size for file in latest.files]
            assert json.loads(place.content(latest.manifest))["run"] == latest.run
            seen[latest.run] = latest

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(writer.write_until_told)
        until(lambda: writer.rounds > 0 or writing.done())
        runs = [place.start(month), place.start(month)]
        ends = [run.end(look) for run in runs]
        writer.is_told.set()
        writing.result()
    look()

    found = place.latest()
    names = [name for text in _members(place.fetch(f"/monthly/latest/{Content.JSON}")).values() for name in _ids(text)]
    assert ends == ["SUCCEEDED", "SUCCEEDED"], [run.run.problem for run in runs]
    assert (found.period, found.started_s) == (month, max(run.run.started_s for run in runs))
    assert [*seen.values()] == sorted(seen.values(), key=lambda each: (each.period, each.started_s)), "no step back"
    assert len(set(names)) == len(names), "nothing twice"
    assert {_shown(name) for name in public - writer.withdrawn} <= set(names), "all that was there throughout"
    assert {name for name, (_, till_s) in writer.made.items() if till_s <= found.until_s} <= set(names), "complete up to its end"
    new = set(names) - {_shown(name) for name in public}
    assert new <= {name for name, (from_s, _) in writer.made.items() if int(from_s) <= found.until_s}, "and no further"
    assert len(writer.withdrawn) > 1
    other = next(run.name for run in runs if run.name != found.run)
    assert other in {each.run for each, _ in DynamoPublished().retired()}, "its files go, after those who are fetching them"


# ------------------------------------------------------------------------------------------------ archives of the same registry
@pytest.fixture(scope="module")
def archive(place: SnapshotPlace) -> dict[str, bytes]:
    """The full archive, as each of two recipients gets it."""
    run = place.start_archive("full")
    assert run.end() == "SUCCEEDED", DynamoArchiveRuns(int).get(run.name)
    return {token: place.fetch(ARCHIVE, token) for token in (place.press.token, place.choosy)}


def test_archives_have_all_titles_and_what_a_recipient_may_have(place: SnapshotPlace, archive: dict[str, bytes]) -> None:
    public = [each for each in place.records.values() if each.is_harvested and each.is_shown and each.identifier.doi]
    withheld = place.press.accounts[1].account
    due = {place.press.token: public, place.choosy: [each for each in public if each.owner != withheld]}

    for token, content in archive.items():
        titles = members(content)
        dois = [str(doi.text).upper() for title in titles.values() for doi in title.iter(f"{OUTPUT}doi")]
        said = json.loads(place.fetch(f"{FULL}/manifest.json", token))
        assert sorted(dois) == sorted((each.identifier.doi or "").upper() for each in due[token]), "each once"
        assert (said["bytes"], said["sha256"]) == (len(content), _sha256(content))
        assert (said["publications"], said["dois"]) == (len(titles), len(dois))
        assert _found_groups(content, said["groups"]) == len(said["groups"])
        assert sum(counts["findable"] for name, counts in said["sets"].items() if ":" not in name) == len(dois)


def test_a_killed_worker_of_an_archive_costs_time_and_the_control_file_names_whole_runs(
    place: SnapshotPlace, archive: dict[str, bytes]
) -> None:
    first = archive[place.press.token]
    with caught_listing(place) as caught:
        run, held_by = caught.making, json.loads(place.fetch(f"{FULL}/manifest.json"))["run"]
        before = place.fetch(ARCHIVE), place.ask("/archives/control.xml").text
        for worker in caught.processes:
            os.kill(worker, signal.SIGKILL)

    status = run.end()

    after = place.fetch(ARCHIVE), place.ask("/archives/control.xml").text
    assert (status, held_by == run.name) == ("SUCCEEDED", False)
    assert caught.processes
    assert not set(caught.processes) & set(workers(place.stack, ARCHIVES))
    assert json.loads(place.fetch(f"{FULL}/manifest.json"))["run"] == run.name
    for content, control in (before, after):
        assert f'bytes="{len(content)}" sha256="{_sha256(content)}"' in control
        assert _filedate(content) != _filedate(first) or content == first, "equal content gives equal bytes"


def test_what_is_lost_or_altered_on_the_way_to_an_archive_is_in_no_folder(place: SnapshotPlace, archive: dict[str, bytes]) -> None:
    control, name, store = place.ask("/archives/control.xml").text, f"full-{secrets.token_hex(8)}", place.aws("s3")
    planned = place.step(ARCHIVES, "plan", run=name, mode="full", date="")
    for unit in range(planned["count"]):
        assert place.step(ARCHIVES, "write", run=name, unit=unit, state="")["done"]
    pieces = [key for key in place.keys(f"unfinished/snapshots/{name}/piece-") if "-all-" in key]

    store.put_object(Bucket=place.bucket, Key=pieces[0], Body=bytes(place.size(pieces[0])))
    altered = place.step(ARCHIVES, "assemble", run=name, variant="all")
    store.delete_object(Bucket=place.bucket, Key=pieces[0])
    lost = place.step(ARCHIVES, "assemble", run=name, variant="all")
    unmade = place.step(ARCHIVES, "publish", run=name)

    assert [answer["errorType"] for answer in (altered, lost, unmade)] == ["Mismatch", "FileNotFoundError", "FileNotFoundError"]
    assert place.keys(f"archives/full/{name}/") == []
    assert place.ask("/archives/control.xml").text == control


# --------------------------------------------------------------------------------------------------------------------- reading
def _filedate(archive: bytes) -> str:
    return str(next(iter(members(archive).values())).get("filedate"))


def _run(*line: object, given: bytes | None = None) -> str:
    words = [str(word) for word in line]
    return subprocess.run(words, input=given, capture_output=True, check=True, timeout=WITHIN_S).stdout.decode()  # noqa: S603


def _members(content: bytes) -> dict[str, bytes]:
    """The members by name, in their order; none has the name of another."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|*") as archive:
        found = [(member.name, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr]
    assert len(dict(found)) == len(found)
    return dict(found)


def _ids(text: bytes) -> list[str]:
    """The names in a member of JSON or of XML."""
    if text.startswith(b"{"):
        return [str(item["id"]) for item in json.loads(text)["items"]]
    return _answer(text).names


def _answer(text: bytes) -> Answer:
    """Read a member as an answer of OAI-PMH, which has to be valid."""
    return read(_Member(text.decode()))


@dataclass(frozen=True, slots=True)
class _Member:
    """A member, in the clothes of an HTTP answer."""

    text: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "text/xml; charset=utf-8"})


def _shown(name: str) -> str:
    """A name as JSON has it: DOIs in small letters, without their scheme."""
    return name.removeprefix("doi:").lower() if name.startswith("doi:") else name


def _by_rest(place: SnapshotPlace, doi: str) -> dict[str, Any]:
    url = f"{place.stack.base_url}dois/{quote(doi)}?affiliation=true&publisher=true"
    return dict(requests.get(url, timeout=WITHIN_S).json()["data"])


def _compared(resource: dict[str, Any]) -> dict[str, Any]:
    """What a file has of a resource: all but the document, and of whom it is."""
    attributes = {name: value for name, value in resource["attributes"].items() if name != "xml"}
    return {**resource, "attributes": attributes, "relationships": {"client": resource["relationships"]["client"]}}


def _sets(record: Record) -> list[str]:
    """The sets of a kind and of a kind's prefix that a record is in."""
    assert record.placement is not None
    return [spec for spec in record.placement.set_specs() if spec.count(":") < 2] or [record.placement.branch]


def _found_groups(content: bytes, groups: Sequence[dict[str, Any]]) -> int:
    """Tell how many groups lie one behind the other in a file; frames of tar and of gzip may stand between them."""
    at, found = 0, 0
    for group in groups:
        behind = -(-at // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
        starts = (at, at + GZIP_HEAD, behind, behind + tarfile.BLOCKSIZE)
        start = next((each for each in starts if _sha256(content[each : each + group["bytes"]]) == group["sha256"]), None)
        found += start is not None
        at = (start if start is not None else at) + group["bytes"]
    return found


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digests(snapshot: Snapshot) -> dict[str, str]:
    return {file.name: file.sha256 for file in snapshot.files}
