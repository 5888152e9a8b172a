"""The one element of an answer that holds the metadata: the document that was given, or one made of the record's description.

What converts is imported when something is to be converted: whoever asks for what was given does not pay for it.
"""

from __future__ import annotations

from pidstack.domain.record import Record
from pidstack.formats.errors import Unreadable
from pidstack.services.documents import shown_deposit

# Profile -> the form that a description is written in. Crossref's own records are not for others to write.
_FORMS = {"datacite": "datacite-xml", "schema_org": "schema-org", "citeproc": "csl"}


def shown_metadata(record: Record, profile: str, target: str) -> str:
    """Give the record's metadata in a profile's form; empty if there is nothing to say, or no way to say it.

    Args:
        target: where the identifier leads.
    """
    given = record.elements.get(profile, "")
    try:
        if given:
            return shown_deposit(record, target) if profile == "crossref" else given
        return _converted(record, _FORMS[profile], target) if profile in _FORMS else ""
    except Unreadable:  # kept before its rules were known: the other elements are still true
        return given


def _converted(record: Record, form: str, target: str) -> str:
    from pidstack.domain.metadata import Metadata
    from pidstack.services.describe import describe
    from pidstack.services.render import render

    if describe(record) == Metadata():
        return ""
    return render(record, form, url=target).strip()
