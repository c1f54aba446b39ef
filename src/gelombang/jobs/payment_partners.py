"""The payment partners of this system: their clients, their contracts, and calls side by side."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import aiohttp

from gelombang.gateways.payments.client import SnapClient
from gelombang.records.partners import actions as partners, queries as partner_queries

if TYPE_CHECKING:
    from gelombang.gateways.payments.protocol import PaymentPartner
    from gelombang.jobs.loop import Context

MOST_CALLS = 50  # at a time, to one partner by one sweep
CONTRACT_SECONDS = 5.0  # so often the programme is asked whether it has another contract
STOP_SECONDS = 0.2  # so often running calls are looked at, so that a stop is heeded soon
ACTOR = "job:disbursement"

T = TypeVar("T")


def clients(context: Context, session: aiohttp.ClientSession) -> Mapping[str, PaymentPartner]:
    """A client for each payment partner that we have an account with."""
    accounts = context.environment.payment_accounts
    return {code: SnapClient(session, account) for code, account in accounts.items()}


@dataclass
class Contract:
    """What the programme agreed with one partner, taken over as it changes."""

    partner: str
    _read_at: float | None = None  # by the monotonic clock; none while nothing is agreed

    def holds(self, context: Context) -> bool:
        """Whether the partner may be asked at all: without a contract nobody is."""
        at = time.monotonic()
        if self._read_at is not None and at < self._read_at + CONTRACT_SECONDS:
            return True
        agreed = partner_queries.agreed(code=self.partner)
        if agreed is None:
            self._read_at = None
            return False
        partners.provide(agreed=agreed, actor=ACTOR, now=context.now, real_now=context.real_now)
        self._read_at = at
        return True


@dataclass
class Counter:
    """One partner's client with a session of its own, in the loop of the sweep that asks it."""

    partner: str
    _runner: asyncio.Runner | None = None
    _session: aiohttp.ClientSession | None = None
    _client: PaymentPartner | None = field(default=None, repr=False)

    def client(self, context: Context) -> PaymentPartner | None:
        """The client, made once; None where we have no account with the partner."""
        if self.partner not in context.environment.payment_accounts:
            return None
        if self._client is None:
            self._runner = asyncio.Runner()
            self._session = self._runner.run(_open_session())
            self._client = clients(context, self._session)[self.partner]
        return self._client

    def ask_all(self, calls: Sequence[Coroutine[Any, Any, T]], *, stop: threading.Event) -> list[T]:
        """What the calls answered, all made at once; those under way at a stop are given up."""
        if self._runner is None:
            raise RuntimeError("the client comes first")
        return self._runner.run(_gather(calls, stop))

    def close(self) -> None:
        """Let go of the loop and its connections."""
        if self._runner is not None and self._session is not None:
            self._runner.run(self._session.close())
            self._runner.close()
        self._runner = self._session = self._client = None


@dataclass
class Switchboard(Generic[T]):
    """Calls to one partner in a loop of their own thread: a slow answer holds up no other one.

    What it holds in memory may be lost at any time; leases bring it back.
    """

    partner: str
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _session: aiohttp.ClientSession | None = None
    _client: PaymentPartner | None = field(default=None, repr=False)
    _open: set[futures.Future[T]] = field(default_factory=set)

    @property
    def under_way(self) -> int:
        """How many calls have not ended yet."""
        return len(self._open)

    def client(self, context: Context) -> PaymentPartner:
        """The client, made once. Raises KeyError where we have no account with the partner."""
        if self._client is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._loop.run_forever, name=f"calls.{self.partner}", daemon=True
            )
            self._thread.start()
            self._session = self._run(_open_session())
            self._client = clients(context, self._session)[self.partner]
        return self._client

    def call(self, work: Coroutine[Any, Any, T]) -> None:
        """Begin a call; `gather` gives its answer once it is there. The client comes first."""
        if self._loop is None:
            raise RuntimeError("the client comes first")
        self._open.add(asyncio.run_coroutine_threadsafe(work, self._loop))

    def gather(self, *, seconds: float) -> list[T]:
        """What has been answered, after so long a wait at most."""
        if not self._open:
            return []
        done, self._open = futures.wait(self._open, timeout=seconds)
        return [each.result() for each in done]

    def close(self) -> None:
        """Let go of the loop and its connections; calls under way are forgotten."""
        if self._loop is not None and self._thread is not None and self._session is not None:
            self._run(self._session.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
            self._loop.close()
        self._loop = self._thread = self._session = self._client = None
        self._open.clear()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        if self._loop is None:
            raise RuntimeError("no loop runs")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)


async def _open_session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=MOST_CALLS)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    )


async def _gather(calls: Sequence[Coroutine[Any, Any, T]], stop: threading.Event) -> list[T]:
    tasks = [asyncio.ensure_future(call) for call in calls]
    waiting = set(tasks)
    while waiting and not stop.is_set():
        _, waiting = await asyncio.wait(waiting, timeout=STOP_SECONDS)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return [task.result() for task in tasks if not task.cancelled()]
