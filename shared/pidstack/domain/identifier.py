"""The names of things: identifiers and the shoulders they stand under, each in one canonical form.

Two identifiers are the same if and only if their canonical names are equal, character by character.
`Identifier.parse` is the rule of the wire; `Identifier.read` forgives what people and web pages do to a name, and
then obeys the same rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from pidstack.domain import errors
from pidstack.domain.values import value

MAX_LENGTH = 255  # characters of a canonical name, its scheme included

# The NAAN of a shadow ARK is a letter and the last four digits of the DOI prefix. The letter's place is the first of
# five digits; place 0 is free for prefixes of four, since no prefix starts with 0.
_SHADOW_LETTERS = "bcdfghjkmnpqrstvwxz"

_ARK = re.compile(rf"ark:/([0-9]{{5}}(?:[0-9]{{4}})?|[{_SHADOW_LETTERS}][0-9]{{4}})/([!-~]+)")
_DOI = re.compile(r"doi:(10\.[1-9][0-9]{3,4})/([!-~]+)")
_UUID = re.compile(r"uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_NOT_IN_DOI = re.compile(r"[#?]|//|/\Z")
_STRUCTURE_CLASH = re.compile(r"\./|/\.")
_STRUCTURE_RUN = re.compile(r"([./])([./]+)")
_STRUCTURE_END = re.compile(r"\A[./]|[./]\Z")
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_ARK_CHARACTER = re.compile(r"%[0-9a-fA-F]{2}|[^0-9a-zA-Z=*+@_$~./]")
_ARK_PLAIN = re.compile(r"[0-9a-zA-Z=*+@_$~]")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-") | {0xAD: None}
_ENCODED_HEAD = re.compile(r"(?:https?|ark|doi|(?:urn:)?uuid)?:?/?[0-9a-z.]*%(?:3a|2f)", re.IGNORECASE)
_DOI_URL = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/+(?=10(?:\.|%2e))([^?#]*)", re.IGNORECASE)
_OTHER_URL = re.compile(r"https?://[^/?#]+/+(?:id/)?(?=(?:ark|doi|uuid)(?::|%3a))([^?#]*)", re.IGNORECASE)
_SCHEME_HEAD = re.compile(r"(ark|doi|(?:urn:)?uuid):[\s/]*", re.IGNORECASE)


class Scheme(StrEnum):
    """The kinds of identifier the registry holds."""

    ARK = "ark"
    DOI = "doi"
    UUID = "uuid"


_SCHEMES = {scheme.value: scheme for scheme in Scheme}


@value(frozen=True, slots=True, order=True)
class Identifier:
    """A name in canonical form, scheme included. Make one with `parse` or `read`; the constructor checks nothing.

    Args:
        name: `ark:/99999/fk4x`, `doi:10.5072/FK2X` or `uuid:…`, at most 255 graphic ASCII characters.
    """

    name: str

    @classmethod
    def parse(cls, text: str) -> Identifier:
        """Read a name as it stands in a request path (percent-decoded once), and bring it to canonical form.

        A shadow ARK becomes the DOI it stands for.

        Raises:
            InvalidIdentifier: anything else, among it other spellings of the scheme, which only `read` forgives.
        Rule: EZID API v2, 'Identifier concepts' and 'Shadow ARKs', with the normal form that EZID computes.
        """
        name = _canonical(text)
        if name is None:
            raise errors.InvalidIdentifier("invalid identifier")
        return cls(name)

    @classmethod
    def read(cls, text: str) -> Identifier:
        """Read a name as people write, copy and link it, then do as `parse` does.

        Forgiven are blanks around it; the case of the scheme and the NAAN; `ark:99999/…`, `doi:/10.…` and a bare
        `10.…/…`; typographic hyphens; a URL whose path, or what follows `/id/` in it, is a name with its scheme, or at
        doi.org a bare DOI (its query and fragment are dropped); percent-encoding. The last is undone once, and only in
        a URL or if the head of the name (up to the slash after the prefix) is encoded: otherwise `%` is the name's own.

        Raises:
            InvalidIdentifier: no identifier can be made out.
        """
        text = text.translate(_HYPHENS).strip()
        if _ENCODED_HEAD.match(text):
            text = unquote(text)
        return cls.parse(_with_strict_head(_out_of_url(text)))

    def __str__(self) -> str:
        return self.name

    @property
    def scheme(self) -> Scheme:
        """Which kind of identifier it is."""
        return _scheme(self.name)

    @property
    def prefix(self) -> str:
        """The DOI prefix (`10.5072`) or the NAAN (`99999`); empty for a UUID."""
        return _prefix(self.name)

    @property
    def suffix(self) -> str:
        """What follows the prefix and its slash; for a UUID, all but the scheme."""
        return self.name[_suffix_start(self.name) :]

    @property
    def doi(self) -> str | None:
        """The DOI without its scheme, as DataCite writes it but in capitals; None for other schemes."""
        return self.name.removeprefix("doi:") if self.name.startswith("doi:") else None

    @property
    def shadow(self) -> str | None:
        """The ARK that stands for this DOI; None for other schemes, and if the ARK would be too long to be parsed.

        Rule: EZID API v2, 'Shadow ARKs'.
        """
        return _shadow(self.name) if self.scheme is Scheme.DOI else None

    def as_url_path(self) -> str:
        """Write the name for a URL's path: encoded but for `:`, `/` and the unreserved characters of RFC 3986."""
        return quote(self.name, safe=":/")

    def prefixes(self) -> tuple[Identifier, ...]:
        """List the identifiers that are a proper prefix of this one, longest first.

        Each has a character after the prefix's slash and is in canonical form: it ends in no slash, in an ARK also in
        no dot and no part of a percent-escape. A UUID has none.
        """
        if self.scheme is Scheme.UUID:
            return ()
        ends = range(len(self.name) - 1, _suffix_start(self.name), -1)
        may_end = _may_end_ark if self.scheme is Scheme.ARK else _may_end_doi
        return tuple(Identifier(head) for head in (self.name[:end] for end in ends) if may_end(head))


