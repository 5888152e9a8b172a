"""API Gateway's authorizer for routes that need credentials: from request to account.

Its cost is one slow hash per account and warm function.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import clients, sessions, warm_on_lambda
from pidstack.config import config
from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.authorization import recognise
from pidstack.protocols.gateway import read_request
from pidstack.telemetry import observed

logger = Logger()
warm_on_lambda()


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Allow the request and say whose it is; the gateway answers 401 with a challenge when this raises `Unauthorized`."""
    request = read_request(event, config().public_url)
    try:
        found = recognise(request, clients(), sessions())
    except Unauthenticated:
        logger.info("credentials refused", extra={"route": request.resource})
        raise Exception("Unauthorized") from None  # noqa: TRY002 - the text is API Gateway's own signal
    logger.debug("credentials accepted", extra={"account": found.get("account", "")})
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
    return {
        "principalId": found.get("account") or "unknown",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": found,
    }
