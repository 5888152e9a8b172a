"""The page of a findable identifier, and the tombstone of one whose object is not available any more.

Rule: RFC 8574 (`cite-as`) and "Signposting the Scholarly Web" for the links that machines follow; EZID API v2, "Identifier status",
for tombstones.
"""

from __future__ import annotations

import logging
import time
from itertools import accumulate
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.errors import InvalidIdentifier
from pidstack.domain.identifier import Identifier
from pidstack.domain.instant import instant
from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.formats.cited import Cited, name_url
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.layout import escaped_marks, page
from pidstack.protocols.pages.shown import orcid_of, show, web_link
from pidstack.protocols.pages.words import not_found
from pidstack.protocols.resolver.answers import http_date
from pidstack.protocols.resolver.location import location_of, own_page
from pidstack.protocols.resolver.location import tombstone as tombstone_of
from pidstack.services.describe import described
from pidstack.services.reference import reference
from pidstack.services.resolve import Found, is_public

VIEW_S, TOMBSTONE_S = 300, 60
STYLES = {
    "apa": "APA",
    "chicago-notes-bibliography": "Chicago",
    "ieee": "IEEE",
    "modern-language-association": "MLA",
    "nlm-citation-sequence": "NLM (Vancouver)",
}
# The names that people know the forms by, in the order in which they are offered.
FORMS = {
    "application/x-bibtex": "BibTeX",
    "application/x-research-info-systems": "RIS",
    "application/vnd.citationstyles.csl+json": "CSL-JSON",
    "application/vnd.datacite.datacite+xml": "DataCite XML",
    "application/vnd.datacite.datacite+json": "DataCite JSON",
    "application/vnd.schemaorg.ld+json": "schema.org JSON-LD",
    "application/vnd.codemeta.ld+json": "CodeMeta",
    "application/vnd.jats+xml": "JATS",
    "text/csv": "CSV",
    "text/xml": "Dublin Core",
    "application/vnd.crossref.unixsd+xml": "Crossref UNIXSD",
    "text/plain": "ERC",
}
_MOST_VERSIONS, _MOST_LINKED, _MOST_JSON_LD = 20, 20, 100_000
_MOST_LINK_BYTES = 6_000  # API Gateway lets 10,240 bytes of headers pass
_HAPPENED = {
    ChangeKind.CREATED: "Made",
    ChangeKind.CHANGED: "Changed",
    ChangeKind.STATE_CHANGED: "Became",
    ChangeKind.DELETED: "Deleted",
}
_STATES = {State.DRAFT: "reserved", State.FINDABLE: "public", State.REGISTERED: "unavailable"}
_log = logging.getLogger(__name__)


def view(request: Request, desk: Desk) -> Response:
    """`GET /view/{identifier}`: what is known of it."""
    record = _find(request, "/view", desk)
    if record is None:
        return not_found(request, desk.name)
    if record.state is State.REGISTERED:
        return _moved(tombstone_of(record, request.base_url))
    style = request.query.get("style", "")
    style = style if style in STYLES else "apa"
    metadata = _description(record)
    page_url = own_page(record, request.base_url)
    forms = [{"media_type": kind, "title": title, "url": _form_url(request, kind, record)} for kind, title in FORMS.items()]
    known = metadata or Metadata()
    cite_as, target = name_url(record.identifier), location_of(Found(record), request.base_url)
    history = desk.history.of(record.identifier, limit=_MOST_VERSIONS, newest_first=True)
    return page(
        "view.html",
        request.base_url,
        registry=desk.name,
        keep_s=VIEW_S,
        headers={"Link": _links(cite_as, known, forms, page_url), "Last-Modified": http_date(record.updated_s)},
        shown=show(record, known, _citation(record, metadata, style), status="public", dates=_dates(record)),
        kind=known.types.general or record.identifier.scheme.upper(),
        problem=metadata is None,
        target="" if target == page_url else target,
        cite_as=cite_as,
        page_url=page_url,
        forms=forms,
        styles=list(STYLES.items()),
        style=style,
        json_ld=_json_ld(record, metadata),
        versions=[_version(change) for change in history.changes if _is_public(change)],
        more_versions=bool(history.after),
    )


