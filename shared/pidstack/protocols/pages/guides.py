"""Short guides to the protocols, for people who come with a program in hand: the base, what to ask, an example.

What is answered otherwise than by the originals stands in the project's own documentation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.layout import page
from pidstack.protocols.pages.words import not_found

_KEPT_S = 300


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide; `{base}` in an example becomes the registry's address."""

    title: str
    paragraphs: tuple[str, ...] = ()
    requests: tuple[tuple[str, str], ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide to one protocol.

    Attributes:
        name: in its address.
        path: of the protocol's base, behind the registry's address.
    """

    name: str
    title: str
    path: str
    purpose: str
    sections: tuple[Section, ...] = field(default_factory=tuple)


GUIDES = (
    Guide(
        "resolver",
        "Resolution",
        "/",
        "Follow an identifier, or ask what is known of it",
        (
            Section(
                "Requests",
                requests=(
                    ("GET /10.5072/fk2abc, /doi:10.5072/fk2abc", "302 to where the DOI leads"),
                    ("GET /ark:/99999/fk4abc, /ark:99999/fk4abc", "302 to where the ARK leads"),
                    ("GET /ark:/99999/fk4abc/page/7?size=full", "302; what follows a registered ARK is added to its target"),
                    (
                        "GET /ark:/99999/fk4abc?info, ??, /.info",
                        "Who, what, when, where, and what the registry promises; as JSON with Accept",
                    ),
                    ("GET /view/10.5072/fk2abc", "The page of an identifier, for people"),
                ),
            ),
            Section(
                "Descriptions",
                (
                    "An Accept header that names a format gets the description itself. The format may also stand in the path.",
                    "DataCite XML and JSON, Crosscite, schema.org, CodeMeta and CSL-JSON, BibTeX, RIS, JATS, CSV, citations.",
                    "Dublin Core, Crossref XML, ERC.",
                ),
                example=(
                    "curl -LH 'Accept: application/x-bibtex' {base}/10.5072/fk2abc\n"
                    "curl {base}/application/x-bibtex/10.5072/fk2abc\n"
                    "curl -LH 'Accept: text/x-bibliography; style=ieee; locale=de' {base}/10.5072/fk2abc"
                ),
            ),
            Section(
                "What is not available any more",
                (
                    "People are led to a tombstone with the reason and the citation.",
                    "Programs that ask for JSON or for a format get 410, and a JSON object with the same and the last description.",
                ),
            ),
        ),
    ),
    Guide(
        "ezid",
        "EZID API",
        "/id",
        "Make, read, change and mint identifiers with software made for EZID",
        (
            Section(
                "Requests",
                ("Credentials: HTTP Basic, or a session cookie from /login. Bodies are lines of ANVL in UTF-8.",),
                (
                    ("GET /id/{identifier}", "The record"),
                    ("PUT /id/{identifier}", "Makes it; ?update_if_exists=yes changes it where there is one"),
                    ("POST /id/{identifier}", "Changes it"),
                    ("DELETE /id/{identifier}", "Deletes a reserved one"),
                    ("POST /shoulder/{shoulder}", "Mints a new one"),
                    ("POST /download_request", "Orders a file of all identifiers of an account"),
                    ("GET /login, /logout, /status, /version", "As EZID has them"),
                ),
                "curl -u USER:PASSWORD -H 'Content-Type: text/plain' --data-binary 'erc.who: Proust, Marcel' \\\n"
                "  {base}/shoulder/ark:/99999/fk4",
            ),
        ),
    ),
    Guide(
        "ez",
        "EZ API",
        "/ez",
        "Make and change DOIs with software made for DataCite's EZ API",
        (
            Section(
                "Requests",
                ("Credentials go with every request. An answer is always the whole record, and DOIs are in lower case.",),
                (
                    ("GET /ez/id/{doi}", "The record"),
                    ("PUT /ez/id/{doi}", "Makes it"),
                    ("POST /ez/id/{doi}", "Changes it"),
                    ("DELETE /ez/id/{doi}", "Deletes a reserved one"),
                    ("POST /ez/shoulder/doi:{prefix}", "Makes one of a random name"),
                ),
                "curl -u USER:PASSWORD {base}/ez/id/doi:10.5072/fk2abc",
            ),
        ),
    ),
    Guide(
        "oai",
        "OAI-PMH",
        "/oai",
        "Harvest descriptions, in Crossref's flavour at /oai and in DataCite's at /oai/datacite",
        (
            Section(
                "Requests",
                ("Whole records are for subscribers and members at /oai, and open to all at /oai/datacite.",),
                (
                    ("GET /oai?verb=Identify", "What the repository is"),
                    ("GET /oai?verb=ListSets", "Journals, books and series, by prefix and title"),
                    ("GET /oai?verb=ListRecords&metadataPrefix=cr_unixsd&set=J", "Records, in pages with resumption tokens"),
                    ("GET /oai/datacite?verb=ListRecords&metadataPrefix=oai_datacite", "Records of all kinds of identifiers"),
                ),
                "curl '{base}/oai/datacite?verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-01'",
            ),
        ),
    ),
    Guide(
        "snapshots",
        "Snapshots",
        "/snapshots",
        "Take everything in a few files",
        (
            Section(
                "Requests",
                ("The list is open to all; files are for subscribers.",),
                (
                    ("GET /snapshots", "Which there are: a page for people, JSON for programs"),
                    ("GET /snapshots/monthly/latest/all.json.tar.gz", "302 to the file; downloads can be resumed"),
                ),
                "curl -LO -H 'Crossref-Plus-API-Token: Bearer TOKEN' {base}/snapshots/monthly/latest/all.json.tar.gz",
            ),
        ),
    ),
    Guide(
        "archives",
        "Archives",
        "/archives",
        "Take what is new, or everything, one file a title",
        (
            Section(
                "Requests",
                ("All of it is for subscribers. Folders are used in turn, and the control file tells which holds what.",),
                (
                    ("GET /archives/control.xml", "What the folders hold, with sizes and checksums"),
                    ("GET /archives/day0/archive.tar.gz", "302 to the file; also of day1 to day6, week0 to week3 and full"),
                    ("GET /archives/output3.0.xsd", "The schema of all these files, open to all"),
                ),
                "curl -LO -H 'Crossref-Plus-API-Token: Bearer TOKEN' {base}/archives/day0/archive.tar.gz",
            ),
        ),
    ),
)
_BY_NAME = {each.name: each for each in GUIDES}


def contents(request: Request, desk: Desk) -> Response:
    """`GET /docs`."""
    return page("docs.html", request.base_url, registry=desk.name, keep_s=_KEPT_S, guides=GUIDES)


def guide(request: Request, desk: Desk) -> Response:
    """`GET /docs/{page}`."""
    found = _BY_NAME.get(request.after("/docs"))
    if found is None:
        return not_found(request, desk.name, "There is no such guide.")
    return page("guide.html", request.base_url, registry=desk.name, keep_s=_KEPT_S, guide=found)
