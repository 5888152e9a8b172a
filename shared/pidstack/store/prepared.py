"""The forms of a description that are kept with a record, as the bytes of one attribute each, deflated.

Forms repeat what the elements say, and all of them the same names of keys; so each is deflated with both as a dictionary, and takes
a fourth of what it would by itself. Whoever wants one reads and inflates that one, and whoever wants none nothing.
Layout: a byte for the dictionary, then the content, deflated; short ones as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pidstack.store.common_text import IN_FORMS
from pidstack.store.deflated import deflated, inflated

_DICTIONARY, _PLAIN = b"2", b"0"
_WORTH_DEFLATING = 60  # bytes


def pack_prepared(forms: Mapping[str, bytes], behind: bytes) -> dict[str, bytes]:
    """Write forms. Equal forms behind equal text give equal bytes.

    Args:
        behind: text that the forms repeat; whoever reads them has to have it.
    """
    dictionary = IN_FORMS + behind
    return {
        name: _PLAIN + form if len(form) < _WORTH_DEFLATING else _DICTIONARY + deflated(form, dictionary)
        for name, form in forms.items()
    }


class Prepared(Mapping[str, bytes]):
    """Forms as they were packed; each is inflated when it is asked for. What has another dictionary cannot be read, and is none.

    Args:
        packed: what `pack_prepared` gave, each as the store holds it.
        behind: gives the text that it was given.
        unwrapped: gives the bytes of what the store holds.
    """

    __slots__ = ("_behind", "_packed", "_unwrapped")

    def __init__(self, packed: Mapping[str, Any], behind: Callable[[], bytes], unwrapped: Callable[[Any], bytes] = bytes) -> None:
        self._packed, self._behind, self._unwrapped = packed, behind, unwrapped

    def __getitem__(self, name: str) -> bytes:
        """Give one form."""
        packed = self._unwrapped(self._packed[name])
        tag = packed[:1]
        if tag == _PLAIN:
            return packed[1:]
        if tag != _DICTIONARY:
            raise KeyError(name)
        return inflated(packed[1:], IN_FORMS + self._behind())

    def __iter__(self) -> Iterator[str]:
        """Give their names."""
        return (name for name in self._packed if name in self)

    def __len__(self) -> int:
        """Count them."""
        return sum(1 for _ in self)
