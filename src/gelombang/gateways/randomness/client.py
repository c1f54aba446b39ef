"""The client of drand's HTTP interface. What it returns is signed by the chain it was told of."""

import json
from typing import Any

import aiohttp

from gelombang.gateways.partner import read_at_most
from gelombang.gateways.randomness import bls
from gelombang.gateways.randomness.protocol import BeaconUntrue, Chain, Round, RoundNotYet
from gelombang.kit.errors import Outage

TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024  # bytes; a round is below one kilobyte
NOT_YET = (404, 425)


class BeaconClient:
    """Asks one beacon over HTTP and believes nothing but the signature."""

    def __init__(self, session: aiohttp.ClientSession, *, base_url: str, chain: Chain) -> None:
        self._session = session
        self._base = base_url.rstrip("/")
        self._chain = chain

    async def fetch(self, number: int) -> Round:
        """A round of the chain, its signature checked.

        Raises RoundNotYet, BeaconUntrue, or Outage when the beacon is away.
        """
        answer = await self._get(f"{self._base}/{self._chain.hash}/public/{number}")
        signature = _hexadecimal(answer, "signature")
        if answer.get("round") != number:
            raise BeaconUntrue("the beacon answered with another round")
        randomness = bls.randomness_of(signature)
        if randomness != _hexadecimal(answer, "randomness"):
            raise BeaconUntrue("the randomness is not the digest of the signature")
        key = bytes.fromhex(self._chain.public_key)
        if not bls.is_signed(public_key=key, number=number, signature=signature):
            raise BeaconUntrue("the signature is not of this chain and round")
        return Round(number, randomness.hex(), signature.hex())

    async def _get(self, url: str) -> dict[str, Any]:
        time_out = aiohttp.ClientTimeout(total=TIME_OUT_SECONDS)
        try:
            async with self._session.get(url, timeout=time_out) as response:
                if response.status in NOT_YET:
                    raise RoundNotYet("the round does not exist yet")
                if response.status != 200:  # noqa: PLR2004 HTTP's own number
                    raise Outage(f"the beacon answered with status {response.status}")
                raw = await read_at_most(response, LONGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Outage(f"the beacon is away: {type(error).__name__}") from error
        return _decode(raw)


def _decode(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST_ANSWER:
        raise Outage("the beacon's answer is too long")
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise Outage("the beacon's answer is not JSON") from error
    if not isinstance(answer, dict):
        raise Outage("the beacon's answer is not an object")
    return answer


def _hexadecimal(answer: dict[str, Any], key: str) -> bytes:
    value = answer.get(key)
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return b""


async def fetch_once(*, base_url: str, chain: Chain, number: int) -> Round:
    """One round over a session of its own. Raises what `BeaconClient.fetch` does."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        return await BeaconClient(session, base_url=base_url, chain=chain).fetch(number)
