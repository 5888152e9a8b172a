"""`pidstack recount`."""

from __future__ import annotations

import sys

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.output import Facts, show, show_all
from pidstack.domain.counting import Tally
from pidstack.services.recount import Difference, Recount, recount

_OFF = ("count", "shard", "kept", "counted")


@click.command("recount", cls=Command)
@click.option("--correct", is_flag=True, help="Make right what is off.")
def recount_(correct: bool) -> None:
    """Count all records anew, by owner, group, prefix, set and day, and say which counts are off.

    It reads the whole table, twice if anything is off. The registry may be in use meanwhile. Exits with 1 if something stays off.
    """
    result = recount(where.counters(), where.now_s, correct=correct)
    if where.is_given("json"):
        show({**_facts(result), "off": [_off_facts(each) for each in result.off]})
    else:
        if result.off:
            show_all([_off_facts(each) for each in result.off], _OFF)
        show(_facts(result), _sentence(result))
    if result.off and not result.is_corrected:
        sys.exit(1)


def _sentence(result: Recount) -> str:
    if not result.off:
        return "All counts are right." if not result.moving else "All counts are right, but for those that are moving."
    if result.is_corrected:
        return "What was off is right now."
    if result.waiting:
        return f"The feed is behind by {result.waiting} records, so nothing is corrected: see to the publisher, then recount."
    return "Make it right with: pidstack recount --correct"


def _facts(result: Recount) -> Facts:
    return {
        "records": result.records,
        "counts": result.counts,
        "off": len(result.off),
        "moving": result.moving,
        "waiting": result.waiting,
        "forgotten": result.forgotten,
        "corrected": result.is_corrected,
    }


def _off_facts(difference: Difference) -> Facts:
    return {
        "count": str(difference.key),
        "shard": difference.shard,
        "kept": _counts(difference.kept),
        "counted": _counts(difference.counted),
    }


def _counts(tally: Tally) -> list[str]:
    return [f"draft {tally.draft}", f"findable {tally.findable}", f"registered {tally.registered}"]
