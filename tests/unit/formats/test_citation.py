"""Formatted citations: what the styles print, and that a description cannot print HTML."""

import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Agent, Metadata, Title
from pidstack.formats.citation import STYLES, format_citation
from pidstack.formats.cited import Cited
from tests.unit.formats.builders import metadata
from tests.unit.formats.cited_examples import ARTICLE, DATASET, HOSTILE

steady = settings(derandomize=True, deadline=None, max_examples=15)
TAGS = re.compile(r"</?[bi]>|</?su[bp]>|<span style=\"font-variant:small-caps;\">|</span>")

CITATIONS = {
    "apa": (
        "Ollomo, B., Durand, P., &amp; Renaud, F. (2011). <i>Data from: A new malaria agent in African hominids.</i> (Version 1) "
        "[Dataset]. Dryad. https://doi.org/10.5061/dryad.8515"
    ),
    "ieee": (
        "B. Ollomo, P. Durand, and F. Renaud, “Data from: A new malaria agent in African hominids.”. Dryad, 2011. "
        "doi: 10.5061/dryad.8515."
    ),
    "vancouver": (
        "Ollomo B, Durand P, Renaud F. Data from: A new malaria agent in African hominids. [Internet]. Dryad; 2011. "
        "Available from: https://example.org/dryad.8515 doi:10.5061/dryad.8515"
    ),
    "harvard-cite-them-right": (
        "Ollomo, B., Durand, P. and Renaud, F. (2011) “Data from: A new malaria agent in African hominids.”. Dryad. "
        "Available at: https://doi.org/10.5061/dryad.8515."
    ),
    "chicago-notes-bibliography": (
        "Ollomo, Benjamin, Patrick Durand, and François Renaud. “Data From: A New Malaria Agent in African Hominids.”. Version 1. "
        "Dryad, 2011. https://doi.org/10.5061/dryad.8515."
    ),
}


@pytest.mark.parametrize("style", CITATIONS)
def test_a_style_prints_its_entry_without_a_number(style: str) -> None:
    assert format_citation(DATASET, style) == CITATIONS[style]


def test_an_article_is_cited_with_its_journal() -> None:
    assert format_citation(ARTICLE) == (
        "Lovelace, A., Menabrea, L. F., &amp; Society for Engines and Looms. (1843). Notes on the <i>Analytical Engine</i>: 100% "
        "of R&amp;D (C. Wheatstone, trans.). <i>Scientific Memoirs</i>, <i>3</i>(2), 666\u2013731. https://doi.org/10.5072/notes_1843"
    )


@pytest.mark.parametrize("style", ["", "no-such-style", "../../etc/passwd", "apa.csl", "APA ", "apa\x00"])
def test_an_unknown_style_is_apa(style: str) -> None:
    assert format_citation(DATASET, style) == CITATIONS["apa"]


@pytest.mark.parametrize(
    ("locale", "word"),
    [
        pytest.param("de", "[Datensatz]", id="language"),
        pytest.param("de-AT", "[Datensatz]", id="country"),
        pytest.param("fr_FR", "[Jeu de données]", id="underscore"),
        pytest.param("DE-XX", "[Datensatz]", id="unknown country"),
        pytest.param("tlh", "[Dataset]", id="unknown language"),
        pytest.param("../x", "[Dataset]", id="path"),
        pytest.param("", "[Dataset]", id="none"),
    ],
)
def test_words_are_in_the_language_asked_for_or_american_english(locale: str, word: str) -> None:
    assert word in format_citation(DATASET, "apa", locale)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_title_that_stands_for_the_author_is_printed_once(style: str) -> None:
    anonymous = replace(ARTICLE, metadata=replace(ARTICLE.metadata, creators=(), contributors=()))

    assert format_citation(anonymous, style).count("Analytical Engine") == 1


@pytest.mark.parametrize("style", sorted(STYLES))
def test_hostile_text_cannot_print_html(style: str) -> None:
    printed = format_citation(HOSTILE, style)

    assert "&lt;script&gt;" in printed
    assert not set("<>") & set(TAGS.sub("", printed))
    assert not re.search(r"&(?!amp;|lt;|gt;)", printed)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("H<sub>2</sub>O", "H<sub>2</sub>O", id="markup"),
        pytest.param("a <i>b</b>", "a &lt;i&gt;b&lt;/b&gt;", id="crossed markup"),
        pytest.param("a <i>b", "a &lt;i&gt;b", id="open markup"),
        pytest.param('<i onclick="x">b</i>', '&lt;i onclick="x"&gt;b&lt;/i&gt;', id="attributes"),
        pytest.param("x\ufdd1y", "xy", id="noncharacters"),
    ],
)
def test_a_title_keeps_plain_markup_only(title: str, expected: str) -> None:
    cited = Cited(Metadata(titles=(Title(title),), creators=(Agent("Doe, Jane"),)), Identifier.parse("ark:/99999/fk4x"))

    assert expected in format_citation(cited)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_an_empty_description_still_has_its_link(style: str) -> None:
    assert "https://n2t.net/ark:/99999/fk4x" in format_citation(Cited(Metadata(), Identifier.parse("ark:/99999/fk4x")), style)


@steady
@given(metadata())
def test_every_valid_description_is_cited(description: Any) -> None:
    printed = format_citation(Cited(description, Identifier.parse("doi:10.5072/FK2X")))

    assert "https://doi.org/10.5072/fk2x" in printed
    assert not set("<>") & set(TAGS.sub("", printed))


def test_the_processor_is_loaded_only_when_it_is_asked() -> None:
    code = "import sys, pidstack.formats.citation; print('citeproc' in sys.modules, 'lxml' in sys.modules)"

    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words

    assert output.split() == ["False", "False"]
