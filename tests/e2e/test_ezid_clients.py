"""Real clients against the deployed stack: each makes, mints, reads, changes and deletes identifiers its own way.

Besides Python's urllib and curl, which send credentials before or only after they are asked for, the PyPI package `EZID` 0.3 is
used as it is published. It is written for Python 2.7, in which it is run; without such an interpreter its test is skipped.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import secrets
import shutil
import subprocess
import sysconfig
import textwrap
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ezid_http import Client, Stack, client_of

SHOULDER = "ark:/99999/fk4"
DOI_SHOULDER = "doi:10.5072/FK2"
Opened = tuple[int, str]


class Urllib:
    """Python's urllib, with whatever handlers it is given."""

    def __init__(self, base_url: str, *handlers: urllib.request.BaseHandler, authorization: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)
        if authorization:
            self._opener.addheaders.append(("Authorization", authorization))

    def __call__(self, method: str, path: str, body: str | None = None) -> Opened:
        data = None if body is None else body.encode()
        request = urllib.request.Request(  # noqa: S310 - the stack's own address
            self._base_url + path, data, {"Content-Type": "text/plain; charset=UTF-8"}, method=method
        )
        try:
            with self._opener.open(request, timeout=120) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


class Curl:
    """curl, which finds out by itself how to sign in (`--anyauth` asks first, then sends what it was challenged for)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __call__(self, method: str, path: str, body: str | None = None) -> Opened:
        command = ["curl", "-sS", "--noproxy", "*", "--anyauth", "-u", f"{self._client.account}:{self._client.password}"]
        command += ["-X", method, "-H", "Content-Type: text/plain", "-w", "\n%{http_code}"]
        command += [] if body is None else ["--data-binary", body]
        url = self._client.base_url.rstrip("/") + path
        done = subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=120)  # noqa: S603
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text


def preemptive(stack: Stack) -> Urllib:
    return Urllib(stack.base_url, authorization=client_of(stack).credentials)


def challenged(stack: Stack) -> Urllib:
    account = client_of(stack)
    handler = urllib.request.HTTPBasicAuthHandler()
    handler.add_password("EZID", stack.base_url, account.account, account.password)
    return Urllib(stack.base_url, handler)


def with_session(stack: Stack) -> Urllib:
    account, jar = client_of(stack), http.cookiejar.CookieJar()
    cookies = urllib.request.HTTPCookieProcessor(jar)
    status, text = Urllib(stack.base_url, cookies, authorization=account.credentials)("GET", "/login")
    assert (status, text) == (200, "success: session cookie returned")
    assert [cookie.name for cookie in jar] == ["sessionid"]
    return Urllib(stack.base_url, cookies)


def curl(stack: Stack) -> Curl:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return Curl(client_of(stack))


@pytest.mark.parametrize("client", [preemptive, challenged, with_session, curl], ids=lambda make: str(make.__name__))
def test_a_client_leads_an_identifier_through_its_life(stack: Stack, client: Callable[[Stack], Callable[..., Opened]]) -> None:
    call = client(stack)
    name = f"{SHOULDER}{secrets.token_hex(8)}"

    created = call("PUT", f"/id/{name}", "_status: reserved\nerc.who: Proust, Marcel\n_target: https://example.org/%25")
    taken = call("PUT", f"/id/{name}", "")
    minted = call("POST", f"/shoulder/{DOI_SHOULDER}", "_status: reserved")
    modified = call("POST", f"/id/{name}", "erc.who: \nerc.what: été")
    viewed = call("GET", f"/id/{name}")
    deleted = call("DELETE", f"/id/{name}")
    gone = call("GET", f"/id/{name}")

    assert created == (201, f"success: {name}")
    assert taken == (400, "error: bad request - identifier already exists, cannot create")
    assert minted[0] == 201
    assert re.fullmatch(r"success: doi:10\.5072/FK2[0-9B-Z]+ \| ark:/b5072/fk2[0-9b-z]+", minted[1])
    assert modified == (200, f"success: {name}")
    assert viewed[0] == 200
    assert "\nerc.what: été\n" in viewed[1]
    assert "\n_target: https://example.org/%25\n" in viewed[1]
    assert "erc.who" not in viewed[1]
    assert deleted == (200, f"success: {name}")
    assert gone == (400, "error: bad request - no such identifier")


def test_a_client_with_a_wrong_password_is_challenged_and_gives_up(stack: Stack) -> None:
    handler = urllib.request.HTTPBasicAuthHandler()
    handler.add_password("EZID", stack.base_url, client_of(stack).account, "wrong")

    status, text = Urllib(stack.base_url, handler)("POST", f"/shoulder/{SHOULDER}", "")

    assert (status, text) == (401, "error: unauthorized")


def test_nobody_is_challenged_in_the_realm_that_clients_wait_for(stack: Stack) -> None:
    answer = Client(stack.base_url).mint(SHOULDER)

    assert (answer.status, answer.text) == (401, "error: unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="EZID"'


def test_a_session_that_was_ended_serves_no_more(stack: Stack) -> None:
    login = client_of(stack).send("GET", "/login")
    cookie = {"Cookie": login.headers["Set-Cookie"].partition(";")[0]}
    nobody = Client(stack.base_url)
    assert nobody.send("POST", f"/shoulder/{SHOULDER}", headers=cookie).status == 201

    flushed = nobody.send("GET", "/logout", headers=cookie)

    assert flushed.text == "success: authentication credentials flushed"
    assert nobody.send("POST", f"/shoulder/{SHOULDER}", headers=cookie).status == 401


def test_a_client_whose_session_is_dead_signs_in_anew_with_its_old_cookie(stack: Stack) -> None:
    login = client_of(stack).send("GET", "/login", headers={"Cookie": "sessionid=dead"})

    cookie = {"Cookie": login.headers["Set-Cookie"].partition(";")[0]}

    assert Client(stack.base_url).send("POST", f"/shoulder/{SHOULDER}", headers=cookie).status == 201


# ------------------------------------------------------------------------------------------------ EZID 0.3 from PyPI
_EZID_SCRIPT = """
    # -*- coding: utf-8 -*-
    import os, sys
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.environ["EZID_FOLDER"])
    from EZID import EZIDClient
    credentials = dict(username=os.environ["EZID_USER"], password=os.environ["EZID_PASSWORD"])
    client = EZIDClient(server=os.environ["EZID_SERVER"], credentials=credentials)
    name = os.environ["EZID_NAME"]
    print(client.create(name, {"_status": "reserved", "erc.who": "Proust: 100%"}).strip())
    print(client.mint("ark:/99999/fk4", {"dc.title": "minted"}))
    print(client.update(name, {"erc.what": "Remembrance"}).strip())
    print(client.view(name).strip())
    print(client.delete(name).strip())
