"""CodeMeta JSON-LD read into the model: what programs say of themselves in `codemeta.json`.

CodeMeta is schema.org with words of its own; those are put into schema.org's, and the rest is read as schema.org is.
Rule: CodeMeta 1.0 (`agents`, `authors`, `title`, `tags`, `licenseId`) and the crosswalk of CodeMeta 3.0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pidstack.domain.metadata import Metadata, Rights
from pidstack.formats.foreign_json import first, load_object, many, said
from pidstack.formats.schema_org_in import description_of

# schema.org's word, and CodeMeta's for it, later ones first.
_WORDS = {
    "author": ("author", "authors", "agents"),
    "name": ("name", "title"),
    "keywords": ("keywords", "tags"),
}


def is_codemeta(found: dict[str, Any]) -> bool:
    """Tell whether an object says that its words are CodeMeta's."""
    return any("codemeta" in said(part).lower() for part in many(found.get("@context")))


def read_codemeta(given: str | bytes) -> Metadata:
    """Read one CodeMeta object.

    Args:
        given: JSON in UTF-8.
    Raises:
        Unreadable: not JSON, not one object, or one without name (WRONG_RECORD).
    """
    found = load_object(given, "codemeta")
    told = {**found, "@type": found.get("@type", "SoftwareSourceCode")}
    for word, words in _WORDS.items():
        if (value := next((found[each] for each in words if found.get(each)), None)) is not None:
            told[word] = value
    if not found.get("identifier") and said(found.get("@id")):
        told["identifier"] = found["@id"]
    metadata = description_of(told)
    licence = first(found, "licenseId")
    if not licence:
        return metadata
    return replace(metadata, rights=(*metadata.rights, Rights(identifier=licence, identifier_scheme="SPDX")))
