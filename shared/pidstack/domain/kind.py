"""What kind of thing an object is, and what it appeared in: the part of a description that every record holds by itself, too.

Apart from the other terms of the schema, so that whoever reads a record and does not describe it need not load those.
"""

from __future__ import annotations

from pidstack.domain.values import value


@value(frozen=True, slots=True)
class Types:
    """10: what kind of thing it is: DataCite's general type (10.a), free text, and other vocabularies' names for it."""

    general: str = ""
    specific: str = ""
    schema_org: str = ""
    citeproc: str = ""
    bibtex: str = ""
    ris: str = ""


@value(frozen=True, slots=True)
class Container:
    """What it appeared in, where the relation says so: not a property of the schema, but what citations need."""

    type: str = ""
    title: str = ""
    identifier: str = ""
    identifier_type: str = ""
    volume: str = ""
    issue: str = ""
    edition: str = ""
    number: str = ""
    chapter_number: str = ""
    first_page: str = ""
    last_page: str = ""
