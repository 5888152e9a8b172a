"""Logs and traces of all functions but the resolver, for which Lambda itself writes the log and traces the function as a whole."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

_PACKAGE = "pidstack"
# Whatever is traced goes through botocore. Left to itself, the tracer would trace pynamodb's requests a second time, for which it
# reads each answer once more, and load all else that it knows to trace.
_TRACED = ("botocore",)
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def observed(handler: Handler) -> Handler:
    """Trace a handler, and have what the package logs on its behalf written like the function's own lines."""
    logging.getLogger(_PACKAGE)  # only a logger that is there is set up; the modules that log may be imported later
    copy_config_to_registered_loggers(Logger(), include={_PACKAGE})
    return Tracer(patch_modules=_TRACED).capture_lambda_handler(handler, capture_response=False)
