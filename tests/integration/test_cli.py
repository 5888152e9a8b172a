"""The operator's command line over a table in moto: what it keeps, what it prints, and how it refuses."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pidstack.cli import where
from pidstack.cli.main import cli
from pidstack.domain import passwords
from pidstack.domain.accounts import Account, Group
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.passwords import is_password
from pidstack.domain.placement import Kind
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.formats import datacite_schema, datacite_xml
from pidstack.services import dublin_core, hand_out, keep, prepared
from pidstack.store.directory import DynamoDirectory
from pidstack.store.publications import DynamoPublications
from pidstack.store.tables import MarkItem, PublicationItem, RecordItem, connect

MINIMAL = (Path(__file__).parents[1] / "vectors" / "datacite" / "minimal.xml").read_text(encoding="utf-8").replace("DOI", "ARK")
ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com"  # moto answers for it


class Operator:
    """Somebody at the keyboard, whose words all end up on the same registry."""

    def __init__(self, *always: str) -> None:
        self.always = always

    def types(self, line: str, stdin: str | bytes = "", *more: str) -> Result:
        return CliRunner().invoke(cli, [*self.always, *line.split(), *more], input=stdin)

    def gets(self, line: str, stdin: str = "", *more: str) -> Any:
        """Give the JSON of a command that must succeed."""
        result = self.types(f"{line} --json", stdin, *more)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture(autouse=True)
def _models_point_nowhere_afterwards() -> Iterator[None]:
    yield
    connect("", region=None, host=None, aws_access_key_id=None, aws_secret_access_key=None)


@pytest.fixture
def operator(table: str, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr(passwords, "_LOG_N", 4)
    return Operator("--endpoint", ENDPOINT, "--table", table)


@pytest.fixture
def settled(operator: Operator) -> Operator:
    """A registry with a group, an account and two shoulders."""
    keeper = DynamoDirectory()
    keep.create_group(Group("demo"), keeper)
    keep.create_account(Account("demo.one", "demo"), "pw", keeper)
    hand_out.create_shoulder(Shoulder(ShoulderName("ark:/99999/fk4"), "ARKs", test=True), keeper)
    hand_out.create_shoulder(Shoulder(ShoulderName("doi:10.9999/FZ4"), "DOIs", Agency.DATACITE, "DEMO.ONE"), keeper)
    return operator


@pytest.fixture
def stack_file(table: str, tmp_path: Path) -> Path:
    """What the local stack says of itself."""
    path = tmp_path / ".local" / "stack.json"
    path.parent.mkdir()
    facts = {"base_url": "http://127.0.0.1:1/", "aws_endpoint": ENDPOINT, "region": "us-east-1", "stack": "pidstack"}
    path.write_text(json.dumps(facts | {"outputs": {"IdentifierTableName": table}, "accounts": []}))
    return path


def refused(result: Result) -> str:
    """Give the one sentence with which a command was refused."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").strip()


# ---------------------------------------------------------------------------------------------------------------- groups
def test_a_group_lives_through_its_commands(operator: Operator) -> None:
    made = operator.gets("group create Demo --realm r", "", "--title", "The demo")
    again = operator.gets("group create demo --realm r", "", "--title", "The demo")
    changed = operator.gets("group change demo --realm other")
    disabled = operator.gets("group disable demo")
    enabled = operator.gets("group enable demo")

    assert {key: made[key] for key in ("name", "title", "realm", "disabled")} == {
        "name": "demo",
        "title": "The demo",
        "realm": "r",
        "disabled": False,
    }
    assert again == made
    assert changed == made | {"realm": "other"}
    assert (disabled["disabled"], enabled) == (True, changed)
    assert operator.gets("group list") == [changed]
    assert operator.gets("group show demo") == changed | {"accounts": []}


def test_people_get_a_table(settled: Operator) -> None:
    result = settled.types("group list")

    assert result.exit_code == 0
    heading, row = (line.split() for line in result.stdout.splitlines() if line.strip() and "─" not in line)
    assert heading == ["name", "title", "realm", "disabled"]
    assert row == ["demo", "default", "no"]


