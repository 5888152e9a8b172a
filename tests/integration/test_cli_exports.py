"""`pidstack export` over moto: what it orders, how it fetches, how it refuses. The state machine's steps run in this process."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pidstack import bootstrap
from pidstack.cli import exports, where
from pidstack.cli.fetch import fetch
from pidstack.cli.main import cli
from pidstack.domain.accounts import Account, Group
from pidstack.domain.export import Compression, Export, Filter, Form, Order, Stage
from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.bulk import FileKind
from tests.contract.in_process import TABLE, Gateway, running
from tests.exporting import BUCKET, Machine
from tests.fakes.bulk import MemoryBulkFiles

URL = "https://ids.example.org"
CONTENT = bytes(range(256)) * 4


@pytest.fixture(scope="module", name="gateway")
def _gateway() -> Iterator[Gateway]:
    with running() as gateway:
        for group in ("library", "empty"):
            gateway.directory.create(Group(group))
        for name in ("alice", "zoe"):
            gateway.directory.create(Account(name, "library"))
            for number in range(3):
                identifier = Identifier(f"ark:/12345/{name}{number}")
                bootstrap.registry().identifiers.create(Record(identifier, name, "library", 1, 2, elements={"erc.what": name}))
        yield gateway


@pytest.fixture(scope="module")
def machine(gateway: Gateway) -> Machine:
    return Machine()


@pytest.fixture
def place(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The directory of somebody who works on a stack, whose exports are made while they wait."""
    outputs = {"ExportBucketName": BUCKET, "ExportMachineArn": machine.arn, "ApiUrl": f"{URL}/"}
    monkeypatch.setattr(where, "_deployed", lambda *_: where.Place(TABLE, "us-east-1", outputs=outputs))
    monkeypatch.setattr(exports, "sleep", lambda _seconds: machine.run(machine.started()[-1]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["--stack", "pidstack", "export", *words])


def got(*words: str) -> dict[str, Any]:
    result = typed("--json", *words)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_every_choice_is_part_of_the_order(place: Path) -> None:
    many = (
        "--owner zoe --owner alice --group library --format csv --column _id --column erc.what --compression zip --type ark "
        "--type doi --permanence real --status reserved --status public --exported yes --crossref no --datacite yes "
        "--metadata-profile erc --metadata-profile dc --created-after 5 --created-before 2026-11-22T00:15:00Z --updated-after 7 "
        "--updated-before 8 --convert-timestamps --csv-safe --detach"
    )
    told = got(*many.split(), "--notify", "Ann <ann@example.org>")

    export = bootstrap.exports().get(told["name"])
    assert export is not None
    assert told["url"] == f"{URL}/s3_download/{export.file_name}"
    assert export.order == Order(
        "zoe",
        ("zoe", "alice"),
        Form.CSV,
        Compression.ZIP,
        ("_id", "erc.what"),
        Filter(
            frozenset({Scheme.ARK, Scheme.DOI}),
            frozenset({State.DRAFT, State.FINDABLE}),
            frozenset({"erc", "dc"}),
            exported=True,
            test=False,
            crossref=False,
            datacite=True,
            created_from_s=5,
            created_before_s=1_795_306_500,
            updated_from_s=7,
            updated_before_s=8,
        ),
        written_times=True,
        safe_cells=True,
        notify=("Ann <ann@example.org>",),
        base_url=URL,
    )


def test_a_command_asks_once_where_the_stack_is(place: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = where._deployed, list[Any]()
    monkeypatch.setattr(where, "_deployed", lambda *words: (asked.append(words), found(*words))[1])

    got("--owner", "alice", "--format", "anvl")

    assert asked == [("pidstack", None, None)]


def test_a_groups_identifiers_are_waited_for_and_saved(place: Path) -> None:
    facts = got("--group", "library", "--format", "csv", "--column", "_id")

    content = (place / facts["file"]).read_bytes()
    names = [f"ark:/12345/{name}{number}" for name in ("alice", "zoe") for number in range(3)]
    assert gzip.decompress(content).decode().split() == ["_id", *names]
    assert (facts["records"], facts["size"], facts["sha256"]) == (6, len(content), hashlib.sha256(content).hexdigest())
    assert [path.name for path in place.iterdir()] == [facts["file"]]


def test_people_learn_where_it_is(place: Path) -> None:
    result = typed("--owner", "alice", "--format", "anvl", "-o", "mine/all.gz")

    assert result.exit_code == 0
    assert result.stdout.startswith("mine/all.gz is there.\n")
    assert gzip.decompress((place / "mine" / "all.gz").read_bytes()).decode().count(":: ark:/12345/alice") == 3


def test_what_was_ordered_before_is_fetched_by_its_name(place: Path, machine: Machine) -> None:
    name = got("--owner", "alice", "--format", "xml", "--detach")["name"]
    machine.run(name)

    facts = got("--name", name)

    assert facts["file"] == f"{name}.xml.gz"
    assert (place / facts["file"]).stat().st_size == facts["size"]


def test_one_that_fails_is_said_to_have_failed(place: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "sleep", lambda _seconds: machine.fail(machine.started()[-1]))

    result = typed("--owner", "alice", "--format", "anvl", "--type", "uuid")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: It could not be made. The registry made a mistake. Please ask again.\n"


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("--format anvl", 2, "Say whose identifiers: --owner ACCOUNT or --group GROUP."),
        ("--owner alice", 2, "Say how they are written: --format anvl, csv or xml."),
        ("--owner alice --format csv", 2, "Format 'csv' requires at least one column."),
        ("--owner alice --format xml --column a", 2, "Parameter is incompatible with format: column."),
        ("--owner nobody --format anvl", 2, "--owner: no such user."),
        ("--group nobody --format anvl", 2, "--group: no such group."),
        ("--owner alice --format anvl --created-after 2026-01-01", 2, "--created-after: invalid timestamp."),
        ("--group empty --format anvl", 1, "There is no account in that group."),
        ("--name AAAAAAAAAAAAAAAA --owner alice", 2, "--name is for what was ordered before: it takes no other choice."),
        ("--name AAAAAAAAAAAAAAAA", 1, "There is no export AAAAAAAAAAAAAAAA, or its week is over."),
        ("--owner alice --format anvl -o here", 2, "here exists."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(place: Path, line: str, code: int, words: str) -> None:
    (place / "here").touch()

    result = typed(*line.split())

    assert (result.exit_code, result.stderr.rpartition("Error: ")[2].strip()) == (code, words)


def test_a_table_alone_makes_no_exports(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "_deployed", lambda *_: where.Place(TABLE, "us-east-1"))

    result = typed("--owner", "alice", "--format", "anvl")

    assert result.stderr == "Error: There is no state machine of exports: name a stack of this version, not a table.\n"


# -------------------------------------------------------------------------------------------------------------------- fetch
@pytest.fixture
def made() -> Export:
    order = Order("alice", ("alice",), Form.ANVL)
    digest = hashlib.sha256(CONTENT).hexdigest()
    return Export("A" * 16, order, 1, stage=Stage.READY, finished_s=2, size=len(CONTENT), sha256=digest)


@pytest.fixture
def files() -> MemoryBulkFiles:
    files = MemoryBulkFiles()
    files.put("exports/f", CONTENT, FileKind())
    return files


def test_a_transfer_that_breaks_goes_on_where_it_stopped(
    made: Export, files: MemoryBulkFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pidstack.cli.fetch.STRETCH_BYTES", 100)
    asked: list[int] = []
    read, target = files.read, tmp_path / "all.gz"

    def breaking(name: str, first: int = 0, size: int | None = None) -> bytes:
        asked.append(first)
        if asked == [0, 100, 200]:
            raise ConnectionError
        return read(name, first, size)

    monkeypatch.setattr(files, "read", breaking)
    with pytest.raises(ConnectionError):
        fetch(files, "exports/f", made, target, lambda _done, _all: None)
    assert not target.exists()
    told: list[tuple[int, int]] = []
    fetch(files, "exports/f", made, target, lambda done, everything: told.append((done, everything)))

    assert target.read_bytes() == CONTENT
    assert asked == [0, 100, 200, *range(200, 1024, 100)]
    assert (told[0], told[-1]) == ((200, 1024), (1024, 1024))


def test_what_is_not_what_was_made_is_not_kept(made: Export, files: MemoryBulkFiles, tmp_path: Path) -> None:
    part = tmp_path / f"{made.file_name}.part"
    part.write_bytes(b"something else")

    with pytest.raises(Exception, match="What arrived is not what was made"):
        fetch(files, "exports/f", made, tmp_path / "all.gz", lambda _done, _all: None)

    assert list(tmp_path.iterdir()) == []


def test_more_than_there_can_be_is_fetched_anew(made: Export, files: MemoryBulkFiles, tmp_path: Path) -> None:
    (tmp_path / f"{made.file_name}.part").write_bytes(CONTENT + b"more")

    fetch(files, "exports/f", made, tmp_path / "all.gz", lambda _done, _all: None)

    assert (tmp_path / "all.gz").read_bytes() == CONTENT
