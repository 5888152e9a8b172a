"""What an order's addresses are written when its file is there. Rule: EZID API v2, "Batch download", "Notification"."""

from __future__ import annotations

from pidstack.domain.export import Export, Stage, addressee
from pidstack.protocols.export_event import address_of

_END = "This is an automated mail. Please do not reply.\n"


def letter(export: Export, to: str) -> tuple[str, str]:
    """Give subject and text.

    Args:
        export: one that is over.
        to: an address, perhaps with a name, who is then greeted.
    """
    name, _ = addressee(to)
    greeting = f"Dear {name},\n\n" if name else ""
    if export.stage is not Stage.READY:
        words = f"The batch download that you requested could not be made. {export.problem}"
        return "Your EZID batch download failed", f"{greeting}{words}\n\n{_END}"
    words = (
        f"The batch download that you requested is available at:\n\n{address_of(export)}\n\nThe download will be deleted in 1 week."
    )
    return "Your EZID batch download link", f"{greeting}{words}\n\n{_END}"
