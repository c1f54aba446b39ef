"""An invented provider of text messages, running beside a test."""

import asyncio
import threading

from aiohttp import web

from gelombang.cli.postgres import free_port
from gelombang.gateways.messaging.sms_client import SmsAccount, SmsClient
from gelombang.gateways.messaging.sms_fake import FakeSmsProvider


class Running:
    """A provider in a thread of its own."""

    def __init__(self, reporter=None):
        self.fake, self.port = FakeSmsProvider(key="kunci", reporter=reporter), free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self):
        async def start():
            self._runner = web.AppRunner(self.fake.application(), shutdown_timeout=0.1)
            await self._runner.setup()
            await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

        self._thread.start()
        asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)
        self.client = SmsClient(SmsAccount(f"http://127.0.0.1:{self.port}", "kunci"))
        return self

    def __exit__(self, *_):
        self.client.close()
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def texts(self):
        return [each["text"] for each in self.fake.messages.values()]
