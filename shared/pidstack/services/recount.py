"""Count the records anew, and compare with what the feed has counted.

The registry goes on meanwhile: a record may be read before a change and its counter after it. So what is off must be off by the
same in two surveys, and is corrected by adding the difference, which is right whatever the feed adds at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pidstack.domain.counting import CounterKey, Tally, keys_of, one
from pidstack.domain.record import Record
from pidstack.ports.clock import Clock
from pidstack.ports.feed import CounterKeeper, Found, Share

# The feed takes seconds. What it has not told for longer waits for something, and after a day DynamoDB's stream has forgotten it.
USUALLY_ENTERED_WITHIN_S = 60
NEVER_ENTERED_AFTER_S = 25 * 3600


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that is not what the records say."""

    key: CounterKey
    kept: Tally
    counted: Tally

    @property
    def missing(self) -> Share:
        """What must be added to make it right, in whichever share."""
        return Share(self.key, 0, self.counted - self.kept)


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found.

    Attributes:
        records: in the table, those included that have expired and are still there.
        counts: how many were compared.
        off: what was off in both surveys, in order.
        moving: how many counts were off, but not by the same in both surveys.
        waiting: records with a version that the feed should have entered by now, and still can.
        forgotten: records with a version that the feed will never enter, such as those that are older than the feed.
        is_corrected: whether what was off is right now.
    """

    records: int
    counts: int
    off: tuple[Difference, ...]
    moving: int
    waiting: int
    forgotten: int
    is_corrected: bool = False


@dataclass(slots=True)
class _Survey:
    kept: dict[CounterKey, Tally] = field(default_factory=dict)
    counted: dict[CounterKey, Tally] = field(default_factory=dict)
    records: int = 0
    waiting: int = 0
    forgotten: int = 0

    def differences(self) -> set[Difference]:
        nothing = Tally()
        keys = self.kept.keys() | self.counted.keys()
        found = (Difference(key, self.kept.get(key, nothing), self.counted.get(key, nothing)) for key in keys)
        return {difference for difference in found if difference.missing.tally}


def recount(keeper: CounterKeeper, clock: Clock, *, correct: bool, watch: Callable[[Record], None] | None = None) -> Recount:
    """Compare all counts with the records. Cost: one scan of the table, two if anything is off.

    Args:
        correct: make right what is off. Nothing is corrected while the feed is behind, since it would then count twice.
        watch: is shown every record, without its texts, some of them twice.
    """
    look = watch or (lambda _: None)
    survey = _survey(keeper, clock, look)
    off: list[Difference] = []
    moving = 0
    if before := {difference.missing for difference in survey.differences()}:
        survey = _survey(keeper, clock, look)
        now = survey.differences()
        off = sorted((each for each in now if each.missing in before), key=lambda each: each.key)
        moving = len(now) - len(off)
    is_corrected = correct and bool(off) and not survey.waiting
    if is_corrected:
        for difference in off:
            keeper.correct(difference.missing)
    counts = len(survey.kept.keys() | survey.counted.keys())
    return Recount(survey.records, counts, tuple(off), moving, survey.waiting, survey.forgotten, is_corrected)


def _survey(keeper: CounterKeeper, clock: Clock, look: Callable[[Record], None]) -> _Survey:
    survey = _Survey()
    for each in keeper.survey():
        if isinstance(each, Share):
            survey.kept[each.key] = survey.kept.get(each.key, Tally()) + each.tally
        else:
            _count(survey, each, clock())
            look(each.record)
    return survey


def _count(survey: _Survey, found: Found, now_s: int) -> None:
    record = found.record
    survey.records += 1
    for key in keys_of(record):
        survey.counted[key] = survey.counted.get(key, Tally()) + one(record)
    age_s = now_s - record.updated_s
    if not found.is_entered and age_s > NEVER_ENTERED_AFTER_S:
        survey.forgotten += 1
    elif not found.is_entered and age_s > USUALLY_ENTERED_WITHIN_S:
        survey.waiting += 1
