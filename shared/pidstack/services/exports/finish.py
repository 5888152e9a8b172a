"""Last steps: join what was written, and say how it ended."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from pidstack.domain.errors import NotFound
from pidstack.domain.export import Compression, Export, Stage
from pidstack.ports.bulk import FileKind
from pidstack.ports.clock import Clock
from pidstack.ports.exports import Exports, Mailer, News
from pidstack.services.bulk.assemble import Assembled, assemble
from pidstack.services.bulk.pieces import Piece
from pidstack.services.bulk.wrappings import Gzip, Zip
from pidstack.services.exports.desk import TOOK_TOO_LONG
from pidstack.services.exports.workshop import Workshop, file_of, manifest_of

_READERS = 8
_log = logging.getLogger(__name__)


def assemble_export(name: str, folder: str, segments: int, workshop: Workshop) -> Assembled:
    """Join the pieces of all segments into the file.

    Raises:
        NotFound: the export is over.
        FileNotFoundError: a segment was not written.
        Mismatch: a piece is not what its worker said of it.
    """
    export = workshop.running(name)
    writer = workshop.writer_for(export.order)
    with ThreadPoolExecutor(_READERS) as pool:
        manifests = list(pool.map(workshop.files.read, [manifest_of(folder, number) for number in range(segments)]))
    pieces = [Piece.from_json(piece) for manifest in manifests for piece in json.loads(manifest)]
    is_zip = export.order.compression is Compression.ZIP
    return assemble(
        workshop.files,
        file_of(export),
        pieces,
        Zip(export.member_name) if is_zip else Gzip(),
        FileKind(export.order.compression.media_type),
        opening=writer.opening,
        closing=writer.closing,
        lead=writer.between,
    )


Letter = Callable[[Export, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Says how an export ended: to whoever looks, by mail, and to programs.

    Attributes:
        mailer: None where no mail is sent.
        letter: gives subject and text for an export that is over and one of its addresses.
    """

    exports: Exports
    news: News
    mailer: Mailer | None
    letter: Letter
    clock: Clock

    def ready(self, name: str, *, records: int, size: int, sha256: str) -> Export:
        """Say that the file can be fetched."""
        made = {"stage": Stage.READY, "records": records, "size": size, "sha256": sha256}
        return self._over(name, made)

    def failed(self, name: str, error: str) -> Export:
        """Say that there will be no file. The error's class is for the log; the requester cannot do anything about it."""
        problem = TOOK_TOO_LONG if error == "States.Timeout" else "The registry made a mistake. Please ask again."
        _log.error("an export failed", extra={"export": name, "error": error})
        return self._over(name, {"stage": Stage.FAILED, "problem": problem})

    def _over(self, name: str, outcome: dict[str, Any]) -> Export:
        """Keep how it ended, and tell it. A step that is repeated tells it once more, so that nobody is forgotten."""
        export = self.exports.get(name)
        if export is None:
            raise NotFound(f"there is no export {name}")
        if not export.is_over:
            ended = replace(export, finished_s=self.clock(), **outcome)
            export = ended if self.exports.change(export, ended) else self.exports.get(name) or ended
        self.news.tell(export)
        if self.mailer is not None:
            for address in dict.fromkeys(export.order.notify):
                self._write_to(address, export, self.mailer)
        return export

    def _write_to(self, address: str, export: Export, mailer: Mailer) -> None:
        subject, text = self.letter(export, address)
        try:
            mailer.send(address, subject, text)
        except Exception:  # noqa: BLE001 - an address that takes no mail must not keep others from theirs
            _log.exception("a mail could not be sent", extra={"export": export.name})
