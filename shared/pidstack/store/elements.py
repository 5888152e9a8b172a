"""Descriptive elements as bytes: one tag byte, then JSON pairs in their order, deflated where that is shorter.

A written form of them may lie behind the pairs, after a line's end, which JSON as it is written here has none of. Deflated together
they take little more room than the elements alone, of which the form repeats much.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

import orjson

_PLAIN, _DEFLATED = b"j", b"z"
_LEVEL = 6
_END = b"\n"


def pack(elements: Mapping[str, str], form: str = "") -> bytes | None:
    """Write elements; None for none. Equal elements in equal order give equal bytes.

    Args:
        form: what is kept beside them; empty for nothing. Without elements it is left out.
    """
    if not elements:
        return None
    plain = plain_text(elements, form)
    deflated = zlib.compress(plain, _LEVEL)
    return _DEFLATED + deflated if len(deflated) < len(plain) else _PLAIN + plain


def plain_text(elements: Mapping[str, str], form: str = "") -> bytes:
    """Write what `pack` makes smaller; nothing for no elements."""
    if not elements:
        return b""
    plain = orjson.dumps(list(elements.items()))
    return plain + _END + form.encode() if form else plain


def unpack(packed: bytes | None) -> dict[str, str]:
    """Read the elements that `pack` wrote."""
    return unpack_with_form(packed)[0]


def unpack_with_form(packed: bytes | None) -> tuple[dict[str, str], str]:
    """Read the elements that `pack` wrote, and the form that lies behind them; empty if there is none."""
    return read_plain(inflated(packed))


def inflated(packed: bytes | None) -> bytes:
    """Give the plain text of what `pack` wrote."""
    if not packed:
        return b""
    return packed[1:] if packed[:1] == _PLAIN else zlib.decompress(packed[1:])


def read_plain(plain: bytes) -> tuple[dict[str, str], str]:
    """Read what `plain_text` wrote: the elements, and the form behind them."""
    if not plain:
        return {}, ""
    pairs, _, form = plain.partition(_END)
    return dict(orjson.loads(pairs)), form.decode()


class LateElements(Mapping[str, str]):
    """Elements that are read when somebody asks for one.

    Args:
        packed: gives what `pack` wrote; it is asked once at most.
    """

    __slots__ = ("_elements", "_packed", "_plain")

    def __init__(self, packed: Callable[[], bytes]) -> None:
        self._packed = packed
        self._plain: bytes | None = None
        self._elements: dict[str, str] | None = None

    def plain(self) -> bytes:
        """Give their plain text, and what lies behind it."""
        if self._plain is None:
            self._plain = inflated(self._packed())
        return self._plain

    def _read(self) -> dict[str, str]:
        if self._elements is None:
            self._elements = read_plain(self.plain())[0]
        return self._elements

    def __getitem__(self, name: str) -> str:
        """Give one."""
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        """Give their names, in order."""
        return iter(self._read())

    def __len__(self) -> int:
        """Count them."""
        return len(self._read())