def test_what_looks_like_markup_or_commands_the_terminal_is_shown_as_text(operator: Operator) -> None:
    operator.types("group create demo", "", "--title", "[red]\x1b[2Jgone")

    assert "[red]\N{REPLACEMENT CHARACTER}[2Jgone" in operator.types("group show demo").stdout


# -------------------------------------------------------------------------------------------------------------- accounts
def test_an_account_lives_through_its_commands(settled: Operator) -> None:
    line = "account create two --group demo --email t@e.example --group-admin --proxy-of demo.one --url https://e.example"
    made = settled.gets(f"{line} --domains E.example,*.e.example,e.example", "pw2\n", "--title", "Two & Co")
    changed = settled.gets(
        "account change two --no-group-admin --realm-admin --superuser --no-proxies --email= --domains= --title=T --url="
    )
    disabled = settled.gets("account disable two")
    enabled = settled.gets("account enable two")

    assert made.pop("created_s") > 0
    assert made == {
        "name": "two",
        "title": "Two & Co",
        "group": "demo",
        "email": "t@e.example",
        "url": "https://e.example",
        "domains": ["e.example", "*.e.example"],
        "shoulders": [],
        "proxy_of": ["demo.one"],
        "group_admin": True,
        "realm_admin": False,
        "superuser": False,
        "disabled": False,
    }
    assert changed.items() >= {"email": "", "group_admin": False, "realm_admin": True, "superuser": True}.items()
    assert (changed["title"], changed["url"], changed["domains"]) == ("T", "", [])
    assert changed["proxy_of"] == []
    assert (disabled["disabled"], enabled) == (True, changed)
    assert settled.gets("account show two") == changed
    assert [account["name"] for account in settled.gets("account list --group demo")] == ["demo.one", "two"]


@pytest.mark.parametrize("line", ["pw\n", "pw", "pw\r\n", "pw\nignored\n"], ids=["line", "no newline", "CRLF", "two lines"])
def test_the_password_is_the_line_on_standard_input(settled: Operator, line: str) -> None:
    settled.gets("account create two --group demo", line)

    account = DynamoDirectory().account("two")
    assert account is not None
    assert is_password("pw", account.password_hash)


def test_a_generated_password_is_told_and_works(settled: Operator) -> None:
    made = settled.gets("account create two --group demo --generate")
    rotated = settled.gets("account password two --generate")

    account = DynamoDirectory().account("two")
    assert account is not None
    assert made["password"] != rotated["password"]
    assert is_password(rotated["password"], account.password_hash)
    assert not is_password(made["password"], account.password_hash)
    assert "password" not in settled.gets("account show two")


def test_a_rotated_password_replaces_the_old_one(settled: Operator) -> None:
    settled.gets("account password demo.one", "new\n")

    account = DynamoDirectory().account("demo.one")
    assert account is not None
    assert is_password("new", account.password_hash)


def test_no_command_shows_a_password_hash(settled: Operator) -> None:
    account = DynamoDirectory().account("demo.one")
    assert account is not None

    for line in ("account show demo.one", "account list", "account disable demo.one", "account enable demo.one", "group show demo"):
        for form in ("", " --json"):
            output = settled.types(line + form).output
            assert "demo.one" in output
            assert account.password_hash not in output
            assert "scrypt" not in output


PASSWORDS = {
    "nothing": ("", "standard input"),
    "empty line": ("\n", "empty"),
    "colon": ("a:b\n", "colon"),
    "blank": ("ab \n", "blank"),
    "not UTF-8": (b"\xff\n", "UTF-8"),
}


@pytest.mark.parametrize("line", ["account create two --group demo", "account password demo.one"])
def test_a_password_that_cannot_be_used_is_refused(settled: Operator, line: str) -> None:
    sentences = {name: refused(settled.types(line, stdin)) for name, (stdin, _) in PASSWORDS.items()}

    assert {name: said for name, said in sentences.items() if PASSWORDS[name][1] not in said} == {}
    assert DynamoDirectory().account("two") is None


def test_a_password_on_the_command_line_is_a_mistake_of_usage(settled: Operator) -> None:
    assert settled.types("account create two --group demo --password pw").exit_code == 2


