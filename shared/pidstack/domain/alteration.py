"""What a change altered: each part of a record with its value before and after, as the history keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pidstack.domain.record import DOCUMENT_ELEMENTS, Record

ELEMENT = "element:"
_DOCUMENTS = frozenset(f"{ELEMENT}{name}" for name in DOCUMENT_ELEMENTS)


@dataclass(frozen=True, slots=True)
class Digest:
    """A value that is not told: how many bytes of UTF-8 it has, and the SHA-256 of these in hexadecimal digits."""

    size: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> Digest:
        """Take the digest of a value."""
        told = text.encode()
        return cls(len(told), hashlib.sha256(told).hexdigest())


Value = str | Digest | None


@dataclass(frozen=True, slots=True)
class Alteration:
    """One part, before and after.

    Attributes:
        part: its name, as in `Change.changed`: `target`, `element:datacite.title`.
        old, new: None where it was, or is, empty. Equal for what stayed and tells how the others are to be read: the profile and,
            by their digests, the documents beside elements that changed; all elements where another one now describes the object.
    """

    part: str
    old: Value
    new: Value

    @property
    def is_context(self) -> bool:
        """Whether the part stayed as it was."""
        return self.old == self.new


def alterations_between(old: Record | None, new: Record | None, parts: Mapping[str, str]) -> Iterator[Alteration]:
    """Tell what became different, element by element.

    Args:
        old, new: of one identifier; None where there was, or is, no record, all of whose parts are empty.
        parts: attributes of a record and the names that they are told by.
    """
    before, after = (_values(record, parts) for record in (old, new))
    names = {**before, **after}
    altered = {name for name in names if before.get(name) != after.get(name)}
    is_about_elements = any(_is_descriptive(name) for name in altered)
    is_described_anew = any(name == "profile" or (name in _DOCUMENTS and (name in before) != (name in after)) for name in altered)
    for name in sorted(names, key=lambda name: (name.startswith(ELEMENT), name)):
        if name in altered:
            yield Alteration(name, before.get(name), after.get(name))
        elif is_about_elements and _is_descriptive(name) and (is_described_anew or name == "profile"):
            yield Alteration(name, after[name], after[name])
        elif is_about_elements and name in _DOCUMENTS:
            digest = Digest.of(after[name])
            yield Alteration(name, digest, digest)


def _is_descriptive(name: str) -> bool:
    return name == "profile" or name.startswith(ELEMENT)


def _values(record: Record | None, parts: Mapping[str, str]) -> dict[str, str]:
    if record is None:
        return {}
    named = {name: _text(getattr(record, attribute)) for attribute, name in parts.items()}
    elements = {f"{ELEMENT}{element}": value for element, value in record.elements.items()}
    return {name: value for name, value in {**named, **elements}.items() if value}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
