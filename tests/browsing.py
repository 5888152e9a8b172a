"""A browser over the deployed stack, and what there is to see in it.

The browser is the machine's own Chromium. Playwright drives it, and downloads none.
"""

from __future__ import annotations

import http.server
import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from pidstack.cli.main import cli
from pidstack.domain.export import Export, Form, Order, Stage
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.local.bridges import REGION
from pidstack.local.stack import LocalStack
from pidstack.ports.exports import Progress
from pidstack.protocols.export_event import address_of
from pidstack.store.exports import DynamoExports
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.tables import connect
from tests.ezid_http import Client, client_of

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
WITHIN_S = 120
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
CREATORS = 20_000
LANDING = "Here is the object"
REASON = "Withdrawn by its author; a corrected edition is 10.5072/fk2tides2"
HOSTILE = (
    "</title></script><svg onload=alert(1)><img src=x onerror=alert(1)> \u202egnp.exe "
    "&lt;script&gt;alert(1)&lt;/script&gt; &#xD800; &nosuch; &"
)
_TIDES = """<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns="http://datacite.org/schema/kernel-4">
<identifier identifierType="DOI">{doi}</identifier>
<creators>
<creator><creatorName nameType="Personal">Lima, Ana</creatorName><givenName>Ana</givenName><familyName>Lima</familyName>
<nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">https://orcid.org/0000-0002-1825-0097</nameIdentifier>
<affiliation>Harbour Institute of Oceanography</affiliation></creator>
<creator><creatorName nameType="Personal">Okafor, Chidi</creatorName><givenName>Chidi</givenName><familyName>Okafor</familyName>
<affiliation>University of the Delta</affiliation></creator>
</creators>
<titles><title>Tides and surges at forty harbours, 1931 to 2024</title>
<title titleType="TranslatedTitle" xml:lang="pt">Mares e ressacas em quarenta portos</title></titles>
<publisher>Harbour Institute</publisher><publicationYear>2024</publicationYear>
<resourceType resourceTypeGeneral="Dataset">Time series</resourceType>
<subjects><subject>sea level</subject><subject>tide gauges</subject><subject>storm surges</subject></subjects>
<dates><date dateType="Collected">1931-01-01/2024-06-30</date></dates><language>en</language><version>2.1</version>
<relatedIdentifiers>
<relatedIdentifier relatedIdentifierType="DOI" relationType="IsSupplementTo">10.5072/fk2paper</relatedIdentifier>
</relatedIdentifiers>
<sizes><size>40 files, 1.2 GB</size></sizes><formats><format>text/csv</format></formats>
<rightsList><rights rightsURI="https://creativecommons.org/licenses/by/4.0/">Creative Commons Attribution 4.0</rights></rightsList>
<descriptions>
<description descriptionType="Abstract">Hourly water levels, quality-controlled, with the datum of each gauge.</description>
</descriptions>
<fundingReferences><fundingReference><funderName>Coastal Research Fund</funderName><awardNumber>CRF-2019-77</awardNumber>
</fundingReference></fundingReferences>
</resource>"""


@dataclass(frozen=True, slots=True)
class Place:
    """The stack and what was made in it.

    Attributes:
        base: address of the registry, no slash at its end.
        landing: address that `found` leads to, on a server of the test's own.
        found: ARK with a target that answers.
        tides: DOI with a full description.
        gone: DOI that is not available any more.
        hostile: DOI whose description means harm.
        crowded: DOI with very many creators, and a target that is a script.
        reader, token: of a recipient.
        day: of which a snapshot is being made.
    """

    stack: LocalStack
    base: str
    client: Client
    landing: str
    found: str
    tides: str
    gone: str
    hostile: str
    crowded: str
    reader: str
    token: str
    day: str

    def pages(self) -> Mapping[str, str]:
        """The path of each page, by its name."""
        return {
            "home": "/",
            "home with a problem": "/resolve?identifier=no+name",
            "documentation": "/docs",
            **{f"guide to {name}": f"/docs/{name}" for name in ("resolver", "ezid", "snapshots", "rest")},
            "identifier": f"/view/{self.tides}",
            "identifier without a description": f"/view/{self.found}",
            "tombstone": f"/tombstone/id/{self.gone}",
            "hostile": f"/view/{self.hostile}",
            "crowded": f"/view/{self.crowded}",
            "not found": "/10.5072/fk2nothing-is-here",
            "no such page": "/docs/nothing",
            "no such download": "/download/AAAAAAAAAAAAAAAA.csv.gz",
            "snapshots": "/snapshots",
            "file of a snapshot": "/snapshots/monthly/latest/all.json.tar.gz",
            "archives": "/archives",
            "health": "/health",
        }


