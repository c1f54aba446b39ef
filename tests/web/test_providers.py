"""The training providers' calls over HTTP: headers, envelope, limits, through the edge too."""

import asyncio
import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from datetime import datetime, timedelta
from urllib.request import urlopen

import pytest
from django.db import OperationalError
from django.test import Client

from gelombang.cli.places import clone
from gelombang.cli.postgres import free_port
from gelombang.journey.learning import actions
from gelombang.journey.learning.answers import Fault
from gelombang.journey.learning.catalogue import parse
from gelombang.journey.learning.models import ProviderCall
from gelombang.journey.learning.signing import COMMIT_PATH, STATUS_PATH, SignedCall, signature_of
from gelombang.kit import clock
from gelombang.web.providers.wire import renamed, with_readable_headers

TRIAL = b'{"redeem_code":"PRAT-TC1-001-200"}'
CLIENT, KEY = "lp-pijar-ilmu", "kunci rahasia"


@pytest.fixture
def loaded(transactional_db, keyring, now):
    """The catalogue of 2020."""
    catalogue = parse((clone() / "programmes" / "catalogue-2020.toml").read_text("utf-8"))
    keys = {each.client_code: KEY for each in catalogue.providers}
    actions.load_catalogue(catalogue=catalogue, keys=keys, keyring=keyring, actor="cli:test",
                           now=now, real_now=clock.real_now())  # fmt: skip


def _headers(path: str, body: bytes, *, at: datetime | None = None, key: str = KEY) -> dict:
    stamp = str(int((at or clock.real_now()).timestamp()))
    call = SignedCall(CLIENT, stamp, "", path, body)
    return {
        "client_code": CLIENT,
        "timestamp": stamp,
        "signature": signature_of(call, sign_key=key),
        "Content-Type": "application/json",
    }


def _post(path: str, body: bytes, headers: dict | None = None):
    return Client(enforce_csrf_checks=True).generic(
        "POST", path, body, "application/json", headers=headers or _headers(path, body)
    )


def test_a_signed_call_is_answered_in_the_published_envelope(loaded):
    for path, members in ((STATUS_PATH, 14), (COMMIT_PATH, 3)):
        answer = _post(path, TRIAL)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        said = answer.json()
        assert (said["success"], said["message"]) == (True, "OK")
        assert len(said["data"]) == members
    assert "Set-Cookie" not in answer.headers


def test_the_header_may_be_spelt_with_a_hyphen(loaded):
    headers = _headers(COMMIT_PATH, TRIAL)
    headers["client-code"] = headers.pop("client_code")
    assert _post(COMMIT_PATH, TRIAL, headers).status_code == 200


def test_every_fault_is_a_400_with_a_code_and_both_languages(loaded):
    large = b" " * (16 * 1024 + 1)
    faults = {
        Fault.SIGNATURE: _post(COMMIT_PATH, TRIAL, {"Content-Type": "application/json"}),
        Fault.BODY: _post(COMMIT_PATH, b"{"),
        Fault.UNKNOWN_CODE: _post(COMMIT_PATH, b'{"redeem_code":"x"}'),
        Fault.TOO_LARGE: _post(COMMIT_PATH, large),
        Fault.METHOD: Client().get(COMMIT_PATH),
        Fault.TIMESTAMP: _post(
            COMMIT_PATH, TRIAL,
            _headers(COMMIT_PATH, TRIAL, at=clock.real_now() - timedelta(seconds=400)),
        ),
    }  # fmt: skip
    for fault, answer in faults.items():
        assert answer.status_code == 400, fault
        said = answer.json()
        assert set(said) == {"code", "message", "success"}
        assert said["code"] == fault.code
        assert said["message"] == f"{fault.sentence.id} / {fault.sentence.en}"


def test_timestamps_are_held_against_real_time_not_the_programmes_clock(loaded, now):
    assert _post(COMMIT_PATH, TRIAL).status_code == 200  # the virtual clock stands in 2020
    old = _post(COMMIT_PATH, TRIAL, _headers(COMMIT_PATH, TRIAL, at=now))
    assert old.json()["code"] == Fault.TIMESTAMP.code


def test_the_same_bytes_again_get_the_same_bytes(loaded):
    headers = _headers(COMMIT_PATH, b'{"redeem_code":"x"}')
    answers = {_post(COMMIT_PATH, b'{"redeem_code":"x"}', headers).content for _ in range(3)}
    assert len(answers) == 1
    assert ProviderCall.objects.count() == 1


