"""Descriptive elements as bytes: one tag byte, then their names and values in their order, deflated where that is shorter.

Plain, they are a line of JSON pairs, `[["dc.title","Tides"],["datacite",4711]]`. In the place of a long value stands its length in
bytes; it follows behind the line as it is, so that a document can be taken out without looking at each of its characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from zlib_ng import zlib_ng

from pidstack.domain.record import EncodedElements
from pidstack.store.common_text import IN_DEPOSITS
from pidstack.store.deflated import deflated, inflated

_PLAIN, _DEFLATED = b"j", b"d"
_ENVELOPED = b"z"  # as it was before there was a dictionary: zlib's format
_WORTH_DEFLATING = 200  # bytes
_LONG = 200  # bytes
_END = b"\n"  # JSON as it is written here has none


def pack(elements: Mapping[str, str]) -> bytes | None:
    """Write elements; None for none. Equal elements in equal order give equal bytes."""
    if not elements:
        return None
    plain = plain_text(elements)
    if len(plain) >= _WORTH_DEFLATING and len(fewer := deflated(plain, IN_DEPOSITS)) < len(plain):
        return _DEFLATED + fewer
    return _PLAIN + plain


def plain_text(elements: Mapping[str, str]) -> bytes:
    """Write what `pack` makes smaller; nothing for no elements."""
    if not elements:
        return b""
    pairs: list[tuple[str, str | int]] = []
    behind = []
    for name, value in elements.items():
        written = value.encode() if len(value) >= _LONG else b""
        pairs.append((name, len(written) or value))
        behind.append(written)
    line = orjson.dumps(pairs)
    return b"".join((line, _END, *behind)) if any(behind) else line


def unpack(packed: bytes | None) -> dict[str, str]:
    """Read the elements that `pack` wrote."""
    return dict(LateElements(packed or b""))


def _plain(packed: bytes) -> bytes:
    tag, content = packed[:1], packed[1:]
    if tag == _DEFLATED:
        return inflated(content, IN_DEPOSITS)
    return zlib_ng.decompress(content) if tag == _ENVELOPED else content


class LateElements(EncodedElements):
    """Elements that are read when somebody asks for one.

    Args:
        packed: what `pack` wrote, as the store holds it; empty for no elements.
        unwrapped: gives the bytes of what the store holds; it is asked once at most.
    """

    __slots__ = ("_packed", "_places", "_plain", "_unwrapped")

    def __init__(self, packed: Any, unwrapped: Callable[[Any], bytes] = bytes) -> None:
        self._packed, self._unwrapped = packed, unwrapped
        self._plain: bytes | None = None
        self._places: dict[str, str | slice] | None = None

    def plain(self) -> bytes:
        """Give their plain text."""
        if self._plain is None:
            self._plain = _plain(self._unwrapped(self._packed))
        return self._plain

    def _found(self) -> dict[str, str | slice]:
        """Give the short values, and where the long ones lie."""
        if self._places is None:
            plain = self.plain()
            at = plain.find(_END) + 1 or len(plain)
            self._places = places = {}
            for name, value in orjson.loads(plain[:at]) if plain else ():
                places[name] = value if isinstance(value, str) else slice(at, at := at + value)
        return self._places

    def __getitem__(self, name: str) -> str:
        """Give one."""
        found = self._found()[name]
        return found if isinstance(found, str) else self.plain()[found].decode()

    def encoded(self, name: str) -> bytes:
        """Give one in UTF-8."""
        found = self._found()[name]
        return found.encode() if isinstance(found, str) else self.plain()[found]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is one of this name."""
        return name in self._found()

    def __iter__(self) -> Iterator[str]:
        """Give their names, in order."""
        return iter(self._found())

    def __len__(self) -> int:
        """Count them."""
        return len(self._found())
