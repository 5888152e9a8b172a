"""RIS, the tagged lines of reference managers.

Rule: RIS format specifications (Research Information Systems, 2011): two letters, two blanks, a hyphen, a blank, the value; lines
end in CR LF; `TY` is first and `ER` last. A value cannot be escaped, so it is kept on its line.
"""

from __future__ import annotations

import re

from pidstack.formats.cited import Cited, one_line, plain, sorted_name

_REFERENCE_TYPE = re.compile(r"[A-Z0-9]{2,8}")


def write_ris(cited: Cited) -> str:
    """Write one reference; tags without a value are left out. The last line has no line end."""
    lines = (f"{tag}  - {value}" for tag, value in _tags(cited) if value)
    return "\r\n".join([*lines, "ER  - "])


def _tags(cited: Cited) -> list[tuple[str, str]]:
    container = cited.container
    return [
        ("TY", _type(cited)),
        ("T1", plain(cited.title)),
        ("T2", plain(container.title)),
        *(("AU", sorted_name(agent)) for agent in cited.creators),
        ("DO", cited.doi),
        ("UR", one_line(cited.url)),
        ("AB", plain(cited.abstract)),
        *(("KW", plain(subject)) for subject in cited.subjects),
        ("PY", cited.year),
        ("PB", cited.publisher),
        ("LA", one_line(cited.metadata.language)),
        ("VL", one_line(container.volume)),
        ("IS", one_line(container.issue)),
        ("SP", one_line(container.first_page)),
        ("EP", one_line(container.last_page)),
        ("SN", _serial_number(cited)),
    ]


def _type(cited: Cited) -> str:
    kind = cited.types.ris
    return kind if _REFERENCE_TYPE.fullmatch(kind) else "GEN"


def _serial_number(cited: Cited) -> str:
    series = (related for related in cited.metadata.related_identifiers if related.relation_type == "IsPartOf")
    return next((one_line(related.identifier) for related in series), "")
