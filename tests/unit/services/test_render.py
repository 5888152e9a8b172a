"""A record in every form, whatever its depositor sent."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from lxml import etree

from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.metadata import Agent, Container, Metadata, Title, Types
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.supplement import Supplement, digest_of
from pidstack.formats import datacite_schema, datacite_xml
from pidstack.formats.attributes import ATTRIBUTES
from pidstack.services.documents import with_documents
from pidstack.services.render import FORMS, render
from tests.builders import a_record

VECTORS = Path(__file__).parents[2] / "vectors" / "profiles"
WHO, WHAT, WHEN, PUBLISHER = "Lima, Ana", "Low tide & high tide", "2024", "Ocean Press"
URL = "https://example.org/tides?a=1&b=2"
DOI = "10.5072/fk2tide"
Said = tuple[str, ...]


def document(name: str) -> str:
    return (VECTORS / name).read_text(encoding="utf-8")


PROFILES: dict[str, tuple[str, dict[str, str]]] = {
    "erc": ("erc", {"erc.who": WHO, "erc.what": WHAT, "erc.when": WHEN, "datacite.publisher": PUBLISHER}),
    "dc": ("dc", {"dc.creator": WHO, "dc.title": WHAT, "dc.date": WHEN, "dc.publisher": PUBLISHER}),
    "datacite, itemised": (
        "datacite",
        {
            "datacite.creator": WHO,
            "datacite.title": WHAT,
            "datacite.publicationyear": WHEN,
            "datacite.publisher": PUBLISHER,
            "datacite.resourcetype": "Book/Monograph",
        },
    ),
    "datacite, XML": ("datacite", {"datacite": document("datacite.xml")}),
    "crossref, deposit": ("crossref", {"crossref": document("crossref.xml")}),
    "crossref, UNIXREF": ("crossref", {"crossref": document("unixref.xml")}),
    "schema_org": ("schema_org", {"schema_org": document("schema_org.json")}),
    "citeproc": ("citeproc", {"citeproc": document("citeproc.json")}),
}


def kept(example: str, /, **fields: Any) -> Record:
    """A public DOI that is described in this way, with its documents as they are kept."""
    profile, elements = PROFILES[example]
    agency = Agency.CROSSREF if profile == "crossref" else Agency.DATACITE
    described: dict[str, Any] = {"profile": profile, "elements": elements, "agency": agency}
    return with_documents(a_record(f"doi:{DOI.upper()}", **{**described, **fields}), None)


# What each form says of who, what, when, publisher, and which name it has: read by other code than ours. --------------------------
def of_datacite_xml(text: str) -> Said:
    root = etree.fromstring(text.encode())
    paths = ("creators/{*}creator/{*}creatorName", "titles/{*}title", "publicationYear", "publisher", "identifier")
    found = [root.findtext("{*}" + path) or "" for path in paths]
    return (*found[:-1], found[-1].lower())


def of_datacite_json(text: str) -> Said:
    read = json.loads(text)
    who, what = read["creators"][0]["name"], unescape(read["titles"][0]["title"])
    return who, what, str(read["publicationYear"]), read["publisher"]["name"], read["doi"].lower()


def of_oai_dc(text: str) -> Said:
    root = etree.fromstring(text)
    found = [root.findtext("{*}" + name) or "" for name in ("creator", "title", "date", "publisher", "identifier")]
    return (*found[:-1], found[-1].removeprefix("https://doi.org/"))


def of_oai_datacite(text: str) -> Said:
    resource = etree.fromstring(text).find("{*}payload/{*}resource")
    return of_datacite_xml(etree.tostring(resource, encoding="unicode"))


def of_crossref(text: str) -> Said:
    """UNIXREF, alone or in UNIXSD: a book, or what is posted."""
    root = etree.fromstring(text)
    name = root.find(".//{*}person_name")
    found = [root.findtext(".//{*}" + path) or "" for path in ("titles/{*}title", "year", "publisher_name", "doi_data/{*}doi")]
    publisher = found[2] or root.findtext(".//{*}institution_name") or ""
    return f"{name.findtext('{*}surname')}, {name.findtext('{*}given_name')}", found[0], found[1], publisher, found[3].lower()


def of_erc(text: str) -> Said:
    said = dict(line.split(": ", 1) for line in text.splitlines()[1:])
    return said["who"], said["what"], said["when"], PUBLISHER, said["where"].removeprefix("https://doi.org/")


def of_crosscite(text: str) -> Said:
    read = json.loads(text)
    year = str(read["publication_year"])
    return read["creators"][0]["name"], unescape(read["titles"][0]["title"]), year, read["publisher"]["name"], read["doi"].lower()


def of_codemeta(text: str) -> Said:
    read = json.loads(text)
    author, name = read["authors"][0]["name"], read["@id"].removeprefix("https://doi.org/")
    assert f"{read['author']['familyName']}, {read['author']['givenName']}" == author
    return author, read["name"], read["datePublished"], read["publisher"], name


def of_jats(text: str) -> Said:
    """A citation of what is its own source; of an article, which has a title of its own, the source is the publisher."""
    root = etree.fromstring(text.encode())
    name = root.find("person-group/name")
    title = root.findtext("article-title") or root.findtext("data-title") or root.findtext("source") or ""
    publisher = root.findtext("publisher-name") or root.findtext("source") or ""
    who = f"{name.findtext('surname')}, {name.findtext('given-names')}"
    return who, title, root.findtext("year") or "", publisher, root.findtext("pub-id") or ""


def of_csv(text: str) -> Said:
    (read,) = csv.DictReader(text.splitlines())
    return read["author"], read["title"], read["publicationYear"], read["publisher"], read["doi"]


def of_schema_org(text: str) -> Said:
    read = json.loads(text)
    author = read["author"]
    name = read["@id"].removeprefix("https://doi.org/")
    return f"{author['familyName']}, {author['givenName']}", read["name"], read["datePublished"], read["publisher"]["name"], name


def of_csl(text: str) -> Said:
    read = json.loads(text)
    author = read["author"][0]
    year = str(read["issued"]["date-parts"][0][0])
    return f"{author['family']}, {author['given']}", read["title"], year, read["publisher"], read["DOI"]


def of_bibtex(text: str) -> Said:
    (entry,) = bibtexparser.parse_string(text).entries
    return tuple(entry[name].replace("\\&", "&") for name in ("author", "title", "year", "publisher", "doi"))


def of_ris(text: str) -> Said:
    (entry,) = rispy.loads(text)
    return entry["authors"][0], entry["primary_title"], entry["year"], entry["publisher"], entry["doi"]


def of_citation(text: str) -> Said:
    assert text == f"Lima, A. (2024). <i>Low tide &amp; high tide</i>. {PUBLISHER}. https://doi.org/{DOI}"
    return WHO, WHAT, WHEN, PUBLISHER, DOI


SAYS: dict[str, Callable[[str], Said]] = {
    "datacite-xml": of_datacite_xml,
    "datacite-json": of_datacite_json,
    "crosscite": of_crosscite,
    "oai-dc": of_oai_dc,
    "oai-datacite": of_oai_datacite,
    "cr-unixml": of_crossref,
    "cr-unixsd": of_crossref,
    "erc": of_erc,
    "schema-org": of_schema_org,
    "codemeta": of_codemeta,
    "csl": of_csl,
    "bibtex": of_bibtex,
    "ris": of_ris,
    "jats": of_jats,
    "csv": of_csv,
    "citation": of_citation,
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_what_every_profile_says(profile: str, form: str) -> None:
    text = render(kept(profile), form, url=URL)

    assert SAYS[form](text) == (WHO, WHAT, WHEN, PUBLISHER, DOI)


@pytest.mark.parametrize("profile", PROFILES)
def test_datacite_xml_of_a_public_doi_is_valid(profile: str) -> None:
    datacite_schema.validate(render(kept(profile), "datacite-xml", url=URL))


@pytest.mark.parametrize("form", ["datacite-json", "crosscite", "schema-org", "codemeta", "csl", "bibtex", "ris", "csv"])
def test_forms_that_lead_somewhere_lead_where_they_are_told(form: str) -> None:
    told = render(kept("dc"), form, url=URL).replace("\\u0026", "&")

    assert URL in told
    assert "https://example.org" not in render(kept("dc"), form, url="")


# ------------------------------------------------------------------------------------------------------------- DataCite's own
def test_a_datacite_document_is_given_as_it_is_kept() -> None:
    record = kept("datacite, XML")

    text = render(record, "datacite-xml", url=URL)

    assert text == record.elements["datacite"]
    assert text == document("datacite.xml").replace("(:tba)", DOI.upper())


def test_the_document_of_another_profile_goes_before_a_datacite_document() -> None:
    others = {"datacite": document("datacite.xml").replace("Lima", "Other"), "citeproc": document("citeproc.json")}
    record = kept("citeproc", elements=others)

    assert {
        form: SAYS[form](render(record, form, url=URL))[0] for form in ("datacite-xml", "datacite-json", "csl")
    } == dict.fromkeys(("datacite-xml", "datacite-json", "csl"), WHO)


def test_a_datacite_document_goes_before_elements_of_any_profile() -> None:
    record = kept("datacite, XML", profile="dc", elements={"dc.title": "Other", "datacite": document("datacite.xml")})

    assert render(record, "datacite-xml", url=URL) == record.elements["datacite"]
    assert SAYS["ris"](render(record, "ris", url=URL))[1] == WHAT


def test_datacite_json_is_complete_and_in_the_order_of_datacite() -> None:
    read = json.loads(render(kept("crossref, deposit"), "datacite-json", url=URL))

    assert list(read) == ["id", "doi", "url", *ATTRIBUTES, "schemaVersion", "agency", "state"]
    assert read["publisher"] == {"name": PUBLISHER}
    assert (read["id"], read["doi"], read["agency"], read["state"]) == (
        f"https://doi.org/{DOI}",
        DOI.upper(),
        "crossref",
        "findable",
    )


@pytest.mark.parametrize("profile", ["erc", "dc", "datacite, itemised", "datacite, XML"])
def test_datacite_json_takes_names_apart_as_datacite_does_when_it_reads_xml(profile: str) -> None:
    creator = json.loads(render(kept(profile), "datacite-json", url=URL))["creators"][0]

    assert creator.items() >= {"name": WHO, "nameType": "Personal", "givenName": "Ana", "familyName": "Lima"}.items()


# ------------------------------------------------------------------------------------------------------- what nobody has said
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["doi:10.5072/FK2TIDE", "ark:/99999/fk4tide", "uuid:0b6f2a1c-7a53-4b8e-9d36-0f6f5e4b1a2c"])
def test_a_reserved_identifier_without_any_description_has_every_form(form: str, name: str) -> None:
    record = a_record(name, state=State.DRAFT)

    text = render(record, form, url="")

    assert text
    assert ("(:unav)" in text) is (
        form in {"datacite-xml", "datacite-json", "crosscite", "erc", "oai-datacite", "cr-unixml", "cr-unixsd"}
    )


@pytest.mark.parametrize("name", ["ark:/99999/fk4tide", "uuid:0b6f2a1c-7a53-4b8e-9d36-0f6f5e4b1a2c"])
def test_what_is_no_doi_says_so(name: str) -> None:
    record = a_record(name, profile="erc", elements=PROFILES["erc"][1])

    json_form = json.loads(render(record, "datacite-json", url=URL))
    xml = etree.fromstring(render(record, "datacite-xml", url=URL).encode())

    assert (json_form["doi"], json_form["agency"]) == (None, None)
    assert xml.find("{*}identifier").get("identifierType") == record.identifier.scheme.upper()
    assert "provider" not in json.loads(render(record, "schema-org", url=URL))
    assert "DOI" not in json.loads(render(record, "csl", url=URL))


@pytest.mark.parametrize(
    ("profile", "agency"), [("crossref, deposit", "crossref"), ("datacite, XML", "datacite")], ids=["crossref", "datacite"]
)
def test_the_agency_is_named(profile: str, agency: str) -> None:
    assert json.loads(render(kept(profile), "schema-org", url=URL))["provider"]["name"] == agency


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("profile", ["erc", "dc", "datacite, itemised"])
def test_characters_that_xml_cannot_carry_are_left_out(form: str, profile: str) -> None:
    odd = {name: value.replace("tide", "ti\x01\uffffde") for name, value in PROFILES[profile][1].items()}

    assert SAYS[form](render(kept(profile, elements=odd), form, url=URL)) == (WHO, WHAT, WHEN, PUBLISHER, DOI)


@pytest.mark.parametrize("form", ["oai-datacite", "cr-unixsd", "datacite-xml"])
def test_such_characters_beside_a_deposit_are_left_out_too(form: str) -> None:
    record = kept("crossref, deposit")
    odd = replace(record, elements={**record.elements, "datacite.title": "High\x01 ti\uffffde"})

    written = render(odd, form, url=URL)

    assert "\x01" not in written
    assert form == "cr-unixsd" or "High tide" in written


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("profile", ["schema_org", "citeproc"])
def test_characters_that_only_json_can_write_become_blanks(form: str, profile: str) -> None:
    odd = {name: value.replace("Low tide", "Low\\u0001tide") for name, value in PROFILES[profile][1].items()}

    assert SAYS[form](render(kept(profile, elements=odd), form, url=URL)) == (WHO, WHAT, WHEN, PUBLISHER, DOI)


# ------------------------------------------------------------------------------------------------------------- the table
def test_no_two_forms_have_the_same_media_type() -> None:
    media_types = [each for form in FORMS.values() for each in form.media_types]

    assert len(set(media_types)) == len(media_types)
    assert all(form.name == name and form.media_types for name, form in FORMS.items())
    assert set(SAYS) == set(FORMS)


def test_a_citation_has_the_style_and_the_language_that_are_asked_for() -> None:
    said = render(kept("datacite, XML"), "citation", url=URL, style="vancouver", locale="de")

    where = f"Verfügbar unter: {URL.replace('&', '&amp;')} doi:{DOI}"
    assert said == f"Lima A. Low tide &amp; high tide [Internet]. Ocean Press; 2024. {where}"


def test_json_of_datacite_names_the_client_and_the_provider_where_they_are_told() -> None:
    record = kept("dc", group="cdl", registered_s=1)

    camel = json.loads(render(record, "datacite-json", url=URL, client="cdl.lib"))
    snake = json.loads(render(record, "crosscite", url=URL, client="cdl.lib"))

    assert (camel["providerId"], camel["clientId"]) == ("cdl", "cdl.lib") == (snake["provider_id"], snake["client_id"])
    assert "clientId" not in json.loads(render(record, "datacite-json", url=URL))


def test_crosscite_is_datacite_json_with_other_names_and_without_what_is_not_known() -> None:
    record = kept("datacite, XML")

    camel = json.loads(render(record, "datacite-json", url=URL))
    snake = json.loads(render(record, "crosscite", url=URL))

    assert None not in snake.values()
    assert snake["types"] == camel["types"]
    assert [name.replace("_", "") for name in snake] == [name.lower() for name in camel if camel[name] is not None]


def test_a_table_says_when_the_name_was_registered() -> None:
    (draft,) = csv.DictReader(render(kept("dc", state=State.DRAFT), "csv", url="").splitlines())
    (public,) = csv.DictReader(render(kept("dc", registered_s=1_500_000_000), "csv", url="").splitlines())

    assert (draft["registered"], draft["state"]) == ("", "draft")
    assert (public["registered"], public["state"]) == ("2017-07-14", "findable")


JOINED: dict[str, Callable[[str], object]] = {
    "datacite-json": lambda text: [each["doi"].lower() for each in json.loads(text)],
    "crosscite": lambda text: [each["doi"].lower() for each in json.loads(text)],
    "schema-org": lambda text: [each["@id"].removeprefix("https://doi.org/") for each in json.loads(text)],
    "codemeta": lambda text: [each["@id"].removeprefix("https://doi.org/") for each in json.loads(text)],
    "csl": lambda text: [each["DOI"] for each in json.loads(text)],
    "bibtex": lambda text: [each["doi"] for each in bibtexparser.parse_string(text).entries],
    "ris": lambda text: [each["doi"] for each in rispy.loads(text)],
    "csv": lambda text: [each["doi"] for each in csv.DictReader(text.splitlines())],
    "citation": lambda text: [each.rpartition("https://doi.org/")[2] for each in text.split("\n\n")],
    "jats": lambda text: re.findall(r'<pub-id pub-id-type="doi">(.*?)</pub-id>', text),
    "datacite-xml": lambda text: re.findall(r"<identifier[^>]*>(.*?)</identifier>", text.lower()),
}


@pytest.mark.parametrize("form", JOINED)
@pytest.mark.parametrize("number", [0, 1, 3])
def test_records_of_a_form_are_one_text(form: str, number: int) -> None:
    names = [f"10.5072/fk2tide{place}" for place in range(number)]
    described = {"profile": "dc", "elements": PROFILES["dc"][1]}
    texts = [render(a_record(f"doi:{name.upper()}", **described), form, url=URL) for name in names]

    joined = FORMS[form].join(texts)

    assert JOINED[form](joined) == (names or ([""] if form == "citation" else []))
    assert form != "csv" or joined.startswith(
        "doi,url,registered,state,resourceTypeGeneral,resourceType,title,author,publisher,publicationYear\n"
    )


def test_what_came_value_by_value_is_cited_as_it_came() -> None:
    values = Metadata(
        creators=(Agent("Lima, Ana"),),
        titles=(Title("Tides"),),
        types=Types("Dataset", bibtex="article", ris="JOUR"),
        container=Container(type="Series", title="Sea"),
    )
    identifier = Identifier.parse(f"doi:{DOI.upper()}")
    text = datacite_xml.write(values, identifier).decode()
    supplement = Supplement(
        files=("https://example.org/tides.csv",),
        document=digest_of(text),
        types=Types(bibtex="article", ris="JOUR"),
        container=values.container,
    )
    record = a_record(str(identifier), profile="datacite", elements={"datacite": text}, supplement=supplement)

    assert "journal = {Sea}" in render(record, "bibtex", url=URL)
    assert render(record, "ris", url=URL).startswith("TY  - JOUR")
    assert json.loads(render(record, "schema-org", url=URL))["contentUrl"] == "https://example.org/tides.csv"


def test_a_form_that_there_is_not_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        render(kept("dc"), "marc", url=URL)


LIGHT_FORMS = """
import sys
from tests.builders import a_record
from pidstack.services.render import render
record = a_record(elements={"erc.who": "Lima, Ana", "erc.what": "Low tide", "erc.when": "2024"})
for form in ("erc", "oai-dc", "csl", "bibtex", "ris", "schema-org"):
    render(record, form, url="")
print([name for name in ("lxml", "citeproc", "boto3") if name in sys.modules])
"""


def test_whoever_asks_for_a_light_form_does_not_pay_for_the_heavy_ones() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT_FORMS], capture_output=True, text=True, check=True, cwd=VECTORS.parents[2])  # noqa: S603

    assert done.stdout.strip() == "[]"


def test_rendering_leaves_the_record_alone() -> None:
    record = kept("datacite, XML")
    before = (dict(record.elements), record.profile)

    for form in FORMS:
        render(record, form, url=URL)

    assert (dict(record.elements), record.profile) == before
    assert record.identifier.scheme is Scheme.DOI
    assert datacite_xml.with_identifier(record.elements["datacite"], Identifier.parse(f"doi:{DOI}")) == record.elements["datacite"]
