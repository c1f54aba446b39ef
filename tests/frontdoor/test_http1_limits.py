"""The door's own server bounds what a connection may hold, and for how long, on real sockets."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.frontdoor.http1_stand import BIG, PATIENT, QUICK, Stand, get, post, standing_server


@pytest.fixture
def quick() -> Iterator[Stand]:
    with standing_server(QUICK) as stand:
        yield stand


@pytest.fixture
def patient() -> Iterator[Stand]:
    with standing_server(PATIENT) as stand:
        yield stand


def send_what_fits(wire: socket.socket, whole: bytes) -> int:
    """Send until the other side takes no more for a moment; how much went."""
    wire.settimeout(0.5)
    sent = 0
    try:
        while sent < len(whole):
            sent += wire.send(whole[sent : sent + 65_536])
    except TimeoutError:
        pass
    wire.settimeout(20)
    return sent


def read_to_the_end(wire: socket.socket) -> int:
    """How many bytes came before the end, or the reset."""
    count = 0
    try:
        while part := wire.recv(1 << 20):
            count += len(part)
    except ConnectionResetError:
        pass
    return count


def wait_for(question) -> None:
    until = time.monotonic() + 15
    while not question():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_connection_that_says_nothing_is_closed(quick):
    assert quick.connect().is_over()
    served = quick.ask(get("/"))
    assert served.answer()[0] == 200
    assert served.is_over()
    assert quick.ask(b"\r\n\r\n").is_over()


def test_a_head_that_does_not_end_is_told_so_however_it_drips(quick):
    wire = quick.ask(b"GET / HTTP/1.1\r\nHost: x\r\n")
    wire.socket.settimeout(0.05)
    said = b""
    for number in range(400):
        try:
            said = wire.socket.recv(1000)
            break
        except TimeoutError:
            wire.send(f"X-{number}: 1\r\n".encode()) if number < 90 else None
    assert said.startswith(b"HTTP/1.1 408 ")
    assert quick.seen == []


def test_a_request_at_work_is_not_hurried(quick):
    wire = quick.ask(get("/held"))
    wait_for(lambda: quick.paths == ["/held"])
    time.sleep(3 * QUICK.idle_seconds)
    quick.gate.set()
    assert wire.answer()[0] == 200


def test_a_body_that_nobody_asks_for_is_thrown_away_and_its_sender_hears_the_answer(patient):
    wire = patient.ask(post("/unread", b"x" * 900_000))
    status, headers, _ = wire.answer()
    assert (status, headers["connection"]) == (200, "close")
    wire.socket.shutdown(socket.SHUT_WR)
    assert wire.is_over()


def test_a_sender_who_goes_on_after_the_last_answer_is_cut_off(quick):
    wire = quick.ask(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nx")
    assert wire.answer()[0] == 200
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        for _ in range(2_000):
            wire.send(b"x" * 10_000)
            time.sleep(0.001)


def test_a_sender_who_stands_still_after_the_last_answer_is_cut_off(quick):
    wire = quick.ask(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
    assert wire.answer()[0] == 200
    assert read_to_the_end(wire.socket) == 0
    wait_for(lambda: is_gone(wire.socket))


def is_gone(line: socket.socket) -> bool:
    try:
        line.send(b"x")
    except OSError:
        return True
    return False


def test_more_of_a_body_than_is_kept_is_413(patient):
    wire = patient.ask(post("/echo", b"x" * 900_000))
    status, headers, _ = wire.answer()
    assert (status, headers["connection"]) == (413, "close")
    body = b"x" * PATIENT.body_bytes
    assert patient.ask(post("/echo", body)).answer()[2] == body


def test_reading_waits_for_who_takes_the_body(patient):
    wire = patient.connect()
    whole = post("/taken", b"x" * 4 * BIG)
    sent = send_what_fits(wire.socket, whole)
    assert sent < len(whole)
    held = sum(each.kept for each in patient.seen)
    assert held < PATIENT.body_bytes + 300_000
    patient.gate.set()
    wire.send(whole[sent:])
    assert wire.answer()[0] == 200
    assert sum(map(len, patient.taken)) == 4 * BIG


def test_bodies_that_wait_in_the_line_are_bounded_together(patient):
    wire = patient.ask(get("/held"))
    wait_for(lambda: patient.paths == ["/held"])
    whole = b"".join(post("/echo", b"x" * 60_000) for _ in range(31))
    sent = send_what_fits(wire.socket, whole * 20)
    assert sent < len(whole) * 20
    patient.gate.set()
    assert wire.answer()[0] == 200
    assert wire.answer()[2] == b"x" * 60_000


def test_nothing_is_begun_for_who_does_not_read(patient):
    wire = patient.ask(get("/big"), get("/after"))
    wait_for(lambda: patient.paths == ["/big"])
    time.sleep(0.3)
    assert patient.paths == ["/big"]
    assert len(wire.answer()[2]) == BIG
    assert wire.answer()[2] == b"GET /after?"


def test_who_does_not_read_is_cut_off(quick):
    wire = quick.ask(get("/big"))
    wait_for(lambda: quick.paths == ["/big"])
    time.sleep(4 * QUICK.write_seconds)
    assert read_to_the_end(wire.socket) < BIG


def test_connections_beyond_the_limit_wait_in_the_kernel():
    with standing_server(replace(PATIENT, connections=2)) as stand:
        first, second, third = (stand.connect() for _ in range(3))
        assert first.send(get("/1")).answer()[0] == 200
        assert second.send(get("/2")).answer()[0] == 200
        third.send(get("/3"))
        third.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            third.answer()
        third.socket.settimeout(20)
        first.socket.close()
        assert third.answer()[2] == b"GET /3?"


def test_a_crowd_before_a_small_limit_is_served_to_the_last():
    with standing_server(replace(PATIENT, connections=3)) as stand:
        wires = [stand.connect() for _ in range(60)]
        for number, each in enumerate(wires):
            each.send(get(f"/{number}", "Connection: close"))
        found = [each.answer()[2] for each in wires]
    assert found == [f"GET /{number}?".encode() for number in range(60)]


def test_who_leaves_is_forgotten_and_its_request_ends(patient):
    wires = [patient.ask(get("/held")) for _ in range(20)]
    wait_for(lambda: len(patient.seen) == 20)
    for each in wires:
        each.socket.close()
    patient.gate.set()
    assert patient.ask(get("/")).answer()[0] == 200


def test_who_leaves_in_the_middle_of_a_body_troubles_nobody(patient):
    wire = patient.ask(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
    wait_for(lambda: patient.paths == ["/echo"])
    wire.socket.close()
    assert patient.ask(get("/")).answer()[0] == 200


def test_the_end_answers_who_is_in_and_closes_who_is_idle(patient):
    idle, held, late = patient.ask(get("/")), patient.ask(get("/held")), patient.connect()
    assert idle.answer()[0] == 200
    wait_for(lambda: "/held" in patient.paths)
    patient.tell_to_stop()
    time.sleep(0.1)
    # Its request was under way when we began to leave.
    assert late.send(get("/late")).answer()[1]["connection"] == "close"
    assert idle.is_over()
    assert late.is_over()
    with pytest.raises(ConnectionRefusedError):
        patient.connect()
    patient.gate.set()
    status, headers, _ = held.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert held.is_over()


def test_the_end_waits_for_no_head_that_does_not_come():
    with standing_server(replace(PATIENT, linger_seconds=0.5)) as stand:
        wire = stand.ask(b"GET / HTTP/1.1\r\n")
        stand.tell_to_stop()
        assert wire.is_over()


def test_the_end_finishes_the_work_of_who_has_left(patient):
    wire = patient.ask(post("/taken", b"abc"))
    wait_for(lambda: patient.paths == ["/taken"])
    wire.socket.close()
    patient.tell_to_stop()
    patient.gate.set()
    patient.thread.join(20)
    assert not patient.thread.is_alive()
    assert patient.taken == [b"abc"]
