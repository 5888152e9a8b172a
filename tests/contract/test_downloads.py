"""Batch downloads as EZID's clients order and fetch them: through the template's routes to the handlers, over moto."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.downloads import app
from pidstack import bootstrap
from pidstack.domain.accounts import Account, Group
from pidstack.domain.export import LIFETIME_S, LONGEST_S
from pidstack.protocols.ezid.download import dispatch
from pidstack.protocols.ezid.download.dispatch import LONGEST_ANSWER_BYTES
from pidstack.protocols.pages.layout import POLICY
from tests.contract.in_process import BASE_URL, Answer, Gateway, running
from tests.event_contract import EVENTS, EXPORT_CONTRACT, breaches
from tests.exporting import BUCKET, Machine
from tests.world import cheap_hash

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PASSWORD = "one for all"
HASH = cheap_hash(PASSWORD)


@dataclass(frozen=True)
class Place:
    """The API, and what one test has in it for itself: accounts and names. The rest of it is shared, since it takes long to make.

    Attributes:
        alice, adele: an account of a group, and the group's administrator.
        bob: an account of another group.
    """

    gateway: Gateway
    number: int

    alice = property(lambda self: f"alice{self.number}")
    adele = property(lambda self: f"adele{self.number}")
    bob = property(lambda self: f"bob{self.number}")
    group = property(lambda self: f"group{self.number}")

    def send(self, method: str, path: str, body: str | None = None, *, by: str = "", **headers: str) -> Answer:
        return self.gateway.send(method, path, body, by=(by, PASSWORD) if by else None, headers=headers)

    def name(self, suffix: str) -> str:
        """Make a name that no other test has."""
        return f"ark:/99999/fk4t{self.number:02}{suffix}"

    def create(self, suffix: str, *lines: str, by: str = "") -> str:
        assert self.send("PUT", f"/id/{self.name(suffix)}", "\n".join(lines), by=by or self.alice).status == 201
        return self.name(suffix)

    def order(self, body: object, by: str = "") -> Answer:
        text = body if isinstance(body, str) else urlencode(body, doseq=True)  # type: ignore[arg-type]
        return self.send("POST", "/download_request", text, by=by or self.alice, **FORM)

    def ordered(self, body: object, by: str = "") -> str:
        """Order a download and give the path of its file."""
        answer = self.order(body, by)
        assert (answer.status, answer.line[:9]) == (200, "success: ")
        return answer.line.removeprefix(f"success: {BASE_URL}")

    def content(self, path: str) -> bytes:
        """Fetch a file that is ready, whole, and follow the way to the object in the bucket as for a part of it."""
        whole, sent = self.send("GET", path), self.send("GET", path, Range="bytes=0-")
        assert (whole.status, sent.status) == (200, 302)
        place, _, signed = sent.headers["location"].partition("?")
        assert "X-Amz-Expires=3600" in signed
        key = f"exports/{place.rpartition('/')[2]}"
        stored = bytes(boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())
        assert whole.content == stored
        return stored


@pytest.fixture(scope="module", name="api")
def _api() -> Iterator[tuple[Gateway, Machine]]:
    with running() as gateway:
        gateway.add_shoulder("ark:/99999/fk4", test=True)
        gateway.directory.create(Group("groupr"))
        gateway.directory.create(Account("root", "groupr", HASH, superuser=True))
        yield gateway, Machine()


@pytest.fixture
def machine(api: tuple[Gateway, Machine]) -> Iterator[Machine]:
    yield api[1]
    api[1].hurry = False


@pytest.fixture
def place(api: tuple[Gateway, Machine]) -> Place:
    made = Place(api[0], next(NUMBERS))
    for group in (made.group, f"other{made.number}"):
        made.gateway.directory.create(Group(group))
    for name, group in ((made.alice, made.group), (made.adele, made.group), (made.bob, f"other{made.number}")):
        made.gateway.directory.create(Account(name, group, HASH, group_admin=name == made.adele))
    return made


NUMBERS = count()


@pytest.mark.parametrize(
    ("method", "path", "by", "status", "line"),
    [
        ("PUT", "/download_request", "alice", 405, "error: method not allowed"),
        ("HEAD", "/download_request", "alice", 405, ""),
        ("GET", "/download_request", "alice", 405, "error: method not allowed"),
        ("POST", "/download_request", "", 401, "error: unauthorized"),
        ("POST", "/download_request?format=anvl", "alice", 400, "error: bad request - unrecognized URL query parameter 'format'"),
        ("POST", "/download_request", "alice", 400, "error: bad request - missing required parameter: format"),
        ("GET", "/download_request?foo=1", "alice", 400, "error: bad request - invalid parameter: foo"),
        ("POST", "/download/AAAAAAAAAAAAAAAA.zip", "", 405, "error: method not allowed"),
        ("GET", "/download/AAAAAAAAAAAAAAAA.zip", "", 404, "error: no such download"),
        ("GET", "/s3_download/x", "", 404, "error: no such download"),
    ],
)
def test_what_cannot_be_is_refused_in_ezids_words(place: Place, method: str, path: str, by: str, status: int, line: str) -> None:
    sent = "format=anvl" if method == "POST" else None  # no form, as its type says

    answer = place.send(method, path, sent, by=getattr(place, by) if by else "")

    assert (answer.status, answer.line) == (status, line)


@pytest.mark.parametrize(
    ("by", "asked", "line"),
    [
        pytest.param("alice", "format=csv", "error: bad request - format 'csv' requires at least one column", id="no column"),
        pytest.param("alice", "owner=x&format=anvl", "error: bad request - parameter 'owner': no such user", id="no account"),
        pytest.param(
            "alice", "ownergroup=x&format=anvl", "error: bad request - parameter 'ownergroup': no such group", id="no group"
        ),
        pytest.param("alice", "format=anvl&owner={0.bob}", "error: forbidden", id="somebody else's"),
        pytest.param("alice", "format=anvl&ownergroup={0.group}", "error: forbidden", id="her own group's, as no administrator"),
        pytest.param("adele", "format=anvl&ownergroup=groupr", "error: forbidden", id="another group's"),
        pytest.param("adele", "format=anvl&owner={0.bob}", "error: forbidden", id="of another group"),
    ],
)
def test_what_an_account_may_not_have_is_refused(place: Place, by: str, asked: str, line: str) -> None:
    answer = place.order(asked.format(place), getattr(place, by))

    assert (answer.status, answer.line) == (403 if line == "error: forbidden" else 400, line)


def test_whose_identifiers_are_in_the_file(place: Place, machine: Machine) -> None:
    for suffix, owner in (("5", place.alice), ("3", place.bob), ("4", place.adele)):
        place.create(suffix, by=owner)
    asked = {
        "": place.alice,
        f"owner={place.alice}": place.adele,
        f"ownergroup={place.group}": place.adele,
        f"owner={place.bob}&ownergroup={place.group}": "root",
    }

    found = {}
    for more, by in asked.items():
        path = place.ordered(f"format=csv&column=_owner&{more}", by)
        machine.run(name_of(path))
        found[more] = gzip.decompress(place.content(path)).decode().split()[1:]

    assert list(found.values()) == [
        [place.alice],
        [place.alice],
        [place.adele, place.alice],
        [place.bob, place.adele, place.alice],
    ]


def test_a_file_is_404_until_it_is_there(place: Place, machine: Machine) -> None:
    name = place.create("a", "erc.what: one", "_target: https://example.org/")
    path = place.ordered("format=anvl")
    before = [place.send(method, path) for method in ("GET", "HEAD")]

    machine.run(name_of(path))

    get, head = (place.send(method, path) for method in ("GET", "HEAD"))
    assert [(answer.status, answer.line) for answer in before] == [(404, "error: download is not ready"), (404, "")]
    assert (get.status, head.status) == (200, 200)
    assert {name: get.headers[name] for name in head.headers} == head.headers
    assert head.headers["content-type"] == "application/gzip"
    assert head.headers["repr-digest"].startswith("sha-256=:")
    assert head.headers["content-disposition"] == f'attachment; filename="{path.rpartition("/")[2]}"'
    assert gzip.decompress(place.content(path)).decode().startswith(f":: {name}\nerc.what: one\n_owner: {place.alice}\n")
    assert place.send("GET", path.replace("/s3_download/", "/download/")).content == get.content
    assert place.send("GET", path.replace(".txt.gz", ".zip")).status == 404


@pytest.mark.parametrize(
    ("longest", "accept", "status"),
    [
        pytest.param(LONGEST_ANSWER_BYTES, "*/*", 200, id="short"),
        pytest.param(10, "*/*", 302, id="long"),
        pytest.param(LONGEST_ANSWER_BYTES, "text/html,*/*;q=0.8", 302, id="browser"),
    ],
)
def test_who_follows_nothing_gets_a_file_that_an_answer_can_hold(
    place: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch, longest: int, accept: str, status: int
) -> None:
    path = place.ordered("format=anvl")
    machine.run(name_of(path))
    monkeypatch.setattr(dispatch, "LONGEST_ANSWER_BYTES", longest)

    answer = place.send("GET", path, Accept=accept)

    assert (answer.status, "location" in answer.headers) == (status, status == 302)
    assert answer.content == (b"" if status == 302 else place.content(path))


def test_an_order_in_a_query_is_carried_out(place: Place, machine: Machine) -> None:
    other, own = place.create("b", "erc.what: =1+1, \tand\u2028more"), place.create("a", "_status: reserved")
    asked = [
        ("format", "csv"),
        ("column", "erc.what"),
        ("column", "_id"),
        ("csvSafe", "yes"),
        ("compression", "zip"),
        ("type", "ark"),
    ]

    path = place.send("GET", f"/download_request?{urlencode(asked)}", by=place.alice).line.removeprefix(f"success: {BASE_URL}")
    machine.run(name_of(path))

    archive = zipfile.ZipFile(io.BytesIO(place.content(path)))
    assert archive.namelist() == [f"{name_of(path)}.csv"]
    assert archive.read(archive.namelist()[0]).decode() == f'erc.what,_id\r\n,{own}\r\n"\'=1+1,  and more",{other}\r\n'


def test_equal_orders_give_one_file_as_long_as_it_is_being_made_and_an_empty_one_too(place: Place, machine: Machine) -> None:
    first, again, other = (
        place.ordered(asked) for asked in ("format=xml&type=ark&type=doi", "type=doi&format=xml&type=ark", "format=xml")
    )
    planned = machine.plan(name_of(first))
    while_it_runs = place.ordered("format=xml&type=ark&type=doi")

    for item in machine.items(planned):
        machine.write(item)
    machine.finish(planned)
    later = place.ordered("format=xml&type=ark&type=doi")

    assert first == again == while_it_runs
    assert len({first, other, later}) == 3
    started = machine.started()
    assert [started.count(name_of(path)) for path in (first, other, later)] == [1, 1, 1]
    assert gzip.decompress(place.content(first)) == b'<?xml version="1.0" encoding="utf-8"?>\n<records></records>'


def test_a_killed_worker_and_what_is_written_meanwhile_lose_and_double_nothing_that_stays(
    place: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are repeated as the state machine repeats them, and some that were given up come to their end much later."""
    monkeypatch.setattr("pidstack.services.exports.write.BATCH", 3)
    names = sorted(place.create(f"{number:02}") for number in range(25))
    path = place.ordered({"format": "csv", "column": ["_id", "erc.what"]})
    machine.hurry = True
    first_plan, planned = machine.plan(name_of(path)), machine.plan(name_of(path))
    machine.write(machine.items(first_plan)[1])
    machine.write(machine.items(planned)[0])

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap.export_workshop().files, "put", killed)
        with pytest.raises(SystemExit):
            machine.write(machine.items(planned)[1])
    for number, words in ((0, "behind the writer"), (20, "before the writer")):
        assert place.send("POST", f"/id/{names[number]}", f"erc.what: {words}", by=place.alice).status == 200
    place.create("05x")
    newer = place.create("20x")
    for item in [*machine.items(planned)[1:], machine.items(planned)[2]]:
        machine.write(item)
    machine.finish(planned)

    rows = [row.split(",") for row in gzip.decompress(place.content(path)).decode().split("\r\n")[1:-1]]
    assert planned["segments"] == 3
    assert [row[0] for row in rows] == sorted([*names, newer])
    assert (dict(rows)[names[0]], dict(rows)[names[20]]) == ("", "before the writer")


