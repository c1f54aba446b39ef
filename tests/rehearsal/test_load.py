import asyncio
import itertools
import time
from random import Random

import pytest

from gelombang.rehearsal import load
from gelombang.rehearsal.load import (
    Caller,
    GaveUp,
    Meter,
    launch,
    paced_arrivals,
    percentiles,
    poisson_arrivals,
)
from gelombang.rehearsal.wire import ConnectionLost, Pool, prepare


class Server:
    """A server that answers what a test prepared, in order, then the last for ever."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self._pools: list[Pool] = []
        self._visits: set[asyncio.Task] = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_):
        for pool in self._pools:
            await pool.close()
        self._server.close()
        await asyncio.gather(*self._visits)

    def pool(self, connections: int = 1) -> Pool:
        self._pools.append(Pool(self.url, connections=connections))
        return self._pools[-1]

    async def _serve(self, reader, writer):
        self.connections += 1
        self._visits.add(asyncio.current_task())
        while head := await _read_head(reader):
            self.requests.append(head)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer == b"hang up":
                break
            writer.write(answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()


async def _read_head(reader):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            head += await reader.readexactly(int(line.split(b":")[1]))
    return head


def answer(status, body=b"", *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_an_answer_comes_back_whole_and_the_connection_is_kept():
    async with Server(answer(201, b'{"receipt":"A"}')) as server:
        pool = server.pool(2)
        for _ in range(3):
            found = await pool.call(prepare("GET", "/", host=pool.host, headers={}))
            assert (found.status, found.body) == (201, b'{"receipt":"A"}')
        assert server.connections == 1


async def test_a_chunked_answer_is_joined():
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n"
    )
    async with Server(chunked) as server:
        pool = server.pool()
        found = await pool.call(prepare("GET", "/", host=pool.host, headers={}))
        assert found.body == b"abcdef"


async def test_a_cut_answer_is_a_lost_connection():
    async with Server(b"hang up") as server:
        pool = server.pool()
        with pytest.raises(ConnectionLost):
            await pool.call(prepare("GET", "/", host=pool.host, headers={}))


async def test_a_kept_connection_that_was_closed_meanwhile_is_replaced_once():
    async with Server(answer(200), b"hang up", answer(200, b"again")) as server:
        pool = server.pool()
        await pool.call(prepare("GET", "/", host=pool.host, headers={}))
        found = await pool.call(prepare("GET", "/", host=pool.host, headers={}))
        assert found.body == b"again"


async def test_pauses_and_resets_are_asked_again_with_the_same_bytes(monkeypatch):
    monkeypatch.setattr(load, "_FIRST_PAUSE", 0.01)
    async with Server(answer(429, b"", "Retry-After: 0"), b"hang up", answer(201)) as server:
        pool, meter = server.pool(), Meter()
        caller = Caller(pool, meter, at_once=1)
        found = await caller.ask(
            "register", "POST", "/x", json_body={"a": 1}, headers={"Idempotency-Key": "k" * 16}
        )
        assert found.status == 201
        assert len(server.requests) == 3
        assert len(set(server.requests)) == 1
        assert meter.statuses["register", 429] == 1
        assert meter.errors_5xx == 0


async def test_a_server_error_is_counted_even_when_the_next_try_works(monkeypatch):
    monkeypatch.setattr(load, "_FIRST_PAUSE", 0.01)
    async with Server(answer(500), answer(200)) as server:
        pool, meter = server.pool(), Meter()
        await Caller(pool, meter, at_once=1).ask("status", "GET", "/x")
        assert meter.errors_5xx == 1
        assert meter.first_5xx == "status: 500"


async def test_patience_ends(monkeypatch):
    monkeypatch.setattr(load, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(load, "PATIENCE_SECONDS", 0.05)
    async with Server(answer(503)) as server:
        pool = server.pool()
        with pytest.raises(GaveUp):
            await Caller(pool, Meter(), at_once=1).ask("x", "GET", "/")


async def test_latency_counts_from_the_intended_start():
    async with Server(answer(200)) as server:
        pool, meter = server.pool(), Meter()
        late = time.perf_counter() - 0.5  # the generator itself was late by half a second
        await Caller(pool, meter, at_once=1).ask("x", "GET", "/", due=late)
        assert meter.latencies["x"][0] >= 500


async def test_arrivals_do_not_wait_for_each_other():
    started = []

    async def visit(person, _due):
        started.append(person)
        await asyncio.sleep(0.2)

    begin = time.perf_counter()
    await launch([0.0, 0.01, 0.02, 0.03], list("abcd"), visit)
    assert started == list("abcd")
    assert time.perf_counter() - begin < 0.6  # one after the other would take 0.8 s


def test_the_peak_has_everybody_within_its_seconds():
    arrivals = poisson_arrivals(Random(1), count=800, seconds=60)
    assert len(arrivals) == 800
    assert arrivals == sorted(arrivals)
    assert 0 <= arrivals[0] < arrivals[-1] <= 60
    gaps = [b - a for a, b in itertools.pairwise(arrivals)]
    assert max(gaps) > 3 * (60 / 800)  # random, not a metronome


def test_paced_arrivals_keep_to_the_rate():
    arrivals = paced_arrivals(count=4000, rate=1333)
    assert sum(1 for at in arrivals if at < 1) == 1333


def test_percentiles_are_ranks_that_occurred():
    assert percentiles(range(1, 1001)) == {"p50": 500, "p99": 990, "p999": 999, "max": 1000}
    assert percentiles([7.0]) == dict.fromkeys(("p50", "p99", "p999", "max"), 7.0)
    assert percentiles([])["max"] == 0


async def test_a_call_that_is_cancelled_leaves_no_connection_behind():
    async with Server(answer(200)) as server:
        pool = server.pool()
        await pool.call(prepare("GET", "/", host=pool.host, headers={}))
        server.answers = [b""]  # taken, never answered
        waiting = asyncio.create_task(pool.call(prepare("GET", "/", host=pool.host, headers={})))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        server.answers = [answer(200, b"fresh")]
        found = await pool.call(prepare("GET", "/", host=pool.host, headers={}))
        assert found.body == b"fresh"
        assert server.connections == 2
