"""OAI-PMH repositories over a registry in memory, with a clock that a test moves; requests are gateway events."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement, WantedPlace
from pidstack.domain.record import Record
from pidstack.domain.shoulder import root_of
from pidstack.protocols.gateway import read_request
from pidstack.protocols.oai.crossref_sets import CrossrefSets
from pidstack.protocols.oai.datacite_sets import DataCiteSets
from pidstack.protocols.oai.dispatch import answer
from pidstack.protocols.oai.flavour import DATACITE, crossref
from pidstack.protocols.oai.service import Repository, Service, Settings
from pidstack.protocols.oai.token import Mint
from pidstack.services.authenticate import Authenticator
from pidstack.services.entitle import Entitlement
from pidstack.services.harvest import Harvest
from tests import oai_answers
from tests.builders import NOW_S
from tests.fakes.feed import MemoryLedger
from tests.fakes.harvest import MemoryHarvest
from tests.fakes.subscriptions import MemoryLeases, MemorySubscriptions
from tests.world import DESCRIBED, World, a_world

BASE = "https://ids.example.org"
SETTLE_S = 30
SETTINGS = Settings(name="Registry", admin_email="registry@example.org", page_size=3, sets_page_size=4)


@dataclass(frozen=True, slots=True)
class Sent:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(slots=True)
class OaiWorld:
    """Two repositories over one registry, and the pieces of it that a test looks at or changes."""

    settings: Settings = SETTINGS
    default_set: str = "J"
    world: World = field(default_factory=a_world)
    counters: MemoryLedger = field(default_factory=MemoryLedger)
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    indexed: Callable[[], list[Record]] | None = None
    leases: MemoryLeases = field(init=False)
    harvest: Harvest = field(init=False)

    def __post_init__(self) -> None:
        self.leases = MemoryLeases(self.world.time)
        lists = MemoryHarvest(self.records, self.indexed)
        members = {"groupa": ["aaron", "alice", "gadmin"], "groupb": ["bob", "proxy", "radmin"]}
        self.harvest = Harvest(
            lists, self.counters, self.world.publications, lambda group: members.get(group, []), self.world.time, SETTLE_S
        )

    @property
    def service(self) -> Service:
        """The repositories, as a function has them."""
        registry, keeper = self.world.registry, self.world.keeper
        entitlement = Entitlement(self.subscriptions, Authenticator(registry.directory, self.world.time), self.world.time)
        flavours = (
            (crossref(self.default_set), CrossrefSets(registry.publications, registry.directory)),
            (DATACITE, DataCiteSets(keeper, registry.calendar)),
        )
        key = Mint(lambda: b"a key for tests only")
        return {
            flavour.path: Repository(
                flavour,
                sets,  # type: ignore[arg-type]
                registry,
                self.harvest,
                entitlement,
                self.leases,
                key,
                self.settings,
                friends=tuple(each.path for each, _ in flavours if each is not flavour),
            )
            for flavour, sets in flavours
        }

    def records(self) -> list[Record]:
        """All that is kept."""
        return list(self.world.identifiers._records.values())

    def keep(self, name: str, place: WantedPlace | None = None, **fields: Any) -> Record:
        """Keep a record that harvesters see, older than what lists wait for; a journal's article if nothing else is said."""
        identifier = Identifier.parse(name)
        at_s = self.world.time() - 2 * SETTLE_S
        usual = {"owner": "alice", "group": "groupa", "created_s": at_s, "updated_s": at_s, "elements": DESCRIBED}
        prefix = identifier.prefix if identifier.doi else root_of(identifier)
        wanted = place or WantedPlace(Kind.JOURNAL if identifier.doi else Kind.NONE, prefix, "Journal of Examples", year=2011)
        placement: Placement = self.world.publications.place(wanted)
        record = Record(**{"identifier": identifier, "placement": placement, **usual, **fields})
        self.world.calendar.mark(record)
        self.world.identifiers.create(record)
        return record

    def change(self, name: str, **fields: Any) -> None:
        """Change a kept record, now."""
        old = self.world.identifiers.get(Identifier.parse(name))
        assert old is not None
        new = replace(old, **{"updated_s": self.world.time(), **fields})
        self.world.calendar.mark(new)
        self.world.identifiers.replace(new)

    def send(
        self,
        path: str,
        arguments: Mapping[str, str | list[str]] | str = "",
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        by: tuple[str, str] | None = None,
        address: str = "192.0.2.1",
    ) -> Sent:
        """Send a request and give what HTTP carries back."""
        query = arguments if isinstance(arguments, str) else urlencode(arguments, doseq=True)
        sent = dict(headers or {})
        if by:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(by).encode()).decode()
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True),
            "requestContext": {"identity": {"sourceIp": address}},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        response = answer(read_request(event, BASE), self.service).event()
        content = base64.b64decode(response["body"]) if response["isBase64Encoded"] else response["body"].encode()
        return Sent(response["statusCode"], {name.lower(): value for name, value in response["headers"].items()}, content)

    def ask(self, path: str, arguments: Mapping[str, str | list[str]] | str = "", **how: Any) -> oai_answers.Answer:
        """Send a request whose answer has to be one of the protocol."""
        return oai_answers.read(self.send(path, arguments, **how))

    def pages(self, path: str, arguments: Mapping[str, str], **how: Any) -> Iterator[oai_answers.Answer]:
        """Follow a list to its end."""
        page = self.ask(path, arguments, **how)
        yield page
        while page.token:
            page = self.ask(path, {"verb": arguments["verb"], "resumptionToken": page.token}, **how)
            yield page


def stamp_of(at_s: int) -> str:
    """A datestamp, written by other means than the ones under test."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at_s, UTC).isoformat().replace("+00:00", "Z")


WATERMARK = stamp_of(NOW_S - SETTLE_S)
