"""What stands in records again and again: text that deflate refers to instead of saying it, the most frequent last.

What is kept needs its text as it is here, character for character: other text gets another tag, and what has this one goes on being
read with this.
"""

from __future__ import annotations

# Documents that are deposited, most of them indented as Crossref's and DataCite's own examples are, and names of elements.
IN_DEPOSITS = b"""\
[["erc.who","erc.what","erc.when","dc.creator","dc.title","dc.publisher","dc.date","dc.type","datacite.creator","],["datacite.title","],\
["datacite.publisher","],["datacite.publicationyear","202"],["datacite.resourcetype","Dataset"],["crossref",],["datacite",]]
<?xml version="1.0"?>
<posted_content xmlns="http://www.crossref.org/schema/5.4.0" type="preprint"><posted_date><month></month><day></day><year>202\
</year></posted_date><dissertation><degree></degree><report-paper><report-paper_metadata><conference><event_metadata><conference_name>\
</conference_name><conference_location></conference_location></event_metadata><proceedings_metadata><proceedings_title>\
</proceedings_title></proceedings_metadata><conference_paper publication_type="full_text"></conference_paper></conference>
<book xmlns="http://www.crossref.org/schema/5.4.0" book_type="edited_book">
  <book_series_metadata language="en">
    <series_metadata>
  <book_metadata language="en">
    <edition_number></edition_number>
    <isbn media_type="print">978-3-</isbn>
    <noisbn reason="archive_volume"/>
    <publisher>
      <publisher_name></publisher_name>
      <publisher_place></publisher_place>
    </publisher>
  </book_metadata>
  <content_item component_type="chapter" level_sequence_number="1" publication_type="full_text" language="en">
    <component_number></component_number>
  </content_item>
</book>
<?xml version="1.0"?>
<journal xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.crossref.org/schema/5.3.1" \
xmlns:jats="http://www.ncbi.nlm.nih.gov/JATS1" xmlns:fr="http://www.crossref.org/fundref.xsd" \
xmlns:ai="http://www.crossref.org/AccessIndicators.xsd" xmlns:rel="http://www.crossref.org/relations.xsd" \
xsi:schemaLocation="http://www.crossref.org/schema/5.3.1 http://www.crossref.org/schemas/crossref5.3.1.xsd">
      <journal_metadata language="en">
        <full_title></full_title>
        <abbrev_title></abbrev_title>
        <issn media_type="print"></issn>
        <issn media_type="electronic"></issn>
      </journal_metadata>
      <journal_issue>
        <publication_date media_type="print">
          <month>0</month>
          <day></day>
          <year>20</year>
        </publication_date>
        <journal_volume>
          <volume></volume>
        </journal_volume>
        <issue></issue>
      </journal_issue>
      <journal_article publication_type="full_text" language="en">
        <titles>
          <title></title>
          <subtitle></subtitle>
          <original_language_title language="en"></original_language_title>
        </titles>
        <contributors>
          <organization sequence="additional" contributor_role="author"></organization>
          <person_name contributor_role="author" sequence="first">
            <given_name></given_name>
            <surname></surname>
            <suffix></suffix>
            <affiliations>
              <institution>
                <institution_name>University of </institution_name>
                <institution_id type="ror">https://ror.org/0</institution_id>
                <institution_department></institution_department>
              </institution>
            </affiliations>
            <affiliation>Department of </affiliation>
            <ORCID authenticated="true">https://orcid.org/0000-000</ORCID>
          </person_name>
          <person_name sequence="additional" contributor_role="author">
        </contributors>
        <jats:abstract xml:lang="en"><jats:title>Abstract</jats:title><jats:p> <jats:italic></jats:italic></jats:p></jats:abstract>
        <publication_date media_type="online"><month>0</month><day>0</day><year>202</year></publication_date>
        <acceptance_date></acceptance_date>
        <pages>
          <first_page></first_page>
          <last_page></last_page>
        </pages>
        <publisher_item>
          <item_number item_number_type="article_number"></item_number>
          <identifier id_type="pii">S0</identifier>
        </publisher_item>
        <crossmark>
          <crossmark_version>1</crossmark_version>
          <crossmark_policy>10.</crossmark_policy>
          <crossmark_domains><crossmark_domain><domain></domain></crossmark_domain></crossmark_domains>
          <custom_metadata><assertion group_name="publication_history" label="Received" name="received" order="0">
        </crossmark>
        <fr:program name="fundref">
          <fr:assertion name="fundgroup">
            <fr:assertion name="funder_name"><fr:assertion name="funder_identifier">https://doi.org/10.13039/501100000\
</fr:assertion></fr:assertion>
            <fr:assertion name="award_number"></fr:assertion>
          </fr:assertion>
        </fr:program>
        <ai:program name="AccessIndicators">
          <ai:free_to_read/>
          <ai:license_ref applies_to="vor" start_date="202">https://creativecommons.org/licenses/by/4.0/</ai:license_ref>
        </ai:program>
        <rel:program name="relations">
          <rel:related_item>
            <rel:inter_work_relation relationship-type="isSupplementTo" identifier-type="doi">10.</rel:inter_work_relation>
            <rel:intra_work_relation relationship-type="hasPreprint" identifier-type="uri">https://</rel:intra_work_relation>
          </rel:related_item>
        </rel:program>
        <archive_locations><archive name="CLOCKSS"/><archive name="Portico"/></archive_locations>
        <doi_data><doi>(:tba)</doi><resource>(:tba)</resource><collection property="text-mining"><item>\
<resource mime_type="application/pdf">https://</resource></item></collection></doi_data>
        <citation_list>
          <citation key="ref1">
            <journal_title></journal_title>
            <author></author>
            <volume></volume>
            <first_page></first_page>
            <cYear>20</cYear>
            <doi provider="crossref">10.1016/j.</doi>
            <article_title></article_title>
          </citation>
          <citation key="ref2"><unstructured_citation></unstructured_citation></citation>
        </citation_list>
      </journal_article>
    </journal>
<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://datacite.org/schema/kernel-4" \
xsi:schemaLocation="http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-4/metadata.xsd">
  <identifier identifierType="DOI">10.</identifier>
  <creators>
    <creator>
      <creatorName nameType="Personal"></creatorName>
      <givenName></givenName>
      <familyName></familyName>
      <nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">https://orcid.org/0000-000</nameIdentifier>
      <affiliation affiliationIdentifier="https://ror.org/0" affiliationIdentifierScheme="ROR" schemeURI="https://ror.org">\
University of </affiliation>
    </creator>
    <creator>
      <creatorName nameType="Organizational"></creatorName>
    </creator>
  </creators>
  <titles>
    <title xml:lang="en"></title>
    <title titleType="Subtitle" xml:lang="en-US"></title>
  </titles>
  <publisher></publisher>
  <publicationYear>202</publicationYear>
  <resourceType resourceTypeGeneral="Text"></resourceType>
  <resourceType resourceTypeGeneral="Dataset">Dataset</resourceType>
  <subjects>
    <subject subjectScheme="" schemeURI="http://" valueURI=""></subject>
    <subject xml:lang="en"></subject>
    <subject></subject>
  </subjects>
  <contributors>
    <contributor contributorType="DataManager">
      <contributorName nameType="Organizational"></contributorName>
    </contributor>
    <contributor contributorType="ContactPerson">
      <contributorName></contributorName>
    </contributor>
  </contributors>
  <dates>
    <date dateType="Created">20</date>
    <date dateType="Available">202</date>
    <date dateType="Issued">202</date>
  </dates>
  <language>en</language>
  <alternateIdentifiers>
    <alternateIdentifier alternateIdentifierType="URL">https://</alternateIdentifier>
  </alternateIdentifiers>
  <relatedIdentifiers>
    <relatedIdentifier relatedIdentifierType="URL" relationType="IsPartOf">https://</relatedIdentifier>
    <relatedIdentifier relatedIdentifierType="DOI" relationType="IsSupplementTo">10.</relatedIdentifier>
    <relatedIdentifier relatedIdentifierType="DOI" relationType="References">https://doi.org/10.1</relatedIdentifier>
  </relatedIdentifiers>
  <sizes>
    <size> MB</size>
  </sizes>
  <formats>
    <format>application/</format>
  </formats>
  <version>1.0</version>
  <rightsList>
    <rights xml:lang="en" schemeURI="https://spdx.org/licenses/" rightsIdentifierScheme="SPDX" rightsIdentifier="cc-by-4.0" \
rightsURI="https://creativecommons.org/licenses/by/4.0/legalcode">Creative Commons Attribution 4.0 International</rights>
  </rightsList>
  <descriptions>
    <description descriptionType="Abstract" xml:lang="en">
      the of and in to with for from that this were was by on as
    </description>
  </descriptions>
  <geoLocations>
    <geoLocation>
      <geoLocationPlace></geoLocationPlace>
      <geoLocationPoint>
        <pointLongitude>-</pointLongitude>
        <pointLatitude></pointLatitude>
      </geoLocationPoint>
      <geoLocationBox>
        <westBoundLongitude>-1</westBoundLongitude>
        <eastBoundLongitude></eastBoundLongitude>
        <southBoundLatitude></southBoundLatitude>
        <northBoundLatitude></northBoundLatitude>
      </geoLocationBox>
    </geoLocation>
  </geoLocations>
  <fundingReferences>
    <fundingReference>
      <funderName></funderName>
      <funderIdentifier funderIdentifierType="Crossref Funder ID">https://doi.org/10.13039/501100000</funderIdentifier>
      <awardNumber awardURI="https://"></awardNumber>
      <awardTitle></awardTitle>
    </fundingReference>
  </fundingReferences>
</resource>
"""

# Forms of a description: Dublin Core, DataCite in XML and JSON, UNIXREF, works of Crossref's API.
IN_FORMS = (
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
