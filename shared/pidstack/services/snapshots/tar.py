"""The frames of a tar archive: headers, padding, the end. Equal members give equal bytes.

Rule: POSIX.1-1988, "ustar Interchange Format". Names are short and members below 8 GiB, so nothing newer is needed.
"""

from __future__ import annotations

import tarfile

_BLOCK = tarfile.BLOCKSIZE
# GNU tar warns of times in 1970, so members are of 1 January 1980, as far back as zip archives go.
_MOMENT_S = 315_532_800
END = bytes(2 * _BLOCK)


def header(name: str, size: int) -> bytes:
    """Write what stands before a member's content: a file of everybody's to read, of nobody in particular."""
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, _MOMENT_S, 0o644
    return member.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def padding(size: int) -> bytes:
    """Give what fills a member's last block."""
    return bytes(-size % _BLOCK)
