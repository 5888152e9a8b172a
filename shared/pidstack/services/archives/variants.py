"""Who gets which records: recipients about whom the same was decided get the same file, and only what they may have is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pidstack.domain.archive import ALL
from pidstack.domain.recipient import Choice, OptOut, Recipient, Scope
from pidstack.ports.subscriptions import Subscriptions
from pidstack.services.entitle import MaySee, compiled
from pidstack.services.harvest import everybody_may_see

Decision = tuple[str, str, str]  # account, scope, choice


@dataclass(frozen=True, slots=True)
class Variant:
    """Decisions, and the name that files made under them have.

    Attributes:
        opt_in: what holds where nothing was decided.
        decisions: in a fixed order.
    """

    name: str = ALL
    opt_in: bool = True
    decisions: tuple[Decision, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {"name": self.name, "opt_in": self.opt_in, "decisions": self.decisions}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Variant:
        """Read what `as_json` wrote."""
        decisions = tuple((account, scope, choice) for account, scope, choice in values["decisions"])
        return cls(values["name"], values["opt_in"], decisions)

    def may_see(self) -> MaySee:
        """Give what tells which records are in it."""
        return _compiled(self.opt_in, self.decisions)


def variant_of(recipient: Recipient, opt_outs: Iterable[OptOut]) -> Variant:
    """Tell which variant a recipient gets, as things are decided now. The name follows from the decisions alone."""
    decisions = tuple(sorted((each.account, str(each.scope), each.choice.value) for each in opt_outs))
    if _compiled(recipient.opt_in, decisions) is everybody_may_see:
        return Variant()
    text = json.dumps([recipient.opt_in, decisions], separators=(",", ":"))
    return Variant(hashlib.sha256(text.encode()).hexdigest()[:16], recipient.opt_in, decisions)


def variants(subscriptions: Subscriptions) -> list[Variant]:
    """List what has to be made: the whole, and what is decided about recipients; those whose time has not come, too."""
    found = (variant_of(each, subscriptions.opt_outs(each.id)) for each in subscriptions.recipients())
    by_name = {each.name: each for each in found}
    return [Variant(), *(by_name[name] for name in sorted(by_name) if name != ALL)]


def _compiled(opt_in: bool, decisions: Sequence[Decision]) -> MaySee:
    opt_outs = [OptOut("", account, Scope.parse(scope), Choice(choice)) for account, scope, choice in decisions]
    return compiled(Recipient("", "", opt_in=opt_in), opt_outs)
