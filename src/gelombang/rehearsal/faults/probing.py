"""Somebody who looks and registers all the time, and notes when they heard what.

The generator is the load; the probe is the watch. It never waits for an answer before it asks
again, keeps every receipt, and sends what was not taken in again with the same key.
"""

import asyncio
import json
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import proofs
from gelombang.rehearsal.surge.people import REGISTER_PATH
from gelombang.rehearsal.wire import Answer, ConnectionLost, Pool, prepare

EVERY_SECONDS = 0.2
BROKEN = 0
FORM_PATH = "/daftar"
PATIENCE_SECONDS = 30.0  # for one answer: longer than the door ever takes
DOOR_PAGES = ("/daftar", "/", "/antrean.json")
LIVE_PAGES = frozenset({"/", "/antrean.json"})
"""What the front door answers from memory, whatever became of the rest."""
ADDRESSES = 600  # that it comes from: the door paces each
_CONNECTIONS = 400
_CREATED, _SEEN, _TOO_MANY = 201, 303, 429
_PAUSED = b"Dijeda sebentar"
_LOOK_SECONDS = 0.05
_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer. Instants are of the monotonic clock; status 0 is a broken connection."""

    path: str
    sent_at: float
    heard_at: float
    status: int
    retry_after: int | None = None
    is_paused: bool = False
    """Whether it says "paused for a moment", with when to come again."""


@dataclass(slots=True)
class Notes:
    """Everything that was heard."""

    heard: list[Heard] = field(default_factory=list)
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Receipts by key."""
    owed: dict[str, bytes] = field(default_factory=dict)
    """Requests by key that have no receipt yet."""

    def of(self, paths: Iterable[str], *, since: float) -> list[Heard]:
        """What was heard on these paths to requests from that instant on."""
        wanted = set(paths)
        return [each for each in self.heard if each.path in wanted and each.sent_at >= since]


class Probe:
    """Enter it and it asks; leave it and it has heard every answer."""

    def __init__(
        self, url: str, keyring: Keyring, *, group: str, pages: tuple[str, ...] = DOOR_PAGES
    ) -> None:
        self.notes = Notes()
        self._pool = Pool(url, connections=_CONNECTIONS, addresses=ADDRESSES)
        self._keyring = keyring
        self._group = group
        self._proof = next(proofs.minted(keyring, 1))
        self._pages = pages
        self._visits: set[asyncio.Task[None]] = set()
        self._asking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to ask."""
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ask nothing more, and wait for what is still to be answered."""
        if self._asking is not None:
            self._asking.cancel()
        await asyncio.gather(*self._visits)

    async def until_heard(
        self, paths: Iterable[str], status: int, *, since: float, seconds: float
    ) -> Heard | None:
        """The first answer of that status to a request from then on; None after `seconds`."""
        until, wanted = time.monotonic() + seconds, tuple(paths)
        while time.monotonic() < until:
            for each in self.notes.of(wanted, since=since):
                if each.status == status:
                    return each
            await asyncio.sleep(_LOOK_SECONDS)
        return None

    async def settle(self, *, seconds: float) -> int:
        """Send what has no receipt again, with the same keys; how many still have none."""
        until = time.monotonic() + seconds
        while self.notes.owed and time.monotonic() < until:
            for key, request in list(self.notes.owed.items()):
                await self._register(key, request)
            if self.notes.owed:
                await asyncio.sleep(_AGAIN_SECONDS)
        await self._pool.close()
        return len(self.notes.owed)

    async def _ask(self) -> None:
        """Every page and one registration at a time of their own, whatever became of the last."""
        due = time.monotonic()
        while True:
            key = str(uuid7())
            self._begin(self._register(key, self._registration(key)))
            for page in self._pages:
                self._begin(self._look(page))
            due += EVERY_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _begin(self, visit: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(visit)
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)

    async def _register(self, key: str, request: bytes) -> None:
        self.notes.owed[key] = request
        answer = await self._exchange(REGISTER_PATH, request)
        if answer is not None and answer.status == _CREATED:
            self.notes.acknowledged[key] = json.loads(answer.body)["receipt"]
            self.notes.owed.pop(key, None)

    async def _look(self, page: str) -> None:
        await self._exchange(page, prepare("GET", page, host=self._pool.host, headers={}))

    async def _exchange(self, path: str, request: bytes) -> Answer | None:
        sent_at, answer = time.monotonic(), None
        try:
            answer = await self._pool.call(request, seconds=PATIENCE_SECONDS)
        except ConnectionLost:
            self.notes.heard.append(Heard(path, sent_at, time.monotonic(), BROKEN))
        else:
            self.notes.heard.append(_heard(path, sent_at, answer))
        return answer

    async def send_form(self, key: str) -> Answer | None:
        """The form as a browser without scripts sends it, with its work done; always the same."""
        email = f"{self._group}.{key}@example.id"
        fields = {"email": email, "phone": "", "nonce": key, "ticket": "", "altcha": self._proof}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = prepare(
            "POST", FORM_PATH, host=self._pool.host, headers=headers,
            body=urlencode(fields).encode(),
        )  # fmt: skip
        answer = await self._exchange(FORM_PATH, request)
        if answer is not None and answer.status == _SEEN:
            self.notes.acknowledged[key] = answer.headers["location"].rpartition("/")[2]
        return answer

    def _registration(self, key: str) -> bytes:
        made = next(proofs.minted(self._keyring, 1))
        body = json.dumps({"email": f"{self._group}.{key}@example.id", "altcha": made})
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return prepare(
            "POST", REGISTER_PATH, host=self._pool.host, headers=headers, body=body.encode()
        )


def _heard(path: str, sent_at: float, answer: Answer) -> Heard:
    asked = answer.headers.get("retry-after", "")
    seconds = int(asked) if asked.isdecimal() else None
    is_paused = answer.status == _TOO_MANY and seconds is not None and _PAUSED in answer.body
    return Heard(path, sent_at, time.monotonic(), answer.status, seconds, is_paused)
