"""An invented provider of text messages: it delivers to nobody, and shows what it was given.

It keeps one message a reference, refuses what a real one refuses, can be told to fail, and posts a
signed receipt for each.
"""

from __future__ import annotations

import hmac
import json
import re
from collections import deque

from aiohttp import web

from gelombang.gateways.faults import FaultyPartner
from gelombang.gateways.messaging.fake_reports import Reporter
from gelombang.kit import clock

MOST_MESSAGES = 100_000
LONGEST_TEXT = 1_000
_NUMBER = re.compile(r"\+62[0-9]{8,13}")
CHANNELS = frozenset({"sms", "whatsapp"})


class FakeSmsProvider:
    """One provider: its messages by reference, and the switches of its faults."""

    def __init__(self, *, key: str, reporter: Reporter | None = None) -> None:
        self.partner = FaultyPartner()
        self.messages: dict[str, dict[str, str]] = {}
        self._key, self._reporter = key, reporter
        self._order: deque[str] = deque()

    def application(self) -> web.Application:
        """`POST /v1/messages`, and `GET /_admin/messages?to=` for whoever tries it out."""
        app = self.partner.application()
        app.router.add_post("/v1/messages", self._take)
        app.router.add_get("/_admin/messages", self._list)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        offered = request.headers.get("Authorization", "")
        if not hmac.compare_digest(offered.encode(), f"Bearer {self._key}".encode()):
            return web.json_response({"title": "unknown key"}, status=401)
        try:
            body = await request.json()
            reference, to = str(body["reference"]), str(body["to"])
            channel, text = str(body["channel"]), str(body["text"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"title": "unreadable"}, status=400)
        if not _NUMBER.fullmatch(to) or channel not in CHANNELS or len(text) > LONGEST_TEXT:
            return web.json_response({"title": "no such number"}, status=422)
        if reference in self.messages:
            return web.json_response({"title": "taken before"}, status=409)
        self._keep(reference, {"to": to, "channel": channel, "text": text})
        return web.json_response({"id": reference}, status=202)

    def _keep(self, reference: str, message: dict[str, str]) -> None:
        self.messages[reference] = {**message, "received_at": clock.real_now().isoformat()}
        self._order.append(reference)
        self.partner.meter.note_answer(message["to"])
        faults = self.partner.faults
        if self._reporter is not None and not self.partner.happens(faults.receipts_lost):
            receipt = json.dumps({"reference": reference, "status": "delivered"}).encode()
            self._reporter.tell(
                receipt, kind="application/json", after=faults.receipts_late_seconds
            )
        if len(self._order) > MOST_MESSAGES:
            del self.messages[self._order.popleft()]

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("to", "")
        found = [each for each in self.messages.values() if not wanted or each["to"] == wanted]
        return web.json_response(found[-100:])