def tombstone(request: Request, desk: Desk) -> Response:
    """`GET /tombstone/id/{identifier}`: why the object is not available; of an available one, its page."""
    record = _find(request, "/tombstone/id", desk)
    if record is None:
        return not_found(request, desk.name)
    if record.state is State.FINDABLE:
        return _moved(own_page(record, request.base_url))
    metadata = _description(record)
    citation = _citation(record, metadata, "apa")
    return page(
        "tombstone.html",
        request.base_url,
        registry=desk.name,
        keep_s=TOMBSTONE_S,
        headers={"X-Robots-Tag": "noindex", "Last-Modified": http_date(record.updated_s)},
        shown=show(record, metadata or Metadata(), citation, status="unavailable", dates=_dates(record)),
        reason=record.reason,
        is_test=record.is_test,
        facts_title="What was known of it",
    )


def _find(request: Request, base: str, desk: Desk) -> Record | None:
    """Find what the public may see."""
    try:
        identifier = Identifier.read(request.after(base))
    except InvalidIdentifier:
        return None
    record = desk.identifiers.get(identifier)
    return record if record is not None and is_public(record) else None


def _moved(location: str) -> Response:
    return Response(302, "", {"Location": location, "Cache-Control": f"public, max-age={TOMBSTONE_S}"})


def _description(record: Record) -> Metadata | None:
    """Read the description; None if it cannot be read, which is no reason to show nothing."""
    try:
        return described(record)
    except Exception:  # whatever a reader stumbles over  # noqa: BLE001
        _log.warning("the description cannot be read: %s", record.identifier, exc_info=True)
        return None


def _citation(record: Record, metadata: Metadata | None, style: str) -> str:
    if metadata is None or not Cited(metadata, record.identifier).title:
        return ""
    try:
        return reference(record, metadata, style)
    except Exception:  # a style's program met what it was not written for  # noqa: BLE001
        _log.warning("the citation cannot be written: %s", record.identifier, exc_info=True)
        return ""


def _json_ld(record: Record, metadata: Metadata | None) -> Markup | None:
    """Write JSON-LD for the page itself, unless there is too much of it: then its link is enough."""
    if metadata is None:
        return None
    from pidstack.formats.schema_org_out import write_schema_org

    written = escaped_marks(write_schema_org(Cited(metadata, record.identifier, web_link(record.target))))
    return Markup(written) if len(written) <= _MOST_JSON_LD else None  # noqa: S704 - it has no `<`, `>` or `&`


def _form_url(request: Request, media_type: str, record: Record) -> str:
    return f"{request.base_url}/{quote(media_type, safe='/+')}/{record.identifier.as_url_path()}"


def _links(cite_as: str, metadata: Metadata, forms: list[dict[str, str]], page_url: str) -> str:
    """Write the Link header: what to cite, what describes it, who made it, what kind it is, under which licence."""
    links = [f'<{cite_as}>; rel="cite-as"', f'<{page_url}>; rel="canonical"']
    links += [f'<{form["url"]}>; rel="describedby"; type="{form["media_type"]}"' for form in forms]
    links += [f'<{orcid}>; rel="author"' for agent in metadata.creators[:_MOST_LINKED] if (orcid := orcid_of(agent))]
    links += [f'<{uri}>; rel="license"' for rights in metadata.rights[:1] if (uri := web_link(rights.uri))]
    links.append('<https://schema.org/AboutPage>; rel="type"')
    return ", ".join(link for link, room in zip(links, accumulate(map(len, links)), strict=True) if room <= _MOST_LINK_BYTES)


def _dates(record: Record) -> list[tuple[str, str]]:
    dates = [("Made", record.created_s), ("Registered", record.registered_s), ("Last changed", record.updated_s)]
    dates += [("Expires", record.expires_s)]
    return [(label, _day(seconds)) for label, seconds in dates if seconds]


def _is_public(change: Change) -> bool:
    """Leave out what happened before the identifier was known to the public."""
    return change.new_state is not State.DRAFT


def _version(change: Change) -> dict[str, Any]:
    became = f" {_STATES[change.new_state]}" if change.kind is ChangeKind.STATE_CHANGED and change.new_state else ""
    named = (name.removeprefix("element:") for name in change.changed[:12])
    return {
        "at": instant(change.at_s),
        "day": _day(change.at_s),
        "number": change.version,
        "what": _HAPPENED[change.kind] + became,
        "changed": ", ".join(name[:60] for name in named) + (", …" if len(change.changed) > 12 else ""),
    }


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
