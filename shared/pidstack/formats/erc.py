"""ERC: who, what, when, where (and how), as labelled lines.

Rule: J. Kunze, A. Turner, "Kernel Metadata and Electronic Resource Citations (ERCs)"; ANVL: a label, a colon, a value on its
line.
"""

from __future__ import annotations

from pidstack.formats.cited import Cited, plain, sorted_name

UNAVAILABLE = "(:unav)"


def write_erc(cited: Cited) -> str:
    """Write the block `erc:` with one line an element; several makers are joined with ` ; `. Unknown is written `(:unav)`."""
    types = cited.metadata.types
    elements = {
        "who": " ; ".join(sorted_name(agent) for agent in cited.creators) or UNAVAILABLE,
        "what": plain(cited.title) or UNAVAILABLE,
        "when": cited.issued or UNAVAILABLE,
        "where": cited.name_url,
        "how": plain("/".join(part for part in (types.general, types.specific) if part)),
    }
    return "erc:\n" + "".join(f"{label}: {value}\n" for label, value in elements.items() if value)