@dataclass(frozen=True, slots=True)
class Download:
    """A download of the first demo account that is ordered, and begun when the test says so.

    Args:
        column: that nobody else has ordered a table with.
    """

    place: Place
    column: str

    def ordered(self) -> str:
        """Put it where orders are kept, as waiting; give its address."""
        return address_of(self._export)

    def half_done(self) -> None:
        """Say that writers are amid it."""
        self._exports.change(self._export, replace(self._export, stage=Stage.RUNNING, expected=50_000))
        self._exports.note(self._export.name, 0, Progress(21_000, 20_000))

    def begin(self) -> None:
        """Order the same over HTTP, whereby it is made."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        said = self.place.client.send("POST", "/download_request", f"format=csv&column=_id&column={self.column}".encode(), form)
        assert said.name == self.ordered(), said.text

    @property
    def _exports(self) -> DynamoExports:
        return DynamoExports(lambda: int(time.time()), lambda: b"makes names")

    @property
    def _export(self) -> Export:
        account = self.place.client.account
        order = Order(account, (account,), Form.CSV, columns=("_id", self.column), base_url=self.place.base)
        return self._exports.take(order, int(time.time()))


@dataclass
class Visit:
    """One visitor, and what went wrong meanwhile: dialogs, errors of scripts or of policies, requests to elsewhere."""

    page: Page
    place: Place
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        return self.page.goto(f"{self.place.base}{path}")

    def is_narrow(self) -> bool:
        """Whether nothing has to be moved sideways to be read."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    def violations(self) -> list[str]:
        """What axe-core finds that is serious or critical, in the light, and in the dark, where only colours are others."""
        found = []
        for scheme, asked in (("light", {}), ("dark", {"runOnly": ["cat.color"]})):
            self.page.emulate_media(color_scheme=scheme)
            found += Axe().run(self.page, options={"resultTypes": ["violations"], **asked}).response["violations"]
        return [
            f"{each['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for each in found
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        ]


def browser(playwright: Playwright) -> Browser:
    """Start the machine's Chromium."""
    expect.set_options(timeout=WITHIN_S * 1000)  # it waits for five seconds unless told: less than a function may take to start
    is_root = os.geteuid() == 0  # for whom it does not make its sandbox
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if is_root else [])


@contextmanager
def visiting(chromium: Browser, place: Place, **settings: Any) -> Iterator[Visit]:
    """Visit the registry as somebody new; nothing may go wrong.

    Args:
        settings: of the browser's context, `java_script_enabled` for one.
    """
    context = chromium.new_context(**{"viewport": DESKTOP, **settings})
    context.set_default_timeout(WITHIN_S * 1000)
    visit = Visit(context.new_page(), place)
    _watch(context, visit)
    try:
        yield visit
    finally:
        context.close()
    assert visit.problems == []


def _watch(context: BrowserContext, visit: Visit) -> None:
    note, known = visit.problems.append, (f"{visit.place.base}/", visit.place.landing, visit.place.stack.aws_endpoint, "data:")

    def dialog(opened: Any) -> None:
        note(f"a dialog opened: {opened.message}")
        opened.dismiss()

    def said(message: Any) -> None:
        # That an answer has status 404, which some pages have on purpose, is said as an error as well.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            note(f"{message.type}: {message.text}")

    context.on("dialog", dialog)
    context.on("console", said)
    context.on("weberror", lambda error: note(f"error of a script: {error.error}"))
    context.on("request", lambda request: None if request.url.startswith(known) else note(f"asked elsewhere: {request.url}"))


