"""Who is who in DataCite's REST API: passwords, API keys and tokens, and what every answer says about its sender."""

from __future__ import annotations

import base64
import gzip
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

from pidstack import bootstrap
from pidstack.services import jwt
from pidstack.services.tokens import LIFETIME_S
from tests.contract.in_process import TOKEN_KEY_SECRET, Answer, Gateway, running, token_key

ALICE = ("alice", "alicepw:with a colon")
GADMIN, ADMIN = ("gadmin", "gadminpw"), ("admin", "adminpw")
DEAD = "DC." + "x" * 32
BAD = (401, {"errors": [{"status": "401", "title": "Bad credentials."}]})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_account(*ALICE, group="groupa", title="Alice's Data", email="alice@example.org")
        gateway.add_account("bob", "bobpw", group="groupb")
        gateway.add_account(*GADMIN, group="groupa", group_admin=True)
        gateway.add_account("radmin", "radminpw", group="groupa", realm_admin=True)
        gateway.add_account(*ADMIN, group="staff", superuser=True)
        yield gateway


def told(answer: Answer) -> tuple[int, Any]:
    return answer.status, json.loads(answer.text)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def a_token(gateway: Gateway, by: tuple[str, str] = ALICE) -> str:
    fields = {"grant_type": "password", "username": by[0], "password": by[1]}
    status, body = told(gateway.send("POST", "/token", urlencode(fields), headers=FORM))
    assert (status, body["expires_in"]) == (200, LIFETIME_S)
    return str(body["access_token"])


def a_key(gateway: Gateway, by: tuple[str, str] = ALICE, name: str = "laptop") -> dict[str, Any]:
    body = json.dumps({"data": {"type": "api_keys", "attributes": {"name": name}}})
    status, answer = told(gateway.send("POST", "/credentials/api-keys", body, by=by))
    assert status == 201, answer
    return dict(answer["data"])


def who(gateway: Gateway, headers: dict[str, str]) -> str:
    """Whom the registry takes the sender for; `public` without credentials."""
    answer = gateway.send("GET", "/prefixes", headers=headers)
    assert answer.status == 200, answer.text
    return answer.headers.get("x-credential-username", "public")


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


# ------------------------------------------------------------------------------------------------------------------ tokens
def test_a_token_says_who_it_is_for_and_until_when(gateway: Gateway) -> None:
    before_s = int(time.time())

    found = claims(a_token(gateway, ("GroupA.Alice", ALICE[1])))

    assert {name: found[name] for name in ("uid", "role_id", "name", "email", "provider_id", "client_id", "aud")} == {
        "uid": "alice",
        "role_id": "client_admin",
        "name": "Alice's Data",
        "email": "alice@example.org",
        "provider_id": "groupa",
        "client_id": "groupa.alice",
        "aud": "in_process",
    }
    assert before_s <= found["iat"] <= time.time()
    assert found["exp"] - found["iat"] == 30 * 24 * 3600


@pytest.mark.parametrize(
    ("by", "role", "provider"),
    [
        pytest.param(ADMIN, "staff_admin", None, id="superuser"),
        pytest.param(("radmin", "radminpw"), "consortium_admin", "groupa", id="realm"),
        pytest.param(GADMIN, "provider_admin", "groupa", id="group"),
    ],
)
def test_a_token_of_an_administrator_says_the_role_and_no_client(
    gateway: Gateway, by: tuple[str, str], role: str, provider: str | None
) -> None:
    found = claims(a_token(gateway, by))

    assert (found["role_id"], found["provider_id"], found["client_id"]) == (role, provider, None)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        pytest.param({}, "Wrong grant type.", id="nothing"),
        pytest.param({"grant_type": "client_credentials"}, "Wrong grant type.", id="another grant"),
        pytest.param({"grant_type": "password"}, "Missing account ID or password.", id="no account"),
        pytest.param({"grant_type": "password", "username": "alice"}, "Missing account ID or password.", id="no password"),
        pytest.param(
            {"grant_type": "password", "username": "undefined", "password": "x"}, "Missing account ID or password.", id="undefined"
        ),
        pytest.param(
            {"grant_type": "password", "username": "alice", "password": "x"}, "Wrong account ID or password.", id="wrong password"
        ),
        pytest.param(
            {"grant_type": "password", "username": "nobody", "password": "x"}, "Wrong account ID or password.", id="no such account"
        ),
        pytest.param(
            {"grant_type": "password", "username": "alice", "password": DEAD}, "Wrong account ID or password.", id="an API key"
        ),
    ],
)
def test_what_gives_no_token_is_said_in_datacites_words(gateway: Gateway, fields: dict[str, str], title: str) -> None:
    answer = gateway.send("POST", "/token", urlencode(fields), headers=FORM)

    assert told(answer) == (400, {"errors": [{"status": "400", "title": title}]})


