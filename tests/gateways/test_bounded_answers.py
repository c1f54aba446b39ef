"""An answer is read whole, however it arrives, and never further than its bound."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gelombang.gateways.partner import read_at_most

PARTS = (b"first,", b"second,", b"third")


async def _in_parts(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for part in PARTS:
        await response.write(part)
        await asyncio.sleep(0.05)  # a packet of its own
    return response


@pytest.mark.parametrize(("most", "is_whole"), [(100, True), (18, True), (17, False), (3, False)])
async def test_what_arrives_in_parts_is_read_together(most, is_whole):
    app = web.Application()
    app.router.add_get("/", _in_parts)
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession() as session,
        session.get(server.make_url("/")) as answer,
    ):
        raw = await read_at_most(answer, most)
    assert (len(raw) <= most) is is_whole
    assert b"".join(PARTS).startswith(raw)
