"""A press on the deployed stack, with a prefix, a group and two accounts of its own, and what it has made."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import requests
from click.testing import CliRunner
from lxml import etree

from pidstack.cli.main import cli
from pidstack.domain.accounts import Account, Group
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.local.bridges import REGION
from pidstack.services import hand_out, keep
from pidstack.store.directory import DynamoDirectory
from pidstack.store.tables import connect
from tests.ezid_http import Client
from tests.oai_clients import OAI, Asker

WITHIN_S = 60  # patience on a busy machine
PASSWORD = "tides-and-lakes"


@dataclass(frozen=True, slots=True)
class Press:
    """Two accounts of a group, and what they have made.

    Attributes:
        names: of the records that harvesters see, as the registry spells them, by account's number.
        token: of a recipient to whom nothing is denied.
    """

    stack: Any
    prefix: str
    group: str
    accounts: tuple[Client, Client]
    token: str
    names: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))

    @property
    def crossref(self) -> str:
        return f"{self.stack.base_url}oai"

    @property
    def datacite(self) -> str:
        return f"{self.stack.base_url}oai/datacite"

    @property
    def subscriber(self) -> Asker:
        return Asker(self.crossref, {"Crossref-Plus-API-Token": f"Bearer {self.token}"})

    @property
    def all_names(self) -> list[str]:
        return [*self.names[0], *self.names[1]]

    def operate(self, *words: str) -> dict[str, Any]:
        """Run a command of the operator's."""
        where = ["--endpoint", self.stack.aws_endpoint, "--table", self.stack.table, "--region", REGION, "--json"]
        done = CliRunner().invoke(cli, [*words, *where], env={"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})
        assert done.exit_code == 0, done.output
        return dict(json.loads(done.output))

    def make(self, account: int, name: str, elements: Mapping[str, str]) -> str:
        """Make a record that harvesters see, unless they are told not to."""
        answer = self.accounts[account].create(name, elements)
        assert answer.status == 201, answer.text
        return answer.name

    def settle(self) -> str:
        """Wait until lists reach as far as the last change; tell how far that is."""
        changed = max(int(self.accounts[0].view(name).elements["_updated"]) for name in self.all_names)
        deadline = time.monotonic() + WITHIN_S
        while (reached := self.reach()) < instant(changed) and time.monotonic() < deadline:
            pass  # each round is a request
        assert reached >= instant(changed)
        return reached

    def reach(self) -> str:
        """Ask how far lists are complete now."""
        asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": self.group.upper()}
        answer = etree.fromstring(requests.get(self.datacite, params=asked, timeout=60).content)
        return answer.findtext(f"{OAI}responseDate", "")


def instant(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def described(number: int, title: str = "Water levels") -> dict[str, str]:
    """Elements of a data set."""
    return {
        "_target": f"https://example.org/data/{number}",
        "datacite.creator": "Lima, Ana",
        "datacite.title": f"{title}, gauge {number} & others",
        "datacite.publisher": "Harbour Office",
        "datacite.publicationyear": "2024",
        "datacite.resourcetype": "Dataset",
    }


def a_press(stack: Any) -> Press:
    """Accounts, shoulders and a recipient, made as operators make them."""
    connect(stack.table, region=REGION, host=stack.aws_endpoint, aws_access_key_id="test", aws_secret_access_key="test")
    keeper, group = DynamoDirectory(), f"press{secrets.token_hex(3)}"
    prefix = f"10.{90_000 + secrets.randbelow(10_000)}"
    keep.create_group(Group(group, title="Ocean Press"), keeper)
    shoulders = [
        Shoulder(ShoulderName(f"doi:{prefix}/C-"), "At Crossref", Agency.CROSSREF),
        Shoulder(ShoulderName(f"doi:{prefix}/D-"), "At DataCite", Agency.DATACITE, "OCEAN.PRESS"),
    ]
    for shoulder in shoulders:
        hand_out.create_shoulder(shoulder, keeper)
    accounts = []
    for name in (f"{group}.one", f"{group}.two"):
        keep.create_account(Account(name, group, created_s=int(time.time())), PASSWORD, keeper)
        for granted in (*(str(shoulder.name) for shoulder in shoulders), "ark:/12345/ps1"):
            hand_out.grant(granted, name, keeper)
        accounts.append(Client(stack.base_url, name, PASSWORD))
    press = Press(stack, prefix, group, (accounts[0], accounts[1]), "")
    press.operate("recipient", "create", group, "--name", "An indexer", "--window-days", "0")
    token = press.operate("token", "create", group, "--name", "test")["token"]
    return replace(press, token=token)