def test_an_api_key_gives_no_token(gateway: Gateway) -> None:
    key = a_key(gateway)["attributes"]["key"]

    for fields in ({"username": "alice", "password": key}, {"username": key, "password": "x"}):
        answer = gateway.send("POST", "/token", urlencode({"grant_type": "password", **fields}), headers=FORM)
        assert answer.status == 400


@pytest.mark.parametrize(("token", "title"), [("", "Missing token."), ("undefined", "Missing token."), ("eyJ.x.y", "Wrong token.")])
def test_no_other_service_s_token_is_taken(gateway: Gateway, token: str, title: str) -> None:
    status, answer = told(gateway.send("POST", "/oidc-token", urlencode({"token": token})))

    assert (status, answer) == (400, {"errors": [{"status": "400", "title": title}]})


def test_who_wants_a_new_password_learns_who_gives_it_and_not_whether_there_is_such_an_account(gateway: Gateway) -> None:
    answers = [told(gateway.send("POST", "/reset", urlencode({"username": name}))) for name in ("groupa.alice", "nobody", " ")]

    assert [status for status, _ in answers] == [200, 200, 200]
    assert answers[0] == answers[1]
    assert answers[2][1] == {"message": "Missing account ID."}


def test_a_token_is_no_ones_to_keep_in_between(gateway: Gateway) -> None:
    fields = {"grant_type": "password", "username": "bob", "password": "bobpw"}

    answer = gateway.send("POST", "/token", json.dumps(fields), headers={"Content-Type": "application/json"})

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


def test_a_token_stands_for_its_account_until_the_password_changes(gateway: Gateway) -> None:
    gateway.add_account("dora", "dorapw", group="groupb")
    token = a_token(gateway, ("dora", "dorapw"))
    assert who(gateway, bearer(token)) == "dora"

    old = gateway.directory.account("dora")
    assert old is not None
    gateway.directory.change(old, replace(old, password_hash="$other"))
    bootstrap.registry().directory.refresh()

    assert told(gateway.send("GET", "/prefixes", headers=bearer(token))) == BAD


def test_a_token_of_rs512_is_read_too(gateway: Gateway) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    _, payload, _ = a_token(gateway).split(".")
    head = jwt._encode({"alg": "RS512", "kid": token_key().id})
    signer: Any = load_pem_private_key(token_key().private.encode(), None)
    signature = signer.sign(f"{head}.{payload}".encode(), PKCS1v15(), SHA512())

    assert who(gateway, bearer(f"{head}.{payload}.{jwt._base64(signature)}")) == "alice"