# ------------------------------------------------------------------------------------------------- prefixes and shoulders
def test_a_prefix_says_whose_it_is(operator: Operator) -> None:
    made = operator.gets("prefix create 10.5072", "", "--title", " Example Press ")
    changed = operator.gets("prefix change 10.5072 --title=Press")

    assert [made["title"], changed["title"]] == ["Example Press", "Press"]
    assert "Press" in operator.types("prefix list").stdout
    assert "other settings" in refused(operator.types("prefix create 10.5072 --title=Other"))


def test_a_prefix_lives_through_its_commands(operator: Operator) -> None:
    made = operator.gets("prefix create 10.5072")
    again = operator.gets("prefix create doi:10.5072")
    disabled = operator.gets("prefix disable 10.5072")
    enabled = operator.gets("prefix enable 10.5072")

    assert (made["prefix"], made["disabled"]) == ("doi:10.5072", False)
    assert again == enabled == made
    assert disabled == made | {"disabled": True}
    assert operator.gets("prefix list") == [made]
    assert operator.gets("prefix show 10.5072") == made | {"shoulders": []}


def test_a_shoulder_lives_through_its_commands(settled: Operator) -> None:
    made = settled.gets("shoulder create doi:10.5072/FK2 --name Tests --crossref --no-minter --test")
    again = settled.gets("shoulder create doi:10.5072/FK2 --name Tests --crossref --no-minter --test")
    changed = settled.gets("shoulder change doi:10.5072/FK2 --name T --datacenter demo.one --minter --no-test")
    disabled = settled.gets("shoulder disable doi:10.5072/FK2")
    enabled = settled.gets("shoulder enable doi:10.5072/FK2")

    created_s = made.pop("created_s")
    assert made == {
        "shoulder": "doi:10.5072/FK2",
        "name": "Tests",
        "agency": "crossref",
        "datacenter": "",
        "minter": False,
        "test": True,
        "disabled": False,
    }
    assert again == made | {"created_s": created_s}
    facts = {"name": "T", "agency": "datacite", "datacenter": "DEMO.ONE", "minter": True, "test": False}
    assert changed == made | facts | {"created_s": created_s}
    assert (disabled["disabled"], enabled) == (True, changed)
    assert settled.gets("shoulder list --prefix 10.5072") == [changed]
    names = [shoulder["shoulder"] for shoulder in settled.gets("shoulder list")]
    assert names == ["ark:/99999/fk4", "doi:10.5072/FK2", "doi:10.9999/FZ4"]


def test_a_shoulder_is_granted_and_revoked(settled: Operator) -> None:
    granted = [settled.gets("shoulder grant doi:10.9999/FZ4 demo.one")["shoulders"] for _ in range(2)]
    shown = settled.gets("shoulder show doi:10.9999/FZ4")["accounts"]
    revoked = [settled.gets("shoulder revoke doi:10.9999/FZ4 demo.one")["shoulders"] for _ in range(2)]

    assert granted == [["doi:10.9999/FZ4"]] * 2
    assert shown == ["demo.one"]
    assert revoked == [[], []]


# ----------------------------------------------------------------------------------------------------------- identifiers
def test_a_minted_identifier_is_shown_whole(settled: Operator) -> None:
    mint = "mint ark:/99999/fk4 --owner demo.one --state reserved --target https://example.org/ -e erc.what=1=1"
    made = settled.gets(mint, "", "-e", "erc.who=É [b]")

    shown = settled.gets(f"show {made['identifier'].replace('ark:/', 'ARK:')}")

    assert shown == made
    assert made["identifier"].startswith("ark:/99999/fk4")
    assert made["expires_s"] == made["created_s"] + 14 * 24 * 3600
    assert made.items() >= {"state": "draft", "ezid_status": "reserved", "owner": "demo.one", "group": "demo"}.items()
    assert made.items() >= {"target": "https://example.org/", "version": 1, "test": True}.items()
    assert made["elements"] == {"erc.what": "1=1", "erc.who": "É [b]"}
    assert "É [b]" in settled.types(f"show {made['identifier']}").stdout


CITED = {
    "erc": ["erc:", "who: Proust, Marcel", "what: Du côté & chez", "when: 1913", "where: https://n2t.net/{name}"],
    "citation": ["Proust, M. (1913). <i>Du côté &amp; chez</i>. {target}"],
    "citation --style ieee --locale de": ["M. Proust, „Du côté &amp; chez“, 1913. [Online]. Verfügbar unter: {target}"],
    "citation --style IEEE": ["M. Proust, “Du côté &amp; chez”, 1913. [Online]. Available: {target}"],
}


