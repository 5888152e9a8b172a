"""Files of batch downloads, and what they have to say of a record."""

from __future__ import annotations

import gzip
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from pidstack.domain.record import Record
from pidstack.domain.state import State

_STATUSES = {State.DRAFT: "reserved", State.FINDABLE: "public", State.REGISTERED: "unavailable"}


def saved(folder: Path, path: str, content: bytes) -> Path:
    target = folder / path.rpartition("/")[2]
    target.write_bytes(content)
    return target


def checked_by(program: str, *arguments: str | Path) -> None:
    """Let a program look at a file, if this machine has it."""
    if found := shutil.which(program):
        subprocess.run([found, *map(str, arguments)], check=True, capture_output=True)  # noqa: S603


def unpacked(content: bytes) -> bytes:
    """What is in a file of either compression."""
    if not content.startswith(b"PK"):
        return gzip.decompress(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        return archive.read(name)


def facts(record: Record, base_url: str) -> dict[str, str]:
    """What a file says of a record, but for what is said of deposits at Crossref."""
    status = _STATUSES[record.state] + (f" | {record.reason}" if record.reason else "")
    path = str(record.identifier).replace("%", "%25")
    return {
        **{name: value for name, value in record.elements.items() if name != "crossref"},
        "_owner": record.owner,
        "_ownergroup": record.group,
        "_created": str(record.created_s),
        "_updated": str(record.updated_s),
        "_profile": record.profile or ("datacite" if str(record.identifier).startswith("doi:") else "erc"),
        "_status": status,
        "_target": record.target or f"{base_url.rstrip('/')}/id/{path}",
        "_export": "yes" if record.exported else "no",
    }


def nodes(root: Any) -> list[tuple[Any, ...]]:
    """Everything that is in XML, in order."""
    return [(node.tag, node.text, node.tail, dict(node.attrib)) for node in root.iter()]


def mapped_title(record: Record) -> str:
    """The title that is in a record's description, whatever its form."""
    elements = record.elements
    if "datacite" in elements:
        return str(etree.fromstring(elements["datacite"].encode()).findtext(".//{*}title"))
    if "crossref" in elements:
        return str(etree.fromstring(elements["crossref"].encode()).findtext(".//{*}title"))
    if "erc" in elements:
        return "Birdsong"
    given = elements.get("erc.what") or elements.get("dc.title") or elements.get("datacite.title") or ""
    return re.sub(r"\s", " ", given)
