"""The door's own server reads HTTP/1.1 strictly and answers in order, on real sockets."""

from collections.abc import Iterator

import pytest
from tests.frontdoor.http1_stand import Stand, get, post, standing_server

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Stand]:
    with standing_server() as stand:
        yield stand


@pytest.fixture
def stand(running: Stand) -> Iterator[Stand]:
    running.seen.clear()
    running.gate.clear()
    yield running
    running.hang_up()


def head(*lines: str, first: str = "POST /echo HTTP/1.1", host: str = "Host: x") -> bytes:
    return "\r\n".join([first, host, *lines, "", ""]).encode("latin-1")


MALFORMED = {
    "both lengths": head("Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "both lengths, turned": head("Transfer-Encoding: chunked", "Content-Length: 5") + b"0\r\n\r\n",
    "two lengths": head("Content-Length: 0", "Content-Length: 35"),
    "the same length twice": head("Content-Length: 0", "Content-Length: 0"),
    "a list of lengths": head("Content-Length: 0, 0"),
    "a signed length": head("Content-Length: +0"),
    "a length in hexadecimal": head("Content-Length: 0x0"),
    "a length beyond all numbers": head("Content-Length: 99999999999999999999999"),
    "an unknown coding": head("Transfer-Encoding: xchunked") + b"0\r\n\r\n",
    "a coding after chunked": head("Transfer-Encoding: chunked, identity") + b"0\r\n\r\n",
    "a coding before chunked": head("Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    "chunked twice": head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n",
    "a space before the colon": head("Transfer-Encoding : chunked") + b"0\r\n\r\n",
    "chunked in HTTP/1.0": head("Transfer-Encoding: chunked", first="POST /echo HTTP/1.0")
    + b"0\r\n\r\n",
    "a chunk without a size": head("Transfer-Encoding: chunked") + b"\r\n\r\n",
    "a chunk of a signed size": head("Transfer-Encoding: chunked") + b"-1\r\n\r\n",
    "a chunk longer than its size": head("Transfer-Encoding: chunked") + b"1\r\nabc\r\n0\r\n\r\n",
    "a folded header": head("X-Long: a", " Content-Length: 0"),
    "a bare line feed": b"GET / HTTP/1.1\nHost: x\n\n",
    "a bare carriage return": head("X: a\rContent-Length: 0"),
    "a zero byte": head("X: a\x00b"),
    "a header without a name": head(": a"),
    "a header without a colon": head("Content-Length"),
    "no host": head("Content-Length: 0", host="X: x"),
    "two hosts": head("Host: y", "Content-Length: 0"),
    "two media types": head("Content-Type: a/b", "Content-Type: c/d", "Content-Length: 0"),
    "a space in the address": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address of another kind": b"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address without a slash": b"GET a HTTP/1.1\r\nHost: x\r\n\r\n",
    "a fragment": b"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown method": b"FETCH / HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a hello of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_what_two_servers_may_read_differently_is_refused_and_the_connection_ends(stand, name):
    wire = stand.ask(MALFORMED[name], SMUGGLED)
    status, headers, body = wire.answer()
    assert status == 400
    assert headers["connection"] == "close"
    assert "tidak dapat kami baca" in body.decode()
    assert wire.is_over()
    assert "/smuggled" not in stand.paths


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (get("/", version="2.0"), 505),
        (get("/", version="0.9"), 505),
        (b"GET /\r\n\r\n", 505),
        (get("/", "Expect: a miracle"), 417),
        (get("/" + "a" * 17_000), 414),
        (get("/?" + "a" * 17_000), 414),
        (get("/", *(f"X-{n}: 1" for n in range(100))), 431),
        (get("/", "X: " + "a" * 33_000), 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 60_000, 431),
        (b"GET /" + b"a" * 60_000, 414),
        (b"GET / HTTP/1.1\r\n" + b"a" * 60_000, 431),
    ],
)
def test_heads_have_limits_that_are_said(stand, request_bytes, status):
    wire = stand.ask(request_bytes)
    found, headers, body = wire.answer()
    assert (found, headers["connection"]) == (status, "close")
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert b'<p lang="en">' in body, "a page for people, in both languages"
    assert wire.is_over()
    assert stand.seen == []


def test_a_head_at_the_limits_is_read(stand):
    assert stand.ask(get("/", *(f"X-{n}: {'a' * 200}" for n in range(99)))).answer()[0] == 200
    assert stand.ask(get("/?" + "a" * 16_000)).answer()[0] == 200


def test_requests_in_one_breath_are_answered_in_their_order(stand):
    wire = stand.ask(get("/held"), post("/echo", b"second"), get("/third?x=1"))
    stand.gate.set()
    assert [wire.answer()[2] for _ in range(3)] == [b"GET /held?", b"second", b"GET /third?x=1"]


def test_of_too_many_in_one_breath_the_first_are_answered(stand):
    wire = stand.ask(*(get(f"/{n}") for n in range(60)))
    answers = [wire.answer() for _ in range(32)]
    assert [each[2] for each in answers] == [f"GET /{n}?".encode() for n in range(32)]
    assert answers[-1][1]["connection"] == "close"
    assert len(stand.seen) == 32


def test_what_came_before_the_nonsense_is_answered_first(stand):
    wire = stand.ask(get("/one"), get("/two"), b"nonsense\r\n\r\n", SMUGGLED)
    assert [wire.answer()[0] for _ in range(3)] == [200, 200, 400]
    assert wire.is_over()
    assert stand.paths == ["/one", "/two"]


def test_a_request_may_come_byte_by_byte(stand):
    wire = stand.connect()
    for byte in b"\r\n" + post("/echo?x=y", b"hello", "Cookie: a=1"):
        wire.send(bytes([byte]))
    assert wire.answer()[2] == b"hello"
    assert stand.seen[0].query_string == "x=y"
    assert stand.seen[0].headers["cookie"] == "a=1"


def test_a_connection_stays_until_one_side_says_otherwise(stand):
    wire = stand.connect()
    for _ in range(3):
        status, headers, _ = wire.send(get("/")).answer()
        assert (status, headers.get("connection")) == (200, None)
        assert headers["date"].endswith("GMT")
    assert wire.send(get("/", "Connection: close"), SMUGGLED).answer()[1]["connection"] == "close"
    assert wire.is_over()
    assert "/smuggled" not in stand.paths


def test_http_1_0_ends_unless_asked_to_stay(stand):
    wire = stand.ask(get("/", version="1.0"))
    assert wire.answer()[1]["connection"] == "close"
    assert wire.is_over()
    wire = stand.ask(get("/", "Connection: keep-alive", version="1.0"))
    assert wire.answer()[1]["connection"] == "keep-alive"
    assert wire.send(get("/again", "Connection: keep-alive", version="1.0")).answer()[0] == 200


def test_chunks_become_one_body_and_trailers_no_headers(stand):
    wire = stand.ask(
        head("Transfer-Encoding: Chunked"),
        b"3;a=b\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: 1\r\nHost: y\r\n\r\n", get("/after"),
    )  # fmt: skip
    assert wire.answer()[2] == b"abcdefg"
    assert wire.answer()[2] == b"GET /after?"
    assert "x-trailer" not in stand.seen[0].headers
    assert stand.seen[0].headers["host"] == "x"


def test_who_asks_before_sending_is_told_to_go_on(stand):
    wire = stand.ask(head("Content-Length: 5", "Expect: 100-continue"))
    assert wire.answer()[0] == 100
    assert wire.send(b"hello").answer()[2] == b"hello"
    assert wire.send(get("/")).answer()[0] == 200


def test_who_asks_before_sending_what_nobody_reads_is_not(stand):
    asking = head("Content-Length: 5", "Expect: 100-continue", first="POST /unread HTTP/1.1")
    wire = stand.ask(asking)
    status, headers, _ = wire.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert wire.is_over()


def test_head_is_told_the_length_and_sent_no_body(stand):
    wire = stand.ask(get("/some").replace(b"GET", b"HEAD"), get("/next"))
    status, headers, _ = wire.answer(head_only=True)
    assert (status, headers["content-length"]) == (200, str(len("HEAD /some?")))
    assert wire.answer()[2] == b"GET /next?"


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("http://x/a?b=c", "/a", "b=c"),
        ("http://x", "/", ""),
        ("/%61%2Fb%20?%61", "/a/b ", "%61"),
        ("//a/b", "//a/b", ""),
        ("/?a?b", "/", "a?b"),
    ],
)
def test_the_address_is_path_and_query(stand, target, path, query):
    assert stand.ask(get(target)).answer()[0] == 200
    assert (stand.seen[0].path, stand.seen[0].query_string) == (path, query)


