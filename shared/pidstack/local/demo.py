"""The demo: two accounts in two groups, their shoulders, records of every state and profile, and publications."""

from __future__ import annotations

import contextlib
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pidstack.domain.accounts import Account, Group
from pidstack.domain.errors import AlreadyExists
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.local.bridges import REGION
from pidstack.local.demo_publications import CROSSREF_SHOULDER, DATACITE_SHOULDER, publications
from pidstack.local.paths import LocalStackError
from pidstack.protocols.ezid.anvl import format_pairs
from pidstack.services import hand_out, keep
from pidstack.store.directory import DynamoDirectory
from pidstack.store.tables import connect

if TYPE_CHECKING:
    from pidstack.local.stack import LocalStack

_RECORDS_AN_ACCOUNT = 20
_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class _Depositor:
    name: str
    password: str
    group: str
    title: str


_DEPOSITORS = (
    _Depositor("demo.one", "one-demo", "library", "A university library"),
    _Depositor("demo.two", "two-demo", "archive", "A data archive"),
)
_SHOULDERS = (
    Shoulder(ShoulderName("ark:/99999/fk4"), "Test ARKs", test=True),
    Shoulder(ShoulderName("doi:10.5072/FK2"), "Test DOIs", Agency.DATACITE, "DEMO.TEST", test=True),
    Shoulder(ShoulderName("doi:10.5072/"), "The test prefix", Agency.DATACITE, "DEMO.TEST", test=True),
    Shoulder(ShoulderName("doi:10.15697/FK2"), "Test DOIs at Crossref", Agency.CROSSREF, test=True),
    Shoulder(ShoulderName(DATACITE_SHOULDER), "DOIs that last", Agency.DATACITE, "DEMO.DATA"),
    Shoulder(ShoulderName(CROSSREF_SHOULDER), "DOIs that last, at Crossref", Agency.CROSSREF),
    Shoulder(ShoulderName("ark:/12345/ps1"), "ARKs that last"),
)
_GRANTED = (DATACITE_SHOULDER, CROSSREF_SHOULDER, "ark:/12345/ps1")


def seed(stack: LocalStack, directory: Path) -> list[dict[str, str]]:
    """Make whatever of the demo is not there yet; repeating it changes nothing.

    Args:
        stack: the running stack.
        directory: where the local stack keeps its state; nothing is written there.
    Returns:
        the accounts, each with name, password and group, as `stack.json` lists them.
    Raises:
        LocalStackError: the API refused a record.
    """
    connect(
        stack.outputs["IdentifierTableName"],
        region=REGION,
        host=stack.aws_endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator takes anything
    )
    _keep_accounts(DynamoDirectory())
    for number, depositor in enumerate(_DEPOSITORS):
        records = list(_records(depositor, number))
        if _answer(stack, "GET", f"id/{records[-1].name}") == 200:
            continue
        for record in records:
            _make(stack, depositor, record)
    return [{"name": d.name, "password": d.password, "group": d.group} for d in _DEPOSITORS]


def _keep_accounts(keeper: DynamoDirectory) -> None:
    for shoulder in _SHOULDERS:
        with contextlib.suppress(AlreadyExists):  # there since an earlier start, with settings that somebody changed
            hand_out.create_shoulder(shoulder, keeper)
    for depositor in _DEPOSITORS:
        with contextlib.suppress(AlreadyExists):
            keep.create_group(Group(depositor.group, title=depositor.title), keeper)
        if keeper.account(depositor.name) is None:
            account = Account(depositor.name, depositor.group, created_s=int(time.time()))
            keep.create_account(account, depositor.password, keeper)
        for name in _GRANTED:
            hand_out.grant(name, depositor.name, keeper)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record to make, and what happens to it afterwards."""

    name: str
    elements: dict[str, str]
    then: dict[str, str]


_PROFILES = ("erc", "dc", "datacite")
_STATES = ("public", "reserved", "unavailable")
_TITLES = ("Tide tables", "Letters from the field", "Soil samples", "Glacier photographs", "Birdsong recordings")
_AUTHORS = ("Okafor, Adaeze", "Lindqvist, Nils", "Tanaka, Yuki", "Moreau, Claire")


def _records(depositor: _Depositor, number: int) -> Iterator[_Record]:
    """Every state with every profile, as ARK and as DOI, for good and as tests; and publications."""
    starts = (
        f"ark:/99999/fk4demo{number}",
        f"doi:10.12345/DEMO{number}",
        f"doi:10.5072/FK2DEMO{number}",
        f"ark:/12345/ps1demo{number}",
    )
    for count in range(_RECORDS_AN_ACCOUNT):
        state = _STATES[count % 3]
        profile = _PROFILES[count // 3 % 3]
        elements = {
            "_target": f"https://example.org/{depositor.group}/{count}",
            "_profile": profile,
            "_status": "reserved" if state == "reserved" else "public",
            **_described(profile, _AUTHORS[count % 4], f"{_TITLES[count % 5]}, box {count}", str(1990 + count), depositor.title),
        }
        then = {"_status": "unavailable | withdrawn by its depositor"} if state == "unavailable" else {}
        yield _Record(f"{starts[count % 4]}{count:02}", elements, then)
    for made in publications(depositor.title, number):
        elements = {"_target": f"https://example.org/{depositor.group}/{made.ending.lower()}", "_profile": made.profile}
        yield _Record(f"{made.shoulder}{made.ending}", {**elements, made.profile: made.document}, {})


def _described(profile: str, who: str, what: str, when: str, publisher: str) -> dict[str, str]:
    if profile == "erc":
        return {"erc.who": who, "erc.what": what, "erc.when": when, "datacite.publisher": publisher}
    if profile == "dc":
        return {"dc.creator": who, "dc.title": what, "dc.date": when, "dc.publisher": publisher, "dc.type": "Dataset"}
    return {
        "datacite.creator": who,
        "datacite.title": what,
        "datacite.publicationyear": when,
        "datacite.publisher": publisher,
        "datacite.resourcetype": "Dataset/Box",
    }


def _make(stack: LocalStack, depositor: _Depositor, record: _Record) -> None:
    path = f"id/{record.name}"
    for method, where, elements in (("PUT", f"{path}?update_if_exists=yes", record.elements), ("POST", path, record.then)):
        if not elements:
            continue
        status = _answer(stack, method, where, depositor, format_pairs(elements.items()))
        if status not in {200, 201}:
            raise LocalStackError(f"the demo's {record.name} was answered {status}; see what the functions say with: make logs")


def _answer(stack: LocalStack, method: str, path: str, by: _Depositor | None = None, body: str | None = None) -> int:
    request = urllib.request.Request(f"{stack.base_url}{path}", method=method, data=body.encode() if body else None)  # noqa: S310
    request.add_header("Content-Type", "text/plain; charset=UTF-8")
    if by is not None:
        request.add_header("Authorization", "Basic " + b64encode(f"{by.name}:{by.password}".encode()).decode())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