def test_an_identifier_is_shown_in_the_form_that_is_asked_for(settled: Operator) -> None:
    target = "https://example.org/"
    given = [part for pair in ("erc.who=Proust, Marcel", "erc.what=Du côté & chez", "erc.when=1913") for part in ("-e", pair)]
    name = settled.gets(f"mint ark:/99999/fk4 --owner demo.one --target {target}", "", *given)["identifier"]

    written = {form: settled.types(f"show {name} --format {form}").stdout for form in (*CITED, "datacite-xml", "csl")}

    for form, lines in CITED.items():
        assert [" ".join(line.split()) for line in written[form].splitlines()] == [
            line.format(name=name, target=target) for line in lines
        ]
    xml = datacite_schema.validate(written["datacite-xml"])
    assert xml.findtext("{*}identifier") == name.removeprefix("ark:/")
    assert json.loads(written["csl"]).items() >= {"title": "Du côté & chez", "URL": target}.items()


def test_a_document_is_shown_as_it_was_given_but_for_its_identifier(settled: Operator) -> None:
    given = '<?xml version="1.0"?>\r\n<!-- a -->{}\n'.format(MINIMAL.partition("?>")[2].strip())
    name = settled.gets("mint ark:/99999/fk4 --owner demo.one", "", "-e", f"datacite={given}")["identifier"]

    shown = settled.types(f"show {name} --format datacite-xml").stdout_bytes.decode()

    assert shown == datacite_xml.with_identifier(given, Identifier.parse(name)).strip() + "\n"


def test_an_account_mints_only_where_it_may(settled: Operator) -> None:
    mint = "mint doi:10.9999/FZ4 --owner demo.one --state reserved"

    refusal = refused(settled.types(mint))
    settled.gets("shoulder grant doi:10.9999/FZ4 demo.one")
    made = settled.gets(mint)

    assert "demo.one may not make identifiers under doi:10.9999/FZ4" in refusal
    assert made["datacenter"] == "DEMO.ONE"


# -------------------------------------------------------------------------------------------------------------- refusals
REFUSALS = {
    "group show ghost": "There is no group ghost.",
    "group create demo --title Other": "Group demo already exists with other settings: title is '', not 'Other'.",
    "group create a:b": "'a:b' is not a name",
    "account create DEMO.ONE --group demo --generate": "Account demo.one already exists.",
    "account create anonymous --group demo --generate": "No account can be called anonymous",
    "account create two --group ghost --generate": "There is no group ghost.",
    "account create two --group demo --proxy-of ghost --generate": "There is no account ghost.",
    "account password ghost --generate": "There is no account ghost.",
    "prefix create 10.5072/FK2": "is not a prefix",
    "prefix show 12345": "There is no prefix ark:/12345.",
    "shoulder create doi:10.5072/fk2 --name T --test": "write doi:10.5072/FK2.",
    "shoulder create doi:10.5072/FK2 --name T": "DOIs need a data center (DataCite), or Crossref.",
    "shoulder create ark:/99999/x --name T --crossref": "only DOIs",
    "shoulder create ark:/99999/fk4 --name ARKs": "test is true, not false. To change it: pidstack shoulder change",
    "shoulder grant ark:/99999/none demo.one": "There is no shoulder ark:/99999/none.",
    "show nonsense": "'nonsense' is not an identifier.",
    "show ark:/99999/fk4none": "There is no identifier ark:/99999/fk4none.",
    "mint ark:/99999/none --owner demo.one": "There is no shoulder",
    "mint ark:/99999/fk4 --owner ghost": "There is no account ghost.",
    "mint ark:/99999/fk4 --owner demo.one --target nowhere": "Enter a valid URL.",
}


def test_a_refusal_is_one_sentence_on_standard_error(settled: Operator) -> None:
    sentences = {line: refused(settled.types(line)) for line in REFUSALS}

    assert {line: said for line, said in sentences.items() if REFUSALS[line] not in said} == {}