def test_progress_is_told_to_programs_and_to_people(place: Place, machine: Machine) -> None:
    for number in range(25):
        place.create(f"{number:02}")
    path = place.ordered("format=anvl&permanence=test&createdAfter=0")
    waiting = json.loads(place.send("GET", path, Accept="application/json").text)
    planned = machine.plan(name_of(path))
    machine.write(machine.items(planned)[0])

    told = json.loads(place.send("GET", path, Accept="application/json").text)
    page = place.send("GET", path, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    for item in machine.items(planned)[1:]:
        machine.write(item)
    machine.finish(planned)
    ready = json.loads(place.send("GET", path, Accept="application/json").text)

    assert (waiting["state"], waiting["expected"], waiting["percent"]) == ("waiting", 0, 0)
    assert [told[part] for part in ("state", "seen", "written", "expected", "percent")] == ["running", 10, 10, 25, 40]
    assert told["seconds_left"] >= 1
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (page.headers["content-security-policy"], page.headers["vary"]) == (POLICY, "Accept")
    assert page.headers["cache-control"] == "no-store"
    assert f'<link rel="stylesheet" href="{BASE_URL}/static/style.css">' in page.text
    assert "<style" not in page.text
    assert all(
        part in page.text for part in ('<meta http-equiv="refresh"', '<progress max="100" value="40">', "10 of 25 records, 40 %")
    )
    assert [ready[part] for part in ("state", "records", "percent", "url")] == ["ready", 25, 100, f"{BASE_URL}{path}"]
    assert ready["size"] == len(place.content(path))
    assert place.send("GET", path, Accept="text/html").status == 302


def test_a_failed_run_is_reported_to_whoever_asked(place: Place, machine: Machine) -> None:
    to = f"{place.alice}@example.org"
    path = place.ordered({"format": "anvl", "notify": f"Ann <{to}>"})

    machine.fail(name_of(path))

    told = json.loads(place.send("GET", path, Accept="application/json").text)
    page = place.send("GET", path, Accept="text/html")
    assert (told["state"], told["problem"]) == ("failed", "The registry made a mistake. Please ask again.")
    assert place.send("GET", path).line == f"error: download failed - {told['problem']}"
    assert (page.status, "refresh" in page.text, told["problem"] in page.text) == (410, False, True)
    assert [mail.subject for mail in mails(to)] == ["Your EZID batch download failed"]
    assert place.ordered({"format": "anvl", "notify": f"Ann <{to}>"}) != path


def test_mails_and_an_event_tell_that_it_is_there(place: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    place.create("a")
    bus, told = bootstrap.export_reporter().news._client, []  # type: ignore[attr-defined]
    put = bus.put_events
    monkeypatch.setattr(bus, "put_events", lambda Entries: told.extend(Entries) or put(Entries=Entries))  # noqa: N803
    ann, bob = (f"{name}@example.org" for name in (place.alice, place.bob))
    path = place.ordered({"format": "anvl", "notify": [f"Müller, Ann <{ann}>", bob, bob, "nonsense"]})

    machine.run(name_of(path))

    (to_ann,), (to_bob,) = mails(ann), mails(bob)
    assert to_ann.subject == to_bob.subject == "Your EZID batch download link"
    assert to_ann.body.startswith("Dear Müller, Ann,\n\n")
    assert all(f"{BASE_URL}{path}\n\nThe download will be deleted in 1 week." in mail.body for mail in (to_ann, to_bob))
    (entry,) = told
    detail = json.loads(entry["Detail"])
    assert entry["DetailType"] == detail["kind"] == "ExportReady"
    assert breaches(detail, EXPORT_CONTRACT) == []
    assert (detail["url"], detail["records"]) == (f"{BASE_URL}{path}", 1)


@pytest.mark.parametrize(
    ("broken", "is_kept"),
    [({}, True), ({"kind": "ExportFailed"}, False), ({"problem": "none"}, False), ({"url": ""}, False), ({"sha256": "x"}, False)],
    ids=str,
)
def test_the_sample_keeps_the_contract_and_what_breaks_it_is_found(broken: dict[str, str], is_kept: bool) -> None:
    detail = json.loads((EVENTS / "samples" / "export-ready.v1.json").read_text(encoding="utf-8"))

    assert (breaches({**detail, **broken}, EXPORT_CONTRACT) == []) is is_kept


def test_after_a_week_it_is_gone_whatever_the_bucket_does(place: Place, machine: Machine) -> None:
    path = place.ordered("format=anvl")
    machine.run(name_of(path))

    answers = [after(LIFETIME_S + more_s, lambda: place.send("GET", path)) for more_s in (-60, 60)]

    assert [(answer.status, answer.line) for answer in answers] == [(200, ""), (404, "error: no such download")]


def test_a_file_that_the_bucket_has_lost_is_gone(place: Place, machine: Machine) -> None:
    path = place.ordered("format=anvl&type=uuid")
    machine.run(name_of(path))
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=f"exports/{path.rpartition('/')[2]}")

    answer = place.send("GET", path)

    assert (answer.status, answer.line) == (404, "error: no such download")


def test_what_got_stuck_is_told_and_can_be_ordered_again(place: Place, machine: Machine) -> None:
    path = place.ordered("format=anvl")
    machine.plan(name_of(path))

    answer, again = after(LONGEST_S, lambda: (place.send("GET", path), place.ordered("format=anvl")))

    assert (answer.status, answer.line) == (410, "error: download failed - It took longer than a day.")
    assert again != path


def name_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def killed(*_: object) -> None:
    """Stand in for whatever is the last thing that a worker did."""
    raise SystemExit


def mails(to: str) -> list[Any]:
    """Give what was sent to an address."""
    sent = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    return [mail for mail in sent if any(to in address for address in mail.destinations["ToAddresses"])]


def after(seconds: int, do: Callable[[], Any]) -> Any:
    """Do something, at the desk of downloads, as if it were later."""
    served, then_s = app.service(), bootstrap.system_clock() + seconds
    with pytest.MonkeyPatch.context() as patch:
        later = replace(served, desk=replace(served.desk, clock=lambda: then_s))
        patch.setattr(app, "service", lambda: later)
        return do()
