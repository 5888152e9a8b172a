"""Pieces of members that are compressed each by itself: so a file is the same whoever wrote what of it."""

from __future__ import annotations

import zlib

from pidstack.services.bulk.pieces import PieceWriter


class MemberWriter(PieceWriter):
    """Writes a piece of members, each compressed by itself and closed by a full flush."""

    def __post_init__(self) -> None:
        self._compress = bytes
        self._flush = _nothing

    def begin_member(self) -> None:
        """Begin a member; nothing is written outside of one."""
        engine = zlib.compressobj(self.level, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._compress, self._flush = engine.compress, engine.flush

    def end_member(self) -> None:
        """End it."""
        self._feed()
        self._take(self._flush(zlib.Z_FULL_FLUSH))
        self._flush = _nothing


class PlainWriter(MemberWriter):
    """Writes a piece as it is, compressing nothing."""

    def begin_member(self) -> None:
        """See the other."""

    def end_member(self) -> None:
        """See the other."""


def _nothing(_mode: int) -> bytes:
    return b""
