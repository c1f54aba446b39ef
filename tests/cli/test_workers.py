"""Workers are replaced without a failed request, come back when they die, and cut slow heads."""

import json
import os
import signal
import socket
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
from tests.cli.steady_load import get, steady_load
from tests.frontdoor.conftest import IN_WAVE_TWO, programme_url  # noqa: F401 - a fixture
from tests.frontdoor.standing import Door, fresh_proof, standing_door, wait_until

from gelombang.cli.supervisor import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS
from gelombang.cli.workers import Slot


def children(process: int) -> set[int]:
    """The workers of a server: spawned children that are no resource tracker."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {int(each) for each in found
            if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()}  # fmt: skip


def listeners(port: int) -> int:
    """Listening sockets of a port: the kernel gives each its share of the arrivals."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def registration() -> bytes:
    """A registration as a machine sends it, under a key of its own and with its work done."""
    key = uuid.uuid4().hex
    body = json.dumps({"email": f"orang-{key[:12]}@example.id", "altcha": fresh_proof()})
    return (
        f"POST /api/v1/registrations HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@pytest.fixture(scope="module")
def pair(programme_url, scratch):  # noqa: F811 - the fixture
    """A front door of two workers."""
    place = scratch / "pair"
    settings = {"GELOMBANG_EDGE_WORKERS": "2"}
    with standing_door(programme_url, at=IN_WAVE_TWO, place=place, settings=settings) as door:
        yield door


def test_a_rolling_restart_fails_no_request(pair: Door):
    before = children(pair.process.pid)
    with steady_load(pair.port, get("/daftar"), get("/"), registration) as load:
        time.sleep(1)
        pair.process.send_signal(signal.SIGHUP)
        wait_until(lambda: children(pair.process.pid).isdisjoint(before), seconds=60)
        time.sleep(1)
    after = children(pair.process.pid)
    assert len(before) == len(after) == 2
    assert load.failures == []
    assert load.answers[200] > 100
    assert load.answers[201] > 50
    assert set(load.answers) == {200, 201}
    rows = pair.rows("SELECT idempotency_key, receipt FROM registration_submission")
    stored = Counter((key, receipt) for key, receipt in rows if key in load.receipts)
    assert stored == Counter(load.receipts.items())  # each of them, and once
    assert len(load.receipts) == load.answers[201]


def test_a_killed_worker_comes_back_while_the_other_answers(pair: Door):
    before = children(pair.process.pid)
    assert listeners(pair.port) == 2
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: listeners(pair.port) == 1, seconds=5)  # nobody waits for the dead
    assert all(pair.get("/daftar").status == 200 for _ in range(10))
    wait_until(lambda: len(children(pair.process.pid) - before) == 1, seconds=30)
    wait_until(lambda: listeners(pair.port) == 2, seconds=30)
    assert max(before) in children(pair.process.pid)
    assert pair.get("/daftar").status == 200


def test_a_head_that_never_ends_is_cut_and_hurts_nobody(pair: Door):
    slow = [socket.create_connection(("127.0.0.1", pair.port)) for _ in range(200)]
    try:
        for each in slow[:100]:
            each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert all(pair.get("/daftar").status == 200 for _ in range(20))
        for each in slow:
            each.settimeout(30)
        assert all(each.recv(1000).startswith(b"HTTP/1.1 408 ") for each in slow[:100])
        assert all(each.recv(1000) == b"" for each in slow)  # half of them said nothing at all
    finally:
        for each in slow:
            each.close()


def test_deaths_in_a_row_wait_ever_longer_and_a_steady_life_begins_anew():
    slot = Slot()
    delays = [slot.note_death(lived=0.1, moment=5.0) for _ in range(10)]
    assert delays[:3] == [FIRST_BACKOFF_SECONDS * n for n in (1, 2, 4)]
    assert delays[-1] == LONGEST_BACKOFF_SECONDS
    assert slot.due_at == 5.0 + LONGEST_BACKOFF_SECONDS
    assert slot.note_death(lived=60, moment=9.0) == FIRST_BACKOFF_SECONDS
