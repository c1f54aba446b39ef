"""The small router: which way a call goes, and what stands there when the house is away."""

import asyncio

import pytest

from gelombang.rehearsal.faults.router import is_for_the_door, routed
from gelombang.rehearsal.wire import Pool, prepare


@pytest.mark.parametrize(
    ("method", "path", "for_the_door"),
    [
        ("GET", "/daftar", True),
        ("POST", "/api/v1/registrations", True),
        ("GET", "/antrean/abc", True),
        ("POST", "/gabung/PKJ-2020-W01", True),
        ("GET", "/gabung/PKJ-2020-W01", False),
        ("POST", "/gabung/PKJ-2020-W01/batal", False),
        ("GET", "/masuk", False),
        ("GET", "/angka", False),
    ],
)
def test_each_call_goes_to_whom_it_belongs(method, path, for_the_door):
    assert is_for_the_door(method, path) is for_the_door


async def answer(reader, writer):
    """A front door that says who asked, and hangs up after the second answer."""
    for _ in range(2):
        await reader.readuntil(b"\r\n\r\n")
        words = writer.get_extra_info("peername")[0].encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(words), words))
    await writer.drain()
    writer.close()


async def test_the_door_hears_the_client_and_the_house_may_be_away():
    door = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}"
    async with routed(url, "http://127.0.0.1:9") as through:
        pool = Pool(through, connections=1, addresses=2)
        ways = [
            await pool.call(prepare("GET", path, host=pool.host, headers={}))
            for path in ("/", "/", "/", "/masuk")
        ]
        await pool.close()
    door.close()
    assert [each.status for each in ways] == [200, 200, 200, 429]
    assert {each.body for each in ways[:3]} == {b"127.2.0.1"}
    assert b"Dijeda sebentar" in ways[3].body
    assert ways[3].headers["retry-after"] == "15"
