"""The `query` parameter, as far as indexes can answer it: exact fields, ranges of time, and all of them together.

    query = term *( [ "AND" ] term )
    term  = field ":" ( value | "(" value *( "OR" value ) ")" | ( "[" / "{" ) moment "TO" moment ( "]" / "}" ) ) | "(" query ")"

Rule: DataCite REST API, "Query syntax"; what needs a search engine is refused with a word on what does not.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pidstack.domain.listing import Span
from pidstack.protocols.rest.requests import BadRequest

LONGEST = 4000
FIELDS = {
    "doi": "doi",
    "id": "doi",
    "uid": "doi",
    "prefix": "prefix",
    "state": "state",
    "aasm_state": "state",
    "isActive": "active",
    "is_active": "active",
    "client.id": "client",
    "client_id": "client",
    "client.uid": "client",
    "provider.id": "provider",
    "provider_id": "provider",
    "types.resourceTypeGeneral": "type",
    "resource_type_id": "type",
    "resource_type.id": "type",
    "schemaVersion": "schema",
    "schema_version": "schema",
    "created": "created",
    "registered": "registered",
    "updated": "updated",
}
SPANS = frozenset({"created", "registered", "updated"})
_SUPPORTED = (
    "Supported are doi, prefix, state, isActive, client.id, provider.id, types.resourceTypeGeneral, schemaVersion with values, "
    "as field:value or field:(a OR b); created, registered, updated with a date or a range, as field:[2026-01-01 TO *]; "
    "and AND between them."
)
_TOKEN = re.compile(r'\s*(?:(?P<word>"(?:[^"\\]|\\.)*"|(?:\\.|[^\s()\[\]{}":\\])+)|(?P<mark>[()\[\]{}:]))')
_MOMENT = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?:Z|\+00:00)?)?)?)?", re.ASCII
)
LATEST_S = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        field: one of the values of `FIELDS`.
        values: any of these; none of a span.
    """

    field: str
    values: tuple[str, ...] = ()
    span: Span | None = None


def read_query(text: str) -> list[Term]:
    """Read a query: all of its terms have to be fulfilled. An empty one, `*` and `*:*` have none.

    Raises:
        BadRequest: it is more than indexes can answer, or cannot be read.
    """
    if len(text) > LONGEST:
        raise BadRequest(f"The query is longer than {LONGEST} characters.")
    if text.strip() in {"", "*", "*:*"}:
        return []
    return list(_Reader(text).terms())


def read_moment(text: str) -> Span:
    """Read a year, month, day, minute or second as the span that it is; in UTC.

    Raises:
        BadRequest: it is none.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BadRequest(f"{text!r} is not a date: write 2026, 2026-11, 2026-11-22 or 2026-11-22T00:15:00Z.")
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())
    try:
        first = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=UTC)
        last_day = day or monthrange(first.year, month or 12)[1]
        at_end = (last_day, 23 if hour is None else hour, 59 if minute is None else minute, 59 if second is None else second)
        last = datetime(first.year, month or 12, *at_end, tzinfo=UTC)
    except ValueError as error:
        raise BadRequest(f"{text!r} is not a date.") from error
    return Span(int(first.timestamp()), int(last.timestamp()))


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0

    def terms(self) -> Iterator[Term]:
        while self._place < len(self._tokens):
            yield from self._term()

    def _term(self) -> Iterator[Term]:
        if self._take("("):
            while not self._take(")"):
                yield from self._term()
            return
        if self._next == "AND":
            self._word()
            if self._next in {"", "AND", ")"}:
                raise _unsupported("a condition is missing behind AND")
        name = self._word()
        if name in {"OR", "NOT", "AND"} or not self._take(":"):
            raise _unsupported(f"{name} cannot be searched for")
        field = FIELDS.get(name)
        if field is None:
            raise _unsupported(f"the field {name} cannot be searched for")
        yield Term(field, span=self._span()) if field in SPANS else Term(field, tuple(self._values(name)))

    def _values(self, name: str) -> Iterator[str]:
        is_list = self._take("(")
        while True:
            value = self._word()
            if "*" in value or "?" in value or value in {"OR", "AND", "NOT"}:
                raise _unsupported(f"{name}:{value} is not an exact value")
            yield value
            if not is_list or self._take(")"):
                return
            if self._word() != "OR":
                raise _unsupported("values in brackets are joined by OR")

    def _span(self) -> Span:
        opening = next((mark for mark in "[{" if self._take(mark)), "")
        if not opening:
            return read_moment(self._moment())
        first = self._moment()
        if self._word() != "TO":
            raise _unsupported("a range is written [a TO b]")
        last = self._moment()
        closing = next((mark for mark in "]}" if self._take(mark)), "")
        if not closing:
            raise _unsupported("a range is written [a TO b]")
        from_s, until_s = 0, LATEST_S
        if first != "*":
            from_s = read_moment(first).from_s if opening == "[" else read_moment(first).until_s + 1
        if last != "*":
            until_s = read_moment(last).until_s if closing == "]" else read_moment(last).from_s - 1
        return Span(from_s, until_s)

    def _moment(self) -> str:
        """Take a word with its colons."""
        word = self._word()
        while self._take(":"):
            word += ":" + self._word()
        return word

    @property
    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, mark: str) -> bool:
        found = self._next == mark
        self._place += found
        return found

    def _word(self) -> str:
        word = self._next
        if not word or word in "()[]{}:":
            raise _unsupported(f"something is missing before {word}" if word else "something is missing at the end")
        self._place += 1
        return re.sub(r"\\(.)", r"\1", word[1:-1] if word[0] == '"' else word)


def _tokens(text: str) -> Iterator[str]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unsupported("a quotation mark is missing")
        yield match["word"] or match["mark"]
        place = match.end()


def _unsupported(reason: str) -> BadRequest:
    return BadRequest(f"This query is not supported: {reason}. {_SUPPORTED}")
