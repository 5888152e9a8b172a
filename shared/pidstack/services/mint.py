"""Make an identifier of a name that the registry draws. Cost: that of `create`; a name that turns out taken is drawn anew."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable

from pidstack.domain.edits import Edit
from pidstack.domain.errors import AlreadyExists, Busy, Invalid, NoSuchShoulder, ShoulderCannotMint
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.minter import draw_suffix
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Shoulder, root_of
from pidstack.services.authority import Authority
from pidstack.services.create import create
from pidstack.services.registry import Registry

# Rounds of the name template, one a try: 70 million names first, half a trillion and more for a shoulder that fills up.
ROUNDS = (2, 2, 2, 3, 3, 4, 4)
_log = logging.getLogger(__name__)


def mint(
    shoulder_name: str,
    edits: Iterable[Edit],
    by: Authority,
    registry: Registry,
    random: Callable[[int], int] = secrets.randbelow,
) -> Record:
    """Keep a new record under a shoulder.

    Args:
        shoulder_name: exactly as the shoulder is written; nothing is normalised.
        edits: may be read several times, once a try.
    Raises:
        NoSuchShoulder, ShoulderCannotMint, and whatever `create` refuses.
        Busy: every name drawn was taken; the shoulder is as good as full.
    """
    shoulder = find_shoulder(shoulder_name, registry)
    if not shoulder.mints:
        raise ShoulderCannotMint("shoulder does not support minting", field="shoulder")
    names = (draw_suffix(shoulder.name, rounds=rounds, random=random) for rounds in ROUNDS)
    return create_first_free(names, edits, by, registry)


def create_first_free(names: Iterable[Identifier], edits: Iterable[Edit], by: Authority, registry: Registry) -> Record:
    """Keep a new record of the first name that is not taken.

    Raises:
        Busy: all names were taken.
    """
    for name in names:
        try:
            return create(name, edits, by, registry)
        except AlreadyExists:
            _log.warning("minted name was taken, drawing another", extra={"identifier": str(name)})
    raise Busy("every name drawn under this shoulder is taken")


def find_shoulder(name: str, registry: Registry) -> Shoulder:
    """Give the shoulder that is written exactly `name`.

    Raises:
        NoSuchShoulder: there is none, or it is disabled.
    """
    try:
        parsed = ShoulderName.parse(name)
    except Invalid as refusal:
        raise NoSuchShoulder("no such shoulder") from refusal
    for _ in range(2):
        for shoulder in registry.directory.shoulders(root_of(parsed)):
            if str(shoulder.name) == name and not shoulder.disabled:
                return shoulder
        if not registry.directory.refresh():
            break
    raise NoSuchShoulder("no such shoulder")
