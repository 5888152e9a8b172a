"""Headers and records as XML, put together from text: nothing here is parsed or walked, a page has hundreds of them.

Rule: OAI-PMH 2.0, section 2.5 "Record".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pidstack.domain.identifier import Identifier
from pidstack.formats.markup import escaped
from pidstack.ports.harvest import Header
from pidstack.protocols.oai.flavour import Flavour
from pidstack.protocols.oai.moments import datestamp
from pidstack.protocols.oai.set_tree import SetTree

_MOST_REMEMBERED = 1000


@dataclass(slots=True)
class Writer:
    """Writes headers and records of one repository."""

    flavour: Flavour
    sets: SetTree
    _set_specs: dict[tuple[object, str, str], str] = field(default_factory=dict, repr=False)

    def header(self, header: Header) -> str:
        """Write a header."""
        status = ' status="deleted"' if header.withheld else ""
        return (
            f"<header{status}><identifier>{self.name(header.identifier)}</identifier>"
            f"<datestamp>{datestamp(header.datestamp_s)}</datestamp>{self._specs(header)}</header>"
        )

    def record(self, header: Header, metadata: bytes) -> bytes:
        """Write a record, in UTF-8; of a deleted one just the header."""
        if header.withheld:
            return f"<record>{self.header(header)}</record>\n".encode()
        return b"".join((f"<record>{self.header(header)}<metadata>".encode(), metadata, b"</metadata></record>\n"))

    def name(self, identifier: Identifier) -> str:
        """Write an identifier; its characters are graphic ASCII, so three need an escape."""
        return escaped(self.flavour.write_name(identifier))

    def _specs(self, header: Header) -> str:
        key = (header.placement, header.owner, header.group)
        written = self._set_specs.get(key)
        if written is None:
            if len(self._set_specs) >= _MOST_REMEMBERED:
                self._set_specs.clear()
            written = "".join(f"<setSpec>{spec}</setSpec>" for spec in self.sets.specs(header))
            self._set_specs[key] = written
        return written
