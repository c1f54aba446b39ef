"""How a machine gets through the front door: with a proof of work, and a ticket if it must wait."""

import asyncio
import time
from collections.abc import Mapping
from random import Random
from typing import Any

from gelombang.kit import clock
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import proofs
from gelombang.rehearsal.load import Caller, GaveUp
from gelombang.rehearsal.surge.waiting import read_document, waiter_of
from gelombang.rehearsal.wire import Answer

WAITING_SECONDS = 600.0  # after that long in the queue a person gives up
POLL_PATH = "/antrean.json"
_OK, _ACCEPTED, _UNPROVEN = 200, 202, 428
_TRIES = 3


class Doorway:
    """Sends what the door takes in, until it is taken in or refused for good."""

    def __init__(self, caller: Caller, *, keyring: Keyring | None) -> None:
        self._caller = caller
        self._keyring = keyring
        self._chance = Random("doorway")  # noqa: S311 repeatable on purpose

    async def send(
        self, step: str, path: str, *, body: Mapping[str, Any], headers: Mapping[str, str],
        due: float | None, proves: bool,
    ) -> Answer:  # fmt: skip
        """One submission with one key: proven, and sent again when its turn comes.

        Raises GaveUp.
        """
        sent = dict(body)
        if proves:
            sent["altcha"] = await self._proof()
        answer = await self._ask(step, path, sent, headers, due)
        for _ in range(_TRIES):
            if answer.status == _UNPROVEN:
                challenge = read_document(answer.body).get("challenge")
                sent["altcha"] = await proofs.for_challenge(challenge)
            elif answer.status == _ACCEPTED:
                sent["ticket"] = await self._turn(answer)
            else:
                break
            answer = await self._ask(step, path, sent, headers, None)
        return answer

    async def _ask(
        self, step: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str],
        due: float | None,
    ) -> Answer:  # fmt: skip
        return await self._caller.ask(step, "POST", path, json_body=body, headers=headers, due=due)

    async def _proof(self) -> str | None:
        """Minted where we hold the keys, else worked out for a challenge that the door gives."""
        if self._keyring is not None:
            return next(proofs.minted(self._keyring, 1))
        answer = await self._caller.ask("challenge", "GET", proofs.CHALLENGE_PATH)
        return await proofs.worked_out(answer.body) if answer.status == _OK else None

    async def _turn(self, answer: Answer) -> str:
        """The ticket of this answer, when the watermark has passed it. Raises GaveUp."""
        document = read_document(answer.body)
        waiter, poll = waiter_of(document), str(document.get("poll") or POLL_PATH)
        pause = float(answer.headers.get("retry-after", "1"))
        until = time.monotonic() + WAITING_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(pause)
            looked = await self._caller.ask("queue", "GET", poll)
            document = read_document(looked.body)
            if waiter.is_called(document):
                return waiter.ticket
            pause = waiter.pause(document, self._chance, real_now=clock.real_now())
        raise GaveUp(f"the turn did not come within {WAITING_SECONDS:.0f} s")
