"""What a reviewer would otherwise check in `template.yaml` by eye."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from pidstack.config import (
    ArchiveConfig,
    Config,
    ExportConfig,
    ExportDeskConfig,
    ExportPlanConfig,
    ExportReportConfig,
    FeedConfig,
    OaiConfig,
    PagesConfig,
    RestConfig,
    SnapshotConfig,
    SnapshotFilesConfig,
    TokenKeyConfig,
    WebhookConfig,
)
from pidstack.local import deploy
from pidstack.store import tables

PROJECT = Path(__file__).resolve().parents[2]
TEXT = (PROJECT / "template.yaml").read_text(encoding="utf-8")
TEMPLATE: dict[str, Any] = yaml_parse(TEXT)
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
PLAIN: dict[str, Any] = deploy.translate(PROJECT / "template.yaml", code_key="any.zip")["Resources"]


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
ALARMS = of_type("AWS::CloudWatch::Alarm")
STATEMENTS = [
    (role, statement)
    for role, properties in of_type("AWS::IAM::Role").items()
    for policy in properties.get("Policies", [])
    for statement in policy["PolicyDocument"]["Statement"]
]

# Who needs credentials before the handler runs: clients that wait for a challenge only get one from the gateway.
GUARDED = {
    *((method, path) for path in ("/id", "/id/{identifier+}") for method in ("put", "post", "delete")),
    *(("post", path) for path in ("/shoulder", "/shoulder/{shoulder+}", "/ez/shoulder", "/ez/shoulder/{shoulder+}")),
    *((method, path) for path in ("/ez/id", "/ez/id/{identifier+}") for method in ("get", "put", "post", "delete")),
    *((method, "/download_request") for method in ("get", "post")),
    ("get", "/login"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_handler_path_is_the_folder_path(name: str) -> None:
    package = FUNCTIONS[name]["CodeUri"].rstrip("/").replace("/", ".")

    assert FUNCTIONS[name]["Handler"] == f"{package}.app.lambda_handler"
    assert RESOURCES[name]["Metadata"]["BuildProperties"] == {"ParentPackageMode": "explicit", "ParentPackages": package}
    assert (PROJECT / FUNCTIONS[name]["CodeUri"] / "app.py").is_file()


def test_every_folder_with_an_entry_is_deployed() -> None:
    entries = {path.parent.relative_to(PROJECT).as_posix() + "/" for path in (PROJECT / "functions").rglob("app.py")}

    assert entries == {properties["CodeUri"] for properties in FUNCTIONS.values()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_role_and_a_log_group_of_its_own(name: str) -> None:
    stem = name.removesuffix("Function")

    assert FUNCTIONS[name]["Role"] == {"Fn::GetAtt": [f"{stem}Role", "Arn"]}
    assert FUNCTIONS[name]["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{stem}LogGroup"}}


@pytest.mark.parametrize("name", of_type("AWS::Logs::LogGroup"))
def test_logs_are_not_kept_for_ever(name: str) -> None:
    assert RESOURCES[name]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_setting_that_the_code_reads_is_set() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]

    assert {field.upper() for field in Config._fields} <= set(variables)


@pytest.mark.parametrize(
    ("function", "settings"),
    [
        ("PublishChangesFunction", FeedConfig),
        ("DeliverWebhooksFunction", WebhookConfig),
        ("OaiFunction", OaiConfig),
        ("PagesFunction", PagesConfig),
        ("RestApiFunction", RestConfig),
        ("RestApiFunction", TokenKeyConfig),
        ("TokenKeyFunction", TokenKeyConfig),
        ("DownloadsFunction", ExportConfig),
        ("DownloadsFunction", ExportDeskConfig),
        ("PlanExportFunction", ExportConfig),
        ("PlanExportFunction", ExportPlanConfig),
        ("WriteExportFunction", ExportConfig),
        ("AssembleExportFunction", ExportConfig),
        ("ReportExportFunction", ExportReportConfig),
        ("SnapshotsFunction", SnapshotConfig),
        ("SnapshotFilesFunction", SnapshotFilesConfig),
        ("ArchivesFunction", ArchiveConfig),
    ],
)
def test_every_setting_that_one_function_reads_is_set_for_it(function: str, settings: Any) -> None:
    variables = FUNCTIONS[function]["Environment"]["Variables"]

    assert {field.upper() for field in settings._fields} <= set(variables)


def test_the_stream_is_read_from_its_beginning_and_what_fails_comes_again_for_a_while() -> None:
    source = FUNCTIONS["PublishChangesFunction"]["Events"]["Table"]["Properties"]

    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert source["ParallelizationFactor"] == 1, "more would still keep the order, of partition keys; it costs the ledger conflicts"
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"] is True
    assert 0 < source["MaximumRetryAttempts"] <= 10_000
    assert 3600 <= source["MaximumRecordAgeInSeconds"] < 24 * 3600, "the stream keeps a day"
    assert source["DestinationConfig"]["OnFailure"] == {"Type": "SQS", "Destination": {"Fn::GetAtt": ["PublishChangesDlq", "Arn"]}}


def test_the_filter_of_the_stream_lets_records_and_deletions_pass() -> None:
    filters = FUNCTIONS["PublishChangesFunction"]["Events"]["Table"]["Properties"]["FilterCriteria"]["Filters"]
    sort_keys = [json.loads(each["Pattern"])["dynamodb"]["Keys"]["sk"]["S"] for each in filters]

    assert sort_keys == [[tables.RECORD_SORT_KEY], [{"prefix": tables.DELETION_SORT_KEY}]]


@pytest.mark.parametrize("name", [name for name in of_type("AWS::SQS::Queue") if name.endswith("Dlq")])
def test_a_dead_letter_queue_keeps_two_weeks_and_calls_somebody(name: str) -> None:
    alarm = ALARMS[f"{name}Alarm"]

    assert RESOURCES[name]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}}]


@pytest.mark.parametrize(("role", "statement"), STATEMENTS, ids=[f"{role}-{s.get('Sid')}" for role, s in STATEMENTS])
def test_a_statement_has_a_name_and_lists_what_it_allows(role: str, statement: dict[str, Any]) -> None:
    assert statement["Sid"]
    assert isinstance(statement["Action"], list)
    assert not [action for action in statement["Action"] if "*" in action]
    if not all(action.startswith("xray:") for action in statement["Action"]):
        several = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        assert all(is_of_this_stack(each) for each in several), "resources of this stack, or parts of them"


def is_of_this_stack(resource: dict[str, Any]) -> bool:
    ((how, what),) = resource.items()
    if how == "Fn::Sub":
        part = re.fullmatch(r"\$\{(\w+)\.Arn\}/[\w/.*-]+", what)
        # What a state machine says of itself and its executions goes by its name, since its role comes before it.
        return bool(part and part[1] in RESOURCES) or (":states:" in what and "${AWS::StackName}-" in what)
    return (what[0] if how == "Fn::GetAtt" else what) in RESOURCES


def test_mail_comes_from_the_one_address_that_is_named() -> None:
    (statement,) = RESOURCES["SendExportMailPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert RESOURCES["SendExportMailPolicy"]["Condition"] == "HasExportSender"
    assert statement["Action"] == ["ses:SendEmail"]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "ExportSender"}}}


def test_a_star_for_a_resource_says_why() -> None:
    stars = [line for line in TEXT.splitlines() if re.search(r"Resource: ['\"]?\*", line)]

    assert all("#" in line for line in stars)


def test_what_must_not_be_lost_is_protected() -> None:
    table = RESOURCES["IdentifierTable"]

    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert table["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsTableProtected", True, False]}
    assert TEMPLATE["Parameters"]["ProtectTable"]["Default"] == "true"


def test_the_models_know_the_tables_keys_indexes_and_expiry() -> None:
    table = RESOURCES["IdentifierTable"]["Properties"]
    attributes = set(tables.RecordItem.get_attributes())
    schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
    keys = {key["AttributeName"] for schema in schemas for key in schema}
    projected = {name for i in table["GlobalSecondaryIndexes"] for name in i["Projection"].get("NonKeyAttributes", [])}

    assert keys | projected <= attributes
    assert keys == {definition["AttributeName"] for definition in table["AttributeDefinitions"]}
    assert table["TimeToLiveSpecification"]["AttributeName"] in attributes


def test_exactly_the_listed_routes_ask_the_authorizer() -> None:
    paths = PLAIN["RegistryApi"]["Properties"]["Body"]["paths"]
    guarded = {(method, path) for path, item in paths.items() for method, operation in item.items() if operation.get("security")}

    assert guarded == GUARDED


def test_the_resolver_reads_records_and_can_do_nothing_else() -> None:
    allowed = {action for role, statement in STATEMENTS if role == "ResolverRole" for action in statement["Action"]}

    assert {action for action in allowed if not action.startswith(("logs:", "xray:"))} == {
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
    }


def test_every_route_answers_every_method() -> None:
    paths = PLAIN["RegistryApi"]["Properties"]["Body"]["paths"]

    assert [path for path, item in paths.items() if "x-amazon-apigateway-any-method" not in item] == []


def test_the_gateway_remembers_no_authorizer_result() -> None:
    body = PLAIN["RegistryApi"]["Properties"]["Body"]
    authorizer = body["components"]["securitySchemes"]["CredentialsAuthorizer"]["x-amazon-apigateway-authorizer"]

    assert authorizer["authorizerResultTtlInSeconds"] == 0
    assert "identitySource" not in authorizer, "a session cookie is no Authorization header"


def test_a_request_without_credentials_gets_the_challenge_of_ezid() -> None:
    refused = RESOURCES["RegistryApi"]["Properties"]["GatewayResponses"]["UNAUTHORIZED"]

    assert refused["StatusCode"] == 401
    assert refused["ResponseParameters"]["Headers"]["WWW-Authenticate"] == "'Basic realm=\"EZID\"'"
    assert refused["ResponseTemplates"]["application/json"] == "error: unauthorized"


@pytest.mark.parametrize("kind", RESOURCES["RegistryApi"]["Properties"]["GatewayResponses"])
def test_the_gateway_speaks_plain_text_whatever_a_client_accepts(kind: str) -> None:
    response = RESOURCES["RegistryApi"]["Properties"]["GatewayResponses"][kind]

    assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'text/plain; charset=utf-8'"
    assert set(response["ResponseTemplates"]) == {"application/json", "text/plain"}
    assert len(set(response["ResponseTemplates"].values())) == 1
    assert response["ResponseTemplates"]["text/plain"].startswith("error: ")


def test_bodies_arrive_as_the_bytes_that_were_sent() -> None:
    assert RESOURCES["RegistryApi"]["Properties"]["BinaryMediaTypes"] == ["*/*"]


def test_the_stack_stays_within_what_aws_allows() -> None:
    # Rules: AWS CloudFormation quotas (resources, parameters, outputs, body), API Gateway quotas (resources per API), and Lambda's
    # 20 KB for the policy of a function, in which each of its routes is a statement of some 450 bytes.
    paths = PLAIN["RegistryApi"]["Properties"]["Body"]["paths"]
    nodes = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)}
    routes = Counter(
        str(each["Properties"]["FunctionName"]) for each in PLAIN.values() if each["Type"] == "AWS::Lambda::Permission"
    )

    assert len(PLAIN) <= 500
    assert len(TEMPLATE["Parameters"]) <= 200
    assert len(TEMPLATE["Outputs"]) <= 200
    assert len(json.dumps(PLAIN)) <= 1_000_000
    assert len(nodes) <= 300
    assert max(routes.values()) * 450 <= 20_480


@pytest.mark.parametrize("role", of_type("AWS::IAM::Role"))
def test_the_policies_of_a_role_fit_into_it(role: str) -> None:
    # Rule: IAM quotas, "Role inline policy size": 10,240 characters, white space not counted.
    policies = RESOURCES[role]["Properties"].get("Policies", [])

    assert sum(len(re.sub(r"\s", "", json.dumps(policy["PolicyDocument"]))) for policy in policies) <= 10_240


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_settings_of_a_function_fit_into_its_environment(name: str) -> None:
    # Rule: AWS Lambda quotas, "Environment variables": 4 KB; what a reference stands for may have 150 characters.
    settings = {
        **TEMPLATE["Globals"]["Function"]["Environment"]["Variables"],
        **FUNCTIONS[name].get("Environment", {}).get("Variables", {}),
    }

    assert sum(len(key) + (len(value) if isinstance(value, str) else 150) for key, value in settings.items()) <= 4096


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_which_page_to_open(name: str) -> None:
    page = re.search(r"Runbook (docs/runbooks/[a-z-]+\.md)$", ALARMS[name]["AlarmDescription"])

    assert page is not None
    assert name in (PROJECT / page.group(1)).read_text(encoding="utf-8"), "the page names its alarm"
    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_watched_for_errors_and_throttles(name: str) -> None:
    stem = name.removesuffix("Function")
    # A refusal is an exception of the authorizer, so its alarm counts other errors in its log instead.
    errors = "AuthorizerFailuresAlarm" if stem == "Authorizer" else f"{stem}ErrorsAlarm"

    assert {errors, f"{stem}ThrottlesAlarm"} <= set(ALARMS)


def test_lambda_gets_the_versions_that_the_tests_ran_on() -> None:
    pinned = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
    shipped = dict(pinned.findall((PROJECT / "layers/dependencies/requirements.txt").read_text()))
    tested = dict(pinned.findall((PROJECT / "requirements-dev.txt").read_text()))

    assert shipped
    assert {name: tested.get(name) for name in shipped} == shipped
