"""How the EZ API says what the registry refuses."""

from collections.abc import Iterator
from typing import Any

import pytest

from pidstack.domain import errors
from pidstack.protocols.ez.words import REFUSALS, NotSupported, Refused, failure, refusal, success


def classes(root: type[errors.RegistryError]) -> Iterator[type[errors.RegistryError]]:
    for child in root.__subclasses__():
        yield child
        yield from classes(child)


# NotFound is never raised itself: what was not found decides about the words. Other protocols may have refusals of their own.
MINE = ("pidstack.domain.", "pidstack.services.", "pidstack.protocols.ez.")
RAISED = [found for found in classes(errors.RegistryError) if found is not errors.NotFound and found.__module__.startswith(MINE)]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: error.__name__)
def test_every_refusal_of_the_registry_has_words(error: Any) -> None:
    response = refusal(error("reason"))

    assert response.status in {400, 401, 403, 503}
    assert response.body.startswith("error: ")


def test_the_table_names_only_refusals_of_the_registry() -> None:
    assert set(REFUSALS) <= set(RAISED)


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        pytest.param(errors.Forbidden("x"), 403, "error: forbidden", id="forbidden"),
        pytest.param(errors.Invalid("is wrong", field="state"), 400, "error: bad request - _status: is wrong", id="reserved"),
        pytest.param(errors.TooLarge("is long", field="datacite"), 400, "error: bad request - datacite: is long", id="element"),
        pytest.param(
            errors.InvalidDocument("creators: Missing at line 4, column 3", "datacite", "creators"),
            422,
            "error: creators: Missing at line 4, column 3",
            id="schema",
        ),
        pytest.param(
            errors.InvalidDocument("Not a record", "datacite"), 400, "error: bad request - datacite: Not a record", id="no_document"
        ),
        pytest.param(
            errors.InvalidDocument("citeproc: JSON parse error", "citeproc", "citeproc"),
            400,
            "error: bad request - citeproc: JSON parse error",
            id="element_named_once",
        ),
        pytest.param(errors.InvalidRecord("Is wrong."), 400, "error: bad request - Is wrong.", id="whole"),
        pytest.param(errors.InvalidRecord("x", field="target"), 400, "error: Not a valid HTTP(S) or FTP URL", id="target"),
        pytest.param(Refused("no _target provided"), 400, "error: no _target provided", id="own_rule"),
        pytest.param(NotSupported("ris profile"), 501, "error: ris profile not supported by this service", id="not_supported"),
        pytest.param(Refused("100%\nsure"), 400, "error: 100%25%0Asure", id="escaped"),
    ],
)
def test_a_refusal_is_one_line(error: Any, status: int, body: str) -> None:
    response = refusal(error)

    assert (response.status, response.body) == (status, body)


def test_who_is_not_known_is_challenged() -> None:
    response = refusal(errors.Unauthenticated("x"))

    assert (response.status, response.body) == (401, "error: unauthorized")
    assert response.headers["WWW-Authenticate"] == 'Basic realm="EZID"'


def test_an_answer_is_plain_text_without_a_line_end_at_its_end() -> None:
    response = success("doi:10.5072/a", [("_target", "https://example.org/"), ("datacite", "<a>\n</a>")])

    assert response.body == "success: doi:10.5072/a\n_target: https://example.org/\ndatacite: <a>%0A</a>"
    assert response.headers["Content-Type"] == failure(400, "x").headers["Content-Type"] == "text/plain; charset=utf-8"
