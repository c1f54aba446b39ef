"""Visits to the house behind the door: as many at a time as it bears, bodies with a limit.

While PostgreSQL is away the house can only fail; people then read "paused", never a fault.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from msgspec.structs import replace

from gelombang.frontdoor import hold, told
from gelombang.frontdoor.admission import Bounds, Limiter, Priority, Verdicts, Waiter, priority_of
from gelombang.frontdoor.calendar import REGISTRATION
from gelombang.frontdoor.core import Request, Response
from gelombang.frontdoor.door import Door
from gelombang.frontdoor.meters import Outcome
from gelombang.frontdoor.reasons import Hold
from gelombang.frontdoor.told import Message
from gelombang.frontdoor.wire import App, Event, Receive, Scope, Send, drain, send_response
from gelombang.kit import clock
from gelombang.kit.words import Text

log = logging.getLogger(__name__)

PAUSED_SENDING = Message(
    "paused",
    HTTPStatus.TOO_MANY_REQUESTS,
    Text(id="Dijeda sebentar", en="Paused for a moment"),
    (
        Text(
            id="Kami sedang merapikan sistem. Kiriman ini belum kami catat.",
            en="We are putting our systems in order. This submission is not recorded yet.",
        ),
        Text(
            id="Tekan tombol kembali di peramban Anda: isian masih ada di sana. "
            "Lalu kirim lagi sebentar lagi.",
            en="Press the back button of your browser: what you typed is still there. "
            "Then send it again in a moment.",
        ),
    ),
)
UNANSWERED_SENDING = Message(
    "unanswered",
    HTTPStatus.TOO_MANY_REQUESTS,
    Text(id="Belum ada jawaban", en="No answer yet"),
    (
        Text(
            id="Sistem kami belum menjawab. Kiriman ini mungkin sudah tercatat, mungkin belum.",
            en="Our systems have not answered yet. This submission may be recorded, or may not.",
        ),
        Text(
            id="Lihat status Anda dulu, sebelum mengirim lagi.",
            en="Look at your status first, before you send it again.",
        ),
    ),
)
RETRY_SECONDS = "15"
CLOSE = (b"connection", b"close")


class BodyTooLarge(Exception):
    """More came than this path takes."""


class House:
    """The application behind the door, and the places in it."""

    def __init__(self, door: Door, app: App) -> None:
        self._door = door
        self._app = app
        self._limits = door.config.limits
        self._limiter = Limiter(
            Bounds(
                fewest=min(self._limits.house_requests_fewest, self._limits.house_requests),
                most=self._limits.house_requests,
                queue=self._limits.house_queue,
                visit_seconds=self._limits.house_visit_seconds,
            )
        )
        self._answers: dict[Waiter, asyncio.Future[bool]] = {}

    async def visit(self, request: Request, scope: Scope, receive: Receive, send: Send) -> int:
        """Let the house answer; the status that was sent."""
        start = time.perf_counter()
        if request.method == "GET" and not request.is_api:
            self._door.note_visit(request)
        if not await self._enter(priority_of(request.method, request.path, request.headers)):
            status = await self._send(self._held(request, Hold.FULL), request, send)
            self._note("shed", start)
            return status
        entered = time.perf_counter()
        try:
            return await self._inside(request, scope, receive, send)
        finally:
            self._deliver(self._limiter.leave(time.perf_counter() - entered))
            self._note("answered", start)

    def _note(self, outcome: Outcome, start: float) -> None:
        self._door.desk.meters.note("house", outcome, time.perf_counter() - start)

    async def _enter(self, priority: Priority) -> bool:
        """Wait for a place, within limits."""
        waiter = Waiter(priority)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._answers[waiter] = answer
        self._deliver(self._limiter.arrive(waiter))
        try:
            async with asyncio.timeout(self._limits.house_seconds):
                return await answer
        except TimeoutError:
            self._give_up(waiter, answer)
            return False
        except asyncio.CancelledError:
            self._give_up(waiter, answer)
            raise

    def _give_up(self, waiter: Waiter, answer: asyncio.Future[bool]) -> None:
        """Nobody waits any more: a place that was given in the same moment goes on to the next."""
        self._answers.pop(waiter, None)
        if not self._limiter.withdraw(waiter) and not answer.cancelled() and answer.result():
            self._deliver(self._limiter.leave(None))

    def _deliver(self, verdicts: Verdicts) -> None:
        for waiters, may_enter in ((verdicts.enter, True), (verdicts.shed, False)):
            for waiter in waiters:
                answer = self._answers.pop(waiter)
                if not answer.done():
                    answer.set_result(may_enter)
                elif may_enter:  # whoever waited has just gone
                    self._deliver(self._limiter.leave(None))

    async def _inside(self, request: Request, scope: Scope, receive: Receive, send: Send) -> int:
        stated = request.headers.get("content-length", "0")
        most = self._most(request.path)
        if stated.isdecimal() and int(stated) > most:
            return await self._too_large(request, receive, send)
        visit = _Visit(
            receive, send, most=most, is_away=self._is_away,
            is_leaving=lambda: self._door.is_leaving,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._limits.house_answer_seconds) as visit.patience:
                await self._app(scope, visit.receive, visit.send)
        except TimeoutError:
            if visit.status is not None:
                raise
            log.error("the house did not answer in time")  # noqa: TRY400 - there is nothing to trace
            return await self._send(self._unanswered(request), request, send)
        except BodyTooLarge:
            if visit.status is None:
                return await self._too_large(request, receive, send)
        except Exception:
            if visit.status is not None:
                raise
            log.exception("the house failed")
            paused = self._is_away()
            response = self._paused(request) if paused else self._door.tell(request, told.BROKEN)
            return await self._send(response, request, send)
        if visit.swallowed:
            return await self._send(self._paused(request), request, send)
        return visit.status or 0

    def _most(self, path: str) -> int:
        if path.startswith(self._limits.house_upload_paths):
            return self._limits.house_upload_bytes
        return self._limits.house_body_bytes

    def _is_away(self) -> bool:
        return self._door.desk.calendar.was_away_lately()

    async def _too_large(self, request: Request, receive: Receive, send: Send) -> int:
        await drain(receive, self._limits.drained_bytes, seconds=self._limits.body_seconds)
        return await self._send(self._door.tell(request, told.TOO_LARGE), request, send)

    def _paused(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD") or request.is_api:
            return self._held(request, Hold.PAUSED)
        return self._door.tell(request, PAUSED_SENDING, headers=(("retry-after", RETRY_SECONDS),))

    def _unanswered(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD"):
            return self._held(request, Hold.FULL)
        headers = (("retry-after", RETRY_SECONDS),)
        return self._door.tell(request, UNANSWERED_SENDING, headers=headers)

    def _held(self, request: Request, why: Hold) -> Response:
        timed = replace(request, now=clock.now(), real_now=clock.real_now())
        response = hold.held(self._door.desk, timed, why, subject=REGISTRATION)
        return self._door.dressed(response)

    async def _send(self, response: Response, request: Request, send: Send) -> int:
        await send_response(response, send, with_body=request.method != "HEAD")
        return int(response.status)


class _Visit:
    """Watches what goes in and comes out during one visit."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        most: int,
        is_away: Callable[[], bool],
        is_leaving: Callable[[], bool],
    ) -> None:
        self._receive, self._send = receive, send
        self._is_away, self._is_leaving = is_away, is_leaving
        self._left = most
        self.patience: asyncio.Timeout | None = None
        """Ends with the beginning of the answer."""
        self.status: int | None = None
        self.swallowed = False

    async def receive(self) -> Event:
        event = await self._receive()
        self._left -= len(event.get("body", b""))
        if self._left < 0:
            raise BodyTooLarge
        return event

    async def send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            is_fault = event["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR
            self.swallowed = is_fault and self._is_away()
            if not self.swallowed:
                self.status = event["status"]
                if self.patience is not None:
                    self.patience.reschedule(None)
                if self._is_leaving():
                    event = {**event, "headers": [*event.get("headers", ()), CLOSE]}
        if not self.swallowed:
            await self._send(event)
