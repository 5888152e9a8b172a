"""What a work is linked to, in UNIXREF: money, licences, other works, and what it cites.

Rule: Crossref fundref.xsd, AccessIndicators.xsd, relations.xsd and unixref1.1.xsd (`citation_list`); `crossref_types.RELATIONS`
read backwards, the nearest word where Crossref has none of its own.
"""

from __future__ import annotations

from pidstack.domain.metadata import FundingReference, RelatedIdentifier, Rights
from pidstack.formats.crossref_types import IDENTIFIER_TYPES, RELATIONS
from pidstack.formats.outside_names import doi_name
from pidstack.formats.unixref_parts import Work, element, escaped, said, uri

_INTRA = frozenset(
    """
    isTranslationOf hasTranslation isPreprintOf hasPreprint isManuscriptOf hasManuscript isExpressionOf hasExpression
    isManifestationOf hasManifestation isReplacedBy replaces isSameAs isIdenticalTo isVariantFormOf isOriginalFormOf isVersionOf
    hasVersion isFormatOf hasFormat
    """.split()  # noqa: SIM905 - read as a list of words
)
_INTER = frozenset(
    """
    isDerivedFrom hasDerivation isReviewOf hasReview isCommentOn hasComment isReplyTo hasReply basedOnData isDataBasisFor
    hasRelatedMaterial isRelatedMaterial isCompiledBy compiles isDocumentedBy documents isSupplementTo isSupplementedBy
    isContinuedBy continues isPartOf hasPart references isReferencedBy isBasedOn isBasisFor requires isRequiredBy finances
    isFinancedBy
    """.split()  # noqa: SIM905 - read as a list of words
)
_NEAREST = {
    "Cites": "references",
    "IsCitedBy": "isReferencedBy",
    "IsPublishedIn": "isPartOf",
    "IsDescribedBy": "isDocumentedBy",
    "Describes": "documents",
    "IsNewVersionOf": "isVersionOf",
    "IsPreviousVersionOf": "hasVersion",
}
_WORDS = {
    **_NEAREST,
    **{ours: theirs for theirs, ours in reversed(RELATIONS.items()) if theirs not in ("isPreprintOf", "hasPreprint")},
}
_NAMES = {ours: theirs for theirs, ours in IDENTIFIER_TYPES.items()} | {"EISSN": "issn", "LISSN": "issn", "w3id": "uri"}
_CITING = frozenset({"References", "Cites"})
_FUNDERS = {"Crossref Funder ID": "funder_identifier", "ROR": "ror"}
_OPEN = "info:eu-repo/semantics/openAccess"


def programs(work: Work) -> str:
    """Write the blocks for funding, licences and relations, in the schema's order."""
    return _fundref(work) + access(work) + relations(work)


def _fundref(work: Work) -> str:
    groups = "".join([_fund_group(each) for each in work.cited.metadata.funding_references])
    return element("program", groups, ' xmlns="http://www.crossref.org/fundref.xsd" name="fundref"')


def _fund_group(funding: FundingReference) -> str:
    kind = _FUNDERS.get(funding.funder_identifier_type, "")
    identifier = said("assertion", funding.funder_identifier, f' name="{kind}"') if kind else ""
    name = said("assertion", funding.funder_name, ' name="funder_name"')
    if not name:
        return ""
    whole = name.removesuffix("</assertion>") + identifier + "</assertion>"
    whole += said("assertion", funding.award_number, ' name="award_number"')
    whole += said("assertion", doi_name(funding.award_uri), ' name="grant_doi"')
    return element("assertion", whole, ' name="fundgroup"')


def access(work: Work) -> str:
    """Write the licences, and whether it may be read by all."""
    rights = work.cited.metadata.rights
    if not rights:
        return ""
    free = "<free_to_read/>" if any(_is_free(each) for each in rights) else ""
    addresses = dict.fromkeys(address for each in rights if len(address := uri(each.uri)) > 9)  # the schema's least length is 10
    licences = "".join(element("license_ref", escaped(address)) for address in addresses)
    return element("program", free + licences, ' xmlns="http://www.crossref.org/AccessIndicators.xsd" name="AccessIndicators"')


def _is_free(rights: Rights) -> bool:
    return rights.uri == _OPEN or rights.rights.strip().lower() == "free to read"


def relations(work: Work, *, required: bool = False) -> str:
    """Write the relations to other works that nothing else in the record says; an empty block, if one is required."""
    found = dict.fromkeys([_relation(work, each) for each in work.cited.metadata.related_identifiers if not _is_said(work, each)])
    attributes = ' xmlns="http://www.crossref.org/relations.xsd" name="relations"'
    return element("program", "".join(found), attributes) or (f"<program{attributes}/>" if required else "")


def citations(work: Work) -> str:
    """Write the DOIs that it cites."""
    related = work.cited.metadata.related_identifiers
    dois = dict.fromkeys([doi for each in related if _is_citation(each) and (doi := doi_name(each.identifier))])
    cited = (f'<citation key="ref{number}">{said("doi", doi)}</citation>' for number, doi in enumerate(dois, 1))
    return element("citation_list", "".join(cited))


def _is_citation(related: RelatedIdentifier) -> bool:
    return related.identifier_type == "DOI" and related.relation_type in _CITING


def _is_said(work: Work, related: RelatedIdentifier) -> bool:
    """Whether a relation is a citation, or names the container by a number that stands there."""
    if _is_citation(related) and doi_name(related.identifier):
        return True
    is_number = related.identifier_type.upper().endswith(("ISSN", "ISBN"))
    return is_number and related.relation_type in ("IsPartOf", "IsPublishedIn") and related.identifier == work.container.identifier


def _relation(work: Work, related: RelatedIdentifier) -> str:
    word, remark = _word(work, related), related.relation_type_information
    scope = "intra" if word in _INTRA else "inter"
    kind = _NAMES.get(related.identifier_type, "other")
    name = (doi_name(related.identifier) if kind == "doi" else "") or related.identifier
    attributes = f' relationship-type="{word}" identifier-type="{kind}"'
    target = said(f"{scope}_work_relation", name, attributes)
    return element("related_item", (said("description", remark) if remark != word else "") + target) if target else ""


def _word(work: Work, related: RelatedIdentifier) -> str:
    """Crossref's word for a relation; between a preprint and what came of it, its own."""
    said_so, relation = related.relation_type_information, related.relation_type
    if relation == "Other" and said_so in _INTRA | _INTER:
        return said_so
    if relation == "IsPreviousVersionOf" and work.cited.metadata.types.general == "Preprint":
        return "isPreprintOf"
    if relation == "IsNewVersionOf" and work.kind == "journal_article":
        return "hasPreprint"
    return _WORDS.get(relation, "hasRelatedMaterial")
