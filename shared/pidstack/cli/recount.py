"""`pidstack recount`."""

from __future__ import annotations

import sys

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.output import Facts, show, show_all
from pidstack.domain.counting import Tally
from pidstack.services.recount import Difference, Recount, recount
from pidstack.services.recount_sets import SetsRecount, SetsSurvey

_OFF = ("count", "kept", "counted")


@click.command("recount", cls=Command)
@click.option("--correct", is_flag=True, help="Make right what is off.")
def recount_(correct: bool) -> None:
    """Count all records anew, by owner, group, prefix, set and day, and say which counts are off.

    Also looks whether the registry of publications and the calendar of harvests have all that the records speak of.
    It reads the whole table, twice if anything is off. The registry may be in use meanwhile. Exits with 1 if something stays off.
    """
    survey = SetsSurvey()
    result = recount(where.counters(), where.now_s, correct=correct, watch=survey.look)
    sets = survey.compare(where.publications(), where.calendar(), where.registry().identifiers, correct=correct)
    if where.is_given("json"):
        show({**_facts(result), "off": [_off_facts(each) for each in result.off], "sets": _sets_facts(sets)})
    else:
        if result.off:
            show_all([_off_facts(each) for each in result.off], _OFF)
        show(_facts(result), _sentence(result))
        show(_sets_facts(sets), _sets_sentence(sets))
    if (result.off and not result.is_corrected) or (sets.missing and not sets.is_corrected):
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


def _sets_sentence(result: SetsRecount) -> str:
    if not result.missing:
        return "Publications and the calendar of harvests are complete."
    if result.is_corrected:
        return "What publications and the calendar of harvests lacked is there now."
    return "Publications or the calendar of harvests lack something; put it back with: pidstack recount --correct"


def _sets_facts(result: SetsRecount) -> Facts:
    return {
        "publications": result.publications,
        "marks": result.marks,
        "missing": list(result.missing),
        "unplaced": result.unplaced,
        "corrected": result.is_corrected,
    }


def _off_facts(difference: Difference) -> Facts:
    return {
        "count": str(difference.key),
        "kept": _counts(difference.kept),
        "counted": _counts(difference.counted),
    }


def _counts(tally: Tally) -> list[str]:
    return [f"draft {tally.draft}", f"findable {tally.findable}", f"registered {tally.registered}"]
