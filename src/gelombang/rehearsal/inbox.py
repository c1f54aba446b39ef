"""The synthetic people's mail: one reader follows the mail catcher for all of them."""

import asyncio
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from gelombang.rehearsal.wire import ConnectionLost, Pool, prepare

_PAGE = 5000
_WAIT_SECONDS = 5
_CONFIRM = re.compile(r"/konfirmasi/[A-Za-z0-9_-]+")
_CODE = re.compile(r"^[ \t]*(\d{6})[ \t]*$", re.MULTILINE)  # alone on its line
_TICKET = re.compile(r"W\d{2,}-\d{12}")
_RESULT = "/saya/hasil/"
_READ_AGAIN_AFTER = 0.5


@dataclass(slots=True)
class Letters:
    """What one address has received."""

    confirm_path: str | None = None
    codes: list[str] = field(default_factory=list)
    results: int = 0
    ticket: str = ""
    """Of the latest letter with a result."""


class Inbox:
    """Follows `GET /api/stream` and keeps, by address, what a person would do something with."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._letters: dict[str, Letters] = defaultdict(Letters)
        self._news: dict[str, asyncio.Event] = {}
        self._last_id = 0

    async def follow(self) -> None:
        """Read for ever; cancelled when the rehearsal ends. The catcher may go and come back."""
        while True:
            try:
                await self._read_once()
            except ConnectionLost:
                await asyncio.sleep(_READ_AGAIN_AFTER)

    async def confirm_path(self, address: str, *, seconds: float) -> str:
        """The path of the confirm link, once it has come. Raises TimeoutError."""
        letters = self._letters[address.casefold()]
        async with asyncio.timeout(seconds):
            while letters.confirm_path is None:
                await self._next_letter(address)
            return letters.confirm_path

    def codes_so_far(self, address: str) -> int:
        """How many sign-in codes this address has received until now."""
        return len(self._letters[address.casefold()].codes)

    async def code(self, address: str, *, after: int, seconds: float) -> str:
        """The first code beyond the `after` that were known. Raises TimeoutError."""
        letters = self._letters[address.casefold()]
        async with asyncio.timeout(seconds):
            while len(letters.codes) <= after:
                await self._next_letter(address)
            return letters.codes[-1]

    def results_of(self, address: str) -> int:
        """How many letters with a result this address has received until now."""
        return self._letters[address.casefold()].results

    def ticket_of(self, address: str) -> str:
        """The ticket in this address's latest letter with a result; empty before one came."""
        return self._letters[address.casefold()].ticket

    async def _next_letter(self, address: str) -> None:
        news = self._news.setdefault(address.casefold(), asyncio.Event())
        try:
            await news.wait()
        finally:
            self._news.pop(address.casefold(), None)

    async def _read_once(self) -> None:
        path = f"/api/stream?after={self._last_id}&limit={_PAGE}&wait={_WAIT_SECONDS}"
        answer = await self._pool.call(prepare("GET", path, host=self._pool.host, headers={}))
        if answer.status != 200:  # noqa: PLR2004
            await asyncio.sleep(_READ_AGAIN_AFTER)
            return
        for mail in json.loads(answer.body):
            self._last_id = max(self._last_id, int(mail["id"]))
            self._keep(mail)

    def _keep(self, mail: dict[str, Any]) -> None:
        address, body = str(mail["to"]).casefold(), str(mail["body"])
        letters = self._letters[address]
        if found := _CONFIRM.search(body):
            letters.confirm_path = letters.confirm_path or found.group()
        elif _RESULT in body:
            letters.results += 1
            ticket = _TICKET.search(body)
            letters.ticket = ticket.group() if ticket else ""
        elif code := _CODE.search(body):
            letters.codes.append(code.group(1))
        if address in self._news:
            self._news[address].set()
