"""Batch downloads of an account with 5,000 identifiers of every kind: ordered over HTTP, made by the deployed state machine.

The stack is this module's own.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from lxml import etree

from pidstack.domain.export import Form, Order
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.local.stack import LocalStack
from pidstack.protocols.ezid.anvl import parse
from tests import every_kind
from tests.event_contract import EXPORT_CONTRACT, breaches
from tests.export_files import checked_by, facts, mapped_title, nodes, saved, unpacked
from tests.export_place import (
    COUNT,
    OTHERS,
    Place,
    a_place,
    as_ruby_does,
    as_the_script_does,
    fetched,
    frozen_midway,
    mails,
    name_of,
    registered,
    until,
    writers,
)
from tests.unit.protocols import recorded_exports

COLUMNS = (
    "_id",
    "_owner",
    "_status",
    "_target",
    "_created",
    "_mappedTitle",
    "_mappedCreator",
    "_mappedDate",
    "dc.title",
    "house.shelf: no. %",
    "note",
    "datacite",
    "nothing",
)


@pytest.fixture(scope="module")
def place(empty_stack: LocalStack) -> Place:
    return a_place(empty_stack)


# ---------------------------------------------------------------------------------------------------------------- whole files
def test_an_anvl_file_is_the_registry_and_asking_twice_gives_one(place: Place, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        ordered = list(pool.map(lambda _: place.order("keeper", ("format", "anvl")), range(3)))
    path = ordered[0]
    packed = place.file(path)

    checked_by("gzip", "-t", saved(tmp_path, path, packed))
    blocks = gzip.decompress(packed).decode().split("\n\n")
    found = {block.partition("\n")[0].removeprefix(":: "): block.partition("\n")[2] for block in blocks}
    assert list(found) == place.named(lambda _: True), "every name once, in order, and nobody else's"
    assert len(blocks) == COUNT == registered(place, "keeper") == place.told(path)["records"]
    for record in place.records:
        shown, expected = parse(found[str(record.identifier)]), facts(record, place.stack.base_url)
        assert {name: shown.get(name) for name in expected} == expected
    for record in place.records[::271]:
        viewed = place.client("keeper").view(str(record.identifier)).text.partition("\n")[2]
        assert found[str(record.identifier)].rstrip("\n") == viewed.rstrip("\n")
    assert len(set(ordered)) == len(place.heard[name_of(path)]) == 1
    machine = place.stack.outputs["ExportMachineArn"]
    runs = place.aws("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert [run["name"] for run in runs].count(name_of(path)) == 1


def test_a_csv_file_is_the_registry(place: Place, tmp_path: Path) -> None:
    path = place.order("keeper", ("format", "csv"), ("compression", "zip"), *(("column", name) for name in COLUMNS))
    packed = place.file(path)

    checked_by("unzip", "-tq", saved(tmp_path, path, packed))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [f"{name_of(path)}.csv"]
        text = archive.read(archive.namelist()[0]).decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == list(COLUMNS)
    assert [row[0] for row in rows] == place.named(lambda _: True)
    assert text.count("\r\n") == COUNT + 1, "a line a record, whatever is in it"
    for record, row in zip(place.records, rows, strict=True):
        shown, expected = dict(zip(COLUMNS, row, strict=True)), facts(record, place.stack.base_url)
        for name in {"_owner", "_status", "_target", "_created", "dc.title", "house.shelf: no. %", "note", "datacite"}:
            assert shown[name] == re.sub(r"\s", " ", expected.get(name, "")), (record.identifier, name)
        assert shown["nothing"] == ""
        assert shown["_mappedTitle"] == mapped_title(record)


def test_an_xml_file_is_the_registry(place: Place, tmp_path: Path) -> None:
    path = place.order("keeper", ("format", "xml"), ("convertTimestamps", "yes"))
    packed = place.file(path)

    checked_by("gzip", "-t", saved(tmp_path, path, packed))
    root = etree.fromstring(gzip.decompress(packed))
    assert (root.tag, [each.get("identifier") for each in root]) == ("records", place.named(lambda _: True))
    for record, shown in zip(place.records, root, strict=True):
        elements = {each.get("name"): each for each in shown}
        expected = facts(record, place.stack.base_url)
        for name in ("_created", "_updated"):
            expected[name] = datetime.fromtimestamp(int(expected[name]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        document = expected.pop("datacite", None)
        assert {name: elements[name].text or "" for name in expected} == expected
        if document:
            assert nodes(elements["datacite"][0]) == nodes(etree.fromstring(document.encode()))
        assert ("crossref" in elements) is ("crossref" in record.elements)
        assert all(len(each) == 1 for name, each in elements.items() if name in {"datacite", "crossref"})


# -------------------------------------------------------------------------------------------------------------------- filters
_EARLY_S, _LATE_S = every_kind.FIRST_S + 60 * 1000, every_kind.FIRST_S + 60 * 4000


def _moment(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Test = Callable[[Record], bool]
# Orders, each with its parameters and what these leave in.
FILTERS: Mapping[str, Mapping[str, Test]] = {
    "reserved tests among ARKs, not exported": {
        "type=ark": lambda record: record.identifier.scheme == "ark",
        "exported=no": lambda record: not record.exported,
        "status=reserved": lambda record: record.state is State.DRAFT,
        "permanence=test": lambda record: record.expires_s > 0,
    },
    "DOIs and UUIDs that last, not Crossref's, changed on some days": {
        "type=doi&type=uuid": lambda record: record.identifier.scheme in {"doi", "uuid"},
        "permanence=real": lambda record: not record.expires_s,
        "crossref=no": lambda record: record.agency is not Agency.CROSSREF,
        f"updatedAfter={_moment(_EARLY_S)}": lambda record: record.updated_s >= _EARLY_S,
        f"updatedBefore={_LATE_S}": lambda record: record.updated_s < _LATE_S,
        "compression=zip": lambda _record: True,
    },
    "DataCite's of two profiles, exported, not reserved": {
        "datacite=yes": lambda record: record.agency is Agency.DATACITE,
        "profile=house&profile=dc": lambda record: record.profile in {"house", "dc"},
        "exported=yes": lambda record: record.exported,
        "status=public&status=unavailable": lambda record: record.state is not State.DRAFT,
    },
    "not DataCite's, of a profile, chosen or usual": {
        "datacite=no": lambda record: record.agency is not Agency.DATACITE,
        "type=doi": lambda record: record.identifier.scheme == "doi",
        "profile=datacite": lambda record: (
            record.profile == "datacite" or (not record.profile and record.identifier.scheme == "doi")
        ),
    },
    "Crossref's of some days": {
        "crossref=yes": lambda record: record.agency is Agency.CROSSREF,
        f"createdAfter={_EARLY_S}": lambda record: record.created_s >= _EARLY_S,
        f"createdBefore={_moment(_LATE_S)}": lambda record: record.created_s < _LATE_S,
    },
}


def failed_by(record: Record, name: str) -> set[str]:
    """Say which parameters leave a record out."""
    return {asked for asked, passes in FILTERS[name].items() if not passes(record)}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_in_what_it_says(place: Place, name: str) -> None:
    asked = parse_qsl("&".join(["format=csv&column=_id", *FILTERS[name]]))

    content = place.file(place.order("keeper", *asked, method="GET"))

    failed = {str(record.identifier): failed_by(record, name) for record in place.records}
    expected = [identifier for identifier, by in failed.items() if not by]
    alone = {asked for by in failed.values() if len(by) == 1 for asked in by}
    assert unpacked(content).decode().split() == ["_id", *expected]
    assert len(expected) > 10
    assert alone == FILTERS[name].keys() - {"compression=zip"}, "each leaves out what no other does"


def test_whose_identifiers_an_administrator_may_have(place: Place) -> None:
    asked = [("format", "csv"), ("column", "_owner"), ("column", "_id"), ("type", "uuid"), ("type", "ark"), ("status", "public")]

    refused = [place.ask("bob", [*asked, ("owner", "keeper")]), place.ask("gadmin", [*asked, ("owner", "bob")])]
    content = place.file(place.order("gadmin", *asked, ("ownergroup", "groupa")))

    assert [(answer.status, answer.text) for answer in refused] == [(403, "error: forbidden")] * 2
    rows = list(csv.reader(io.StringIO(gzip.decompress(content).decode(), newline="")))[1:]

    def is_wanted(record: Record) -> bool:
        return record.state is State.FINDABLE and record.identifier.scheme != "doi"

    of_alice = sorted(str(record.identifier) for record in recorded_exports.recorded_records() if is_wanted(record))
    of_keeper = place.named(is_wanted)
    assert rows == [["alice", name] for name in of_alice] + [["keeper", name] for name in of_keeper]


@pytest.mark.parametrize(("form", "suffix"), [("anvl", "txt"), ("csv", "csv"), ("xml", "xml")])
def test_the_form_is_that_of_files_that_a_real_ezid_made(place: Place, form: str, suffix: str) -> None:
    recorded = recorded_exports.recorded(suffix)
    columns = next(csv.reader(io.StringIO(recorded.decode(), newline=""))) if form == "csv" else []

    content = place.file(place.order("alice", ("format", form), *(("column", name) for name in columns)))

    here = place.stack.base_url.rstrip("/").encode()
    assert gzip.decompress(content).replace(here, recorded_exports.BASE_URL.encode()) == recorded


# ----------------------------------------------------------------------------------------------------------------- the address
def test_clients_wait_for_the_address_to_answer_each_in_its_way(place: Place, tmp_path: Path) -> None:
    """EZID's script asks with curl until the status is below 400, its Ruby client until it is 200; people get a mail."""
    asked = [("format", "csv"), ("column", "_id"), ("column", "note"), ("csvSafe", "yes"), ("notify", "Ann <ann@example.org>")]
    base, columns = place.stack.base_url.rstrip("/"), ("_id", "note")
    order = Order("bob", ("bob",), Form.CSV, columns=columns, safe_cells=True, notify=("Ann <ann@example.org>",), base_url=base)
    path = place.put_in_line(order)
    address = base + path
    early = [place.client().send(method, path) for method in ("GET", "HEAD")]
    assert place.order("bob", *asked) == path

    by_curl = as_the_script_does(address, tmp_path)
    heads, by_ruby = as_ruby_does(address)
    event = place.wait_for(path)

    sent = place.client().send("GET", path, headers={"Range": "bytes=10-29"})
    whole = fetched(sent.headers["Location"])
    part = fetched(sent.headers["Location"], Range="bytes=10-29")
    assert [answer.status for answer in early] == [404, 404]
    assert (heads["status"], heads["content-type"]) == (200, "application/gzip")
    assert sent.status == 302
    assert heads["content-disposition"] == f'attachment; filename="{path.rpartition("/")[2]}"'
    assert (whole[0], whole[1]["content-type"], whole[1]["content-disposition"]) == (
        200,
        "application/gzip",
        heads["content-disposition"],
    )
    assert (part[0], part[2]) == (206, whole[2][10:30])
    digest = hashlib.sha256(whole[2])
    assert heads["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert event["detail"]["sha256"] == whole[1]["x-amz-meta-sha256"] == digest.hexdigest()
    assert by_curl == by_ruby == whole[2]
    rows = list(csv.reader(io.StringIO(gzip.decompress(whole[2]).decode(), newline="")))[1:]
    assert len(rows) == OTHERS == event["detail"]["records"]
    assert {row[1] for row in rows} == {"", "'-2 °C, 摄氏 \U0001f30a"}
    assert breaches(event["detail"], EXPORT_CONTRACT) == []
    assert (event["source"], event["detail-type"], event["detail"]["url"]) == ("pidstack", "ExportReady", address)
    (mail,) = until(lambda: mails(place, "ann@example.org"))
    assert (mail["To"], mail["Subject"]) == (["Ann <ann@example.org>"], "Your EZID batch download link")
    assert all(words in mail["BodyText"] for words in ("Dear Ann,", f"\n{address}\n", "deleted in 1 week"))


def test_after_its_week_a_file_is_gone(place: Place) -> None:
    path = place.order("bob", ("format", "anvl"), ("type", "uuid"), ("compression", "zip"))
    content = place.file(path)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None

    place.aws("dynamodb").update_item(
        TableName=place.stack.table,
        Key={"pk": {"S": f"export#{name_of(path)}"}, "sk": {"S": "export"}},
        UpdateExpression="ADD finished_s :back",
        ExpressionAttributeValues={":back": {"N": str(-7 * 24 * 3600 - 5)}},
    )

    assert place.client().send("GET", path).status == 404
    assert place.client().send("HEAD", path).status == 404


def test_the_operator_saves_a_file_whose_transfer_had_stopped(place: Place, tmp_path: Path) -> None:
    place.stack.write(tmp_path / "stack.json")

    def pidstack(*words: str) -> dict[str, Any]:
        line = [sys.executable, "-c", "from pidstack.cli.main import cli; cli()", "export", "--json", *words]
        environment = {**os.environ, "PIDSTACK_STACK_FILE": str(tmp_path / "stack.json")}
        done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
        return dict(json.loads(done.stdout))

    name = pidstack("--owner", "bob", "--format", "xml", "--status", "public", "--detach")["name"]
    content = place.file(f"/s3_download/{name}.xml.gz")
    (tmp_path / f"{name}.xml.gz.part").write_bytes(content[:100])
    saved_facts = pidstack("--name", name)

    assert (tmp_path / f"{name}.xml.gz").read_bytes() == content
    assert [path.name for path in tmp_path.glob("*.part")] == []
    assert (saved_facts["file"], saved_facts["sha256"]) == (f"{name}.xml.gz", hashlib.sha256(content).hexdigest())


def test_killed_workers_and_what_is_written_meanwhile_lose_and_double_nothing(place: Place) -> None:
    """All writers are frozen in the midst of their segments; then others write; then the writers are killed."""
    keeper, before = place.client("keeper"), place.named(lambda _: True)
    arks = place.named(lambda record: str(record.identifier).startswith("ark:") and "erc.who" in record.elements)
    changed = [arks[0], *arks[1:-1:30], arks[-1]]
    doomed = place.named(lambda record: record.state is State.DRAFT)[3]
    caught = frozen_midway(place, "keeper", "_id", "erc.what", "_updated")

    for name in changed:
        assert keeper.modify(name, {"erc.what": "changed"}).status == 200
    assert keeper.delete(doomed).status == 200
    new = [keeper.mint(shoulder, {"_status": "reserved"}).name for shoulder in ("ark:/99999/fk4", "doi:10.5072/FK2")]
    frozen = place.told(caught.path)
    for writer in caught.writers:
        os.kill(writer, signal.SIGKILL)
    content = place.file(caught.path)

    rows = [line.split(",") for line in gzip.decompress(content).decode().split("\r\n")[1:-1]]
    names = [row[0] for row in rows]
    assert frozen["state"] == "running"
    assert caught.told["seen"] <= frozen["seen"] < COUNT, "they were killed while there was work left"
    assert not set(caught.writers) & set(writers(place.stack))
    assert names == sorted(set(names)), "nothing twice, and in order"
    assert set(before) - set(names) <= {doomed}
    assert set(names) - set(before) <= set(new)
    assert {row[1] for row in rows if row[0] in changed} <= {"changed", "Remembrance of Things Past", ""}