MISTAKES = [
    "group",
    "group create",
    "group change demo",
    "account create two",
    "account change demo.one",
    "account change demo.one --group other",
    "account change demo.one --no-proxies --proxy-of demo.two",
    "shoulder create ark:/99999/x",
    "shoulder create doi:10.5072/FK2 --name N --crossref --datacenter A.B",
    "mint ark:/99999/fk4 --owner demo.one -e erc.who",
    "mint ark:/99999/fk4 --owner demo.one -e _target=x",
    "mint ark:/99999/fk4 --owner demo.one --state unavailable",
    "show ark:/99999/fk4a --format marc",
    "show ark:/99999/fk4a --format erc --json",
    "show ark:/99999/fk4a --style ieee",
    "show ark:/99999/fk4a --format bibtex --locale de",
    "show ark:/99999/fk4a --format citation --style unheard-of",
    "group list --local",
    "group list --stack pidstack",
    "group list --profile me",
]


@pytest.mark.parametrize("line", MISTAKES, ids=MISTAKES)
def test_a_mistake_of_usage_has_its_own_exit_code(line: str) -> None:
    result = Operator("--endpoint", ENDPOINT, "--table", "never-asked").types(line)

    assert result.exit_code == 2
    assert result.stdout == ""


# ----------------------------------------------------------------------------------------------------------- where to work
@pytest.mark.parametrize(
    "line", ["--local --json group list", "group --local list --json", "group list --local --json", "--json group list"]
)
def test_the_local_stack_is_found_from_below_and_options_stand_anywhere(
    settled: Operator, stack_file: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    deep = stack_file.parents[1] / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.setenv("AWS_PROFILE", "of-another-account")

    result = Operator().types(line)

    assert result.exit_code == 0, result.stderr
    assert [group["name"] for group in json.loads(result.stdout)] == ["demo"]


def test_the_environment_names_another_stack_file(
    settled: Operator, stack_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = stack_file.rename(tmp_path / "elsewhere.json")
    monkeypatch.setenv(where.STACK_FILE, str(elsewhere))

    assert [group["name"] for group in Operator("--local").gets("group list")] == ["demo"]


def test_no_local_stack_is_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(where.STACK_FILE, str(tmp_path / "none.json"))

    assert "No local stack is running" in refused(Operator("--local").types("group list"))
    unsaid = Operator().types("group list")
    assert unsaid.exit_code == 2
    assert "--local, or --stack NAME" in unsaid.stderr


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"stack": "s", "outputs": {}, "aws_endpoint": "x"}'])
def test_a_broken_stack_file_is_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    path = tmp_path / "stack.json"
    path.write_text(content)
    monkeypatch.setenv(where.STACK_FILE, str(path))

    assert refused(Operator("--local").types("group list"))


def test_a_missing_table_is_said_clearly(operator: Operator) -> None:
    nowhere = Operator("--endpoint", ENDPOINT, "--table", "other")

    assert refused(nowhere.types("group list")) == "The registry's table does not exist there."


def test_an_endpoint_where_nothing_answers_is_said_clearly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    sentence = refused(Operator("--endpoint", "http://127.0.0.1:1", "--table", "t").types("group list"))

    assert "http://127.0.0.1:1" in sentence
    assert "Is the stack running?" in sentence


class _CloudFormation(BaseHTTPRequestHandler):
    """Knows one stack, and whose credentials it was asked with."""

    table = ""
    seen: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.headers["Authorization"])
        body = (
            '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>'
            "<member><StackName>pidstack</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>"
            "<StackStatus>CREATE_COMPLETE</StackStatus><Outputs><member><OutputKey>IdentifierTableName</OutputKey>"
            f"<OutputValue>{self.table}</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult>"
            "</DescribeStacksResponse>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def cloudformation(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_CloudFormation]]:
    """CloudFormation on loopback, and a profile `work` whose region is moto's table's."""
    handler = type("Handler", (_CloudFormation,), {"table": table, "seen": []})
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = us-east-1\naws_access_key_id = KEYOFWORK\naws_secret_access_key = x\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "work")  # so that what a command sets is undone
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler
        server.shutdown()
        thread.join()


