"""An application behind a real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


class Canned:
    """A partner that keeps what it was asked and answers what the test says."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer if answer is not None else {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str, Any]] = []

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path, body))
        answer = self.answer(body) if callable(self.answer) else self.answer
        if isinstance(answer, bytes):
            return web.Response(body=answer, status=self.status, headers=self.headers)
        return web.json_response(answer, status=self.status, headers=self.headers)
