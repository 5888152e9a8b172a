"""Archives of the deployed stack: runs by the state machine, folders in turn, the control file, and who may fetch what.

Statements in quotes are those of Crossref, "Bulk metadata formats".
"""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

import boto3
import pytest
import requests
from click.testing import CliRunner
from lxml import etree

from pidstack.cli.main import cli
from pidstack.domain.archive import Archive
from pidstack.local.bridges import REGION
from pidstack.local.demo_publications import publications
from pidstack.store.archives import DynamoArchiveRuns, DynamoFolders
from pidstack.store.machine import StepFunctionsMachine
from tests.archive_world import OUTPUT, SCHEMA, members
from tests.ezid_http import Stack
from tests.press import Press, a_press, described

WITHIN_S = 120
ARTICLES = 5


@dataclass(frozen=True, slots=True)
class Archives:
    """A press whose records go into archives, and a recipient from whom its second account withholds them.

    Attributes:
        day: on which its records were made, all of them unless midnight came in between.
    """

    press: Press
    stack_file: Path
    choosy: str
    machine: StepFunctionsMachine
    day: str

    def operate(self, *words: str) -> Any:
        """Run a command of the operator's, and wait for its end."""
        done = CliRunner().invoke(cli, [*words, "--json"], env={"PIDSTACK_STACK_FILE": str(self.stack_file)})
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def make(self, mode: str, day: str) -> Archive:
        """Let the state machine make an archive, and wait for its end; what the folder holds then."""
        name = f"{mode}-{secrets.token_hex(8)}"
        execution = self.machine.start(name, {"mode": mode, "date": day})
        deadline = time.monotonic() + WITHIN_S
        while (status := self.machine.status(execution)) == "RUNNING" and time.monotonic() < deadline:
            pass  # each round is a request
        assert status == "SUCCEEDED", DynamoArchiveRuns(lambda: 0).get(name)
        return next(each for each in DynamoFolders().archives() if each.run == name)

    def ask(self, path: str, token: str | None = None, method: str = "GET", **settings: Any) -> requests.Response:
        """Ask for something below `/archives`, following nothing."""
        headers = {"Crossref-Plus-API-Token": f"Bearer {self.press.token if token is None else token}"}
        url = f"{self.press.stack.base_url}archives{path}"
        return requests.request(method, url, headers=headers, allow_redirects=False, timeout=WITHIN_S, **settings)

    def control(self, token: str | None = None) -> dict[str, etree._Element]:
        """The runs of the control file, by folder; it is valid."""
        root = etree.fromstring(self.ask("/control.xml", token).content)
        SCHEMA.assertValid(root)
        return {run.get("folder"): run for run in root}

    def fetch(self, folder: str, token: str | None = None) -> bytes:
        """What a recipient downloads."""
        answer = self.ask(f"/{folder}/archive.tar.gz", token)
        assert answer.status_code == 302, answer.text
        return requests.get(answer.headers["Location"], timeout=WITHIN_S).content

    def names(self, content: bytes) -> list[str]:
        """The press's DOIs in an archive, each member of which is valid."""
        found = [each.text for root in members(content).values() for each in root.iter(f"{OUTPUT}doi")]
        return sorted(f"doi:{name}".lower() for name in found if name.startswith(self.press.prefix))


@pytest.fixture(scope="module")
def archives(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archives]:
    day = today()
    press, stack_file = a_press(stack), tmp_path_factory.mktemp("archives") / "stack.json"
    stack.write(stack_file)  # type: ignore[attr-defined]
    article, book, _ = publications("Ocean Press", 0)
    for number in range(ARTICLES):
        elements = {"_profile": "crossref", "crossref": article.document}
        press.names[number % 2].append(press.make(number % 2, f"doi:{press.prefix}/C-ARTICLE{number}", elements))
    press.names[0].append(press.make(0, f"doi:{press.prefix}/C-BOOK", {"_profile": "crossref", "crossref": book.document}))
    press.names[1].append(press.make(1, f"doi:{press.prefix}/D-DATA", described(1)))
    press.names[0].append(press.make(0, f"ark:/12345/ps1{press.group}", {"erc.who": "Lima, Ana", "erc.what": "Tides"}))
    press.make(0, f"doi:{press.prefix}/D-PRIVATE", {**described(0), "_export": "no"})
    choosy = f"{press.group}-out"
    press.operate("recipient", "create", choosy, "--name", "Another indexer", "--window-days", "0")
    press.operate("optout", "set", choosy, "out", "--account", press.accounts[1].account)
    token = press.operate("token", "create", choosy, "--name", "test")["token"]
    press.settle()
    settings = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
    client = boto3.client("stepfunctions", endpoint_url=stack.aws_endpoint, **settings)  # type: ignore[call-overload]
    yield Archives(press, stack_file, token, StepFunctionsMachine(client, stack.outputs["ArchiveMachineArn"]), day)  # type: ignore[attr-defined]
    for recipient in (press.group, choosy):
        press.operate("recipient", "remove", recipient)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def dois(names: list[str]) -> list[str]:
    return sorted(name.lower() for name in names if name.startswith("doi:"))