@dataclass(frozen=True, slots=True, order=True)
class ShoulderName:
    """The beginning that names given out together share: `ark:/13030/c7`, `ark:/12345/`, `doi:10.5072/FK2`, `uuid:`."""

    name: str

    @classmethod
    def parse(cls, text: str) -> ShoulderName:
        """Accept a shoulder exactly as it is; nothing is normalised.

        Raises:
            Invalid: one more character does not make a canonical identifier of it (field `shoulder`).
        Rule: EZID API v2, 'Shoulders'.
        """
        probe = text + ("X" if text.startswith("doi:") else "x")
        if text != "uuid:" and _canonical(probe) != probe:
            raise errors.Invalid("invalid shoulder", field="shoulder")
        return cls(text)

    def __str__(self) -> str:
        return self.name

    @property
    def scheme(self) -> Scheme:
        """Which kind of identifiers stand under it."""
        return _scheme(self.name)

    @property
    def prefix(self) -> str:
        """The DOI prefix (`10.5072`) or the NAAN (`99999`); empty for `uuid:`."""
        return _prefix(self.name)

    def covers(self, identifier: Identifier) -> bool:
        """Tell whether the identifier stands under this shoulder."""
        return identifier.name.startswith(self.name)


def _scheme(name: str) -> Scheme:
    return _SCHEMES[name.partition(":")[0]]


def _prefix(name: str) -> str:
    if name.startswith("doi:"):
        return name[4 : name.index("/", 4)]
    return name[len("ark:/") : _suffix_start(name) - 1]


def _suffix_start(name: str) -> int:
    if name.startswith("uuid:"):
        return len("uuid:")
    return name.index("/", len("ark:/")) + 1


def _canonical(text: str) -> str | None:
    if text.startswith("ark:/"):
        ark = _canonical_ark(text)
        return ark if ark is None or ark[len("ark:/")].isdigit() else _shadowed_doi(ark)
    if text.startswith("doi:"):
        return _canonical_doi(text)
    return text.lower() if _UUID.fullmatch(text) and text.startswith("uuid:") else None


def _canonical_doi(text: str) -> str | None:
    match = _DOI.fullmatch(text)
    if match is None or _NOT_IN_DOI.search(match[2]) or match[2].startswith("/") or len(text) > MAX_LENGTH:
        return None
    return f"doi:{match[1]}/{match[2].upper()}"


def _canonical_ark(text: str) -> str | None:
    match = _ARK.fullmatch(text)
    if match is None:
        return None
    suffix = match[2].replace("-", "")
    if _STRUCTURE_CLASH.search(suffix) or _STRAY_PERCENT.search(suffix):
        return None
    suffix = _STRUCTURE_END.sub("", _STRUCTURE_RUN.sub(r"\1", suffix))
    name = f"ark:/{match[1]}/{_ARK_CHARACTER.sub(_canonical_escape, suffix)}"
    return name if suffix and len(name) <= MAX_LENGTH else None


def _canonical_escape(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 1:
        return f"%{ord(found):02x}"
    character = chr(int(found[1:], 16))
    return character if _ARK_PLAIN.fullmatch(character) else found.lower()


def _shadow(doi: str) -> str | None:
    digits, _, suffix = doi.removeprefix("doi:10.").partition("/")
    letter = _SHADOW_LETTERS[int(digits[:-4] or "0")]
    suffix = suffix.replace("%", "%25").replace("-", "%2d").lower()
    suffix = _STRUCTURE_END.sub(lambda end: _escaped(end[0]), suffix)
    suffix = _STRUCTURE_RUN.sub(lambda run: run[1] + _escaped(run[2]), suffix)
    return _canonical_ark(f"ark:/{letter}{digits[-4:]}/{suffix}")


def _shadowed_doi(ark: str) -> str | None:
    """Give the DOI whose shadow is exactly this ARK; without that test many ARKs would pass for one DOI."""
    naan, suffix = _prefix(ark), ark[_suffix_start(ark) :]
    first_digit = str(_SHADOW_LETTERS.index(naan[0]) or "")
    decoded = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), suffix)
    doi = _canonical_doi(f"doi:10.{first_digit}{naan[1:]}/{decoded}")
    return doi if doi is not None and _shadow(doi) == ark else None


def _escaped(text: str) -> str:
    return "".join(f"%{ord(character):02x}" for character in text)


def _may_end_ark(head: str) -> bool:
    return head[-1] not in "./%" and head[-2] != "%"


def _may_end_doi(head: str) -> bool:
    return head[-1] != "/"


def _out_of_url(text: str) -> str:
    """Give the part of a URL that is a name; text that is no URL comes back as it is."""
    match = _DOI_URL.match(text) or _OTHER_URL.match(text)
    return unquote(match[1]) if match else text


def _with_strict_head(text: str) -> str:
    if text.startswith("10."):
        return f"doi:{text}"
    match = _SCHEME_HEAD.match(text)
    if match is None:
        return text
    rest = text[match.end() :]
    if match[1].lower() == "ark":
        naan, slash, suffix = rest.partition("/")
        return f"ark:/{naan.lower()}{slash}{suffix}"
    return ("doi:" if match[1].lower() == "doi" else "uuid:") + rest
