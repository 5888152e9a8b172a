"""CodeMeta JSON-LD, as DataCite's content negotiation gives it, with the words of CodeMeta's later versions beside its own.

DataCite's form has the words of CodeMeta's first version: `authors` and `tags`. Whoever reads the later ones looks for `author` and
`keywords`; both are there.
Rule: DataCite, "Content negotiation", `application/vnd.codemeta.ld+json`; CodeMeta 3.0 crosswalk.
"""

from __future__ import annotations

from typing import Any

from pidstack.formats import attributes
from pidstack.formats.cited import Cited, clean, json_text, known
from pidstack.formats.schema_org_out import schema_org

CONTEXT = "https://raw.githubusercontent.com/codemeta/codemeta/master/codemeta.jsonld"
_SHARED = ("@type", "@id", "identifier", "name", "author", "version", "license", "datePublished", "dateModified", "inLanguage")


def write_codemeta(cited: Cited) -> str:
    """Write JSON-LD, one object, pretty-printed, safe inside a script element."""
    return json_text(codemeta(cited))


def codemeta(cited: Cited) -> dict[str, Any]:
    """Return the JSON-LD object; what is unknown is left out, and a list of one is the one, but for `authors` and `tags`."""
    told = schema_org(cited)
    descriptions = cited.metadata.descriptions
    return known(
        {
            "@context": CONTEXT,
            **{name: told[name] for name in _SHARED if name in told},
            "codeRepository": cited.url,
            "authors": attributes.write(cited.metadata, affiliations_as_objects=True)["creators"] if cited.creators else [],
            "description": clean(descriptions[0].description) if descriptions else "",
            "keywords": told.get("keywords"),
            "tags": list(cited.subjects),
            "publisher": cited.publisher,
        }
    )
