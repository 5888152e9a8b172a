"""What depositors say of an object that no description has a place for, kept beside its elements.

Part of it belongs to one document among the elements: how that is to be read, and what its form could not hold. As soon as another
document stands there, whoever put it there, that part is void.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from pidstack.domain.kind import Container, Types

MAX_SUPPLEMENT_BYTES = 10_000
_DIGEST_LENGTH = 16
_UNNAMED = Types()


@dataclass(frozen=True, slots=True)
class Supplement:
    """Facts about an object and its description.

    Attributes:
        files: addresses of the object's own files; None if nobody has ever named any.
        kinds, names: of what media type each file is and what it is called by, in the order of `files`; empty as long as that
            follows from the description and the file's place.
        source: what kind of software the record was written with, in its own words.
        page: what a depositor's check of the target found, as a JSON object; empty for nothing.
        document: digest of the document that was written out of single values, which are to be read as they stand, and that the
            rest belongs to; empty if there is none.
        types, container: as those values had them.
    """

    files: tuple[str, ...] | None = None
    source: str = ""
    page: str = ""
    document: str = ""
    types: Types = _UNNAMED
    container: Container | None = None
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Supplement:
        """Read what `str` wrote."""
        told: dict[str, Any] = json.loads(text) if text else {}
        for name in ("files", "kinds", "names"):
            if name in told:
                told[name] = tuple(told[name])
        if "types" in told:
            told["types"] = Types(**told["types"])
        if "container" in told:
            told["container"] = Container(**told["container"])
        return cls(**told)

    def __str__(self) -> str:
        """Write it as JSON, and nothing as nothing."""
        told: dict[str, Any] = {"files": list(self.files)} if self.files is not None else {}
        told |= {name: list(value) for name in ("kinds", "names") if (value := getattr(self, name))}
        told |= {name: value for name in ("source", "page", "document") if (value := getattr(self, name))}
        for name in ("types", "container"):
            value = getattr(self, name)
            known = {key: text for key, text in asdict(value).items() if text} if value else {}
            if known:
                told[name] = known
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""

    def is_about(self, document: str) -> bool:
        """Tell whether this document was written out of single values."""
        return self.document != "" and self.document == digest_of(document)


NO_SUPPLEMENT = Supplement()


def digest_of(document: str) -> str:
    """Name a document by its content."""
    return hashlib.sha256(document.encode()).hexdigest()[:_DIGEST_LENGTH]
