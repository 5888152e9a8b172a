"""The form for harvesters that is kept with a record: never another one than would be written now, and seen by nobody else."""

from __future__ import annotations

import hashlib
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
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.domain.supplement import Supplement
from pidstack.formats import oai_dc
from pidstack.services import dublin_core
from pidstack.services.create import create
from pidstack.services.documents import with_documents
from pidstack.services.dublin_core import kept_dublin_core
from pidstack.services.payload import payload
from pidstack.services.update import update
from pidstack.store import identifiers
from pidstack.store.elements import pack, unpack_with_form
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


def written_anew(record: Record) -> str:
    return payload(replace(record, dublin_core=""), "oai_dc")


def kept_in(world: World) -> Record:
    record = world.identifiers.get(NAME)
    assert record is not None
    return record


def made(world: World, *more: e.Edit) -> Record:
    create(NAME, [*(e.SetElement(name, value) for name, value in DESCRIBED.items()), *more], world.by("alice"), world.registry)
    return kept_in(world)


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(SET), min_size=1, max_size=7))
def test_what_is_kept_is_what_would_be_written_after_any_edits(steps: list[list[e.Edit]]) -> None:
    world = a_world()
    made(world, e.SetElement("datacite", DATACITE))
    assert kept_in(world).dublin_core

    for step in steps:
        try:
            update(NAME, step, world.by("alice"), world.registry)
        except RegistryError:
            continue
        record = kept_in(world)

        assert payload(record, "oai_dc") == written_anew(record)


def test_a_change_of_something_else_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    before = made(world, e.SetElement("datacite", DATACITE))

    monkeypatch.setattr(dublin_core, "_statements", None)
    update(NAME, [e.SetTarget("https://example.org/elsewhere")], world.by("alice"), world.registry)

    assert kept_in(world).dublin_core == before.dublin_core != ""


def test_a_kept_form_is_given_as_it_is_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    record = made(world, e.SetElement("datacite", DATACITE))
    anew = written_anew(record)

    monkeypatch.setattr(dublin_core, "described", None)

    assert payload(record, "oai_dc") == anew


def test_a_form_of_another_writer_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    before = made(world, e.SetElement("datacite", DATACITE))
    anew = payload(before, "oai_dc")
    version = oai_dc.WRITER_VERSION
    stale = replace(before, dublin_core=f"{version}0\n<dc:title>Stale</dc:title>\n")

    monkeypatch.setattr(oai_dc, "WRITER_VERSION", version + 1)

    assert payload(stale, "oai_dc") == payload(before, "oai_dc") == anew
    assert kept_dublin_core(replace(before), before).startswith(f"{version + 1}\n")


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
    assert kept_dublin_core(a_record("doi:10.5072/FK2TIDE", **usual), None)

    assert kept_dublin_core(a_record("doi:10.5072/FK2TIDE", **{**usual, **unlike}), None) == ""


def test_a_form_that_is_very_long_is_not_kept() -> None:
    long = DATACITE.replace("</title>", f"{' again' * dublin_core.MOST_KEPT}</title>", 1)

    assert kept_dublin_core(a_record("doi:10.5072/FK2TIDE", elements={"datacite": long}, placement=PLACE), None) == ""


def test_a_kept_form_is_no_part_of_what_a_record_says() -> None:
    plain = a_record("doi:10.5072/FK2TIDE", elements={"datacite": DATACITE}, token="1")
    formed = replace(plain, dublin_core="1\n<dc:title>Tides</dc:title>\n", token="2", version=2)

    (change,) = changes_between(plain, formed, by="alice", via="ezid", at_s=NOW_S)

    assert replace(formed, version=1) == plain
    assert (change.changed, change.alterations) == ((), ())
    assert "dc:title" not in repr(formed)


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]))),
    st.text(st.characters(exclude_categories=["Cs"])),
)
@settings(derandomize=True, database=None, deadline=None)
def test_a_form_lies_behind_the_elements(elements: dict[str, str], form: str) -> None:
    found, behind = unpack_with_form(pack(elements, form))

    assert list(found.items()) == list(elements.items())
    assert behind == (form if elements else "")


def test_what_does_not_fit_into_an_item_with_its_form_is_kept_without(monkeypatch: pytest.MonkeyPatch) -> None:
    record = a_record("doi:10.5072/FK2TIDE", elements={"datacite": DATACITE}, dublin_core="1\nnothing like the document\n")
    alone = pack(record.elements)
    assert alone is not None

    monkeypatch.setattr(identifiers, "MAX_PACKED_BYTES", len(alone))

    assert identifiers._item(record).elements == alone


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


def test_the_writer_has_a_number_of_its_own_for_what_it_writes() -> None:
    """Whoever changes what is written raises `WRITER_VERSION` and enters the new digest with it."""
    written = "".join(payload(record, "oai_dc") for record in _examples())

    digests = {1: "9b6f6c0add384cad"}

    assert len(_examples()) > 10
    assert hashlib.sha256(written.encode()).hexdigest()[:16] == digests[oai_dc.WRITER_VERSION]
