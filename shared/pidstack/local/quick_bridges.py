"""What the emulator does again and again and need not: most of its time where thousands of items are read.

Part of `pidstack.local.bridges`, which installs it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_KEPT = 4096  # expressions; a program has some hundred


def read_expressions_once(tables: Any) -> None:
    """AWS takes an expression apart once a request; the emulator does so anew for each item that a query looks at."""
    take_apart, keyword, parentheses = tables._tokenize, tables._check_reserved_keyword_usage, tables._check_redundant_parens
    keyword_of, parentheses_of = lru_cache(_KEPT)(keyword), lru_cache(_KEPT)(parentheses)
    tables._tokenize = lru_cache(_KEPT)(lambda expression: tuple(take_apart(expression)))
    tables._condition_syntax_error = lru_cache(_KEPT)(tables._condition_syntax_error)
    tables._check_reserved_keyword_usage = lambda tokens: keyword_of(tuple(tokens))
    tables._check_redundant_parens = lambda tokens, slot="ConditionExpression": parentheses_of(tuple(tokens), slot)
