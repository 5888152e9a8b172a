"""The files of archives: one a title, and the control file that says where they are.

Known are the namespace, and of `publication` and `doi_element` the attributes. The rest is ours, and written down in
`schemas/output/output3.0.xsd`, as which it can be fetched from the registry.
Rule: Crossref, "Bulk metadata formats", "FTP/HTTP of ZIP Archives".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pidstack.domain.archive import Archive, ArchiveFile, latest
from pidstack.domain.placement import Kind, Publication
from pidstack.domain.record import Record
from pidstack.formats.cited import one_line
from pidstack.formats.unixref_parts import element, escaped
from pidstack.formats.unixsd import stable_number
from pidstack.ports.publications import month_and_day

NAMESPACE = "http://www.crossref.org/output/3.0"
CLOSING = b"</publication>\n"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]", re.ASCII)
_CONTROL_FILE, _MANIFEST = "archive.tar.gz", "manifest.json"


@dataclass(frozen=True, slots=True)
class Title:
    """Whose records a file holds. Numbers are unique under a prefix, so the name of a file is good once.

    Attributes:
        kind, prefix, number: as placements have them.
    """

    kind: Kind
    prefix: str
    number: int

    @property
    def file_name(self) -> str:
        """Name its file: `J_10.1002_4.xml`."""
        return f"{self.kind}_{self.prefix}_{self.number}.xml"


def opening(title: Title, publication: Publication | None, publisher: str, filedate: str, mode: str) -> bytes:
    """Write what comes before the records.

    Args:
        publication: None if the registry does not know it any more; the title is its number then.
        publisher: name of the prefix's holder; empty takes the prefix.
        filedate: day on which the data was made, `2026-11-22`.
        mode: `daily`, `weekly` or `full`.
    """
    name = one_line(publication.title) if publication else ""
    said = element("publisher", element("publisher_name", escaped(one_line(publisher)) or title.prefix))
    said += "\n" + element("full_title", escaped(name) or f"{title.kind}:{title.prefix}:{title.number}") + "\n"
    for each in publication.identifiers if publication else ():
        word = "issn" if _ISSN.fullmatch(each) else "isbn"
        said += element(word, escaped(one_line(each))) + "\n"
    return f'{_DECLARATION}<publication xmlns="{NAMESPACE}" filedate="{filedate}" mode="{mode}">\n{said}'.encode()


def doi_element(record: Record, crossref: bytes) -> bytes:
    """Write a record.

    Args:
        crossref: the element of this name, in UTF-8, with its own namespaces.
    """
    month, day = month_and_day(record.updated_s)
    doi = escaped(record.identifier.doi or record.identifier.name)
    number = stable_number(record.identifier.name, 53)
    before = f'<doi_element citationid="{number}" datestamp="{month}-{day:02d}">\n<doi>{doi}</doi>\n<doi_record>'
    return b"".join((before.encode(), crossref, b"</doi_record>\n</doi_element>\n"))


def control(archives: Iterable[Archive], file_of: Callable[[Archive], ArchiveFile | None], updated: str) -> str:
    """Write the control file: what each folder holds, oldest run of each mode first.

    Args:
        file_of: gives the variant that the reader may have; a run without one is left out.
        updated: UTC time of the last run, `2026-11-22T02:00:00Z`.
    """
    ordered = sorted(archives, key=lambda each: (each.mode, each.turn))
    newest = {each.run for each in latest(ordered).values()}
    runs = "".join(_run(each, file, each.run in newest) for each in ordered if (file := file_of(each)))
    return f'{_DECLARATION}<control xmlns="{NAMESPACE}" updated="{updated}">\n{runs}</control>\n'


def _run(archive: Archive, file: ArchiveFile, is_latest: bool) -> str:
    said = {
        "mode": archive.mode,
        "folder": archive.folder,
        "filedate": archive.filedate,
        "from": archive.first,
        "until": archive.last,
        "publications": file.publications,
        "dois": file.dois,
        "file": f"{archive.folder}/{_CONTROL_FILE}",
        "manifest": f"{archive.folder}/{_MANIFEST}",
        "bytes": file.size,
        "sha256": file.sha256,
        "latest": "true" if is_latest else "",
    }
    return "<run" + "".join(f' {name}="{value}"' for name, value in said.items() if value != "") + "/>\n"