"""


def python_2() -> str:
    """An interpreter of Python 2.7, or the test is skipped."""
    found = [shutil.which("python2.7"), shutil.which("python2"), *map(str, Path.home().glob(".pyenv/versions/2.7*/bin/python2.7"))]
    for interpreter in filter(None, found):
        tried = subprocess.run([interpreter, "-c", "import urllib2"], capture_output=True, check=False)  # noqa: S603
        if tried.returncode == 0:
            return interpreter
    pytest.skip("no Python 2.7 on this machine")


def test_the_published_ezid_client_works_unmodified(stack: Stack) -> None:
    folder = Path(sysconfig.get_path("purelib"))
    if not (folder / "EZID.py").exists():
        pytest.skip("the package EZID is not installed")
    account, name = client_of(stack), f"{SHOULDER}{secrets.token_hex(8)}"
    settings = {
        "EZID_FOLDER": str(folder),
        "EZID_SERVER": stack.base_url.rstrip("/"),
        "EZID_USER": account.account,
        "EZID_PASSWORD": account.password,
        "EZID_NAME": name,
        "no_proxy": "*",
    }

    script = textwrap.dedent(_EZID_SCRIPT).lstrip()
    done = subprocess.run(  # noqa: S603
        [python_2(), "-c", script], env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"success: {name}"
    assert re.fullmatch(r"ark:/99999/fk4[0-9b-z]+", lines[1])
    assert lines[2:4] == [f"success: {name}", f"success: {name}"]
    assert {"erc.who: Proust: 100%25", "erc.what: Remembrance", "_status: reserved"} <= set(lines[4:])
    assert lines[-1] == f"success: {name}"