def test_repeated_headers_are_joined(stand):
    lines = ("X-Forwarded-For: 1.1.1.1", "X-forwarded-for: 2.2.2.2", "Cookie: a=1", "Cookie: b=2")
    assert stand.ask(get("/", *lines)).answer()[0] == 200
    assert stand.seen[0].headers["x-forwarded-for"] == "1.1.1.1, 2.2.2.2"
    assert stand.seen[0].headers["cookie"] == "a=1; b=2"


@pytest.mark.parametrize(
    "request_bytes",
    [
        get("/", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x"),
        get("/", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: x"),
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_another_protocol_is_not_spoken(stand, request_bytes):
    wire = stand.ask(request_bytes, SMUGGLED)
    assert wire.answer()[0] == 200
    assert "/smuggled" not in stand.paths
    assert wire.is_over()


def test_an_answer_is_never_split(stand):
    wire = stand.ask(get("/split"), SMUGGLED)
    status, headers, body = wire.answer()
    assert (status, headers["connection"]) == (500, "close")
    assert "set-cookie" not in headers
    assert b"stolen" not in body
    assert wire.is_over()


def test_a_bug_is_an_answer_and_an_end(stand):
    wire = stand.ask(get("/broken"))
    assert wire.answer()[0] == 500
    assert wire.is_over()
    assert stand.ask(get("/silent")).is_over()
    assert stand.ask(get("/")).answer()[0] == 200


def test_who_has_said_everything_still_hears_the_answer(stand):
    wire = stand.ask(get("/held"), get("/next"))
    wire.socket.shutdown(1)
    stand.gate.set()
    assert [wire.answer()[2] for _ in range(2)] == [b"GET /held?", b"GET /next?"]
    assert wire.is_over()
