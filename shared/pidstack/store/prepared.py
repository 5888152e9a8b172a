"""The forms of a description that are kept with a record, as the bytes of one attribute each, deflated.

Forms repeat what the elements say, and all of them the same names of keys; so each is deflated with both as a dictionary, and takes
a fourth of what it would by itself. Whoever wants one reads and inflates that one, and whoever wants none nothing.
Layout: a byte for the dictionary, then the content: deflate (RFC 1951), with the dictionary in front.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from zlib_ng import zlib_ng

_LEVEL, _MEMORY = 6, 9
_DICTIONARY = b"2"
# What the forms say again and again, the most frequent last. Kept records need it as it is: another one has another number.
_COMMON = (
    b'  <dc:coverage></dc:coverage>\n  <dc:contributor></dc:contributor>\n  <dc:relation>https://doi.org/10.</dc:relation>\n '
    b' <dc:source></dc:source>\n  <dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>\n  <dc:language>en</dc:'
    b'language>\n  <dc:subject></dc:subject>\n  <dc:description></dc:description>\n1\n  <dc:title xml:lang="en"></dc:title>\n'
    b'  <dc:creator></dc:creator>\n  <dc:publisher></dc:publisher>\n  <dc:date>202</dc:date>\n  <dc:type>JournalArticle</dc:t'
    b'ype>\n  <dc:identifier>https://doi.org/10.</dc:identifier>\n'
    b'<resource xmlns="http://datacite.org/schema/kernel-4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schema'
    b'Location="http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-4/metadata.xsd">\n  <identifier i'
    b'dentifierType="DOI">10.</identifier>\n  <creators>\n    <creator>\n      <creatorName nameType="Personal"></creatorNam'
    b'e>\n      <givenName></givenName>\n      <familyName></familyName>\n      <nameIdentifier nameIdentifierScheme="ORCID"'
    b' schemeURI="https://orcid.org">https://orcid.org/0000-000</nameIdentifier>\n      <affiliation affiliationIdentifier="'
    b'https://ror.org/0" affiliationIdentifierScheme="ROR" schemeURI="https://ror.org"></affiliation>\n    </creator>\n    <'
    b'creator>\n      <creatorName nameType="Organizational"></creatorName>\n    </creator>\n  </creators>\n  <titles>\n    '
    b'<title xml:lang="en"></title>\n  </titles>\n  <publisher>(:unav)</publisher>\n  <publicationYear>202</publicationYear>'
    b'\n  <resourceType resourceTypeGeneral="JournalArticle">JournalArticle</resourceType>\n  <subjects>\n    <subject></sub'
    b'ject>\n  </subjects>\n  <contributors>\n    <contributor contributorType="Editor">\n      <contributorName nameType="P'
    b'ersonal"></contributorName>\n    </contributor>\n  </contributors>\n  <dates>\n    <date dateType="Issued">202</date>'
    b'\n    <date dateType="Accepted"></date>\n  </dates>\n  <language>en</language>\n  <alternateIdentifiers>\n    <alterna'
    b'teIdentifier alternateIdentifierType="article_number"></alternateIdentifier>\n  </alternateIdentifiers>\n  <relatedIde'
    b'ntifiers>\n    <relatedIdentifier relatedIdentifierType="ISSN" relationType="IsPartOf" resourceTypeGeneral="Collection'
    b'"></relatedIdentifier>\n    <relatedIdentifier relatedIdentifierType="DOI" relationType="References">10.</relatedIdent'
    b'ifier>\n  </relatedIdentifiers>\n  <sizes/>\n  <formats/>\n  <rightsList>\n    <rights rightsURI="https://creativecomm'
    b'ons.org/licenses/by/4.0/"></rights>\n  </rightsList>\n  <descriptions>\n    <description descriptionType="Abstract"></'
    b'description>\n  </descriptions>\n  <fundingReferences>\n    <fundingReference>\n      <funderName></funderName>\n     '
    b' <funderIdentifier funderIdentifierType="Crossref Funder ID">https://doi.org/10.13039/501100000</funderIdentifier>\n  '
    b'    <awardNumber></awardNumber>\n    </fundingReference>\n  </fundingReferences>\n</resource>\n'
    b'"citeproc":"article-journal","schemaOrg":"ScholarlyArticle","resourceTypeGeneral":"JournalArticle""container":{"type":'
    b'"Series","identifier":"","identifierType":"ISSN","title":"","volume":"","issue":"","firstPage":"","lastPage":""},"geoL'
    b'ocations":[{"geoLocationPlace":"","geoLocationPoint":{"pointLatitude":1.1,"pointLongitude":1.1},"geoLocationBox":{"wes'
    b'tBoundLongitude":-1.1,"eastBoundLongitude":1.1,"southBoundLatitude":1.1,"northBoundLatitude":1.1}}],"fundingReferences'
    b'":[{"funderName":"","funderIdentifier":"https://doi.org/10.13039/501100000","funderIdentifierType":"Crossref Funder ID'
    b'","awardNumber":"","awardUri":"https://","awardTitle":""}],"relatedItems":[{"relatedItemType":"","relationType":"IsPub'
    b'lishedIn","relatedItemIdentifier":{"relatedItemIdentifier":"","relatedItemIdentifierType":"ISSN"},"relatedIdentifiers"'
    b':[{"relatedIdentifier":"10.","relatedIdentifierType":"DOI","relationType":"IsSupplementTo"}],<crossref xmlns="http://w'
    b'ww.crossref.org/xschema/1.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.cros'
    b'sref.org/xschema/1.1 http://doi.crossref.org/schemas/unixref1.1.xsd"><posted_content type="other" language="en"><datab'
    b'ase><database_metadata><titles><title></title></titles><publisher><publisher_name></publisher_name></publisher></datab'
    b'ase_metadata><dataset dataset_type="other"><contributors><person_name sequence="first" contributor_role="author"><give'
    b'n_name></given_name><surname></surname><affiliations><institution><institution_name></institution_name></institution><'
    b'/affiliations><ORCID>https://orcid.org/0000-000</ORCID></person_name><organization sequence="additional" contributor_r'
    b'ole="other"></organization></contributors><titles><title></title><subtitle></subtitle></titles><jats:abstract xmlns:ja'
    b'ts="http://www.ncbi.nlm.nih.gov/JATS1"><jats:p></jats:p></jats:abstract><database_date><creation_date><publication_dat'
    b'e><month>01</month><day>01</day><year>202</year></publication_date></database_date><description language="en"></descri'
    b'ption><program xmlns="http://www.crossref.org/relations.xsd"><related_item><description></description><inter_work_rela'
    b'tion relationship-type="isSupplementTo" identifier-type="doi"></inter_work_relation></related_item></program><program '
    b'xmlns="http://www.crossref.org/AccessIndicators.xsd" name="AccessIndicators"><license_ref>https://creativecommons.org/'
    b'licenses/by/4.0/</license_ref></program><program xmlns="http://www.crossref.org/fundref.xsd" name="fundref"><assertion'
    b' name="fundgroup"><assertion name="funder_name"></assertion><assertion name="award_number"></assertion></assertion></p'
    b'rogram><doi_data><doi>10.</doi><resource></resource></doi_data></dataset></database></posted_content></crossref>{"publ'
    b'isher":"","license":[{"URL":"https://creativecommons.org/licenses/by/4.0/legalcode","content-version":"unspecified"}],'
    b'"funder":[{"name":"","award":[""]}],"published":{"date-parts":[[2021]]},"abstract":"","DOI":"10.","type":"dataset","pa'
    b'ge":"","volume":"","author":[{"ORCID":"https://orcid.org/0000-000","given":"","family":"","affiliation":[{"name":""}],'
    b'"sequence":"first"},{"name":"","affiliation":[],"sequence":"additional"}],"container-title":[""],"language":"en","vers'
    b'ion":"1.0","subject":[""],"URL":"https://doi.org/10.","relation":{"is-supplement-to":[{"id-type":"doi","id":"10.","ass'
    b'erted-by":"subject"}]},"ISSN":[""],"alternative-id":[""],"reference":[{"key":"ref1","DOI":"10.","doi-asserted-by":"pub'
    b'lisher"}],"title":[""],"issued":{"date-parts":[[2021]]},"is-referenced-by-count":0,"references-count":0,"reference-cou'
    b'nt":0,"score":1}1\n2021\n{"identifiers":[{"identifier":"https://doi.org/10.","identifierType":"DOI"}],"alternateIdentifi'
    b'ers":[],"creators":[{"name":"","nameType":"Personal","givenName":"","familyName":"","nameIdentifiers":[{"nameIdentifie'
    b'r":"https://orcid.org/0000-000","nameIdentifierScheme":"ORCID","schemeUri":"https://orcid.org"}],"affiliation":[{"name'
    b'":"","affiliationIdentifier":"https://ror.org/0","affiliationIdentifierScheme":"ROR","schemeUri":"https://ror.org"}]},'
    b'{"name":"","nameType":"Organizational","nameIdentifiers":[],"affiliation":[],"contributorType":"HostingInstitution"}],'
    b'"titles":[{"title":"","titleType":"Subtitle","lang":"en"}],"publisher":{"name":""},"container":{},"publicationYear":20'
    b'21,"subjects":[{"subject":"","subjectScheme":"Fields of Science and Technology (FOS)","schemeUri":"http://www.oecd.org'
    b'/science/inno/38235147.pdf"}],"contributors":[],"dates":[{"date":"2021-01-01","dateType":"Issued","dateInformation":""'
    b'}],"language":"en","types":{"ris":"DATA","bibtex":"misc","citeproc":"dataset","schemaOrg":"Dataset","resourceType":"Da'
    b'taset","resourceTypeGeneral":"Dataset"},"relatedIdentifiers":[],"relatedItems":[],"sizes":[],"formats":[],"version":nu'
    b'll,"rightsList":[{"rights":"Creative Commons Attribution 4.0 International","rightsUri":"https://creativecommons.org/l'
    b'icenses/by/4.0/legalcode","rightsIdentifier":"cc-by-4.0","rightsIdentifierScheme":"SPDX","schemeUri":"https://spdx.org'
    b'/licenses/"}],"descriptions":[{"description":"","descriptionType":"Abstract","lang":"en"}],"geoLocations":[],"fundingR'
    b'eferences":[]}'
)  # fmt: skip


def pack_prepared(forms: Mapping[str, bytes], behind: bytes) -> dict[str, bytes]:
    """Write forms. Equal forms behind equal text give equal bytes.

    Args:
        behind: text that the forms repeat; whoever reads them has to have it.
    """
    return {name: _DICTIONARY + _deflated(form, _COMMON + behind) for name, form in forms.items()}


def _deflated(form: bytes, dictionary: bytes) -> bytes:
    engine = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, _MEMORY, zlib.Z_DEFAULT_STRATEGY, dictionary)
    return engine.compress(form) + engine.flush()


class Prepared(Mapping[str, bytes]):
    """Forms as they were packed; each is inflated when it is asked for. What has another dictionary cannot be read, and is none.

    Args:
        packed: what `pack_prepared` gave, each as the store holds it.
        behind: gives the text that it was given.
        unwrapped: gives the bytes of what the store holds.
    """

    __slots__ = ("_behind", "_packed", "_unwrapped")

    def __init__(self, packed: Mapping[str, Any], behind: Callable[[], bytes], unwrapped: Callable[[Any], bytes] = bytes) -> None:
        self._packed, self._behind, self._unwrapped = packed, behind, unwrapped

    def __getitem__(self, name: str) -> bytes:
        """Give one form."""
        packed = self._unwrapped(self._packed[name])
        if packed[:1] != _DICTIONARY:
            raise KeyError(name)
        engine = zlib_ng.decompressobj(-zlib.MAX_WBITS, _COMMON + self._behind())
        return engine.decompress(packed[1:])

    def __iter__(self) -> Iterator[str]:
        """Give their names."""
        return (name for name in self._packed if name in self)

    def __len__(self) -> int:
        """Count them."""
        return sum(1 for _ in self)
