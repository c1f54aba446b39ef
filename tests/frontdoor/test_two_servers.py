"""The door says the same by its own server and by Granian, which serves the same RSGI adapter."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.frontdoor.conftest import IN_WAVE_TWO
from tests.frontdoor.http1_stand import Wire
from tests.frontdoor.standing import FORM, Door, fresh_email, fresh_key, fresh_proof, standing_door

API = "/api/v1/registrations"
BY_GRANIAN = """
from granian.constants import Interfaces
from gelombang.cli.parts import serve_application
if __name__ == "__main__":
    serve_application("gelombang.settings.rsgi:application", interface=Interfaces.RSGI)
"""
OF_A_SERVER = frozenset({"date", "server", "connection"})


@pytest.fixture(scope="module")
def by_granian(programme_url: str, scratch: Path) -> Iterator[Door]:
    place = scratch / f"granian-{uuid4().hex[:8]}"
    script = place.with_suffix(".py")
    script.write_text(BY_GRANIAN, encoding="utf-8")
    command = (str(script),)
    with standing_door(programme_url, at=IN_WAVE_TWO, place=place, command=command) as door:
        yield door


def wire_to(door: Door) -> Wire:
    return Wire(socket.create_connection(("127.0.0.1", door.port), timeout=30))


def registration(email: str, *lines: str) -> bytes:
    body = json.dumps({"email": email, "altcha": fresh_proof()}).encode()
    head = (
        f"POST {API} HTTP/1.1", "Host: x", "Content-Type: application/json",
        f"Idempotency-Key: {fresh_key()}", f"Content-Length: {len(body)}", *lines, "", "",
    )  # fmt: skip
    return "\r\n".join(head).encode() + body


@pytest.mark.parametrize(
    ("method", "path", "media", "body"),
    [
        ("GET", "/gaya.css", "", None),
        ("HEAD", "/gaya.css", "", None),
        ("GET", "/tidak-ada?x=%20y", "", None),
        ("GET", "/%67aya.css", "", None),
        ("PUT", "/daftar", "", None),
        ("DELETE", API, "", b"x"),
        ("POST", API, "text/json", b"{}"),
        ("POST", API, "application/json", b"a" * 100_000),
        ("POST", "/daftar", FORM, b"email=x&bahasa=en"),
        ("GET", "/bahasa/en?ke=/daftar", "", None),
        ("GET", "/healthz", "", None),
    ],
)
def test_both_servers_answer_alike(door, by_granian, method, path, media, body):
    found = [each.ask(method, path, body, content_type=media) for each in (door, by_granian)]
    ours, theirs = ({k: v for k, v in each.headers.items() if k not in OF_A_SERVER}
                    for each in found)  # fmt: skip
    assert found[0].status == found[1].status
    assert ours == theirs


def test_both_servers_register(door, by_granian):
    for each in (door, by_granian):
        key, email = fresh_key(), fresh_email()
        answer = each.register(email, key=key)
        assert answer.status == 201
        assert each.register(email, key=key).document == answer.document


def test_registrations_in_one_breath_get_a_receipt_each(door):
    wire = wire_to(door)
    with wire.socket:
        wire.send(*(registration(fresh_email()) for _ in range(5)))
        answers = [wire.answer() for _ in range(5)]
    assert [status for status, _, _ in answers] == [201] * 5
    receipts = {json.loads(body)["receipt"] for _, _, body in answers}
    assert len(receipts) == 5
    assert all(door.count("registration_submission", each) == 1 for each in receipts)


def test_a_registration_hidden_in_a_body_is_none(door):
    hidden = registration(email := fresh_email())
    head = (
        f"POST {API} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(hidden)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    before = door.rows("SELECT count(*) FROM registration_submission")
    wire = wire_to(door)
    with wire.socket:
        assert wire.send(head.encode(), hidden).answer()[0] == 400
        assert wire.is_over()
    assert door.rows("SELECT count(*) FROM registration_submission") == before
    assert door.register(email).status == 201


def test_a_body_that_does_not_come_is_408(door):
    wire = wire_to(door)
    with wire.socket:
        status, headers, _ = wire.send(registration(fresh_email())[:-10]).answer()
        assert (status, headers["connection"]) == (408, "close")
        assert wire.is_over()


def test_who_asks_before_sending_hears_at_once_that_it_is_too_much(door):
    head = (
        f"POST {API} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n"
    )
    wire = wire_to(door)
    with wire.socket:
        assert wire.send(head.encode()).answer()[0] == 413
        assert wire.is_over()
    small = registration(fresh_email(), "Expect: 100-continue")
    head_only, _, body = small.partition(b"\r\n\r\n")
    wire = wire_to(door)
    with wire.socket:
        assert wire.send(head_only, b"\r\n\r\n").answer()[0] == 100
        assert wire.send(body).answer()[0] == 201
