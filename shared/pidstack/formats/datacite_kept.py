"""DataCite XML that was checked when it came, for passing on as text in another document.

Nothing is parsed to embed it. What is before the root element goes, and the root's tag gets the schema location that harvesters are
told; the rest is what the depositor wrote.
Rule: OAI-PMH 2.0, section 3.4 (schema location of the metadata's root); Namespaces in XML 1.0, section 6.2.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pidstack.formats.datacite_xml import NAMESPACE, SCHEMA_LOCATION

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = SCHEMA_LOCATION.partition(" ")[2]
_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"""<(?:([^\s<>:/=]+):)?resource((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*>""")
_ATTRIBUTE = re.compile(r"""\s+([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def embedded(xml: bytes) -> bytes:
    """Give a kept document as an element that can stand in another document; nothing if it is not plainly kernel 4.

    Args:
        xml: in UTF-8, well-formed, without a document type, as `datacite_record.accepted` lets it pass.
    """
    start = _PROLOGUE.match(xml)
    root = _ROOT.match(xml, start.end() if start else 0)
    if root is None:
        return b""
    tag = _embedding_tag(root[1] or b"", root[2])
    return tag and tag + xml[root.end() :]


@lru_cache(maxsize=256)
def _embedding_tag(named: bytes, attributed: bytes) -> bytes:
    """Give the root's start tag for another document; nothing if it is not plainly kernel 4. There are few different ones."""
    prefix, given = named.decode(), attributed.decode()
    attributes = [(name, double or single) for name, double, single in _ATTRIBUTE.findall(given)]
    spaces = {name.removeprefix("xmlns").removeprefix(":"): value for name, value in attributes if name.startswith("xmlns")}
    if spaces.get(prefix) != NAMESPACE or any("&" in value for value in spaces.values()):
        return b""
    # Unprefixed names within would fall into the namespace of whatever is around it.
    unbound = "" if "" in spaces else ' xmlns=""'
    return f"<{prefix}{':' if prefix else ''}resource{unbound}{_located(given, attributes, spaces)}>".encode()


def _located(given: str, attributes: list[tuple[str, str]], spaces: dict[str, str]) -> str:
    """Give the attributes with a schema location that has the official pair; the pairs of other namespaces stay."""
    names = {f"{prefix}:schemaLocation" for prefix, value in spaces.items() if value == _XSI}
    found = next(((name, value) for name, value in attributes if name in names), None)
    if found is None:
        declared = "" if spaces.get("xsi") == _XSI else f' xmlns:xsi="{_XSI}"'
        if "xsi" in spaces and declared:
            return f'{given} xmlns:schema="{_XSI}" schema:schemaLocation="{SCHEMA_LOCATION}"'
        return f'{given}{declared} xsi:schemaLocation="{SCHEMA_LOCATION}"'
    name, value = found
    words = value.split()
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    if pairs.get(NAMESPACE) == _SCHEMA:
        return given
    located = " ".join(f"{space} {address}" for space, address in (pairs | {NAMESPACE: _SCHEMA}).items())
    quoted = located.replace('"', "&quot;")
    return _ATTRIBUTE.sub(lambda match: f' {name}="{quoted}"' if match[1] == name else match[0], given)
