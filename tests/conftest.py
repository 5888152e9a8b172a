"""What a person or a pipeline has set for other programs is not for the tests: they find what they set themselves."""

from __future__ import annotations

import os

# A profile that is not there stops every client, colours and a narrow terminal change what commands print.
_FOREIGN = ("AWS_", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "COLUMNS", "PIDSTACK_STACK_FILE")

for _name in [name for name in os.environ if name.startswith(_FOREIGN)]:
    del os.environ[_name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    # All that is asked over HTTP is on this machine, and no proxy knows it.
    "no_proxy": "*",
    "NO_PROXY": "*",
}
