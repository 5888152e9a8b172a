"""The kinds of command that all of `pidstack` is made of: with the common options, and with errors of one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from pidstack.cli import where
from pidstack.domain.errors import RegistryError

_UNREACHABLE = ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError", "ReadTimeoutError")


class Command(click.Command):
    """A command that may carry the common options."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings["params"] = [*(settings.get("params") or []), *where.options()]
        super().__init__(*arguments, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; whatever the registry or AWS refuses becomes one sentence and exit code 1."""
        with _one_sentence():
            return super().invoke(ctx)


class Group(click.Group):
    """A group of such commands; the common options may stand before the command's name as well."""

    command_class = Command
    group_class = type

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings["params"] = [*(settings.get("params") or []), *where.options()]
        super().__init__(*arguments, **settings)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except RegistryError as error:
        raise click.ClickException(_as_sentence(str(error))) from error
    except Exception as error:
        sentence = _of_aws(error)
        if sentence is None:
            raise
        raise click.ClickException(sentence) from error


def _as_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _of_aws(error: Exception) -> str | None:
    """Put an error of botocore or pynamodb in words; None for all others."""
    if type(error).__module__.partition(".")[0] not in {"botocore", "pynamodb"}:
        return None
    cause = getattr(error, "cause", None) or error
    if type(cause).__name__ in _UNREACHABLE:
        return _as_sentence(f"{cause}. Is the stack running?".replace("\n", " "))
    answer = getattr(cause, "response", {}).get("Error", {})
    if answer.get("Code") == "ResourceNotFoundException":
        return "The registry's table does not exist there."
    return _as_sentence(" ".join((answer.get("Message") or str(cause)).split()))
