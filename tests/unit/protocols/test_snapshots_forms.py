"""How records stand in the members of a snapshot."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from lxml import etree

from pidstack.protocols.oai.crossref_sets import CrossrefSets
from pidstack.protocols.oai.flavour import crossref
from pidstack.protocols.oai.page import Writer
from pidstack.protocols.snapshots.forms import LinesForm, ResourceForm, TableForm, UnixsdForm, WorkForm
from tests.snapshot_world import IN_OCTOBER_S, a_doi, an_ark, withheld
from tests.world import DESCRIBED, a_world

BASE = "https://ids.example.org"
ITEMISED = {"datacite.creator": "Miller, Elizabeth", "datacite.title": "Tides & currents", "datacite.publicationyear": "2021"}
RECORDS = [a_doi(1, elements=ITEMISED), a_doi(2, elements=DESCRIBED), an_ark(1, elements={"erc.what": "Salt"})]
OAI = "{http://www.openarchives.org/OAI/2.0/}"


def a_member(form: Any, records: Any) -> bytes:
    written = form.between.join(form.write(record) for record in records)
    member: bytes = form.opening(max(record.updated_s for record in records)) + written + form.closing
    return member


def an_xml_form() -> UnixsdForm:
    world = a_world()
    writer = Writer(crossref(""), CrossrefSets(world.publications, world.registry.directory))
    return UnixsdForm(BASE, writer, world.registry.directory)


@pytest.mark.parametrize("form", [ResourceForm(BASE), WorkForm(BASE)], ids=["resources", "works"])
def test_a_json_member_is_one_object_whose_first_line_tells_readers_so(form: Any) -> None:
    member = a_member(form, RECORDS)

    assert member.startswith(b'{\n  "items" : [ {')
    assert len(json.loads(member)["items"]) == 3
    assert member.count(b"\n") == 5, "a record a line"


def test_a_resource_is_what_the_rest_api_gives_without_the_xml() -> None:
    doi, _, ark = json.loads(a_member(ResourceForm(BASE), RECORDS))["items"]

    assert (doi["id"], doi["type"], doi["attributes"]["doi"]) == ("10.5072/fk20001", "dois", "10.5072/fk20001")
    assert doi["attributes"]["titles"] == [{"title": "Tides & currents"}]
    assert doi["attributes"]["state"] == "findable"
    assert doi["relationships"] == {"client": {"data": {"id": "groupa.alice", "type": "clients"}}}
    assert "xml" not in doi["attributes"]
    assert (ark["id"], ark["attributes"]["doi"], ark["attributes"]["identifiers"]) == ("ark:/99999/fk40001", None, [])


def test_the_lines_of_the_data_file_are_the_same_resources() -> None:
    lines = a_member(LinesForm(BASE), RECORDS).splitlines()

    assert [json.loads(line) for line in lines] == json.loads(a_member(ResourceForm(BASE), RECORDS))["items"]


def test_a_work_has_the_words_of_crossref() -> None:
    work, _, _ = json.loads(a_member(WorkForm(BASE), RECORDS))["items"]

    assert (work["DOI"], work["title"], work["prefix"]) == ("10.5072/fk20001", ["Tides & currents"], "10.5072")
    assert work["author"] == [{"given": "Elizabeth", "family": "Miller", "affiliation": [], "sequence": "first"}]
    assert work["issued"] == {"date-parts": [[2021]]}
    assert work["created"] == {
        "date-parts": [[2026, 10, 30]],
        "date-time": "2026-10-30T23:59:59Z",
        "timestamp": IN_OCTOBER_S * 1000,
    }


def test_an_xml_member_is_an_answer_of_oai_pmh_as_of_its_latest_change() -> None:
    member = etree.fromstring(a_member(an_xml_form(), [a_doi(1, elements=ITEMISED), a_doi(2, updated_s=IN_OCTOBER_S + 5)]))

    records = member.findall(f"{OAI}ListRecords/{OAI}record")
    assert member.findtext(f"{OAI}responseDate") == "2026-10-31T00:00:04Z"
    assert dict(member.find(f"{OAI}request").attrib) == {"verb": "ListRecords", "metadataPrefix": "cr_unixsd"}
    assert [record.findtext(f"{OAI}header/{OAI}identifier") for record in records] == [
        "info:doi/10.5072/FK20001",
        "info:doi/10.5072/FK20002",
    ]
    assert all(etree.QName(record.find(f"{OAI}metadata")[0]).localname == "crossref_result" for record in records)


def test_a_table_tells_of_registered_dois_too() -> None:
    table = a_member(TableForm(), [a_doi(1), withheld(a_doi(2))]).decode()

    assert list(csv.DictReader(io.StringIO(table))) == [
        {"doi": "10.5072/fk20001", "state": "findable", "client_id": "groupa.alice", "updated": "2026-10-30T23:59:59.000Z"},
        {"doi": "10.5072/fk20002", "state": "registered", "client_id": "groupa.alice", "updated": "2026-10-30T23:59:59.000Z"},
    ]


@pytest.mark.parametrize("form", [ResourceForm(BASE), WorkForm(BASE), LinesForm(BASE), an_xml_form()])
def test_a_description_that_cannot_be_read_does_not_end_a_run(form: Any) -> None:
    broken = a_doi(1, profile="datacite", elements={"datacite": "<resource"})

    assert b"10.5072/" in form.write(broken)
