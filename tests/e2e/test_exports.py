"""Batch downloads of an account with 5,000 identifiers of every kind: ordered over HTTP, made by the deployed state machine.

The stack is this module's own. Nearly all identifiers are put into its table past the services, some are made over the API. What
follows changes is switched off, as so many at once would keep the machine busy for minutes.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from lxml import etree

from pidstack.domain.accounts import Account, Group
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.passwords import hash_password
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.domain.state import State
from pidstack.local import bridges
from pidstack.local.deploy import client
from pidstack.local.stack import LocalStack
from pidstack.protocols.ezid.anvl import parse
from pidstack.services import hand_out
from pidstack.store.directory import DynamoDirectory
from pidstack.store.identifiers import SHARDS, DynamoIdentifiers
from pidstack.store.tables import connect
from tests import every_kind
from tests.export_contract import breaches
from tests.ezid_http import Answer, Client
from tests.unit.protocols import recorded_exports

COUNT, OTHERS = 5000, 40
PASSWORD = "one for all"
READY_WITHIN_S = 180
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
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
_STATUSES = {State.DRAFT: "reserved", State.FINDABLE: "public", State.REGISTERED: "unavailable"}


@dataclass
class Place:
    """The stack, its accounts, and what keeper has in it.

    Attributes:
        heard: what the event bus told of exports that are ready, by their names.
    """

    stack: LocalStack
    records: list[Record]
    queues: Any
    queue: str
    heard: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def client(self, account: str = "") -> Client:
        return Client(self.stack.base_url, account, PASSWORD) if account else Client(self.stack.base_url)

    def aws(self, service: str) -> Any:
        return client(service, self.stack.aws_endpoint)

    def ask(self, by: str, asked: Sequence[tuple[str, str]], method: str = "POST") -> Answer:
        if method == "GET":
            return self.client(by).send("GET", f"/download_request?{urlencode(asked)}")
        return self.client(by).send("POST", "/download_request", urlencode(asked).encode(), FORM)

    def order(self, by: str, *asked: tuple[str, str], method: str = "POST") -> str:
        """Order an export, and give the path of its file."""
        answer = self.ask(by, asked, method)
        assert answer.status == 200, answer.text
        return answer.text.removeprefix(f"success: {self.stack.base_url.rstrip('/')}").strip()

    def wait_for(self, path: str) -> dict[str, Any]:
        """Give what the bus tells when it is ready."""
        deadline, name = time.monotonic() + READY_WITHIN_S, name_of(path)
        while name not in self.heard and time.monotonic() < deadline:
            answer = self.queues.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=2)
            for message in answer.get("Messages", []):
                event = json.loads(message["Body"])
                self.heard.setdefault(event["detail"]["name"], []).append(event)
                self.queues.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        assert name in self.heard, f"{path} is not ready: {self.told(path)}"
        return dict(self.heard[name][0])

    def told(self, path: str) -> dict[str, Any]:
        """What a program learns at its address."""
        return dict(json.loads(self.client().send("GET", path, headers={"Accept": "application/json"}).text))

    def file(self, path: str) -> bytes:
        """Wait for a file, and fetch it as the address says."""
        event = self.wait_for(path)
        status, _, content = fetched(self.client().send("GET", path).headers["Location"])
        assert (status, hashlib.sha256(content).hexdigest()) == (200, event["detail"]["sha256"])
        assert len(content) == event["detail"]["size"]
        return content

    def named(self, passes: Callable[[Record], bool]) -> list[str]:
        return [str(record.identifier) for record in self.records if passes(record)]


@pytest.fixture(scope="module")
def place(empty_stack: LocalStack) -> Place:
    def aws(service: str) -> Any:
        return client(service, empty_stack.aws_endpoint)

    _switch_off_the_feed(aws("lambda"))
    key, secret = bridges.CREDENTIALS
    connect(
        empty_stack.table,
        region=bridges.REGION,
        host=empty_stack.aws_endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )
    _furnish()
    rest = _recorded() + every_kind.records(OTHERS, "bob", "groupb", "z")
    loaded = every_kind.records(COUNT - 6, "keeper", "groupa")
    every_kind.load(aws("dynamodb"), empty_stack.table, [*loaded, *rest])
    queues = aws("sqs")
    queue = _listening(queues, aws("events"), empty_stack.outputs["ChangeBusName"])
    made = Place(empty_stack, loaded, queues, queue)
    made.records = sorted([*loaded, *_over_the_api(made)], key=lambda record: str(record.identifier))
    return made


def _switch_off_the_feed(functions: Any) -> None:
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "PublishChanges" in mapping["FunctionArn"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _furnish() -> None:
    directory, password = DynamoDirectory(), hash_password(PASSWORD)
    for group in ("groupa", "groupb"):
        directory.create(Group(group))
    for account in ("alice", "keeper", "gadmin"):
        directory.create(Account(account, "groupa", password, group_admin=account == "gadmin"))
    directory.create(Account("bob", "groupb", password))
    hand_out.create_shoulder(Shoulder(ShoulderName("ark:/99999/fk4"), "ARKs", test=True), directory)
    hand_out.create_shoulder(Shoulder(ShoulderName("doi:10.5072/FK2"), "DOIs", Agency.DATACITE, "DEMO", test=True), directory)


def _recorded() -> list[Record]:
    """What alice had in the EZID whose files were recorded."""
    return recorded_exports.recorded_records()


def _listening(queues: Any, rules: Any, bus: str) -> str:
    """Make a queue that gets all events of exports."""
    url: str = queues.create_queue(QueueName="export-events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    kinds = {"source": ["pidstack"], "detail-type": ["ExportReady", "ExportFailed"]}
    rules.put_rule(Name="export-events", EventBusName=bus, EventPattern=json.dumps(kinds))
    rules.put_targets(Rule="export-events", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def _over_the_api(place: Place) -> list[Record]:
    """Make six as keeper, one of them withdrawn, and one more that is deleted again."""
    keeper, names = place.client("keeper"), []
    described = {
        "datacite.creator": "A: B %",
        "datacite.title": "C\nD",
        "datacite.publisher": "E",
        "datacite.publicationyear": "2001",
    }
    public = {**described, "datacite.resourcetype": "Text/Book", "_target": "https://example.org/1"}
    for shoulder, elements in (("ark:/99999/fk4", {"erc.what": "=1+1"}), ("doi:10.5072/FK2", public)):
        for status in ("reserved", "public", "unavailable"):
            made = keeper.mint(shoulder, {**elements, "_status": "reserved" if status == "reserved" else "public"})
            names.append(made.name)
            if status == "unavailable":
                assert keeper.modify(made.name, {"_status": "unavailable | withdrawn", "_export": "no"}).status == 200
    gone = keeper.mint("ark:/99999/fk4", {"_status": "reserved"})
    assert keeper.delete(gone.name).status == 200
    identifiers = DynamoIdentifiers(lambda: int(time.time()))
    return [record for name in names if (record := identifiers.get(Identifier(name)))]


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


@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        pytest.param(
            "type=ark&exported=yes",
            lambda record: str(record.identifier).startswith("ark:") and record.exported,
            id="exported ARKs",
        ),
        pytest.param(
            "type=doi&type=uuid&permanence=real&compression=zip",
            lambda record: not str(record.identifier).startswith("ark:") and not record.expires_s,
            id="DOIs and UUIDs that last",
        ),
        pytest.param(
            "status=reserved&permanence=test",
            lambda record: record.state is State.DRAFT and record.expires_s > 0,
            id="reserved tests",
        ),
        pytest.param(
            "status=public&status=unavailable&exported=no",
            lambda record: record.state is not State.DRAFT and not record.exported,
            id="hidden, not reserved",
        ),
        pytest.param(
            f"crossref=yes&createdAfter={_EARLY_S}&createdBefore={_moment(_LATE_S)}",
            lambda record: record.agency is Agency.CROSSREF and _EARLY_S <= record.created_s < _LATE_S,
            id="Crossref's of some days",
        ),
        pytest.param(
            f"crossref=no&updatedAfter={_moment(_EARLY_S)}&updatedBefore={_LATE_S}",
            lambda record: record.agency is not Agency.CROSSREF and _EARLY_S <= record.updated_s < _LATE_S,
            id="changed on some days, not Crossref's",
        ),
        pytest.param(
            "datacite=yes&profile=house&profile=dc",
            lambda record: record.agency is Agency.DATACITE and record.profile in {"house", "dc"},
            id="DataCite's of two profiles",
        ),
        pytest.param(
            "datacite=no&type=doi&profile=datacite",
            lambda record: record.agency is Agency.CROSSREF and record.profile in {"datacite", ""},
            id="of a profile, chosen or usual",
        ),
    ],
)
def test_a_filter_leaves_in_what_it_says(place: Place, asked: str, passes: Callable[[Record], bool]) -> None:
    given = [(part.partition("=")[0], part.partition("=")[2]) for part in asked.split("&")]

    content = place.file(place.order("keeper", ("format", "csv"), ("column", "_id"), *given, method="GET"))

    text = zipfile.ZipFile(io.BytesIO(content)).read if content.startswith(b"PK") else None
    rows = (text(zipfile.ZipFile(io.BytesIO(content)).namelist()[0]) if text else gzip.decompress(content)).decode().split()
    expected = place.named(passes)
    assert 10 < len(expected) < COUNT - 10, "the filter is a filter"
    assert rows == ["_id", *expected]


def test_whose_identifiers_an_administrator_may_have(place: Place) -> None:
    asked = [("format", "csv"), ("column", "_owner"), ("column", "_id"), ("type", "uuid"), ("type", "ark"), ("status", "public")]

    refused = [place.ask("bob", [*asked, ("owner", "keeper")]), place.ask("gadmin", [*asked, ("owner", "bob")])]
    content = place.file(place.order("gadmin", *asked, ("ownergroup", "groupa")))

    assert [(answer.status, answer.text) for answer in refused] == [(403, "error: forbidden")] * 2
    rows = list(csv.reader(io.StringIO(gzip.decompress(content).decode(), newline="")))[1:]
    of_alice = sorted(
        str(record.identifier) for record in _recorded() if record.state is State.FINDABLE and record.identifier.scheme != "doi"
    )
    of_keeper = place.named(lambda record: record.state is State.FINDABLE and record.identifier.scheme != "doi")
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
    """EZID's script asks with curl until the status is below 400, its Ruby client with HEAD until it is 200; people get a mail."""
    asked = [("format", "csv"), ("column", "_id"), ("column", "note"), ("csvSafe", "yes"), ("notify", "Ann <ann@example.org>")]
    path = place.order("bob", *asked)
    address = place.stack.base_url.rstrip("/") + path
    early = [place.client().send(method, path) for method in ("GET", "HEAD")]

    by_curl = _as_the_script_does(address, tmp_path)
    heads = _as_ruby_does(address)
    event = place.wait_for(path)

    get = place.client().send("GET", path)
    whole = fetched(get.headers["Location"])
    part = fetched(get.headers["Location"], Range="bytes=10-29")
    assert [answer.status for answer in early] == [404, 404]
    assert (heads["status"], heads["content-type"]) == (200, "application/gzip")
    assert get.status == 302
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
    assert by_curl == whole[2]
    rows = list(csv.reader(io.StringIO(gzip.decompress(whole[2]).decode(), newline="")))[1:]
    assert len(rows) == OTHERS == event["detail"]["records"]
    assert {row[1] for row in rows} == {"", "'-2 °C, 摄氏 \U0001f30a"}
    assert breaches(event["detail"]) == []
    assert (event["source"], event["detail-type"], event["detail"]["url"]) == ("pidstack", "ExportReady", address)
    (mail,) = _until(lambda: mails(place, "ann@example.org"))
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
    path = place.order("keeper", ("format", "csv"), ("column", "_id"), ("column", "erc.what"), ("column", "_updated"))
    midst = _until(lambda: 0 < (told := place.told(path))["seen"] < COUNT and told)
    writers = _writers(place.stack)
    for writer in writers:
        os.kill(writer, signal.SIGSTOP)

    for name in changed:
        assert keeper.modify(name, {"erc.what": "changed"}).status == 200
    assert keeper.delete(doomed).status == 200
    new = [keeper.mint(shoulder, {"_status": "reserved"}).name for shoulder in ("ark:/99999/fk4", "doi:10.5072/FK2")]
    frozen = place.told(path)
    for writer in writers:
        os.kill(writer, signal.SIGKILL)
    content = place.file(path)

    rows = [line.split(",") for line in gzip.decompress(content).decode().split("\r\n")[1:-1]]
    names = [row[0] for row in rows]
    assert (midst["state"], frozen["state"], bool(writers)) == ("running", "running", True)
    assert midst["seen"] <= frozen["seen"] < COUNT, "they were killed while there was work left"
    assert not set(writers) & set(_writers(place.stack))
    assert names == sorted(set(names)), "nothing twice, and in order"
    assert set(before) - set(names) <= {doomed}
    assert set(names) - set(before) <= set(new)
    assert {row[1] for row in rows if row[0] in changed} <= {"changed", "Remembrance of Things Past", ""}


