"""A stack with a registry made of published examples, thousands of records under names of their own, of which snapshots are made.

Each example is registered over the API; its copies are put into the table past the services, as the store writes them: drafts,
public, withdrawn, hidden ones and tests, of several months. `PIDSTACK_SNAPSHOT_RECORDS` says how many. The feed is switched off,
as so many changes at once would keep the machine busy for minutes; the counters are set by a recount.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any
from xml.sax.saxutils import escape

import requests
from click.testing import CliRunner, Result

from pidstack.cli.main import cli
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.record import TEST_LIFETIME_S, Record
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.domain.snapshot import Period, Phase, Snapshot, SnapshotKind, SnapshotRun
from pidstack.domain.state import State
from pidstack.local import bridges
from pidstack.local.deploy import client
from pidstack.local.stack import LocalStack
from pidstack.services import hand_out
from pidstack.store.directory import DynamoDirectory
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.machine import StepFunctionsMachine
from pidstack.store.snapshots import DynamoPublished, DynamoRuns
from pidstack.store.tables import connect
from tests import every_kind
from tests.press import Press, a_press, described
from tests.unit.formats.official import SCHEMAS

RECORDS = int(os.environ.get("PIDSTACK_SNAPSHOT_RECORDS", "800"))
WITHIN_S = 120 + RECORDS / 50
VECTORS = Path(__file__).parent / "vectors"
# The month before the last: what was registered after it is old enough for a recount not to wait for the feed.
MONTH = Period.before(SnapshotKind.MONTHLY, int(time.time()) - 31 * 24 * 3600)
_DAY_S = 24 * 3600
_client = cache(client)
_AT_ONCE = 2000
_TRIES = 5
# Suffixes as publishers have made them, `{}` for a number: https://www.doi.org, "DOI Handbook", 2.2.2, has the first two.
_NAMES = (
    "S1097-{}(98)00347-7",
    "(SICI)1096-8644(199601)99:1<1::AID-{}>3.0.CO;2-1",
    "JOURNAL.PONE.{}",
    "ZENODO.{}",
    "2026/03/A_LONG-WINDED.NAME;V={}",
    "{}",
)


@dataclass(frozen=True, slots=True)
class SnapshotPlace:
    """The stack, the press that owns all records, and what harvesters are to find.

    Attributes:
        records: all that there are but for tests' own, by name.
        choosy: token of a recipient from whom an account withholds its records.
    """

    stack: LocalStack
    stack_file: Path
    press: Press
    records: dict[str, Record]
    choosy: str
    queue: str

    def aws(self, service: str) -> Any:
        return _client(service, self.stack.aws_endpoint)

    @property
    def machine(self) -> StepFunctionsMachine:
        return StepFunctionsMachine(self.aws("stepfunctions"), self.stack.outputs["SnapshotMachineArn"])

    @property
    def runs(self) -> DynamoRuns:
        return DynamoRuns(lambda: int(time.time()))

    @property
    def bucket(self) -> str:
        (name,) = (each["Name"] for each in self.aws("s3").list_buckets()["Buckets"] if "snapshot" in each["Name"])
        return str(name)

    def due(self, *states: State) -> set[str]:
        """The names of records that a snapshot of the month has to tell of."""
        told = (each for each in self.records.values() if each.is_harvested and each.exported and each.state in states)
        return {str(each.identifier) for each in told if each.registered_s <= MONTH.last_s}

    def operate(self, *words: str, status: int = 0) -> Result:
        """Run a command of the operator's."""
        done = CliRunner().invoke(cli, list(words), env={"PIDSTACK_STACK_FILE": str(self.stack_file)})
        assert done.exit_code == status, done.output[-2000:]
        return done

    def start(self, period: Period = MONTH) -> Making:
        """Let the state machine make a snapshot, and wait for nothing."""
        name = f"{period.kind}-{secrets.token_hex(8)}"
        return Making(self, name, self.machine.start(name, {"kind": period.kind, "period": str(period)}))

    def start_archive(self, mode: str) -> Making:
        """The same of an archive of all up to today."""
        machine = StepFunctionsMachine(self.aws("stepfunctions"), self.stack.outputs["ArchiveMachineArn"])
        name = f"{mode}-{secrets.token_hex(8)}"
        return Making(self, name, machine.start(name, {"mode": mode, "date": ""}))

    def step(self, function: str, step: str, **given: Any) -> dict[str, Any]:
        """Let a function take one step of a state machine; if it fails, that is told as `errorType` and `errorMessage`."""
        functions = self.aws("lambda")
        (name,) = (each["FunctionName"] for each in functions.list_functions()["Functions"] if function in each["FunctionName"])
        answer = functions.invoke(FunctionName=name, Payload=json.dumps({"step": step, **given}).encode())
        return dict(json.loads(answer["Payload"].read()))

    def latest(self, kind: SnapshotKind = SnapshotKind.MONTHLY) -> Snapshot:
        found = DynamoPublished().find(kind, None)
        assert found is not None
        return found

    def ask(self, path: str, token: str | None = None, method: str = "GET", **headers: str) -> requests.Response:
        """Ask for something, following nothing.

        Args:
            path: below `/snapshots`, or of archives.
            token: the press's own if it is None, none if it is empty.
        """
        known = {"Crossref-Plus-API-Token": f"Bearer {self.press.token if token is None else token}"} if token != "" else {}
        url = f"{self.stack.base_url.rstrip('/')}{path if path.startswith('/archives') else f'/snapshots{path}'}"
        return requests.request(method, url, headers={**known, **headers}, allow_redirects=False, timeout=WITHIN_S)

    def fetch(self, path: str, token: str | None = None) -> bytes:
        """What a recipient downloads."""
        answer = self.ask(path, token)
        assert answer.status_code == 302, answer.text
        return requests.get(answer.headers["Location"], timeout=WITHIN_S).content

    def keys(self, start: str) -> list[str]:
        """The files of the bucket."""
        pages = self.aws("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]

    def unfinished(self, run: str, kind: str) -> list[str]:
        """The files of a kind with which a run's workers go on."""
        return [key for key in self.keys(f"unfinished/snapshots/{run}/") if f"/{kind}" in key]

    def content(self, key: str) -> bytes:
        return bytes(self.aws("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def size(self, key: str) -> int:
        return int(self.aws("s3").head_object(Bucket=self.bucket, Key=key)["ContentLength"])

    def heard(self, run: str) -> dict[str, Any]:
        """The event that told of a run, waited for."""

        def found() -> dict[str, Any] | None:
            answer = self.aws("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            events = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
            return next((event for event in events if event["detail"]["run"] == run), None)

        return dict(until(found))


@dataclass(frozen=True, slots=True)
class Making:
    """A run of the state machine."""

    place: SnapshotPlace
    name: str
    execution: str

    @property
    def status(self) -> str:
        return self.place.machine.status(self.execution)

    @property
    def run(self) -> SnapshotRun:
        found = self.place.runs.get(self.name)
        assert found is not None, self.name
        return found

    def end(self, meanwhile: Callable[[], object] = lambda: None) -> str:
        """Wait for its end, and tell what that is."""

        def over() -> str:
            meanwhile()
            return "" if (status := self.status) == "RUNNING" else status

        return str(until(over))


@dataclass(slots=True)
class Writer:
    """Makes, changes, withdraws and deletes records over the API, one after the other, until it is told to stop.

    Attributes:
        made: public records, and between which moments each was made, Unix seconds.
    """

    place: SnapshotPlace
    made: dict[str, tuple[float, float]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    rounds: int = 0
    is_told: Event = field(default_factory=Event)

    def write_until_told(self) -> None:
        keeper, press = self.place.press.accounts[0], self.place.press
        mine = [
            each for each in self.place.records.values() if each.owner == keeper.account and each.is_harvested and each.is_shown
        ]
        arks = sorted(str(each.identifier) for each in mine if str(each.identifier).startswith("ark:"))
        while not self.is_told.is_set():
            from_s = time.time()
            name = keeper.mint("ark:/12345/ps1", {"erc.what": "New"}).name
            self.made[name] = from_s, time.time()
            changed, withdrawn = (arks[(2 * self.rounds + which) % len(arks)] for which in (0, 1))
            answers = [keeper.modify(changed, {"erc.what": f"Changed {self.rounds}"})]
            if withdrawn not in self.withdrawn:
                self.withdrawn.add(withdrawn)
                answers.append(keeper.modify(withdrawn, {"_status": "unavailable | withdrawn"}))
            draft = keeper.mint(f"doi:{press.prefix}/D-", {"_status": "reserved"})
            answers.append(keeper.delete(draft.name))
            assert {answer.status for answer in answers} == {200}, [answer.text for answer in answers]
            self.rounds += 1


@dataclass(frozen=True, slots=True)
class Caught:
    """A run whose workers stand still in the midst of their writing.

    Attributes:
        done: records that they have written, of those that they have to; of an archive, none.
    """

    making: Making
    processes: list[int]
    done: int


@contextmanager
def caught_writing(place: SnapshotPlace, records: int) -> Iterator[Caught]:
    """Make snapshots until one is caught when so many records are written and not all; its workers go on at the end."""
    for _ in range(_TRIES):
        making = place.start()
        until(lambda made=making: (run := place.runs.get(made.name)) and run.phase not in {Phase.PLANNED, Phase.TAKING})
        processes = workers(place.stack, "SnapshotsFunction")
        until(lambda made=making: place.runs.done(made.name, Phase.WRITING).records >= records or made.status != "RUNNING")
        with held(processes):
            done = place.runs.done(making.name, Phase.WRITING).records
            if making.run.phase is Phase.WRITING and records <= done < making.run.records:
                yield Caught(making, processes, done)
                return
        making.end()
    raise AssertionError("all were over before they could be caught")


@contextmanager
def caught_listing(place: SnapshotPlace) -> Iterator[Caught]:
    """Make full archives until one is caught when a worker knows what it has to write and none has written it."""
    for _ in range(_TRIES):
        making = place.start_archive("full")
        until(lambda made=making: place.unfinished(made.name, "sheet-") or made.status != "RUNNING")
        processes = workers(place.stack, "ArchivesFunction")
        with held(processes):
            if place.unfinished(making.name, "sheet-") and not place.unfinished(making.name, "written-"):
                yield Caught(making, processes, 0)
                return
        making.end()
    raise AssertionError("all were over before they could be caught")


@contextmanager
def held(processes: Sequence[int]) -> Iterator[None]:
    """Hold processes; whichever are there at the end go on."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        if value := condition():
            return value
    raise AssertionError("it did not come to that")


def a_snapshot_place(stack: LocalStack, stack_file: Path, count: int = RECORDS) -> SnapshotPlace:
    """Furnish a stack that has nothing in it yet."""
    stack.write(stack_file)
    _switch_off_the_feed(client("lambda", stack.aws_endpoint))
    key, secret = bridges.CREDENTIALS
    connect(stack.table, region=bridges.REGION, host=stack.aws_endpoint, aws_access_key_id=key, aws_secret_access_key=secret)
    hand_out.create_shoulder(Shoulder(ShoulderName("ark:/12345/ps1"), "ARKs"), DynamoDirectory())
    press = a_press(stack)
    for shoulder in (
        Shoulder(ShoulderName("ark:/99999/fk4"), "ARKs", test=True),
        Shoulder(ShoulderName("doi:10.5072/FK2"), "DOIs", Agency.DATACITE, "DEMO", test=True),
    ):
        hand_out.create_shoulder(shoulder, DynamoDirectory())
        hand_out.grant(str(shoulder.name), press.accounts[0].account, DynamoDirectory())
    records = _filled(client("dynamodb", stack.aws_endpoint), stack.table, press, _examples(press), count)
    choosy = f"{press.group}-out"
    press.operate("recipient", "create", choosy, "--name", "Another indexer", "--window-days", "0")
    press.operate("optout", "set", choosy, "out", "--account", press.accounts[1].account)
    token = press.operate("token", "create", choosy, "--name", "test")["token"]
    queue = _listening(client("sqs", stack.aws_endpoint), client("events", stack.aws_endpoint), stack.outputs["ChangeBusName"])
    place = SnapshotPlace(stack, stack_file, press, records, token, queue)
    assert json.loads(place.operate("recount", "--correct", "--json").stdout)["corrected"]
    return place


def _switch_off_the_feed(functions: Any) -> None:
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "PublishChanges" in mapping["FunctionArn"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _examples(press: Press) -> list[Record]:
    """Register every example, and give what the registry keeps of it."""
    keep = DynamoIdentifiers(lambda: int(time.time()))
    names = [press.make((number + number // 2) % 2, name, elements) for number, (name, elements) in enumerate(_asked(press))]
    names += [press.make(0, name, elements) for name, elements in _tests()]
    return [record for name in names if (record := keep.get(Identifier(name)))]


def _asked(press: Press) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give names and elements: DataCite's examples and our own, deposits, descriptions in every profile, of DOIs and of ARKs."""
    published = sorted(SCHEMAS.glob("kernel-4.7/example/*.xml"))  # none where they are not at hand
    for number, path in enumerate([*sorted(VECTORS.glob("datacite/*.xml")), VECTORS / "profiles" / "datacite.xml", *published]):
        elements = {"_profile": "datacite", "datacite": path.read_bytes().decode("utf-8-sig"), "_target": f"https://e.org/{number}"}
        yield f"doi:{press.prefix}/D-X{number:03}", elements
    for number, document in enumerate(_deposits()):
        yield f"doi:{press.prefix}/C-X{number:03}", {"_profile": "crossref", "crossref": document}
    for number, (profile, given) in enumerate(_profiles()):
        yield f"doi:{press.prefix}/D-P{number:03}", {**described(number), "_profile": profile, **given}
        yield f"ark:/12345/ps1p{number:03}", {"_profile": profile, **given}


def _profiles() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give descriptions in EZID's profiles, and in those that hold a document of JSON."""
    for number in range(8):
        profile, elements = every_kind.description(number, Identifier("ark:/12345/ps1x"))
        if profile not in {"crossref", "datacite"} or "datacite.title" in elements:
            yield profile or "erc", elements
    for profile in ("schema_org", "citeproc"):
        yield profile, {profile: (VECTORS / "profiles" / f"{profile}.json").read_text(encoding="utf-8")}


def _tests() -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "doi:10.5072/FK2TEST", described(1)
    yield "ark:/99999/fk4test", {"erc.who": "Lima, Ana", "erc.what": "A trial"}


def _deposits() -> list[str]:
    """Give deposits that are kept: of one DOI each, so the journal's own goes."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(VECTORS.glob("crossref/*.xml")) if path.stem != "grant"]
    texts += [(VECTORS / "profiles" / f"{name}.xml").read_text(encoding="utf-8") for name in ("crossref", "unixref")]
    texts = [re.sub(r"<doi_data><doi>10\.5072/atp</doi>.*?</doi_data>", "", text, count=1) for text in texts]
    return [text for text in texts if text.count("<doi_data>") == 1]


def _filled(dynamodb: Any, table: str, press: Press, examples: Sequence[Record], count: int) -> dict[str, Record]:
    """Put the examples, as if they were of the month, and so many copies into the table."""
    made = [_aged(record, 0) for record in examples]
    made += [_copied(examples[number % len(examples)], number, press.prefix) for number in range(count - len(examples))]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda start: every_kind.load(dynamodb, table, made[start : start + _AT_ONCE]), range(0, count, _AT_ONCE)))
    records = {str(record.identifier): record for record in made}
    assert len(records) == count
    return records


def _aged(record: Record, number: int) -> Record:
    """Let a record be of the month or one of those before; one of eleven was registered when it had ended."""
    registered_s = MONTH.last_s + 1 if number % 11 == 10 else MONTH.last_s - number % 90 * _DAY_S
    updated_s = registered_s + number % 7 * 3 * _DAY_S
    expires_s = int(time.time()) + TEST_LIFETIME_S if record.is_test else 0
    return replace(record, created_s=registered_s, registered_s=registered_s, updated_s=updated_s, expires_s=expires_s)


def _copied(example: Record, number: int, prefix: str) -> Record:
    """Copy an example: its own name everywhere in it, and one of the states."""
    name = _name(example.identifier, number, prefix)
    copy = replace(
        _aged(example, number),
        identifier=name,
        elements={key: _renamed(text, example.identifier, name) for key, text in example.elements.items()},
    )
    match (number // 100 + number) % 13:
        case 3:  # never public, so in no set
            return replace(copy, state=State.DRAFT, registered_s=0, placement=None)
        case 5:
            return replace(copy, state=State.REGISTERED, reason="withdrawn by the author")
        case 8 if example.agency is not Agency.CROSSREF:
            return replace(copy, exported=False)
    return copy


def _name(example: Identifier, number: int, prefix: str) -> Identifier:
    if example.name.startswith("ark:"):
        start = "ark:/99999/fk4" if "/99999/" in example.name else "ark:/12345/ps1"
        return Identifier.parse(f"{start}{number}/=a.v{number % 3}")
    start = "10.5072/FK2" if example.prefix != prefix else f"{prefix}/{example.suffix[:2]}"
    return Identifier.parse(f"doi:{start}{_NAMES[number % len(_NAMES)].format(f'{number:07}')}")


def _renamed(text: str, old: Identifier, new: Identifier) -> str:
    """Write a new name wherever the old one stands, in small letters where that does."""
    spelled = escape(new.name.partition(":")[2]) if text.lstrip().startswith("<") else new.name.partition(":")[2]
    pattern = re.escape(old.name.partition(":")[2])
    return re.sub(pattern, lambda found: spelled if found[0] == found[0].upper() else spelled.lower(), text, flags=re.IGNORECASE)


def _listening(queues: Any, rules: Any, bus: str) -> str:
    """Make a queue that gets all events of snapshots."""
    url: str = queues.create_queue(QueueName="snapshot-events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["pidstack"], "detail-type": ["SnapshotPublished"]})
    rules.put_rule(Name="snapshot-events", EventBusName=bus, EventPattern=pattern)
    rules.put_targets(Rule="snapshot-events", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def in_this_month() -> Period:
    """The month that is not over."""
    return Period(datetime.now(UTC).strftime("%Y-%m"))


def workers(stack: LocalStack, function: str) -> list[int]:
    """The processes in which the emulator runs a function."""
    leader = requests.get(f"{stack.aws_endpoint}{bridges.IDENTITY_PATH}", timeout=60).json()["pid"]
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,pgid=,args="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    found = [line.split(None, 2) for line in listed.splitlines()]
    return [int(pid) for pid, group, words in found if int(group) == leader and function in words]
