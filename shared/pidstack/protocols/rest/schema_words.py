"""What DataCite's schema finds wrong with a description, in the words of DataCite's service.

Rule: DataCite REST API, "API error codes": one error for each element, whose title has libxml2's message and line.
"""

from __future__ import annotations

from pidstack.domain.identifier import Identifier
from pidstack.protocols.rest.shapes import Problems

# Elements whose attribute has another name.
_SOURCES = {
    "date": "dates",
    "publicationYear": "publication_year",
    "alternateIdentifiers": "identifiers",
    "relatedIdentifiers": "related_identifiers",
    "relatedItems": "related_items",
    "geoLocations": "geo_locations",
    "rightsList": "rights_list",
    "fundingReferences": "funding_references",
    "version": "version_info",
    "resource": "xml",
}
VAGUE = {"metadata": "Is invalid"}


def schema_problems(document: str, identifier: Identifier, *, vague: bool = False) -> Problems:
    """Tell what keeps a document from being valid; nothing if it is.

    Args:
        document: XML in the namespace of kernel 4.
        vague: say first that something is, as the service does of descriptions that name no version of the schema.
    """
    from pidstack.formats import datacite_schema, safe_xml

    found: Problems = {}
    for problem in datacite_schema.problems(safe_xml.parse(document)):
        source = _SOURCES.get(problem.element, problem.element)
        if problem.attribute:
            source = f"{problem.element}', attribute '{problem.attribute}"
        doi = (identifier.doi or "").lower()
        found.setdefault(source, f"DOI {doi}: {problem.message} at line {problem.line}, column 0")
    return {**VAGUE, **found} if vague and found else found