# ----------------------------------------------------------------------------------------------------------------------- tools
def name_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def saved(folder: Path, path: str, content: bytes) -> Path:
    target = folder / path.rpartition("/")[2]
    target.write_bytes(content)
    return target


def checked_by(program: str, *arguments: str | Path) -> None:
    """Let a program look at a file, if this machine has it."""
    if found := shutil.which(program):
        subprocess.run([found, *map(str, arguments)], check=True, capture_output=True)  # noqa: S603


def fetched(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def facts(record: Record, base_url: str) -> dict[str, str]:
    """What a file says of a record, but for what is said of deposits at Crossref."""
    status = _STATUSES[record.state] + (f" | {record.reason}" if record.reason else "")
    path = str(record.identifier).replace("%", "%25")
    return {
        **{name: value for name, value in record.elements.items() if name != "crossref"},
        "_owner": record.owner,
        "_ownergroup": record.group,
        "_created": str(record.created_s),
        "_updated": str(record.updated_s),
        "_profile": record.profile or ("datacite" if str(record.identifier).startswith("doi:") else "erc"),
        "_status": status,
        "_target": record.target or f"{base_url.rstrip('/')}/id/{path}",
        "_export": "yes" if record.exported else "no",
    }


def nodes(root: Any) -> list[tuple[Any, ...]]:
    """Everything that is in XML, in order."""
    return [(node.tag, node.text, node.tail, dict(node.attrib)) for node in root.iter()]


def mapped_title(record: Record) -> str:
    """The title that is in a record's description, whatever its form."""
    elements = record.elements
    if "datacite" in elements:
        return str(etree.fromstring(elements["datacite"].encode()).findtext(".//{*}title"))
    if "crossref" in elements:
        return str(etree.fromstring(elements["crossref"].encode()).findtext(".//{*}title"))
    if "erc" in elements:
        return "Birdsong"
    given = elements.get("erc.what") or elements.get("dc.title") or elements.get("datacite.title") or ""
    return re.sub(r"\s", " ", given)


def registered(place: Place, owner: str) -> int:
    """How many records an owner has, by the index that is sorted by time."""
    dynamodb = place.aws("dynamodb")
    counted = 0
    for shard in range(SHARDS):
        pages = dynamodb.get_paginator("query").paginate(
            TableName=place.stack.table,
            IndexName="owner-index",
            Select="COUNT",
            KeyConditionExpression="owner_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": f"{owner}#{shard}"}},
        )
        counted += sum(page["Count"] for page in pages)
    return counted