class _Landing(http.server.BaseHTTPRequestHandler):
    """What identifiers lead to."""

    def do_GET(self) -> None:
        body = f"<!DOCTYPE html><html lang=en><link rel=icon href=data:,><title>{LANDING}</title><h1>{LANDING}</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        """Say nothing."""


@contextmanager
def a_place(stack: LocalStack, stack_file: Path) -> Iterator[Place]:
    """Make what there is to see.

    Args:
        stack_file: where the stack may be written down for the operator's commands.
    """
    stack.write(stack_file)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Landing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = _furnished(stack, stack_file, f"http://localhost:{server.server_port}/object?a=1&b=2")
        yield made
        server.shutdown()
    _operate(stack_file, "recipient", "remove", made.reader)
    crowded = DynamoIdentifiers(lambda: int(time.time()))
    if record := crowded.get(Identifier(made.crowded)):
        crowded.delete(record, by=record.owner, via="test")  # others list what there is


def _operate(stack_file: Path, *words: str) -> Any:
    done = CliRunner().invoke(cli, [*words, "--json"], env={"PIDSTACK_STACK_FILE": str(stack_file)})
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout) if done.stdout else None


def _furnished(stack: LocalStack, stack_file: Path, landing: str) -> Place:
    connect(stack.table, region=REGION, host=stack.aws_endpoint, aws_access_key_id="test", aws_secret_access_key="test")
    mark, client = secrets.token_hex(4), client_of(stack)
    doi = f"doi:10.5072/FK2{mark.upper()}"
    names = {name: f"{doi}{name.upper()}" for name in ("tides", "gone", "hostile", "crowded")} | {"found": f"ark:/99999/fk4{mark}"}
    document = _TIDES.format(doi=names["tides"].removeprefix("doi:"))
    for name, elements in (
        ("found", {"_target": landing}),
        ("tides", {"_target": "https://example.org/tides", "datacite": document}),
        ("gone", {"_target": "https://example.org/tides1", "datacite": document.replace(names["tides"][4:], names["gone"][4:])}),
        ("hostile", {"_target": "https://example.org/%3Cscript%3E?q=%22'><script>alert(1)</script>", **_hostile()}),
    ):
        made = client.create(names[name], elements)
        assert made.status == 201, made.text
    assert client.modify(names["gone"], {"_status": f"unavailable | {REASON}"}).status == 200
    _put_crowded(stack, names["crowded"])
    day = time.strftime("%Y-%m-%d", time.gmtime())
    _operate(stack_file, "snapshot", "create", "--daily", "--period", day, "--detach")
    reader = f"reader{mark}"
    _operate(stack_file, "recipient", "create", reader, "--name", "A reader", "--window-days", "0")
    token = _operate(stack_file, "token", "create", reader, "--name", "test")["token"]
    return Place(stack, stack.base_url.rstrip("/"), client, landing, reader=reader, token=token, day=day, **names)


def _hostile() -> dict[str, str]:
    names = ("creator", "title", "publisher")
    return {
        **{f"datacite.{name}": HOSTILE for name in names},
        "datacite.publicationyear": "2024",
        "datacite.resourcetype": "Dataset",
    }


def _put_crowded(stack: LocalStack, name: str) -> None:
    """Put it past the services, which would not take its target."""
    creators = "".join(f"<creator><creatorName>Name{number}, A</creatorName></creator>" for number in range(CREATORS))
    document = (
        '<resource xmlns="http://datacite.org/schema/kernel-4">'
        f'<identifier identifierType="DOI">{name[4:]}</identifier><creators>{creators}</creators>'
        "<titles><title>A crowd</title></titles>"
        '<publisher>All</publisher><publicationYear>2024</publicationYear><resourceType resourceTypeGeneral="Text"/></resource>'
    )
    now_s, account = int(time.time()), stack.accounts[0]
    DynamoIdentifiers(lambda: now_s).create(
        Record(
            Identifier(name),
            account["name"],
            account["group"],
            now_s,
            now_s,
            state=State.FINDABLE,
            target="javascript:alert(document.domain)",
            elements={"datacite": document},
            expires_s=now_s + 3600,
        )
    )