def forged(token: str) -> dict[str, str]:
    """Tokens that are nearly good."""
    head, body, signature = token.split(".")
    told, key = claims(token), token_key()
    other = replace(jwt.new_key(0), id=key.id)
    return {
        "empty": "",
        "no token": "x",
        "two parts": f"{head}.{body}",
        "not base64": f"{head}.{body}.ü",
        "no JSON": f"{jwt._base64(b'x')}.{body}.{signature}",
        "a list for a head": f"{jwt._base64(b'[1]')}.{body}.{signature}",
        "no algorithm": f"{jwt._encode({'alg': 'none', 'kid': key.id})}.{body}.",
        "signed with the public key": f"{jwt._encode({'alg': 'HS256', 'kid': key.id})}.{body}.{signature}",
        "another algorithm's name": f"{jwt._encode({'alg': 'RS512', 'kid': key.id})}.{body}.{signature}",
        "an unknown key": f"{jwt._encode({'alg': 'RS256', 'kid': 'other'})}.{body}.{signature}",
        "no key": f"{jwt._encode({'alg': 'RS256'})}.{body}.{signature}",
        "somebody else's signature": jwt.sign(told, other),
        "other claims": f"{head}.{jwt._encode({**told, 'uid': 'admin'})}.{signature}",
        "over": jwt.sign({**told, "exp": int(time.time()) - 1}, key),
        "without an end": jwt.sign({name: value for name, value in told.items() if name != "exp"}, key),
        "for somebody else": jwt.sign({**told, "aud": "production"}, key),
        "of nobody": jwt.sign({**told, "uid": "nobody"}, key),
        "of a number": jwt.sign({**told, "uid": 7}, key),
        "of another password": jwt.sign({**told, "seal": "0" * 16}, key),
        "an unknown API key": DEAD,
        "too long": f"{head}.{body}.{'A' * 9000}",
    }


@pytest.mark.parametrize("what", sorted(forged(jwt.sign({"uid": "alice"}, token_key()))))
def test_a_bearer_token_that_is_not_good_is_an_error_everywhere(gateway: Gateway, what: str) -> None:
    headers = bearer(forged(a_token(gateway))[what])

    for method, path in (("GET", "/clients"), ("GET", "/dois/10.5072/fk2x/activities"), ("GET", "/credentials/api-keys")):
        assert told(gateway.send(method, path, headers=headers)) == BAD
    assert gateway.send("GET", "/heartbeat", headers=headers).status == 200


def test_a_new_key_pair_signs_at_once_and_the_one_before_stays_good(gateway: Gateway) -> None:
    secrets = boto3.client("secretsmanager")
    first, pairs = a_token(gateway), [jwt.new_key(0), jwt.new_key(0)]

    secrets.put_secret_value(SecretId=TOKEN_KEY_SECRET, SecretString=str(pairs[0]))
    bootstrap.gate.cache_clear()
    service_of().cache_clear()
    assert who(gateway, bearer(first)) == "alice"
    second = a_token(gateway)
    secrets.put_secret_value(SecretId=TOKEN_KEY_SECRET, SecretString=str(pairs[1]))
    bootstrap.gate.cache_clear()
    service_of().cache_clear()

    assert told(gateway.send("GET", "/clients", headers=bearer(first))) == BAD
    assert who(gateway, bearer(second)) == "alice"
    secrets.put_secret_value(SecretId=TOKEN_KEY_SECRET, SecretString=str(token_key()))
    bootstrap.gate.cache_clear()
    service_of().cache_clear()


def service_of() -> Any:
    from functions.rest_api import app

    return app.service


# ---------------------------------------------------------------------------------------------------------------- API keys
def test_a_key_is_told_once_and_listed_by_how_it_begins(gateway: Gateway) -> None:
    made = a_key(gateway, ("bob", "bobpw"), "server")

    attributes = made["attributes"]
    assert made["type"] == "api_keys"
    assert len(attributes["key"]) == 35
    assert attributes["key"].startswith(attributes["keyPrefix"])
    assert (attributes["name"], attributes["lastUsedAt"], attributes["revokedAt"]) == ("server", None, None)
    assert attributes["created"] == attributes["updated"]
    listed = json.loads(gateway.send("GET", "/credentials/api-keys", by=("bob", "bobpw")).text)
    (mine,) = listed["data"]
    assert mine == {**made, "attributes": {name: value for name, value in attributes.items() if name != "key"}}
    assert attributes["key"][8:] not in json.dumps(boto3.client("dynamodb").scan(TableName="identifiers")["Items"], default=str)


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        pytest.param(lambda key: bearer(key), "alice", id="as a bearer token"),
        pytest.param(lambda key: basic(key, "whatever"), "alice", id="as a name"),
        pytest.param(lambda key: basic(key, ""), "alice", id="as a name without a password"),
        pytest.param(lambda key: basic("alice", key), "alice", id="as the account's password"),
        pytest.param(lambda key: basic("GROUPA.ALICE", key), "alice", id="as the client's password"),
        pytest.param(lambda key: basic("bob", key), "", id="as somebody else's password"),
        pytest.param(lambda key: basic("nobody", key), "", id="as nobody's password"),
        pytest.param(lambda key: basic("alice", DEAD), "", id="as a password, unknown"),
        pytest.param(lambda key: basic(DEAD, key), "", id="as a name, unknown"),
        pytest.param(lambda key: {"Authorization": f"Token {key}"}, "", id="by another scheme"),
    ],
)
def test_a_key_is_taken_in_each_of_three_places(gateway: Gateway, shown: Any, name: str) -> None:
    key = a_key(gateway)

    assert who(gateway, shown(key["attributes"]["key"])) == name
    gateway.send("DELETE", f"/credentials/api-keys/{key['id']}", by=ALICE)


