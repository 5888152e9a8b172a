"""What the local stack spares the emulator changes nothing of its answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ministack.services import dynamodb

from pidstack.local import quick_bridges

PATCHED = ("_tokenize", "_condition_syntax_error", "_check_reserved_keyword_usage", "_check_redundant_parens")
ITEM, VALUES, NAMES = {"pk": {"S": "a"}, "n": {"N": "2"}}, {":a": {"S": "a"}, ":n": {"N": "1"}}, {"#n": "n"}


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in PATCHED:
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))  # put back at the end
    return dynamodb


def told(emulator: Any, expression: str) -> object:
    """What the emulator says to a condition, with an error's words if it is wrong."""
    try:
        return emulator._evaluate_condition(expression, ITEM, VALUES, NAMES)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    "expression",
    [
        "pk = :a AND #n > :n",
        "pk = :a AND #n < :n",
        "attribute_exists(pk) AND NOT attribute_exists(q)",
        "#n BETWEEN :n AND :n",
        "((pk = :a))",
        "size = :a",
        "pk = :a AND",
    ],
)
def test_a_condition_is_answered_as_before_each_time(emulator: Any, expression: str) -> None:
    before = told(emulator, expression)

    quick_bridges.read_expressions_once(emulator)

    assert [told(emulator, expression), told(emulator, expression)] == [before, before]


def test_a_condition_is_taken_apart_once_for_all_items(emulator: Any) -> None:
    taken_apart: list[str] = []
    tokenize = emulator._tokenize
    tables = SimpleNamespace(**{name: getattr(emulator, name) for name in PATCHED})
    tables._tokenize = lambda expression: taken_apart.append(expression) or tokenize(expression)

    quick_bridges.read_expressions_once(tables)
    first, second = (tables._tokenize("pk = :a") for _ in range(2))

    assert taken_apart == ["pk = :a"]
    assert list(first) == list(second) == tokenize("pk = :a")
