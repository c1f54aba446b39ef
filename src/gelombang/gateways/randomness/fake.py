"""An invented beacon with drand's HTTP interface and a key of its own (standards §9.2).

Virtual time decides which rounds exist: a round asked for too early is answered 425, as drand does.
`PUT /_admin/lie` {"wrong_signature": true} makes it sign with another key.
"""

import asyncio
from typing import Any

from aiohttp import web

from gelombang.gateways.faults import FaultyPartner
from gelombang.gateways.randomness import bls
from gelombang.gateways.randomness.invented import BEACON_ID, CHAIN, GROUP_HASH, SECRET
from gelombang.gateways.randomness.protocol import SCHEME
from gelombang.kit import clock


class FakeBeacon:
    """Signs the rounds that exist at the virtual instant."""

    def __init__(self) -> None:
        self.partner = FaultyPartner()
        self.wrong_signature = False

    def application(self) -> web.Application:
        """Its routes, with the switches of every fake."""
        app = self.partner.application()
        app.router.add_get("/chains", self._chains)
        app.router.add_get("/{chain}/info", self._info)
        app.router.add_get("/{chain}/public/{round}", self._round)
        app.router.add_put("/_admin/lie", self._lie)
        return app

    async def _lie(self, request: web.Request) -> web.Response:
        self.wrong_signature = bool((await request.json())["wrong_signature"])
        return web.json_response({"wrong_signature": self.wrong_signature})

    async def _chains(self, _: web.Request) -> web.Response:
        return web.json_response([CHAIN.hash])

    async def _info(self, request: web.Request) -> web.Response:
        if request.match_info["chain"] != CHAIN.hash:
            raise web.HTTPNotFound
        return web.json_response(
            {
                "public_key": CHAIN.public_key,
                "period": CHAIN.period,
                "genesis_time": CHAIN.genesis,
                "hash": CHAIN.hash,
                "groupHash": GROUP_HASH,
                "schemeID": SCHEME,
                "metadata": {"beaconID": BEACON_ID},
            }
        )

    async def _round(self, request: web.Request) -> web.Response:
        if request.match_info["chain"] != CHAIN.hash:
            raise web.HTTPNotFound
        latest, asked = CHAIN.round_at(clock.now()), request.match_info["round"]
        number = latest if asked == "latest" else _number(asked)
        if number > latest:
            return web.json_response({"error": "round not available yet"}, status=425)
        return web.json_response(await asyncio.to_thread(self._signed, number))

    def _signed(self, number: int) -> dict[str, Any]:
        signature = bls.sign(secret=SECRET + self.wrong_signature, number=number)
        return {
            "round": number,
            "randomness": bls.randomness_of(signature).hex(),
            "signature": signature.hex(),
        }


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**63:
        raise web.HTTPNotFound
    return int(text)
