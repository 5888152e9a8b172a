"""Mail by Amazon SES, from one address that the operator has verified there."""

from __future__ import annotations

from email.utils import formataddr
from typing import Any

from pidstack.domain.export import addressee


class SesMailer:
    """`pidstack.ports.exports.Mailer` on SES.

    Args:
        client: botocore's, for `ses`.
        sender: a verified address.
    """

    def __init__(self, client: Any, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        """See the port. One SendEmail.

        Raises:
            ValueError: `to` has no address in it.
        """
        name, address = addressee(to)
        if "@" not in address:
            raise ValueError(f"{to!r} is no address")
        self._client.send_email(
            Source=self._sender,
            Destination={"ToAddresses": [formataddr((name, address))]},
            Message={
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            },
        )
