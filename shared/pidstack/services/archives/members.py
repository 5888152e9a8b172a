"""Write the members of one variant, as pieces of the file to come: one a title, compressed in blocks of so many records.

A member's header stands before it and says its length. So the text of a short one is held until it is complete; that of a long one
goes to a piece of its own, block by block, and its header to another when its length is known.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pidstack.formats.output30 import CLOSING, Title
from pidstack.ports.bulk import BulkFiles
from pidstack.services.bulk.pieces import Piece
from pidstack.services.snapshots import tar
from pidstack.services.snapshots.pieces import MemberWriter

_LARGEST_USTAR = 8 * 1024**3
Counts = tuple[int, int]  # publications and DOIs


@dataclass(frozen=True, slots=True)
class Done:
    """What there is of a variant.

    Attributes:
        pieces: of whole members, in order.
        counts: of what is in them, by kind and prefix, `J:10.1002`.
        bodies: pieces of the long member that is not complete yet.
        body_bytes: how long the text in them is.
    """

    pieces: tuple[Piece, ...] = ()
    publications: int = 0
    dois: int = 0
    bodies: tuple[Piece, ...] = ()
    body_bytes: int = 0
    counts: Mapping[str, Counts] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        values = {name: getattr(self, name) for name in ("publications", "dois", "body_bytes", "counts")}
        return {**values, **{name: [each.as_json() for each in getattr(self, name)] for name in ("pieces", "bodies")}}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Done:
        """Read what `as_json` wrote."""
        pieces, bodies = (tuple(Piece.from_json(each) for each in values[name]) for name in ("pieces", "bodies"))
        counts = {branch: (publications, dois) for branch, (publications, dois) in values["counts"].items()}
        return cls(pieces, values["publications"], values["dois"], bodies, values["body_bytes"], counts)


@dataclass(slots=True)
class MemberSink:
    """Takes the records of titles, one title after the other.

    Attributes:
        new_name: gives a name for each piece.
    """

    files: BulkFiles
    new_name: Callable[[], str]
    done: Done = Done()
    _pieces: list[Piece] = field(default_factory=list)
    _bodies: list[Piece] = field(default_factory=list)
    _body_bytes: int = 0
    _publications: int = 0
    _dois: int = 0
    _counts: dict[str, Counts] = field(default_factory=dict)
    _text: list[bytes] = field(default_factory=list)
    _held: int = 0
    _whole: MemberWriter | None = None
    _body: MemberWriter | None = None

    def __post_init__(self) -> None:
        self._pieces, self._bodies = list(self.done.pieces), list(self.done.bodies)
        self._body_bytes, self._publications, self._dois = self.done.body_bytes, self.done.publications, self.done.dois
        self._counts = dict(self.done.counts)

    def add(self, title: Title, opening: bytes, record: bytes) -> None:
        """Take a record.

        Args:
            opening: of its title's file; written before the first.
        """
        if not self._text and not self._is_long:
            self._text.append(opening)
        self._text.append(record)
        self._held += 1
        self._count(title, 0, 1)

    def cut(self) -> None:
        """End a block; the title goes on. Comes after so many records of the title, whether they were taken or not."""
        if not self._text:
            return
        if not self._is_long:
            self._close_whole()
        self._write_body(b"".join(self._text))

    def end(self, title: Title) -> None:
        """End a title; one of which nothing was taken has no member."""
        if not self._text and not self._is_long:
            return
        text = b"".join(self._text) + CLOSING
        size, file_name = self._body_bytes + len(text), title.file_name
        if self._is_long:
            self._write_body(text + tar.padding(size))
            self._close_body()
            self._pieces += [self._header_piece(file_name, size), *self._bodies]
            self._bodies, self._body_bytes = [], 0
        else:
            if self._whole is None:
                self._whole = MemberWriter(self.files, self.new_name())
            self._write_block(self._whole, header(file_name, size) + text + tar.padding(size))
        self._publications += 1
        self._count(title, 1, 0)

    def pause(self) -> Done:
        """Close what is open, and tell what there is. Comes after `cut` or `end`."""
        self._close_whole()
        self._close_body()
        return Done(tuple(self._pieces), self._publications, self._dois, tuple(self._bodies), self._body_bytes, self._counts)

    def abandon(self) -> None:
        """Leave nothing behind."""
        for writer in (self._whole, self._body):
            if writer is not None:
                writer.abandon()

    @property
    def _is_long(self) -> bool:
        return self._body is not None or bool(self._bodies)

    def _count(self, title: Title, publications: int, dois: int) -> None:
        branch = f"{title.kind}:{title.prefix}"
        before = self._counts.get(branch, (0, 0))
        self._counts[branch] = before[0] + publications, before[1] + dois

    def _write_body(self, text: bytes) -> None:
        if self._body is None:
            self._body = MemberWriter(self.files, self.new_name())
        self._body_bytes += len(text)
        self._write_block(self._body, text)

    def _write_block(self, writer: MemberWriter, text: bytes) -> None:
        writer.begin_member()
        writer.write(text, records=max(1, self._held))  # a piece counts even if it holds nothing but an end
        writer.end_member()
        self._dois += self._held
        self._text, self._held = [], 0

    def _header_piece(self, file_name: str, size: int) -> Piece:
        writer = MemberWriter(self.files, self.new_name())
        writer.begin_member()
        writer.write(header(file_name, size))
        writer.end_member()
        return writer.close()

    def _close_whole(self) -> None:
        if self._whole is not None:
            self._pieces.append(self._whole.close())
            self._whole = None

    def _close_body(self) -> None:
        if self._body is not None:
            self._bodies.append(self._body.close())
            self._body = None


def header(name: str, size: int) -> bytes:
    """Write what stands before a member; the length of one of 8 GiB and more is in GNU's way, which all readers of today know."""
    if size < _LARGEST_USTAR:
        return tar.header(name, size)
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")
