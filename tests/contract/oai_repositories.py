"""The deployed OAI-PMH repositories without a deployment, each over the same dozen records; what the rule-by-rule suites ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pidstack.domain.shoulder import Agency
from tests import oai_answers
from tests.contract.in_process import BASE_URL, Answer, Gateway, running

PAGE_SIZE = 4
MEMBER, OTHER = ("alice", "secret"), ("bob", "secret")
ARTICLES = tuple(f"doi:10.12345/J{number}" for number in range(10))
BOOKS = ("doi:10.12345/B0", "doi:10.12345/(SICI)1097<1:A>3.0&CO;2-7", "doi:10.12345/ODD%ZZ[1]%41")
GONE = "doi:10.12345/GONE"
DIRTY = "doi:10.12345/DIRTY"
ARKS = ("ark:/13030/c7%c3%a9", "ark:/13030/c7bob")
DRAFT, HIDDEN = "doi:10.12345/DRAFT", "doi:10.12345/HIDDEN"
DOIS = frozenset((*ARTICLES, *BOOKS, GONE, DIRTY))

Arguments = Mapping[str, str] | Sequence[tuple[str, str]] | str


@dataclass(frozen=True, slots=True)
class Harvested:
    """One repository, asked as a harvester asks that may have all there is.

    Attributes:
        name: `crossref`, `strict` or `datacite`.
        sets: to be asked one by one for everything; the empty one where lists give everything by themselves.
    """

    name: str
    path: str
    gateway: Gateway
    sets: tuple[str, ...] = ("",)

    @property
    def url(self) -> str:
        """The base URL."""
        return BASE_URL + self.path

    @property
    def prefix(self) -> str:
        """The usual format."""
        return "oai_datacite" if self.name == "datacite" else "cr_unixsd"

    @property
    def formats(self) -> tuple[str, ...]:
        """All formats."""
        own = ("datacite", "oai_datacite")
        return (*own, "oai_dc") if self.name == "datacite" else ("cr_unixml", "cr_unixsd", *own, "oai_dc")

    @property
    def names(self) -> frozenset[str]:
        """The identifiers that it has, as the registry writes them."""
        return DOIS | frozenset(ARKS) if self.name == "datacite" else DOIS

    def outward(self, name: str) -> str:
        """An identifier as this repository writes it, spelled out once more for the tests."""
        scheme, _, rest = name.partition(":")
        if scheme != "doi":
            return name
        rest = rest.lower() if self.name == "datacite" else rest
        rest = rest.replace("%", "%25").replace("[", "%5B").replace("]", "%5D")
        return f"doi:{rest}" if self.name == "datacite" else f"info:doi/{rest}"

    def send(self, arguments: Arguments = "", *, method: str = "GET", path: str = "", **how: Any) -> Answer:
        """Send a request; a POST has its arguments in the body."""
        query = arguments if isinstance(arguments, str) else urlencode(arguments)
        how.setdefault("by", None if self.name == "datacite" else MEMBER)
        path = path or self.path
        if method == "POST":
            headers = {"Content-Type": "application/x-www-form-urlencoded", **how.pop("headers", {})}
            return self.gateway.send("POST", path, query, headers=headers, **how)
        return self.gateway.send(method, f"{path}?{query}" if query else path, **how)

    def ask(self, arguments: Arguments = "", **how: Any) -> oai_answers.Answer:
        """Send a request and read the answer, which has to have the protocol's form."""
        return oai_answers.read(self.send(arguments, **how))

    def pages(self, arguments: Mapping[str, str]) -> Iterator[oai_answers.Answer]:
        """Follow a list to its end."""
        page = self.ask(arguments)
        yield page
        while page.token:
            page = self.ask({"verb": arguments["verb"], "resumptionToken": page.token})
            yield page

    def everything(self, verb: str, prefix: str, **more: str) -> list[oai_answers.Answer]:
        """Give all pages of all that there is."""
        asked = {"verb": verb, "metadataPrefix": prefix, **more}
        return [page for spec in self.sets for page in self._pages_of(asked | ({"set": spec} if spec else {}))]

    def headers(self, **more: str) -> dict[str, oai_answers.Header]:
        """Headers of all that there is, by identifier."""
        return {
            header.identifier: header for page in self.everything("ListIdentifiers", "oai_dc", **more) for header in page.headers
        }

    def _pages_of(self, asked: Mapping[str, str]) -> list[oai_answers.Answer]:
        first = self.ask(asked)
        return [] if first.codes == ["noRecordsMatch"] else list(self.pages(asked))


@contextmanager
def repository(name: str, **settings: str) -> Iterator[Harvested]:
    """Give a repository that is filled."""
    default_set = {"crossref": "J"}.get(name, "")
    with running(OAI_PAGE_SIZE=str(PAGE_SIZE), OAI_DEFAULT_SET=default_set, **settings) as gateway:
        fill(gateway)
        path = "/oai/datacite" if name == "datacite" else "/oai"
        yield Harvested(name, path, gateway, ("J", "B", "S") if name == "crossref" else ("",))


def fill(gateway: Gateway) -> None:
    """Make the records, through the EZID API."""
    shoulders = ("doi:10.12345/", "ark:/13030/c7")
    gateway.add_shoulder(shoulders[0], agency=Agency.DATACITE, datacenter="LIBRARY.ALICE")
    gateway.add_shoulder(shoulders[1])
    gateway.add_account(*MEMBER, *shoulders, group="library")
    gateway.add_account(*OTHER, shoulders[1], group="museum")
    for number, name in enumerate(ARTICLES):
        _put(gateway, name, "JournalArticle/Article", year=2010 + number % 3)
    for name in BOOKS:
        _put(gateway, name, "Dataset/Table")
    _put(gateway, DIRTY, "JournalArticle/Article", title="A <b>title</b> & a bell%07 in it ]]> 🔔")
    _put(gateway, GONE, "JournalArticle/Article")
    _put(gateway, GONE, "JournalArticle/Article", _status="unavailable | withdrawn", method="POST")
    _put(gateway, DRAFT, "JournalArticle/Article", _status="reserved")
    _put(gateway, HIDDEN, "JournalArticle/Article", _export="no")
    for name, by in zip(ARKS, (MEMBER, OTHER), strict=True):
        _put(gateway, name, "Text/Letter", by=by)


def _put(
    gateway: Gateway,
    name: str,
    kind: str,
    *,
    title: str = "A title",
    year: int = 2020,
    method: str = "PUT",
    by: tuple[str, str] = MEMBER,
    **more: str,
) -> None:
    elements = {
        "_target": "https://example.org/object",
        "datacite.creator": "Proust, Marcel",
        "datacite.title": title,
        "datacite.publisher": "Random Press",
        "datacite.publicationyear": str(year),
        "datacite.resourcetype": kind,
        **more,
    }
    path = name.replace("%", "%25").replace("<", "%3C").replace(">", "%3E").replace("[", "%5B").replace("]", "%5D")
    body = "\n".join(f"{label}: {value}" for label, value in elements.items())
    answer = gateway.send(method, f"/id/{path}", body, by=by)
    assert answer.status in {200, 201}, answer.text
