"""The forms of a description that are kept with a record: never others than would be written now, and seen by nobody else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain import edits as e
from pidstack.domain.change import changes_between
from pidstack.domain.errors import RegistryError
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Container, Types
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.domain.supplement import Supplement, digest_of
from pidstack.formats import crossref_kept, datacite_xml
from pidstack.protocols.rest.doi_resource import Look, attributes_of
from pidstack.protocols.snapshots.forms import ResourceForm, WorkForm
from pidstack.services import dublin_core, resource, told, unixref, work
from pidstack.services import prepared as service
from pidstack.services.create import create
from pidstack.services.documents import with_documents
from pidstack.services.payload import Facts, payload
from pidstack.services.prepared import prepared_forms
from pidstack.services.update import update
from pidstack.store import identifiers
from pidstack.store.elements import pack
from pidstack.store.prepared import Prepared, pack_prepared
from tests.builders import NOW_S, a_record
from tests.world import DESCRIBED, World, a_world

VECTORS = Path(__file__).parents[2] / "vectors"
NAME = Identifier.parse("doi:10.9999/FZ4TIDE")
PLACE = Placement(Kind.BOOK, "10.5072", 1)


def document(path: str) -> str:
    return (VECTORS / path).read_text(encoding="utf-8")


DATACITE = document("profiles/datacite.xml")
OTHER_DATACITE = DATACITE.replace("</title>", " again</title>")
CITEPROC = document("profiles/citeproc.json")
SET: list[list[e.Edit]] = [
    [e.SetElement("datacite", DATACITE)],
    [e.SetElement("datacite", OTHER_DATACITE)],
    [e.SetElement("datacite", "")],
    [e.SetElement("citeproc", CITEPROC), e.SetProfile("citeproc")],
    [e.SetElement("citeproc", "")],
    [e.SetProfile("datacite")],
    [e.SetProfile("dc"), e.SetElement("dc.title", "Tides & ponds")],
    [e.SetElement("datacite.title", "Other")],
    [e.SetElement("note", "nothing of it")],
    [e.SetTarget("https://example.org/elsewhere")],
    [e.SetSupplement(Supplement(source="test"))],
    [e.SetExported(False)],
    [e.SetExported(True)],
    [e.SetState(State.REGISTERED, "Lost")],
    [e.SetState(State.FINDABLE, "")],
]

BASE = "https://ids.example.org"
FORMS = ("dublin_core", "attributes", "work", "unixref")
XML = ("oai_dc", "cr_unixml", "cr_unixsd", "datacite", "oai_datacite")
ABOUT_IT = Supplement(document=digest_of(DATACITE), types=Types(ris="GEN"), container=Container(title="Annals", volume="7"))
STEPS: list[list[e.Edit]] = [*SET, [e.SetSupplement(ABOUT_IT)], [e.SetSupplement(replace(ABOUT_IT, container=None))]]


def kept_in(world: World) -> Record:
    record = world.identifiers.get(NAME)
    assert record is not None
    return record


def made(world: World, *more: e.Edit) -> Record:
    create(NAME, [*(e.SetElement(name, value) for name, value in DESCRIBED.items()), *more], world.by("alice"), world.registry)
    return kept_in(world)


def _examples() -> list[Record]:
    """Records in every form of description, as they are kept."""
    found = []
    for path in sorted((VECTORS / "profiles").iterdir()):
        profile = {"unixref": "crossref"}.get(path.stem, path.stem)
        if profile in {"datacite", "crossref", "schema_org", "citeproc"}:
            given = path.read_text(encoding="utf-8")
            found.append(a_record("doi:10.5072/FK2TIDE", profile=profile, elements={profile: given}))
    for path in sorted((VECTORS / "crossref").glob("*.xml")):
        given = path.read_text(encoding="utf-8")
        if given.count("<doi_data>") == 1 and path.stem != "grant":
            found.append(with_documents(a_record("doi:10.5072/FK2TIDE", profile="crossref", elements={"crossref": given}), None))
    return found


def all_forms(record: Record) -> tuple[Any, ...]:
    """Everything that kept forms go into."""
    resources = [attributes_of(record, Look(BASE, affiliations=asked, publisher=asked)) for asked in (True, False)]
    snapshots = [json.loads(form.write(record)) for form in (ResourceForm(BASE), WorkForm(BASE))]
    return (*resources, *snapshots, *(payload(record, form, Facts(target=f"{BASE}/a?b&c")) for form in XML))


def anew(record: Record) -> Record:
    return replace(record, prepared={})


@settings(derandomize=True, database=None, deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6))
def test_what_is_kept_is_what_would_be_written_after_any_edits(steps: list[list[e.Edit]]) -> None:
    world = a_world()
    made(world, e.SetElement("datacite", DATACITE))
    assert tuple(kept_in(world).prepared) == FORMS

    for step in steps:
        try:
            update(NAME, step, world.by("alice"), world.registry)
        except RegistryError:
            continue
        record = kept_in(world)

        assert all_forms(record) == all_forms(anew(record))


@pytest.mark.parametrize("example", [pytest.param(record, id=f"example {number}") for number, record in enumerate(_examples())])
def test_every_form_of_every_description_is_the_same_kept_and_written(example: Record) -> None:
    record = replace(example, placement=PLACE)
    kept = replace(record, prepared=prepared_forms(record, None))

    assert {"dublin_core", "attributes", "work"} <= set(kept.prepared) <= {*FORMS, "resource"}
    assert all_forms(kept) == all_forms(record)


def test_a_change_of_something_else_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    before = made(world, e.SetElement("datacite", DATACITE))

    monkeypatch.setattr(datacite_xml, "read", None)
    update(NAME, [e.SetTarget("https://example.org/elsewhere")], world.by("alice"), world.registry)

    after = kept_in(world)
    assert dict(after.prepared) == dict(before.prepared) != {}
    assert b"https://example.org/elsewhere" in payload(after, "cr_unixml")


def test_what_is_kept_is_given_as_it_is_and_no_document_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    record = made(a_world(), e.SetElement("datacite", DATACITE))
    expected = all_forms(anew(record))

    for module, reader in ((told, "shown"), (unixref, "described"), (dublin_core, "described")):
        monkeypatch.setattr(module, reader, None)

    assert all_forms(record) == expected


@pytest.mark.parametrize(("module", "name"), list(zip((dublin_core, told, work, unixref), FORMS, strict=True)), ids=FORMS)
def test_a_form_of_another_writer_is_written_anew(module: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made(a_world(), e.SetElement("datacite", DATACITE))
    expected, version = all_forms(before), module.WRITER_VERSION
    stale = replace(before, prepared={**before.prepared, name: b"%d0\nstale" % version})

    monkeypatch.setattr(module, "WRITER_VERSION", version + 1)
    service._forms.cache_clear()
    kept = prepared_forms(replace(before), before)
    monkeypatch.undo()
    service._forms.cache_clear()

    assert all_forms(stale) == expected
    assert kept[name].startswith(b"%d\n" % (version + 1))
    assert {other: kept[other] for other in kept if other != name} == {o: before.prepared[o] for o in before.prepared if o != name}


@pytest.mark.parametrize(
    "unlike",
    [
        {"state": State.DRAFT, "placement": None},
        {"expires_s": NOW_S},
        {"agent_role": "user"},
        {"elements": {"datacite.title": "Tides"}},
        {"elements": {"datacite": "<resource"}},
    ],
    ids=["a draft", "a test", "an agent", "without a document", "unreadable"],
)
def test_nothing_is_kept_of(unlike: dict[str, Any]) -> None:
    usual = {"elements": {"datacite": DATACITE}, "placement": PLACE}
    assert prepared_forms(a_record("doi:10.5072/FK2TIDE", **usual), None)

    assert prepared_forms(a_record("doi:10.5072/FK2TIDE", **{**usual, **unlike}), None) == {}


def test_forms_that_are_very_long_are_not_kept() -> None:
    long = DATACITE.replace("</title>", f"{' again' * service.MOST_KEPT}</title>", 1)

    assert prepared_forms(a_record("doi:10.5072/FK2TIDE", elements={"datacite": long}, placement=PLACE), None) == {}


def test_numbers_that_json_libraries_do_not_agree_on_are_not_kept() -> None:
    place = "<geoLocations><geoLocation><geoLocationPoint><pointLatitude>%s</pointLatitude><pointLongitude>1</pointLongitude>"
    large = DATACITE.replace("</resource>", f"{place % ('9' * 30)}</geoLocationPoint></geoLocation></geoLocations></resource>")
    record = a_record("doi:10.5072/FK2TIDE", elements={"datacite": large}, placement=PLACE)

    kept = replace(record, prepared=prepared_forms(record, None))

    assert "attributes" not in kept.prepared
    point = json.loads(ResourceForm(BASE).write(kept))["attributes"]["geoLocations"][0]["geoLocationPoint"]
    assert point["pointLatitude"] == int("9" * 30)


def test_kept_forms_are_no_part_of_what_a_record_says() -> None:
    plain = a_record("doi:10.5072/FK2TIDE", elements={"datacite": DATACITE}, token="1")
    formed = replace(plain, prepared={"work": b'1\n{"title":["Tides"]}'}, token="2", version=2)

    (change,) = changes_between(plain, formed, by="alice", via="ezid", at_s=NOW_S)

    assert replace(formed, version=1) == plain
    assert (change.changed, change.alterations) == ((), ())
    assert "Tides" not in repr(replace(formed, elements={}))


def test_of_a_deposit_only_the_places_are_kept_that_unixref_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    deposited = replace(next(record for record in _examples() if "(:tba)" in record.elements.get("crossref", "")), placement=PLACE)
    expected = payload(deposited, "cr_unixsd")

    kept = replace(deposited, prepared=prepared_forms(deposited, None))
    monkeypatch.setattr(crossref_kept, "places_in", None)

    assert set(kept.prepared) == {"dublin_core", "attributes", "work", "unixref", "resource"}
    assert len(kept.prepared[unixref.NAME]) < 60
    assert payload(kept, "cr_unixsd") == expected


def test_places_in_a_deposit_that_does_not_describe_the_record_are_not_kept() -> None:
    """It may be replaced, and the description stays the same."""
    deposit = next(record for record in _examples() if "(:tba)" in record.elements.get("crossref", "")).elements["crossref"]
    both = {"datacite": DATACITE, "crossref": deposit}

    record = a_record("doi:10.5072/FK2TIDE", profile="datacite", elements=both, placement=PLACE)

    assert unixref.NAME not in prepared_forms(record, None)


@pytest.mark.parametrize("prefix", ["datacite", "oai_datacite"])
def test_a_deposit_with_crossref_is_not_read_to_be_a_resource_of_datacites(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deposited = replace(next(record for record in _examples() if "crossref" in record.elements), placement=PLACE)
    expected = payload(deposited, prefix)
    kept = replace(deposited, prepared=prepared_forms(deposited, None))
    stale = replace(deposited, prepared={resource.NAME: b"%d0\nstale" % resource.WRITER_VERSION})

    assert payload(stale, prefix) == expected

    monkeypatch.setattr(resource, "described", None)
    assert payload(kept, prefix) == expected


# How they are kept --------------------------------------------------------------------------------------------------------------


@given(
    st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1, max_size=20), st.binary(max_size=300)),
    st.binary(max_size=300),
)
@settings(derandomize=True, database=None, deadline=None)
def test_forms_come_back_as_they_were_packed(forms: dict[str, bytes], behind: bytes) -> None:
    packed = pack_prepared(forms, behind)

    assert dict(Prepared(packed, lambda: behind)) == forms


def test_a_form_that_was_not_packed_is_not_there() -> None:
    packed = pack_prepared({"work": b"tides"}, b"behind")

    assert Prepared(packed, lambda: b"behind").get("attributes") is None
    assert len(Prepared(packed, lambda: b"behind")) == 1


def test_forms_with_another_dictionary_are_none() -> None:
    packed = pack_prepared({"work": b"tides" * 50, "attributes": b"ponds" * 50}, b"")

    found = Prepared({**packed, "work": b"1" + packed["work"][1:]}, bytes)

    assert dict(found) == {"attributes": b"ponds" * 50}
    assert "work" not in found


def test_an_item_gives_back_the_forms_that_it_was_made_with() -> None:
    record = a_record("doi:10.5072/FK2TIDE", elements={"datacite": DATACITE}, placement=PLACE)
    record = replace(record, prepared=prepared_forms(record, None))

    found = identifiers.record_of(identifiers._item(record))

    assert dict(found.prepared) == dict(record.prepared)
    assert found == record


def test_what_does_not_fit_into_an_item_with_its_forms_is_kept_without(monkeypatch: pytest.MonkeyPatch) -> None:
    record = a_record("doi:10.5072/FK2TIDE", elements={"datacite": DATACITE}, placement=PLACE)
    record = replace(record, prepared=prepared_forms(record, None))
    alone = pack(record.elements)
    assert alone is not None

    monkeypatch.setattr(identifiers, "MAX_PACKED_BYTES", len(alone))
    item = identifiers._item(record)

    assert (item.elements, item.forms) == (alone, None)


# What they are ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "digests"),
    [
        (dublin_core, {1: "688a7c96c23a64ea"}),
        (told, {1: "6dd0054975184f96"}),
        (work, {1: "c5e88d48c366fa65"}),
        (unixref, {1: "18547b01aa85abfe"}),
        (resource, {1: "2f9d43b668978f17"}),
    ],
    ids=(*FORMS, "resource"),
)
def test_a_writer_has_a_number_of_its_own_for_what_it_writes(module: Any, digests: dict[int, str]) -> None:
    """Whoever changes what is written raises `WRITER_VERSION` and enters the new digest with it."""
    found = [prepared_forms(replace(record, placement=PLACE), None).get(module.NAME, b"") for record in _examples()]

    assert len(found) > 10
    assert hashlib.sha256(b"".join(found)).hexdigest()[:16] == digests[module.WRITER_VERSION]
