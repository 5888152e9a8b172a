"""Bodies as the EZ API reads them: nearly ANVL, and forgiving of clients that send a form without a form's structure.

The same reader serves plain text and `application/x-www-form-urlencoded`. A form library has then encoded the line
ends and much of the punctuation, which is undone first, as far as it can be told from what belongs to a value.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

ELEMENTS = frozenset(
    {"_profile", "_target", "_status", "_number", "datacite", "bibtex", "ris", "schema_org", "citeproc", "crossref"}
    | {f"datacite.{part}" for part in ("creator", "title", "publisher", "publicationyear", "resourcetype")}
)

_FORM_PUNCTUATION = re.compile("%(?:20|22|3C|3E|7B|7D)", re.IGNORECASE)
_FORM_LINE_END = re.compile(f"(?:%0[Dd])?%0[Aa](?=(?:{'|'.join(map(re.escape, sorted(ELEMENTS)))}): )")
_ESCAPE_IN_LABEL = re.compile("%(?:25|0A|0D|3A)", re.IGNORECASE)
_ESCAPE_IN_VALUE = re.compile("%(?:25|0A|0D)", re.IGNORECASE)


def parse(body: str) -> dict[str, str]:
    """Read the elements this API knows, in the order of their first mention; others are dropped.

    Never fails. A line is split at the first colon that a blank follows, and is dropped if it has none. Of repeated
    elements the last holds. Comments and continuation lines do not exist. Values are decoded twice, as ANVL and then
    as a URL, so a percent sign that must survive before two hexadecimal digits is sent as `%2525`; a plus sign is a
    plus sign. Both labels and values are trimmed.

    Rule: DataCite EZ API guide, 'Request & response bodies', and the service as it ran.
    """
    text = _FORM_LINE_END.sub("\n", _FORM_PUNCTUATION.sub(_character, body))
    elements: dict[str, str] = {}
    for line in text.split("\n"):
        label, separator, value = line.partition(": ")
        label = _ESCAPE_IN_LABEL.sub(_character, label).strip()
        if separator and label in ELEMENTS:
            elements[label] = unquote(_ESCAPE_IN_VALUE.sub(_character, value)).strip()
    return elements


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[0][1:], 16))