def test_while_the_database_is_away_a_provider_is_told_to_come_again(loaded, monkeypatch):
    def away(**_):
        raise OperationalError

    monkeypatch.setattr(actions, "answer_call", away)
    answer = _post(COMMIT_PATH, TRIAL)
    assert (answer.status_code, answer.json()["code"]) == (429, Fault.PAUSED.code)
    assert int(answer.headers["Retry-After"]) > 0


def test_only_the_providers_header_is_renamed_and_a_hyphen_wins():
    other = (b"x_forwarded_for", b"1")
    assert renamed([(b"client_code", b"a"), other]) == [(b"client-code", b"a"), other]
    both = [(b"client_code", b"a"), (b"client-code", b"b")]
    assert renamed(both) == both


def test_elsewhere_headers_with_underscores_stay_as_they_came():
    seen = []

    async def house(scope, _receive, _send):
        seen.append(scope["headers"])

    async def visit():
        for path in (COMMIT_PATH, "/daftar"):
            scope = {"type": "http", "path": path, "headers": [(b"client_code", b"a")]}
            await with_readable_headers(house)(scope, None, None)
        await with_readable_headers(house)({"type": "lifespan", "headers": ()}, None, None)

    asyncio.run(visit())
    assert seen == [[(b"client-code", b"a")], [(b"client_code", b"a")], ()]


# Through real servers: the edge (front door and house) and the house alone, in processes


@pytest.fixture(params=["edge", "web"])
def served(request, database_url):
    """Host and port of an edge, and of the house alone, over this test's database."""
    place = ("127.0.0.1", free_port())
    command = [str(clone() / ".venv" / "bin" / "gelombang"), request.param]
    environment = os.environ | {"DATABASE_URL": database_url, "GELOMBANG_PORT": str(place[1])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(place)
            yield place
        finally:
            process.terminate()


def _wait_for(place) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(place, timeout=1):
            return
        time.sleep(0.1)
    pytest.fail("nobody answers")


def _send(place, path: str, body: bytes, headers: dict, *, chunked: bool = False):
    connection = http.client.HTTPConnection(*place, timeout=30)
    pieces = iter([body[:5], body[5:]]) if chunked else body
    connection.request("POST", path, pieces, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    said = (answer.status, answer.read())
    connection.close()
    return said


def test_providers_reach_us_through_the_edge_and_at_the_house_alone(loaded, served):
    headers = _headers(COMMIT_PATH, TRIAL)
    assert "client_code" in headers
    status, first = _send(served, COMMIT_PATH, TRIAL, headers)
    assert status == 200, first
    assert _send(served, COMMIT_PATH, TRIAL, headers) == (200, first)
    status, said = _send(served, STATUS_PATH, TRIAL, _headers(STATUS_PATH, TRIAL))
    assert (status, json.loads(said)["data"]["course_type"]) == (200, 1)
    wrong = headers | {"signature": "0" * 40}
    status, said = _send(served, COMMIT_PATH, TRIAL, wrong)
    assert (status, json.loads(said)["code"]) == (400, Fault.SIGNATURE.code)
    large = b" " * (17 * 1024)
    status, said = _send(served, COMMIT_PATH, large, headers)
    assert (status, json.loads(said)["code"]) == (400, Fault.TOO_LARGE.code)


@pytest.mark.parametrize("served", ["edge"], indirect=True)
def test_the_edge_takes_the_guides_calls_and_bodies_of_unstated_length(loaded, served):
    headers = _headers(COMMIT_PATH, TRIAL)
    status, first = _send(served, COMMIT_PATH, TRIAL, headers, chunked=True)
    assert status == 200, first
    assert _send(served, COMMIT_PATH, TRIAL, headers) == (200, first)
    large = b" " * (17 * 1024)
    status, said = _send(served, COMMIT_PATH, large, headers, chunked=True)
    assert (status, json.loads(said)["code"]) == (400, Fault.TOO_LARGE.code)
    guide = (clone() / "docs" / "guides" / "connect-a-training-provider.md").read_text("utf-8")
    names: dict = {}
    exec(guide.split("```python\n")[1].split("```")[0], names)
    base_url = f"http://{served[0]}:{served[1]}"
    request = names["signed_request"](
        base_url, COMMIT_PATH, CLIENT, KEY, redeem_code="PRAT-TC2-999-200", sequence=999
    )
    with urlopen(request, timeout=30) as answer:
        assert json.loads(answer.read())["data"]["status"] == 2
