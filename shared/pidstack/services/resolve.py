"""Find the record that a request for resolution means: the identifier itself or, of an ARK, the longest start that is registered.

Cost: one read of one record if the identifier is registered, else one batched read. What the public may not know is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pidstack.domain.errors import InvalidIdentifier
from pidstack.domain.identifier import MAX_LENGTH, Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.records import MOST_NAMES, RecordReader

_UNIT = re.compile(r"%[0-9a-fA-F]{2}|.", re.DOTALL)
_ARK = re.compile(r"ark(?::|%3a)(?:/|%2f)?([0-9a-z]+)(?:/|%2f)", re.IGNORECASE)
_SEPARATORS = frozenset("/.") | {"%2F", "%2f", "%2E", "%2e"}
_BEHIND_QUERY = -1
_STEPS_OUT = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a name leads to.

    Attributes:
        rest: what follows the record's own name, as it was sent, percent-encoded: `/page/7?size=full`. Empty if nothing does.
    """

    record: Record
    rest: str = ""


def resolve(name: str, query: str, store: RecordReader) -> Found | None:
    """Find what a name leads to; None if there is nothing that the public may know.

    Args:
        name: as it was sent, percent-encoded.
        query: what was sent behind a question mark, percent-encoded; it is part of an ARK and of no other name.
    Rule: ARK Identifier Scheme (draft-kunze-ark), "Suffix passthrough"; EZID API v2, "Identifier resolution".
    """
    ark = _ARK.match(name)
    whole = _read(unquote(name, errors="replace"))
    if ark is None or not query:
        record = store.get(whole) if whole is not None else None
        if record is not None and is_public(record):
            return Found(record)
        if ark is None:
            return None
    units = _UNIT.findall(name[ark.end() :])
    starts = {identifier: end for identifier, end in _starts(ark, units, query).items() if query or identifier != whole}
    for record in store.those_of(list(starts)):
        rest = _rest(units, starts[record.identifier], query)
        if is_public(record) and not _STEPS_OUT.search(rest.partition("?")[0]):
            return Found(record, rest)
    return None


def is_public(record: Record) -> bool:
    """Tell whether the public may know that there is this record."""
    return record.state is not State.DRAFT and not record.agent_role


def _read(text: str) -> Identifier | None:
    try:
        return Identifier.read(text)
    except InvalidIdentifier:
        return None


def _starts(ark: re.Match[str], units: Sequence[str], query: str) -> dict[Identifier, int]:
    """Give the identifiers that a name begins with, longest first, at most `MOST_NAMES`, each with the place where it first ends.

    Of a name with more starts than that, those are given that end before a separator, and the shortest of all others.

    Args:
        units: what follows the NAAN, character by character, those that are encoded as they are.
    """
    head, text = f"ark:/{ark[1].lower()}/", "".join(map(_decoded, units))
    found: dict[Identifier, int] = {}
    if query:
        _note(found, f"{head}{text}?{unquote(query, errors='replace')}", _BEHIND_QUERY)
    for end in range(min(len(units), MAX_LENGTH), 0, -1):
        _note(found, head + text[:end], end)
    if len(found) <= MOST_NAMES:
        return found
    apart = {end for end, unit in enumerate(units) if unit in _SEPARATORS} | {len(units), _BEHIND_QUERY}
    ranked = sorted(found.items(), key=lambda each: (each[1] not in apart, each[1]))
    kept = {identifier for identifier, _ in ranked[:MOST_NAMES]}
    return {identifier: end for identifier, end in found.items() if identifier in kept}


def _rest(units: Sequence[str], end: int, query: str) -> str:
    if end == _BEHIND_QUERY:
        return ""
    return "".join(units[end:]) + (f"?{query}" if query else "")


def _decoded(unit: str) -> str:
    """Decode one character; ARKs have none beyond ASCII."""
    return unit if len(unit) == 1 else chr(int(unit[1:], 16))


def _note(found: dict[Identifier, int], text: str, end: int) -> None:
    try:
        found[Identifier.parse(text)] = end
    except InvalidIdentifier:
        return
