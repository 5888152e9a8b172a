"""Where an identifier may lead: absolute http(s) and ftp(s) URLs."""

from __future__ import annotations

import re

from pidstack.domain.errors import Invalid, InvalidRecord, TooLarge

MAX_LENGTH = 2000
PLACEHOLDER = "${identifier}"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:localhost|(?:{_LABEL}\.)+(?!\d+\.?(?:[:/?#]|$)){_LABEL}\.?|\d{{1,3}}(?:\.\d{{1,3}}){{3}}|\[[0-9a-fA-F:.]+\])"
# All but what XML carries of the Basic Multilingual Plane. Rule: XML 1.0, section 2.2 "Characters". Named by what is illegal, since
# Python takes fifteen times as long to compile a set that names nearly all characters, and every cold start would wait for it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe-\U0010ffff]")
_URL = re.compile(rf"(?:https?|ftps?)://(?:[^\s:@/]+(?::[^\s:@/]*)?@)?{_HOST}(?::\d{{1,5}})?(?:[/?#]\S*)?")


def canonical_target(url: str, identifier_in_url: str) -> str:
    """Fill the identifier into `url` wherever it says `${identifier}`, and write its scheme in lower case.

    Args:
        url: as the depositor sent it.
        identifier_in_url: the identifier, percent-encoded for a path.
    Rule: EZID API v2, "_target".
    """
    scheme, colon, rest = url.replace(PLACEHOLDER, identifier_in_url).partition(":")
    return scheme.lower() + colon + rest


def check_target(url: str) -> None:
    """Let an absolute http, https, ftp or ftps URL pass.

    Raises:
        TooLarge: more than 2,000 characters.
        Invalid: characters outside the Basic Multilingual Plane or that XML cannot carry.
        InvalidRecord: not such a URL.
    """
    if len(url) > MAX_LENGTH:
        raise TooLarge(f"Ensure this value has at most {MAX_LENGTH} characters (it has {len(url)}).", field="target")
    if _ILLEGAL.search(url):
        raise Invalid("Illegal or disallowed Unicode character.", field="target")
    if not _URL.fullmatch(url):
        raise InvalidRecord("Enter a valid URL.", field="target")