def mails(place: Place, to: str) -> list[dict[str, Any]]:
    """What the emulator sent to an address."""
    status, _, body = fetched(f"{place.stack.aws_endpoint}/_ministack/ses/messages?")
    assert status == 200
    return [mail for of_account in json.loads(body)["messages"].values() for mail in of_account if to in mail["To"][0]]


def _as_the_script_does(address: str, folder: Path) -> bytes:
    """What `batch-download.sh` does: follow redirects, and ask again while the status is 400 or more."""
    curl, target = shutil.which("curl"), folder / "by-curl"
    assert curl, "curl has to be here"
    loop = 'until code=$("$0" -sS -L -f -o "$2" -w "%{http_code}" "$1") && test "$code" -lt 400; do sleep 1; done'
    line = ["sh", "-c", loop, f"{curl}", address, str(target)]
    subprocess.run(line, check=True, capture_output=True, timeout=READY_WITHIN_S)  # noqa: S603
    return target.read_bytes()


def _as_ruby_does(address: str) -> dict[str, Any]:
    """What EZID's client for Ruby does: ask with HEAD, follow nothing, until the status is 200."""
    parts = urlsplit(address)

    def head() -> dict[str, Any] | None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.request("HEAD", parts.path)
        answer = connection.getresponse()
        connection.close()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return {**headers, "status": answer.status} if answer.status == 200 else None

    return dict(_until(head))


def _until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if value := condition():
            return value
    raise AssertionError("it did not come to that")


def _writers(stack: LocalStack) -> list[int]:
    """The processes in which the emulator runs the function that writes."""
    leader = json.loads(fetched(f"{stack.aws_endpoint}{bridges.IDENTITY_PATH}?")[2])["pid"]
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,pgid=,args="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    found = [line.split(None, 2) for line in listed.splitlines()]
    return [int(pid) for pid, group, words in found if int(group) == leader and "WriteExportFunction" in words]
