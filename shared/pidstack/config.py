"""What the environment says, read once, when first needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a deployed stack; `template.yaml` sets them all.

    Attributes:
        identifier_table: name of the table.
        session_secret: name or ARN of the secret that signs sessions.
        public_url: base URL that clients use, no slash at its end; empty where the request tells.
    """

    identifier_table: str
    session_secret: str
    public_url: str


@cache
def config() -> Config:
    """Read the settings.

    Raises:
        KeyError: one is missing.
    """
    return Config(
        identifier_table=os.environ["IDENTIFIER_TABLE"],
        session_secret=os.environ["SESSION_SECRET"],
        public_url=os.environ["PUBLIC_URL"].rstrip("/"),
    )
