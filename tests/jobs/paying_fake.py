"""An invented payment partner in a thread of its own, for sweeps that call it over HTTP."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from tests.gateways.payments.paying import account

from gelombang.gateways.payments.account import PartnerAccount
from gelombang.gateways.payments.fake import FakePaymentPartner


class Shop:
    """The fake, its address, and what its books say."""

    def __init__(self, fake: FakePaymentPartner, account: PartnerAccount) -> None:
        self.fake = fake
        self.account = account
        self.environment = SimpleNamespace(payment_accounts={account.code: account})
        self._loop: asyncio.AbstractEventLoop | None = None

    def books(self) -> Mapping[str, Any]:
        """Totals of the fake's own books; read in its thread, whose file it is."""
        return self._do(self.fake.books.totals)

    def payments(self) -> list[Mapping[str, Any]]:
        return [
            each.shown() for each in self._do(lambda: self.fake.books.page(after="", limit=10_000))
        ]

    def seed(self, accounts: list[Mapping[str, Any]]) -> None:
        self._do(lambda: self.fake.books.seed(accounts))

    def set_funds(self, funds: int | None) -> None:
        self._do(lambda: self.fake.books.set_funds(funds))

    def misbehave(self, **faults: Any) -> None:
        """Switch faults of every call on, all others off."""
        self.fake.partner.faults = type(self.fake.partner.faults)(**faults)

    def _do(self, work: Any) -> Any:
        async def run() -> Any:
            return work()

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=10)


@contextmanager
def open_shop(place: Path, *, code: str = "gopay", port: int = 0) -> Iterator[Shop]:
    """A partner on a port of this machine, its books in `place`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> tuple[Shop, web.AppRunner]:
        fake = FakePaymentPartner(data_dir=place, account=account(code))
        runner = web.AppRunner(fake.application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        own = account(code, base_url=f"http://127.0.0.1:{runner.addresses[0][1]}")
        return Shop(fake, own), runner

    shop, runner = asyncio.run_coroutine_threadsafe(begin(), loop).result(timeout=10)
    shop._loop = loop
    try:
        yield shop
    finally:
        shop._do(shop.fake.books.close)
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