def test_a_key_that_was_revoked_opens_nothing_and_is_listed_on_request(gateway: Gateway) -> None:
    made = a_key(gateway)
    key, path = made["attributes"]["key"], f"/credentials/api-keys/{made['id']}"

    assert gateway.send("DELETE", path, by=("bob", "bobpw")).status == 404
    assert who(gateway, bearer(key)) == "alice"
    assert [gateway.send("DELETE", path, by=ALICE).status for _ in range(2)] == [204, 204]

    assert told(gateway.send("GET", "/clients", headers=bearer(key))) == BAD
    assert who(gateway, basic("alice", key)) == ""
    with_ended = json.loads(gateway.send("GET", "/credentials/api-keys?include_revoked=true", by=ALICE).text)["data"]
    (ended,) = (each for each in with_ended if each["id"] == made["id"])
    assert ended["attributes"]["revokedAt"]
    assert ended["attributes"]["lastUsedAt"]
    assert made["id"] not in gateway.send("GET", "/credentials/api-keys", by=ALICE).text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ('{"data": {}}', 400),
        ('{"data": {"attributes": {}}}', 422),
        ('{"data": {"attributes": {"name": 7}}}', 422),
        ('{"data": {"attributes": {"name": "' + "x" * 256 + '"}}}', 422),
    ],
    ids=["nothing", "broken", "a list", "no data", "no name", "a number", "too long"],
)
def test_a_key_needs_a_name(gateway: Gateway, body: str, status: int) -> None:
    answer = gateway.send("POST", "/credentials/api-keys", body, by=ALICE)

    assert answer.status == status
    if status == 422:
        assert json.loads(answer.text)["errors"][0]["source"] == "name"


def test_an_account_has_twenty_keys_at_a_time(gateway: Gateway) -> None:
    gateway.add_account("eve", "evepw", group="groupb")
    keys = [a_key(gateway, ("eve", "evepw")) for _ in range(20)]

    body = json.dumps({"data": {"attributes": {"name": "one more"}}})
    assert gateway.send("POST", "/credentials/api-keys", body, by=("eve", "evepw")).status == 422
    gateway.send("DELETE", f"/credentials/api-keys/{keys[0]['id']}", by=("eve", "evepw"))
    assert gateway.send("POST", "/credentials/api-keys", body, by=("eve", "evepw")).status == 201


def test_a_key_of_an_account_that_became_an_administrator_opens_nothing(gateway: Gateway) -> None:
    gateway.add_account("fay", "faypw", group="groupb")
    key = a_key(gateway, ("fay", "faypw"))["attributes"]["key"]
    old = gateway.directory.account("fay")
    assert old is not None

    gateway.directory.change(old, replace(old, superuser=True))
    bootstrap.registry().directory.refresh()

    assert told(gateway.send("GET", "/clients", headers=bearer(key))) == BAD


