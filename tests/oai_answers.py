"""OAI-PMH answers as tests read them: each is checked against the protocol's form before anything else is asked of it.

The form is `tests/schemas/oai-pmh.rng`; where the published XML Schemas are beside the checkout, these have to agree.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from lxml import etree

from tests.unit.formats.official import SHARED

OAI = "{http://www.openarchives.org/OAI/2.0/}"
_PUBLISHED = SHARED / "data" / "xsd" / "oai"
_EMPTY_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd"/>'
)


class Sent(Protocol):
    """An HTTP answer, as any of the test clients gives it."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Header:
    """A record's header."""

    identifier: str
    datestamp: str
    sets: tuple[str, ...]
    deleted: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that has the protocol's form."""

    root: etree._Element

    @property
    def date(self) -> str:
        """The responseDate."""
        return self.root.findtext(f"{OAI}responseDate") or ""

    @property
    def request(self) -> dict[str, str]:
        """What it repeats of the request."""
        return dict(self._request.attrib)

    @property
    def base_url(self) -> str:
        return self._request.text or ""

    @property
    def codes(self) -> list[str]:
        """Codes of its errors; none if it has an answer."""
        return [str(error.get("code")) for error in self.root.findall(f"{OAI}error")]

    @property
    def words(self) -> str:
        """What its errors say."""
        return " ".join(error.text or "" for error in self.root.findall(f"{OAI}error"))

    @property
    def content(self) -> etree._Element:
        """The verb's element."""
        assert not self.codes, (self.codes, self.words)
        return self.root[2]

    @property
    def verb(self) -> str:
        return etree.QName(self.content).localname

    @property
    def headers(self) -> list[Header]:
        """Headers of what it lists."""
        return [_header(element) for element in self.content.iter(f"{OAI}header")]

    @property
    def names(self) -> list[str]:
        """Identifiers of what it lists."""
        return [header.identifier for header in self.headers]

    @property
    def sets(self) -> dict[str, str]:
        """Names by setSpec, in their order."""
        found = self.content.findall(f"{OAI}set")
        return {each.findtext(f"{OAI}setSpec") or "": each.findtext(f"{OAI}setName") or "" for each in found}

    @property
    def metadata(self) -> list[etree._Element]:
        """The metadata of what it lists."""
        return [element[0] for element in self.content.iter(f"{OAI}metadata")]

    @property
    def token_element(self) -> etree._Element | None:
        return self.content.find(f"{OAI}resumptionToken")

    @property
    def token(self) -> str:
        """The resumption token; empty for the last page."""
        element = self.token_element
        return "" if element is None else element.text or ""

    def fact(self, name: str) -> str:
        """An element of Identify."""
        return self.content.findtext(f"{OAI}{name}") or ""

    @property
    def _request(self) -> etree._Element:
        found = self.root.find(f"{OAI}request")
        assert found is not None
        return found


def read(sent: Sent) -> Answer:
    """Read an HTTP answer as one of OAI-PMH; it has to have the form that the protocol gives it."""
    assert sent.status == 200, (sent.status, sent.text[:200])
    assert sent.headers["content-type"] == "text/xml; charset=utf-8"
    assert sent.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"')
    root = etree.fromstring(sent.text.encode())
    ours = _ours()
    assert ours.validate(root), (str(ours.error_log.last_error), sent.text[:500])
    _agree_with_the_published(root)
    return Answer(root)


@cache
def _ours() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "oai-pmh.rng"))


@cache
def _published() -> etree.XMLSchema | None:
    if not _PUBLISHED.is_dir():
        return None
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{_PUBLISHED.as_uri()}/{file}"/>'
        for space, file in (
            ("http://www.w3.org/XML/1998/namespace", "xml.xsd"),
            ("http://www.openarchives.org/OAI/2.0/", "OAI-PMH.xsd"),
            ("http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc.xsd"),
            ("http://www.openarchives.org/OAI/2.0/friends/", "friends.xsd"),
        )
    )
    return etree.XMLSchema(etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'))


def _agree_with_the_published(root: etree._Element) -> None:
    """Ask the published schema about everything but metadata in other formats, which have schemas, and tests, of their own."""
    schema = _published()
    if schema is None:
        return
    stripped = copy.deepcopy(root)
    for metadata in stripped.iter(f"{OAI}metadata"):
        if etree.QName(metadata[0]).localname != "dc":
            metadata[:] = [etree.fromstring(_EMPTY_DC)]
    assert schema.validate(stripped), str(schema.error_log.last_error)


def _header(element: etree._Element) -> Header:
    specs = tuple(each.text or "" for each in element.findall(f"{OAI}setSpec"))
    identifier, stamp = element.findtext(f"{OAI}identifier") or "", element.findtext(f"{OAI}datestamp") or ""
    return Header(identifier, stamp, specs, element.get("status") == "deleted")