def test_after_7_days_the_daily_runs_reuse_the_folders(archives: Archives) -> None:
    """ "After 7 days the daily runs reuse the folders overwriting the older daily data…"; days long ago have nothing."""
    first = date(1990, 1, 1) + timedelta(days=SystemRandom().randrange(5000))
    days = [(first + timedelta(days=number)).isoformat() for number in range(8)]

    folders = [archives.make("daily", day).folder for day in days]

    turns = [int(folder.removeprefix("day")) for folder in folders]
    assert turns == [(turns[0] + number) % 7 for number in range(8)]
    control = archives.control()
    assert {control[folder].get("until") for folder in folders} == set(days[1:])
    newest = control[folders[-1]]
    assert (newest.get("latest"), newest.get("dois"), newest.get("from")) == ("true", "0", days[-1])
    assert members(archives.fetch(folders[-1])) == {}


def test_a_daily_run_made_again_has_the_newest_and_readers_of_the_old_one_are_not_disturbed(
    archives: Archives, tmp_path: Path
) -> None:
    press, day = archives.press, today()
    folder = archives.make("daily", day).folder
    before = archives.control()[folder]
    link = archives.ask(f"/{folder}/archive.tar.gz").headers["Location"]
    changed = press.accounts[0].send(
        "POST", f"/id/doi:{press.prefix}/C-BOOK", b"_target: https://example.org/moved\n", {"Content-Type": "text/plain"}
    )
    assert changed.status == 200, changed.text
    press.settle()

    again = archives.make("daily", day)
    if not archives.day == day == today():
        pytest.skip("midnight came in between, so the records are of two days")

    content, old = archives.fetch(folder), requests.get(link, timeout=WITHIN_S).content
    control = archives.control()[folder]
    assert again.folder == folder
    assert (len(old), len(content)) == (int(before.get("bytes", "")), int(control.get("bytes", "")))
    assert (b"example.org/moved" in text_of(old), b"example.org/moved" in text_of(content)) == (False, True)
    assert archives.names(content) == dois(press.all_names)
    assert {root.get("mode") for root in members(content).values()} == {"daily"}
    (tmp_path / "archive.tar.gz").write_bytes(content)
    tar = ["tar", "-tzf", str(tmp_path / "archive.tar.gz")]
    listed = subprocess.run(tar, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603
    assert listed == list(members(content))
    assert f"J_{press.prefix}_1.xml" in listed


def test_weekly_and_full_runs_go_to_their_own_folders(archives: Archives) -> None:
    """ "…4 weekly folders…"; "…a 'full' run … produces a file for each title that contains all DOIs…" """
    made = {mode: archives.operate("archive", "create", mode, "--date", today())[0]["folder"] for mode in ("weekly", "full")}

    control = archives.control()
    assert made["full"] == "full"
    assert made["weekly"].startswith("week")
    for mode, folder in made.items():
        assert archives.names(archives.fetch(folder)) == dois(archives.press.all_names)
        assert (control[folder].get("mode"), control[folder].get("latest")) == (mode, "true")
    assert archives.operate("archive", "show", "full")[0]["dois"] == int(control["full"].get("dois", ""))
    assert {each["folder"] for each in archives.operate("archive", "list")} == set(control)
    assert archives.operate("archive", "list", "--runs")[0]["phase"] == "published"


def test_a_member_may_opt_out_for_a_recipient_whose_archives_are_without_its_dois(archives: Archives) -> None:
    """ "CrossRef member publishers may choose to opt-out for a given recipient." """
    full = archives.make("full", today())

    content = archives.fetch("full", archives.choosy)

    control = archives.control(archives.choosy)["full"]
    assert archives.names(content) == dois(archives.press.names[0])
    assert int(control.get("bytes", "")) == len(content)
    assert len(full.files) >= 2

    kept_back = ("--account", archives.press.accounts[0].account, "--title", f"J:{archives.press.prefix}:1")
    archives.press.operate("optout", "set", f"{archives.press.group}-out", "out", *kept_back)
    deadline = time.monotonic() + WITHIN_S
    while (refused := archives.ask("/full/archive.tar.gz", archives.choosy)).status_code == 302 and time.monotonic() < deadline:
        pass  # each round is a request
    assert refused.status_code == 403
    assert "full" not in archives.control(archives.choosy)
    assert archives.ask("/full/archive.tar.gz").status_code == 302


def test_archives_are_for_recipients_alone(archives: Archives) -> None:
    """ "CrossRef will distribute the entire metadata repository to organizations that specifically subscribe…" """
    account = archives.press.accounts[0]
    url = f"{archives.press.stack.base_url}archives"

    nobody = requests.get(f"{url}/control.xml", timeout=WITHIN_S)
    member = requests.get(f"{url}/full/archive.tar.gz", auth=(account.account, account.password), timeout=WITHIN_S)
    schema = requests.get(f"{url}/output3.0.xsd", timeout=WITHIN_S)

    # The gateway gives the challenge of a function another name, as it does on AWS.
    assert (nobody.status_code, nobody.headers["x-amzn-Remapped-WWW-Authenticate"]) == (401, 'Bearer realm="archives"')
    assert archives.ask("/control.xml", "nobody.knows").status_code == 401
    assert member.status_code == 403
    assert schema.status_code == 200
    assert etree.fromstring(schema.content).get("targetNamespace") == "http://www.crossref.org/output/3.0"
    assert archives.ask("/day7/archive.tar.gz").status_code == 404
    head = archives.ask("/full/archive.tar.gz", method="HEAD")
    assert (head.status_code, head.content) == (302, b"")
    assert requests.head(head.headers["Location"], timeout=WITHIN_S).status_code == 200


def text_of(content: bytes) -> bytes:
    return b"".join(etree.tostring(root) for root in members(content).values())