# ------------------------------------------------------------------------------------------------- what all answers have
def test_an_answer_says_whose_credentials_were_sent(gateway: Gateway) -> None:
    right, wrong, none = (gateway.send("GET", "/clients", by=by).headers for by in (ALICE, ("alice", "x"), None))

    assert right["x-credential-username"] == "alice"
    assert (wrong["x-credential-username"], "x-anonymous-consumer" in wrong) == ("", False)
    assert (none["x-anonymous-consumer"], "x-credential-username" in none) == ("true", False)


def test_an_answer_has_the_id_that_its_request_was_given(gateway: Gateway) -> None:
    answer = gateway.send("GET", "/clients/nobody", headers={"X-Request-Id": "a\r\nb-1@_ü"})

    assert (answer.status, answer.headers["x-request-id"]) == (404, "ab-1@_")


def test_an_answer_is_compressed_for_whoever_takes_it(gateway: Gateway) -> None:
    plain = gateway.send("GET", "/clients")
    packed = gateway.send("GET", "/clients", headers={"Accept-Encoding": "br, gzip;q=0.5"})

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert gateway.send("GET", "/clients", headers={"Accept-Encoding": "gzip;q=0"}).text == plain.text


def test_an_answer_that_no_function_can_give_says_how_it_could(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = gateway.send("GET", "/clients")
    monkeypatch.setattr("pidstack.protocols.gateway._MOST_BYTES", len(plain.content) - 1)

    refused, packed = (gateway.send("GET", "/clients", headers={"Accept-Encoding": coding}) for coding in ("identity", "gzip"))

    (error,) = json.loads(refused.text)["errors"]
    assert (refused.status, error["status"], "Accept gzip" in error["title"]) == (400, "400", True)
    assert (packed.status, gzip.decompress(packed.content)) == (200, plain.content)


def deflated(body: bytes, window: int) -> bytes:
    maker = zlib.compressobj(wbits=window)
    return maker.compress(body) + maker.flush()


@pytest.mark.parametrize(
    ("coding", "pack", "status"),
    [
        ("gzip", gzip.compress, 422),
        ("deflate", lambda body: deflated(body, 15), 422),
        ("deflate", lambda body: deflated(body, -15), 422),
        ("identity", lambda body: body, 422),
        ("gzip", lambda body: body, 400),
        ("gzip", lambda body: gzip.compress(body)[:-9], 400),
        ("br", lambda body: body, 400),
        ("gzip", lambda body: gzip.compress(b"0" * 30_000_000), 422),
    ],
    ids=["gzip", "deflate", "deflate without a header", "identity", "plain text for gzip", "cut off", "unknown", "a bomb"],
)
def test_a_body_may_be_compressed(gateway: Gateway, coding: str, pack: Any, status: int) -> None:
    body = json.dumps({"data": {"attributes": {"name": ""}}}).encode()

    answer = gateway.send("POST", "/credentials/api-keys", pack(body), by=ALICE, headers={"Content-Encoding": coding})

    assert answer.status == status, answer.text


def test_a_script_of_another_site_gets_its_function_called_and_what_the_public_sees(gateway: Gateway) -> None:
    plain = gateway.send("GET", "/clients/groupa.alice")

    answer = gateway.send("GET", "/clients/groupa.alice?callback=app.show", by=ALICE)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/javascript; charset=utf-8")
    assert answer.text == f"app.show({plain.text})"
    assert "alice@example.org" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["", "alert(1)//", "a b", "f;g", "1f", "a.", "f" * 101, "<script>", "fé"])
def test_what_is_no_function_is_not_called(gateway: Gateway, name: str) -> None:
    answer = gateway.send("GET", f"/clients?{urlencode({'callback': name})}")

    assert (answer.status, answer.headers["content-type"]) == (400, "application/json; charset=utf-8")


@pytest.mark.parametrize("path", ["/token", "/clients", "/clients/groupa.alice", "/prefixes", "/credentials/api-keys"])
def test_options_are_told_without_a_body(gateway: Gateway, path: str) -> None:
    answer = gateway.send("OPTIONS", path)

    assert (answer.status, answer.text, answer.headers["content-type"]) == (204, "", "text/plain")
    assert "OPTIONS" in answer.headers["allow"]
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"]
