"""Join spans into one file: parts in parallel, in stages where there are more of them than a file may have.

Memory: one short part (5 MiB) a thread, whatever the file's size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from pidstack.ports.bulk import LEAST_PART_BYTES, MOST_PART_BYTES, MOST_PARTS, BulkFiles, FileKind
from pidstack.services.bulk.parts import Part, Span, Stretch, Text, cut_into_parts, is_copied

_THREADS = 8


class Mismatch(Exception):
    """A file is not as long as what it was joined from. It must not be given out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the store allows of a file; a test says less."""

    least_part: int = LEAST_PART_BYTES
    most_part: int = MOST_PART_BYTES
    parts: int = MOST_PARTS


STORE = Limits()


def join(files: BulkFiles, name: str, spans: Sequence[Span], kind: FileKind, limits: Limits = STORE) -> int:
    """Make one file of spans.

    Args:
        name: it appears under it when all is done. Files `NAME.stage-…` are there meanwhile if it takes stages.
    Returns:
        its size.
    Raises:
        Mismatch: a stretch was not there in its full length.
        ValueError: no file of the store can be this long.
    """
    total = sum(span.size for span in spans)
    stages: list[str] = []
    parts = list(cut_into_parts(spans, least=limits.least_part, most=limits.most_part))
    while len(parts) > limits.parts:
        staged = _in_stages(files, name, len(stages), parts, limits)
        stages += [stretch.name for stretch in staged]
        before, parts = parts, list(cut_into_parts(staged, least=limits.least_part, most=limits.most_part))
        if len(parts) >= len(before):
            raise ValueError(f"{name} would have {total} bytes")
    if len(parts) > 1 or (parts and is_copied(parts[0], limits.least_part)):
        _upload(files, name, parts, kind, limits)
    else:
        files.put(name, _content(files, parts[0]) if parts else b"", kind)
    if stages:
        files.remove(stages)
    if (size := files.size(name)) != total:
        files.remove([name])
        raise Mismatch(f"{name} has {size} bytes instead of {total}")
    return total


def _in_stages(files: BulkFiles, name: str, first: int, parts: Sequence[Part], limits: Limits) -> list[Stretch]:
    """Join as many parts as a file may have, again and again.

    Args:
        first: number of the first stage; no stage may take the place of an earlier one, which it is made from.
    """
    staged: list[Stretch] = []
    waiting = iter(parts)
    while group := list(islice(waiting, limits.parts)):
        stage = f"{name}.stage-{first + len(staged):04}"
        _upload(files, stage, group, FileKind(), limits)
        staged.append(Stretch(stage, 0, sum(span.size for part in group for span in part)))
    return staged


def _upload(files: BulkFiles, name: str, parts: Sequence[Part], kind: FileKind, limits: Limits) -> None:
    upload = files.begin(name, kind)

    def send(number: int, part: Part) -> str:
        if is_copied(part, limits.least_part) and isinstance(part[0], Stretch):
            return files.copy(upload, number, part[0].name, part[0].first, part[0].size)
        return files.add(upload, number, _content(files, part))

    try:
        receipts = _in_parallel(send, parts)
        files.finish(upload, receipts)
    except BaseException:
        files.abandon(upload)
        raise


def _in_parallel(send: Callable[[int, Part], str], parts: Sequence[Part]) -> list[str]:
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting = [pool.submit(send, number, part) for number, part in enumerate(parts, start=1)]
        try:
            return [sent.result() for sent in waiting]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _content(files: BulkFiles, part: Part) -> bytes:
    return b"".join(span.content if isinstance(span, Text) else files.read(span.name, span.first, span.size) for span in part)
