"""The attribute `xml`: base64 of a whole description, which need not be XML, nor DataCite's.

| it begins like              | it is read as                       |
|-----------------------------|-------------------------------------|
| `<`, DataCite's namespace   | DataCite XML, kernel 4              |
| `<`, any other              | a document of Crossref's            |
| `{`, with CodeMeta's `@context` | CodeMeta                        |
| `{`, with any other         | schema.org                          |
| `{`, with `issued` or `DOI` and `type` | CSL-JSON                 |
| `{`                         | DataCite JSON, Crosscite JSON       |
| `TY  -`                     | RIS                                 |
| `@article{` and its like    | BibTeX                              |

Rule: DataCite REST API, "Updating metadata"; what is a mere address is not fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Metadata
from pidstack.protocols.rest.shapes import Problems, is_file, metadata_of, read_values
from pidstack.services.shown import values_of_xml

_ADDRESS = re.compile(r"(?:https?://|doi:|10\.\d{4,9}/)\S+", re.IGNORECASE | re.ASCII)
_LATER_KERNEL = re.compile(r"4\.\d+", re.ASCII)


class NotReadable(Invalid):
    """A description that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """A description that came whole.

    Attributes:
        values: what it says, for single values to be laid onto.
        document: the DataCite XML that may be kept as it came; empty for other forms.
        files: addresses of the object's files; only schema.org has a place for them.
    """

    values: Metadata
    document: str = ""
    files: tuple[str, ...] = ()


def read_deposited(encoded: Any, identifier: Identifier) -> Deposited:
    """Read the attribute `xml`.

    Raises:
        NotReadable: it is not base64 of UTF-8, or nothing that is read here.
    """
    from pidstack.formats.errors import Unreadable

    if not isinstance(encoded, str):
        raise NotReadable("Is not the base64 of text in UTF-8")
    try:
        text = base64.b64decode("".join(encoded.split()), validate=True).decode("utf-8").removeprefix("\ufeff")
    except (binascii.Error, ValueError) as error:
        raise NotReadable("Is not the base64 of text in UTF-8") from error
    try:
        if text.lstrip().startswith("<"):
            return _of_xml(text.lstrip() if text[0].isspace() else text, identifier)
        if text.lstrip().startswith(("{", "[")):
            return _of_json(text)
        if (values := _of_text(text)) is not None:
            return Deposited(values)
    except Unreadable as refusal:
        raise NotReadable(str(refusal)) from refusal
    raise NotReadable(_of_no_kind(text))


def _of_text(text: str) -> Metadata | None:
    """Read what reference managers write; None for anything else."""
    from pidstack.formats.bibtex_in import is_bibtex, read_bibtex
    from pidstack.formats.ris_in import is_ris, read_ris

    if is_ris(text):
        return read_ris(text)
    return read_bibtex(text) if is_bibtex(text) else None


def _of_no_kind(text: str) -> str:
    if _ADDRESS.fullmatch(text.strip()):
        return "Is only an address, and the registry fetches nothing"
    return "Is neither XML nor JSON, RIS or BibTeX"


def _of_xml(text: str, identifier: Identifier) -> Deposited:
    from pidstack.formats import datacite_xml, safe_xml
    from pidstack.formats.errors import Reason, Unreadable

    root = safe_xml.parse(text)
    try:
        version = datacite_xml.kernel(root)
    except Unreadable as refusal:
        if refusal.reason is not Reason.WRONG_RECORD:
            raise
        from pidstack.formats.crossref_xml import read_crossref

        return Deposited(read_crossref(text, (identifier.doi or "").lower(), unknown=""))
    if version in datacite_xml.OLD_KERNELS:
        raise NotReadable(f"Schema http://datacite.org/schema/kernel-{version} is no longer supported")
    values = values_of_xml(datacite_xml.read(root))
    if _LATER_KERNEL.fullmatch(version):
        return Deposited(values)
    datacite_xml.require_kernel_4(root)
    return Deposited(values, datacite_xml.with_identifier(text, identifier))


def _of_json(text: str) -> Deposited:
    from pidstack.formats.foreign_json import load_object

    found = load_object(text, "xml")
    from pidstack.formats.codemeta_in import is_codemeta, read_codemeta

    if is_codemeta(found):
        return Deposited(read_codemeta(text))
    if "@context" in found or "@graph" in found:
        from pidstack.formats.schema_org_in import content_urls, read_schema_org

        return Deposited(read_schema_org(text), files=tuple(filter(is_file, content_urls(text))))
    if "issued" in found or ("DOI" in found and "type" in found):
        from pidstack.formats.csl_in import read_csl

        return Deposited(read_csl(text))
    problems: Problems = {}
    values = read_values(metadata_of(_in_camel_case(found), nulls_clear=False), Metadata(), problems)
    if problems or values == Metadata():
        raise NotReadable(next(iter(problems.values()), "Is no description that is known here"))
    return Deposited(values)


def _in_camel_case(value: Any) -> Any:
    """Write the keys of Crosscite's JSON as DataCite's."""
    if isinstance(value, list):
        return [_in_camel_case(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {re.sub("_([a-z])", lambda letter: letter[1].upper(), key): _in_camel_case(each) for key, each in value.items()}
