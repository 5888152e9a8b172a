"""Where exports are ordered and fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pidstack.domain.export import Export, Order, Stage
from pidstack.ports.clock import Clock
from pidstack.ports.exports import Exports, Links, Progress, Runner
from pidstack.services.exports.workshop import file_of

TOOK_TOO_LONG = "It took longer than a day."


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes orders, tells how far they are, and lets their files be fetched."""

    exports: Exports
    runner: Runner
    links: Links
    clock: Clock

    def take(self, order: Order) -> Export:
        """Give the export that carries an order out. Equal orders have one as long as it is being made."""
        export = self.exports.take(order, self.clock())
        if export.stage is Stage.WAITING:  # begun perhaps, but surely after this
            self.runner.start(export.name)
        return export

    def find(self, name: str) -> Export | None:
        """Give an export; None if there is none, or its time is over. One read."""
        export = self.exports.get(name)
        if export is None or export.expires_s <= self.clock():
            return None
        return replace(export, stage=Stage.FAILED, problem=TOOK_TOO_LONG) if export.is_stuck(self.clock()) else export

    def progress(self, export: Export) -> Progress:
        """Tell how far it is. One query while it is being made."""
        if export.is_over:
            return Progress(export.expected, export.records)
        return self.exports.progress(export.name)

    def content(self, export: Export) -> bytes | None:
        """Give a short file itself; None if the bucket has forgotten it. One read of the store."""
        try:
            return self.links.read(file_of(export))
        except FileNotFoundError:
            return None

    def link(self, export: Export) -> str:
        """Give an address of the file, for an hour."""
        return self.links.link(file_of(export), saved_as=export.file_name, media_type=export.order.compression.media_type)
