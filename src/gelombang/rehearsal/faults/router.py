"""A small router before front door and house: what stands between people and both in production.

The paths of the front door go to the front door, the rest to the house. While the house does not
answer, its visitors read the front door's own paused page. It speaks to both from the address of
whom it speaks for, since the front door paces addresses.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from gelombang.frontdoor.reasons import Hold
from gelombang.frontdoor.static_pages import View, passing_page

RETRY_SECONDS = 15
DOOR_PATHS = frozenset({"/", "/daftar", "/antrean.json", "/healthz", "/readyz", "/gaya.css",
                        "/antrean.js", "/kerja.js", "/ulang.js", "/favicon.ico", "/robots.txt",
                        "/api/v1/registrations", "/api/v1/tantangan"})  # fmt: skip
DOOR_PREFIXES = ("/antrean/", "/bahasa/", "/konfirmasi/", "/tanda-terima/", "/api/v1/waves/")
_JOIN_SLASHES = 2
_HEAD_END = b"\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def is_for_the_door(method: str, path: str) -> bool:
    """Whether the front door answers this call by itself."""
    joins = method == "POST" and path.startswith("/gabung/") and path.count("/") == _JOIN_SLASHES
    return joins or path in DOOR_PATHS or path.startswith(DOOR_PREFIXES)


@asynccontextmanager
async def routed(door_url: str, house_url: str) -> AsyncIterator[str]:
    """The address of a router before the two, gone again at the end."""
    router = _Router(_address(door_url), _address(house_url))
    server = await asyncio.start_server(router.serve, "127.0.0.1", 0, backlog=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await router.hang_up()


class _Router:
    """Hands whole requests on and whole answers back."""

    def __init__(self, door: tuple[str, int], house: tuple[str, int]) -> None:
        self._door, self._house = door, house
        self._clients: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, request after request."""
        task = asyncio.current_task()
        if task is None:
            return
        self._clients.add(task)
        kept: dict[tuple[str, int], Streams] = {}
        try:
            while request := await _message(reader, bodyless=False):
                writer.write(await self._answer(request, kept, writer))
                await writer.drain()
        except (asyncio.CancelledError, ConnectionError):
            return  # they hung up, or the rehearsal is over
        finally:
            self._clients.discard(task)
            for _, upstream in kept.values():
                upstream.close()
            writer.close()

    async def hang_up(self) -> None:
        """Let every client go."""
        for task in list(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _answer(
        self,
        request: bytes,
        kept: dict[tuple[str, int], Streams],
        writer: asyncio.StreamWriter,
    ) -> bytes:
        method, target_path, _ = request.decode("latin-1").split(" ", 2)
        for_door = is_for_the_door(method, target_path.partition("?")[0])
        target = self._door if for_door else self._house
        client: str = writer.get_extra_info("peername")[0]

        async def opened() -> Streams:
            return await asyncio.open_connection(*target, local_addr=(client, 0))

        answer = await _exchanged(request, kept, target, opened)
        if answer:
            return answer
        if for_door:
            raise ConnectionResetError  # as the front door did
        return paused_answer()


async def _exchanged(
    request: bytes,
    kept: dict[tuple[str, int], Streams],
    target: tuple[str, int],
    opened: Callable[[], Awaitable[Streams]],
) -> bytes:
    """The answer; nothing when there is none. A kept connection that was closed is replaced."""
    tries = 2 if target in kept else 1
    for _ in range(tries):
        with suppress(OSError):
            if target not in kept:
                kept[target] = await opened()
            reader, writer = kept[target]
            writer.write(request)
            if answer := await _message(reader, bodyless=request.startswith(b"HEAD ")):
                return answer
        if broken := kept.pop(target, None):
            broken[1].close()
    return b""


async def _message(reader: asyncio.StreamReader, *, bodyless: bool) -> bytes:
    """One whole request or answer; nothing at the end."""
    try:
        head = await reader.readuntil(_HEAD_END)
        names = head.lower()
        if bodyless:
            return head
        if b"transfer-encoding: chunked" in names:
            return head + await reader.readuntil(b"0\r\n\r\n")
        at = names.find(b"content-length:")
        if at < 0:
            return head
        return head + await reader.readexactly(int(names[at + 15 : names.find(b"\r", at)]))
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def paused_answer() -> bytes:
    """The front door's page for "paused", as it stands ready in the router."""
    body = passing_page(Hold.PAUSED, View("id")).plain
    head = (
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Retry-After: {RETRY_SECONDS}\r\nCache-Control: no-store\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80