def test_a_stack_on_aws_is_found_by_its_outputs_with_a_profile(settled: Operator, cloudformation: type[_CloudFormation]) -> None:
    groups = Operator("--stack", "pidstack", "--profile", "work").gets("group list")

    assert [group["name"] for group in groups] == ["demo"]
    assert len(cloudformation.seen) == 1
    assert "Credential=KEYOFWORK/" in cloudformation.seen[0]
    assert "/us-east-1/cloudformation/" in cloudformation.seen[0]


def test_an_unknown_profile_is_said_clearly(cloudformation: type[_CloudFormation]) -> None:
    assert "nobody" in refused(Operator("--stack", "pidstack", "--profile", "nobody").types("group list"))


# ------------------------------------------------------------------------------------------------------------------ house
def test_help_needs_neither_the_cloud_nor_the_local_stack() -> None:
    code = "import sys; from pidstack.cli.main import cli; cli(['--help'], standalone_mode=False); print(sorted(sys.modules))"

    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own

    assert "  local " in output
    assert [name for name in ("boto3", "botocore", "pynamodb", "samtranslator", "ministack") if f"'{name}'" in output] == []


def test_the_examples_for_operators_are_commands_with_their_options() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operator.md").read_text(encoding="utf-8")
    examples = [line.partition("<")[0] for line in re.findall(r"(?:^|`)(pidstack [a-z][^`\n…]+)(?:`|$)", page, re.MULTILINE)]

    wrong = [line for line in examples if CliRunner().invoke(cli, [*shlex.split(line)[1:], "--help"]).exit_code]

    assert len(examples) > 40
    assert wrong == []


def test_the_local_stack_has_its_commands() -> None:
    result = CliRunner().invoke(cli, ["local", "--help"])

    assert result.exit_code == 0
    assert [name for name in ("up", "down", "logs", "reset") if f"  {name} " not in result.output] == []


# ----------------------------------------------------------------------------------------------------------------- recount
def test_a_recount_puts_back_publications_and_marks_that_were_lost(settled: Operator) -> None:
    settled.gets("shoulder grant doi:10.9999/FZ4 demo.one")
    described = ("-e", "datacite.creator=A", "-e", "datacite.title=T", "-e", "datacite.publicationyear=2024")
    settled.gets("mint doi:10.9999/FZ4 --owner demo.one", "", *described, "-e", "datacite.publisher=House of Ice")
    for model in (PublicationItem, MarkItem):
        for item in model.scan(model.pk.startswith("publications#") | model.pk.startswith("harvest#")):
            item.delete()

    found, corrected = (settled.types(f"recount --json{option}") for option in ("", " --correct"))
    after = json.loads(settled.types("recount --json").stdout)["sets"]

    lost = json.loads(found.stdout)["sets"]
    assert found.exit_code == 1
    assert lost["missing"][0] == "publication B:10.9999:1"
    assert len(lost["missing"]) == 1 + 4, "the publication, and two marks of the month and of all times"
    assert json.loads(corrected.stdout)["sets"]["corrected"] is True
    assert (after["missing"], after["publications"], after["marks"]) == ([], 1, 4)
    assert [each.title for each in DynamoPublications().publications(Kind.BOOK, "10.9999")] == ["House of Ice"]


# ------------------------------------------------------------------------------------------------------------------- renew
def test_forms_that_another_version_kept_are_renewed_and_the_record_stays_as_it_is(
    settled: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.gets("shoulder grant doi:10.9999/FZ4 demo.one")
    described = "-e", f"datacite={MINIMAL.replace('ARK', 'DOI')}"
    name = settled.gets("mint doi:10.9999/FZ4 --owner demo.one", "", *described)["identifier"]
    (before,) = RecordItem.query(name)
    current = settled.gets("renew")
    monkeypatch.setattr(dublin_core, "WRITER_VERSION", 99)
    prepared._forms.cache_clear()

    renewed, again = settled.gets("renew"), settled.gets("renew")
    (after,) = RecordItem.query(name)
    monkeypatch.undo()
    prepared._forms.cache_clear()

    assert [each["renewed"] for each in (current, renewed, again)] == [0, 1, 0]
    assert before.forms["dublin_core"] != after.forms["dublin_core"]
    unlike = {key for key, value in after.serialize().items() if value != before.serialize().get(key)}
    assert unlike == {"forms"}
