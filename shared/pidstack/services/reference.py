"""A record as a line in a list of references, in plain text. However many made it, the line stays a line."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from pidstack.domain.metadata import Agent, Metadata
from pidstack.domain.record import Record
from pidstack.formats.cited import Cited

# Styles write a few names and "et al."; this many are more than any of them looks at.
MOST_NAMES = 60
_TAG = re.compile(r"<[^<>]*>")


def reference(record: Record, metadata: Metadata, style: str = "apa", locale: str = "en-US") -> str:
    """Write the reference.

    Args:
        metadata: the record's description, as `describe` reads it.
        style, locale: unknown ones give APA, and American English.
    """
    from pidstack.formats.citation import format_citation

    few = replace(metadata, creators=_few(metadata.creators), contributors=_few(metadata.contributors))
    # All that is markup is the style's own: what a description says is escaped in it.
    return unescape(_TAG.sub("", format_citation(Cited(few, record.identifier), style, locale)))


def _few(agents: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """Leave the first and the last, which are those that styles name."""
    return agents if len(agents) <= MOST_NAMES else (*agents[: MOST_NAMES - 1], agents[-1])
