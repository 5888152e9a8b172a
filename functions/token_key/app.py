"""The key pair of tokens, made while the stack is deployed and whenever its edition changes.

The function may put a pair into the secret and not read it; the REST API may read it and not put one there.
"""

from __future__ import annotations

from typing import Any
from urllib.request import Request, urlopen

from aws_lambda_powertools import Logger

from pidstack.bootstrap import system_clock, token_key_keeper
from pidstack.protocols.custom_resource import Wish
from pidstack.services.jwt import new_key

logger = Logger()
_NAME = "token-key"
_TIMEOUT_S = 10


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Do what CloudFormation wishes, and tell it so. What is to be gone is left to the secret, which goes with the stack."""
    wish, failure = Wish.read(event), ""
    try:
        if wish.to_be_made:
            token_key_keeper().put(new_key(system_clock()), wish.id)
    except Exception as error:
        logger.exception("no key pair was made")
        failure = f"no key pair was made: {type(error).__name__}; the function's log has the rest"
    logger.info("answered", extra={"made": wish.to_be_made and not failure})
    _reply(wish.reply_to, wish.answer(_NAME, failure))


def _reply(url: str, body: bytes) -> None:
    # An empty type, as the URL is signed for one. CloudFormation itself gives the URL.
    request = Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310
    with urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310
        pass
