"""A table of descriptions as CSV, a line each.

Rule: DataCite, "Content negotiation", `text/csv`: the columns, and names joined as BibTeX does; RFC 4180 but for the ends of lines,
which are LF as DataCite has them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from pidstack.domain.metadata import Agent
from pidstack.formats.cited import Cited, one_line, parts_of_name, plain

COLUMNS = (
    "doi",
    "url",
    "registered",
    "state",
    "resourceTypeGeneral",
    "resourceType",
    "title",
    "author",
    "publisher",
    "publicationYear",
)


def write_csv(cited: Cited, *, registered: str, state: str) -> str:
    """Write the names of the columns and one line.

    Args:
        registered: day on which its name was registered, empty if it is not.
        state: as DataCite names it.
    """
    types = cited.metadata.types
    return _lines(
        COLUMNS,
        (
            cited.doi or cited.identifier.name,
            one_line(cited.url),
            registered,
            state,
            one_line(types.general),
            one_line(types.specific),
            plain(cited.title),
            " and ".join(_name(agent) for agent in cited.creators),
            cited.publisher,
            cited.year,
        ),
    )


def join_csv(tables: Iterable[str]) -> str:
    """Make one table of several; of none, one without lines."""
    head = _lines(COLUMNS)
    return head + "".join(table.removeprefix(head) for table in tables)


def _lines(*rows: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _name(agent: Agent) -> str:
    parts = parts_of_name(agent)
    if parts:
        return ", ".join(part for part in parts if part)
    return one_line(agent.name) if agent.name_type == "Personal" else f"{{{one_line(agent.name)}}}"
