"""New names: drawn at random, so that any number of writers can mint at once and none of them keeps a count.

A name that is taken is not noticed here: whoever stores it must refuse the second of two equal names, and draw again.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable

from pidstack.domain.identifier import Identifier, Scheme, ShoulderName

NAMES_PER_ROUND = 29 * 29 * 10  # what `eed` can spell; the check character adds none
BASE32_NAMES = 2**30 - 1

_ALPHABET = "0123456789bcdfghjkmnpqrstvwxz"
_ORDINAL = {character: ordinal for ordinal, character in enumerate(_ALPHABET)}
_BASE32_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_MULTICAST_BIT = 1 << 40  # set in a UUID's node, it says that this is no network card's address


def check_character(text: str) -> str:
    """Compute the character that, put behind `text`, lets a reader notice a mistyped name.

    It notices any one changed character and any two unequal neighbours swapped, as long as the name, with its check
    character, is at most 28 characters of the alphabet `0123456789bcdfghjkmnpqrstvwxz`. Other characters (a slash,
    capitals) count as `0`, and are mistaken for it and for each other.

    Args:
        text: NAAN, slash and name, without `ark:/`.
    Rule: NOID, 'Noid Check Digit Algorithm'.
    """
    total = sum(position * _ORDINAL.get(character, 0) for position, character in enumerate(text, start=1))
    return _ALPHABET[total % len(_ALPHABET)]


def is_check_character_right(text: str) -> bool:
    """Tell whether the last character of `text` is the check character of what precedes it."""
    return text != "" and check_character(text[:-1]) == text[-1]


def draw_suffix(shoulder: ShoulderName, *, rounds: int = 1, random: Callable[[int], int] = secrets.randbelow) -> Identifier:
    """Draw a name under a shoulder, ending in its check character.

    Args:
        shoulder: for `uuid:` a version-1 UUID is made, which names the time but not the machine.
        rounds: how often three characters (letter or digit twice, then digit) stand before the check character. Each
            round multiplies the number of possible names by 8,410.
        random: gives a number from 0 up to, not including, its argument.
    Raises:
        InvalidIdentifier: the shoulder leaves no room for that many characters.
    Rule: the template `eedk` of EZID's minters. The check character is computed over what `Identifier` shows, with
        `ark:/` or `doi:10.` taken off, shoulder as it is and minted part in lower case; then a DOI is put in
        capitals.
    """
    if shoulder.scheme is Scheme.UUID:
        node = random(1 << 48) | _MULTICAST_BIT
        return Identifier.parse(f"uuid:{uuid.uuid1(node=node, clock_seq=random(1 << 14))}")
    minted = _spell(random(NAMES_PER_ROUND**rounds), rounds)
    minted += check_character(shoulder.name.removeprefix("ark:/").removeprefix("doi:10.") + minted)
    return Identifier.parse(shoulder.name + minted)


def base32_name(number: int) -> str:
    """Write a number in base 32 with two check digits, in groups of four: 122149076 is `3mfp-6m52`.

    Number and check digits read as one decimal number leave 1 when divided by 97.

    Args:
        number: not negative; numbers of up to 30 bits give eight characters.
    Rule: DataCite's random DOIs (ISO 7064, MOD 97-10, over Crockford's base 32).
    """
    digits = ""
    rest = number
    while rest:
        rest, digit = divmod(rest, 32)
        digits = _BASE32_ALPHABET[digit] + digits
    name = f"{digits}{98 - number * 100 % 97:02}".zfill(8)
    first = len(name) % 4
    return "-".join([name[:first]] * (first > 0) + [name[at : at + 4] for at in range(first, len(name), 4)])


def draw_base32(
    shoulder: ShoulderName, *, number: int | None = None, random: Callable[[int], int] = secrets.randbelow
) -> Identifier:
    """Draw a name the way DataCite does: behind a bare prefix at once, behind a longer shoulder after a hyphen.

    Args:
        shoulder: `doi:10.5072/` gives `doi:10.5072/3MFP-6M52`, `doi:10.5072/FK2` gives `doi:10.5072/FK2-3MFP-6M52`.
        number: the number to write, where a caller wants to fix it.
        random: gives a number from 0 up to, not including, its argument.
    Raises:
        InvalidIdentifier: the shoulder leaves no room.
    """
    joint = "" if shoulder.name.endswith("/") else "-"
    return Identifier.parse(f"{shoulder}{joint}{base32_name(random(BASE32_NAMES) if number is None else number)}")


def _spell(number: int, rounds: int) -> str:
    characters = []
    for _ in range(rounds):
        for base in (10, 29, 29):
            number, ordinal = divmod(number, base)
            characters.append(_ALPHABET[ordinal])
    return "".join(reversed(characters))
