"""Pieces of members that are compressed each by itself: so a file is the same whoever wrote what of it."""

from __future__ import annotations

from pidstack.services.bulk.deflate import deflate
from pidstack.services.bulk.pieces import PieceWriter


class MemberWriter(PieceWriter):
    """Writes a piece of members, each compressed by itself and closed by a full flush."""

    def __post_init__(self) -> None:
        """Compress nothing as yet."""

    def begin_member(self) -> None:
        """Begin a member; nothing is written outside of one."""
        self._stream = deflate(self.level)

    def end_member(self) -> None:
        """End it."""
        self._feed()
        if self._stream is not None:
            self._take(self._stream.pause())
        self._stream = None


class PlainWriter(MemberWriter):
    """Writes a piece as it is, compressing nothing."""

    def begin_member(self) -> None:
        """See the other."""

    def end_member(self) -> None:
        """See the other."""
