"""The schemas that harvesters check records against, where their files are at hand; tests that need them are skipped elsewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

XSD = Path(__file__).parents[4] / "shared" / "data" / "xsd"
_OAI_DATACITE = XSD.parent / "datacite-schema" / "oai" / "oai-1.1" / "oai.xsd"
_KERNEL = Path(__file__).parents[3] / "shared" / "pidstack" / "schemas" / "datacite" / "kernel-4" / "metadata.xsd"

needs_schemas = pytest.mark.skipif(not XSD.is_dir(), reason="the published schemas are not here")


class _Offline(etree.Resolver):
    """Gives the local copy of what a schema imports by its public address."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        local = _local_copies().get(system_url)
        return self.resolve_filename(str(local), context) if local else None


@cache
def _local_copies() -> Any:
    names = etree.parse(str(XSD / "catalog.xml")).getroot()
    return {
        entry.get("name") or entry.get("systemId"): XSD / str(entry.get("uri"))
        for entry in names.iter("{*}uri", "{*}system")
        if not entry.get("uri").startswith("http")
    }


def _load(path: Path, change: Any = lambda text: text) -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline())
    text = change(path.read_text("utf-8"))
    return etree.XMLSchema(etree.fromstring(text.encode(), parser, base_url=str(path)))


@cache
def schema(prefix: str) -> Any:
    """Give the schema of a metadata format.

    That of `cr_unixsd` is Crossref's but for two things in which Crossref's own answers differ from it: it knows the kinds of DOI
    that came after it, and leaves what is in `doi_record` to the schema of UNIXREF.
    """
    match prefix:
        case "oai_dc":
            return _load(XSD / "oai" / "oai_dc.xsd")
        case "datacite":
            return _load(_KERNEL)
        case "oai_datacite":
            return _load(_OAI_DATACITE)
        case "cr_unixml":
            return _load(XSD / "crossref" / "unixref1.1.xsd")
        case "cr_unixsd":
            return _load(XSD / "crossref" / "crossref_query_output3.0.xsd", _with_todays_kinds)
    raise KeyError(prefix)


def _with_todays_kinds(text: str) -> Any:
    kinds = "".join(f'<xsd:enumeration value="{kind}"/>' for kind in ("dataset", "posted_content", "peer_review"))
    text = text.replace('<xsd:enumeration value="prepublication"/>', f'<xsd:enumeration value="prepublication"/>{kinds}')
    return re.sub(r"(<xsd:any namespace=\"http://www.crossref.org/xschema/1.1[^>]*)/>", r'\1 processContents="skip"/>', text)


def check(prefix: str, written: Any) -> None:
    """Fail if an element is not valid by its format's schema, or what it carries within by its own."""
    root = etree.fromstring(written)
    schema(prefix).assertValid(root)
    if prefix == "cr_unixsd":
        schema("cr_unixml").assertValid(root.find(".//{*}doi_record/{*}crossref"))
    if prefix == "oai_datacite":
        schema("datacite").assertValid(root.find("{*}payload/{*}resource"))
