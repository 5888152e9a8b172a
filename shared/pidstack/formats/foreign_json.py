"""JSON that strangers wrote: one object, whose values may be a text, a number, an object or a list where any of them is expected.

Rule: RFC 8259; a name given twice in one object is refused, because readers disagree on which one counts.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pidstack.domain.metadata import Agent
from pidstack.formats.errors import Reason, Unreadable

MAX_CHARACTERS = 2_097_152
MAX_DEPTH = 64
MAX_VALUES = 100_000
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def load_object(given: str | bytes, form: str) -> dict[str, Any]:
    """Return the object that a text is, or that is alone in its list.

    Args:
        given: JSON in UTF-8, with or without byte order mark.
        form: what the text should be, for the message and as the field (`schema_org`).
    Raises:
        Unreadable: TOO_LARGE, NOT_UTF8, NOT_WELL_FORMED (with line and column) or SHAPE.
    """
    if len(given) > MAX_CHARACTERS:
        raise Unreadable(f"{form}: JSON is larger than {MAX_CHARACTERS} characters", Reason.TOO_LARGE, form)
    try:
        text = given.decode("utf-8") if isinstance(given, bytes) else given
        text.encode("utf-8")
        found = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeError:
        raise Unreadable(f"{form}: JSON must be UTF-8", Reason.NOT_UTF8, form) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(
            f"{form}: JSON parse error: {error.msg}, {where}", Reason.NOT_WELL_FORMED, form, line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise _too_deep(form) from None
    except ValueError as error:
        raise Unreadable(f"{form}: JSON parse error: {error}", Reason.NOT_WELL_FORMED, form) from None
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise Unreadable(f"{form}: one JSON object is expected", Reason.SHAPE, form)
    _check_values(found, form)
    return found


def many(value: Any) -> list[Any]:
    """Return a list of what may be nothing, one thing or a list (JSON-LD's `@list` included)."""
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    return [] if value is None else [part for part in value if part is not None] if isinstance(value, list) else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    """Return only the objects of what `many` returns."""
    return [part for part in many(value) if isinstance(part, dict)]


def said(value: Any) -> str:
    """Return the text of a value: a text or number itself, an object's name or value, a list's first; empty if it says nothing.

    Control characters, which XML cannot hold, become blanks.
    """
    if isinstance(value, list):
        return next((text for part in value if (text := said(part))), "")
    if isinstance(value, dict):
        return next((text for key in ("@value", "name", "value", "alternateName") if (text := said(value.get(key)))), "")
    if isinstance(value, bool) or value is None:
        return ""
    return _CONTROLS.sub(" ", str(value)).strip()


def first(node: dict[str, Any], *keys: str) -> str:
    """Return what the first of some keys that says anything says."""
    return next((text for key in keys if (text := said(node.get(key)))), "")


def person_of(name: str) -> Agent:
    """Take a person's name apart at its comma, or else before the last word and the small words that belong to it (`van der`)."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma:
        words = name.split()
        start = next((place for place, word in enumerate(words[1:], 1) if word[:1].islower()), len(words) - 1)
        family, given = " ".join(words[start:]), " ".join(words[:start])
    return Agent(", ".join(part for part in (family, given) if part), "Personal", given, family)


def _check_values(found: Any, form: str) -> None:
    level = [found]
    count = 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_VALUES:
            raise Unreadable(f"{form}: JSON has too many values (more than {MAX_VALUES})", Reason.TOO_LARGE, form)
        if any(isinstance(part, str) and _HALF_CHARACTER.search(part) for part in level):
            raise Unreadable(f"{form}: JSON has half a character (a surrogate alone)", Reason.NOT_UTF8, form)
        inside = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)]
        if not inside:
            return
        level = [part for parts in inside for part in parts]
    raise _too_deep(form)


def _too_deep(form: str) -> Unreadable:
    return Unreadable(f"{form}: JSON is nested too deeply (more than {MAX_DEPTH})", Reason.TOO_LARGE, form)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:100]!r} is given more than once in one object")
        found[key] = value
    return found


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
