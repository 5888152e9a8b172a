"""A record in any of the forms that somebody may ask for: one table, from a form's name to its media types and its writer.

A writer imports its form when it is called, so that whoever asks for one form does not pay for the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.formats.cited import Cited, json_text, name_url
from pidstack.services.describe import describe, described_in_full, describing
from pidstack.services.shown import in_values, is_of_values, shown

SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for: a record, and what forms want to know that the record does not say."""

    record: Record
    url: str
    style: str
    locale: str
    client: str


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(texts)


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a record down.

    Attributes:
        name: what it is called here.
        media_types: what it is called on the web; the first is the one to answer with.
        write: gives it as text.
        join: makes one text of those of several records.
    """

    name: str
    media_types: tuple[str, ...]
    write: Callable[[_Wish], str]
    join: Callable[[Sequence[str]], str] = _lines


def render(record: Record, form: str, *, url: str, style: str = "apa", locale: str = "en-US", client: str = "") -> str:
    """Write a record in a form.

    Args:
        form: a name out of `FORMS`.
        url: where the object is to be seen; empty if nowhere.
        style, locale: of a citation. Unknown ones give APA, and American English.
        client: who keeps it, as DataCite's clients know them; empty to say nothing.
    Raises:
        KeyError: there is no such form.
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    return FORMS[form].write(_Wish(record, url, style, locale, client))


def _datacite_xml(wish: _Wish) -> str:
    """The document as it was given, if one describes the record; else one written from what does."""
    record = wish.record
    if describing(record) == "datacite":
        return record.elements["datacite"]
    from pidstack.formats import datacite_xml

    return datacite_xml.write(described_in_full(record), record.identifier).decode()


def _datacite_json(wish: _Wish) -> str:
    return json_text(_datacite_values(wish))


def _crosscite(wish: _Wish) -> str:
    """The same with names in snake case, and without what is not known."""
    told = _datacite_values(wish)
    return json_text(
        {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): told[name] for name in told if told[name] is not None}
    )


def _datacite_values(wish: _Wish) -> dict[str, Any]:
    """What DataCite's JSON says of the XML, and of what it makes itself out of other forms (`describe` has done that already).

    What came value by value is told as it came.
    """
    from pidstack.formats import attributes
    from pidstack.formats.normalise import as_read

    record = wish.record
    if is_of_values(record):
        metadata = shown(record)
    else:
        metadata = described_in_full(record)
        if describing(record) in {"", "datacite"}:
            metadata = as_read(metadata)
    written = attributes.write(metadata, publisher_as_object=True, affiliations_as_objects=True)
    about = {"id": name_url(record.identifier), "doi": record.identifier.doi, "url": wish.url or None}
    keeper = {"providerId": record.group, "clientId": wish.client} if wish.client else {}
    kept = {"schemaVersion": SCHEMA_VERSION, **keeper, "agency": _agency(record) or None, "state": record.state.value}
    return {**about, **written, **kept}


def _oai_dc(wish: _Wish) -> str:
    from pidstack.formats.oai_dc import write_oai_dc

    return write_oai_dc(_cited(wish))


def _oai_datacite(wish: _Wish) -> str:
    return _harvested(wish, "oai_datacite")


def _cr_unixml(wish: _Wish) -> str:
    return _harvested(wish, "cr_unixml")


def _cr_unixsd(wish: _Wish) -> str:
    return _harvested(wish, "cr_unixsd")


def _harvested(wish: _Wish, prefix: str) -> str:
    from pidstack.services.payload import Facts, metadata_element

    return metadata_element(wish.record, prefix, Facts(target=wish.url)) + "\n"


def _erc(wish: _Wish) -> str:
    from pidstack.formats.erc import write_erc

    return write_erc(_cited(wish))


def _schema_org(wish: _Wish) -> str:
    from pidstack.formats.schema_org_out import write_schema_org

    return write_schema_org(_cited(wish))


def _codemeta(wish: _Wish) -> str:
    from pidstack.formats.codemeta_out import write_codemeta

    return write_codemeta(_cited(wish))


def _csl(wish: _Wish) -> str:
    from pidstack.formats.csl_out import write_csl

    return write_csl(_cited(wish))


def _bibtex(wish: _Wish) -> str:
    from pidstack.formats.bibtex import write_bibtex

    return write_bibtex(_cited(wish))


def _ris(wish: _Wish) -> str:
    from pidstack.formats.ris import write_ris

    return write_ris(_cited(wish))


def _jats(wish: _Wish) -> str:
    from pidstack.formats.jats_out import write_jats

    return write_jats(_cited(wish))


def _csv(wish: _Wish) -> str:
    from pidstack.formats.csv_out import write_csv

    since_s = wish.record.registered_s
    registered = datetime.fromtimestamp(since_s, UTC).date().isoformat() if since_s else ""
    return write_csv(_cited(wish), registered=registered, state=wish.record.state.value)


def _joined_csv(texts: Sequence[str]) -> str:
    from pidstack.formats.csv_out import join_csv

    return join_csv(texts)


def _listed(texts: Sequence[str]) -> str:
    """A JSON array; none of nothing."""
    return "[\n" + ",\n".join(texts) + "\n]"


def _blocks(texts: Sequence[str]) -> str:
    return "\n\n".join(texts)


def _citation(wish: _Wish) -> str:
    from pidstack.formats.citation import format_citation

    return format_citation(_cited(wish), wish.style, wish.locale)


# The names on the web are those of DataCite's content negotiation; OAI-PMH and ERC have none of their own.
# The forms that only harvesters get besides are here as they stand in a page.
FORMS = {
    form.name: form
    for form in (
        Form("datacite-xml", ("application/vnd.datacite.datacite+xml", "application/x-datacite+xml"), _datacite_xml),
        Form("datacite-json", ("application/vnd.datacite.datacite+json",), _datacite_json, _listed),
        Form("crosscite", ("application/vnd.crosscite.crosscite+json",), _crosscite, _listed),
        Form("oai-dc", ("text/xml",), _oai_dc),
        Form("oai-datacite", ("application/x-oai-datacite+xml",), _oai_datacite),
        Form("cr-unixml", ("application/vnd.crossref.unixref+xml", "application/unixref+xml"), _cr_unixml),
        Form("cr-unixsd", ("application/vnd.crossref.unixsd+xml",), _cr_unixsd),
        Form("erc", ("text/plain",), _erc),
        Form("schema-org", ("application/vnd.schemaorg.ld+json", "application/ld+json"), _schema_org, _listed),
        Form("codemeta", ("application/vnd.codemeta.ld+json",), _codemeta, _listed),
        Form("csl", ("application/vnd.citationstyles.csl+json", "application/citeproc+json"), _csl, _listed),
        Form("bibtex", ("application/x-bibtex",), _bibtex),
        Form("ris", ("application/x-research-info-systems",), _ris, _blocks),
        Form("jats", ("application/vnd.jats+xml",), _jats),
        Form("csv", ("text/csv",), _csv, _joined_csv),
        Form("citation", ("text/x-bibliography",), _citation, _blocks),
    )
}


def _cited(wish: _Wish) -> Cited:
    """What is known and nothing more: each form has its own way not to know."""
    record = wish.record
    metadata = in_values(record) if is_of_values(record) else describe(record)
    return Cited(metadata, record.identifier, wish.url, record.supplement.files or (), _agency(record))


def _agency(record: Record) -> str:
    return "" if record.agency is Agency.NONE else record.agency.value
