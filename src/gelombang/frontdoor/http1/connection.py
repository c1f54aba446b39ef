"""One connection: llhttp reads its requests, they are answered one after the other."""

import asyncio
import logging
from collections import deque
from http import HTTPStatus
from typing import cast

import httptools

from gelombang.frontdoor.http1.exchange import BodyTooLarge, Exchange, SenderLeft
from gelombang.frontdoor.http1.hall import Hall
from gelombang.frontdoor.http1.heads import ONCE, head_fault, target_of
from gelombang.frontdoor.http1.writing import (
    CONTINUE,
    Header,
    HeaderBroken,
    head_of,
    own_answer,
)

log = logging.getLogger(__name__)
CLOSE, KEEP = "connection: close\r\n", "connection: keep-alive\r\n"


class _Refused(Exception):
    """Stops the parser: the request is not read further."""


class Connection(asyncio.Protocol):
    """Reads requests in order, answers them in order, and holds to the limits.

    Its timings cost nothing per request: what it does raises `_step`, and a look of the server
    once a second sees how long one step has lasted.
    """

    __slots__ = (
        "_broken", "_client", "_coming", "_hall", "_head_bytes", "_headers", "_ignored",
        "_is_clogged", "_is_deaf", "_is_lingering", "_is_paused", "_is_working", "_limits",
        "_looked_at", "_parser", "_queue", "_seen", "_step", "_target", "_transport", "_unfinished",
    )  # fmt: skip

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._limits = hall.limits
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._client = ""
        self._queue: deque[Exchange] = deque()
        self._coming: Exchange | None = None
        """The request whose head or body is being read."""
        self._target = b""
        self._head_bytes = 0
        self._headers = self._unfinished = 0
        self._broken: HTTPStatus | None = None
        """What to answer when everybody before was answered, and then the end."""
        self._is_deaf = False
        """Whether what still comes is thrown away."""
        self._ignored = 0
        self._is_working = self._is_clogged = self._is_paused = self._is_lingering = False
        self._step = self._seen = 0
        self._looked_at = hall.loop.time()

    # What the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        host, port, *_ = transport.get_extra_info("peername") or ("", 0)
        self._client = f"{host}:{port}"
        self._hall.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why is no matter
        """End: whoever still works for it finishes, and answers nobody."""
        self._transport = None
        for each in self._queue:
            each.lose()
        del self._parser  # it holds us, and nobody collects such pairs often
        self._hall.leave(self)

    def eof_received(self) -> bool:
        """The sender says no more; it may still listen to the answers that it waits for."""
        self._is_deaf = True
        if self._coming is not None:
            self._coming.lose()
        return bool(self._queue) and not self._is_lingering

    def pause_writing(self) -> None:
        """The reader is slow: nothing is begun for it until it has taken what there is."""
        self._is_clogged = True
        self._step += 1

    def resume_writing(self) -> None:
        """It has."""
        self._is_clogged = False
        self._step += 1
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._is_deaf:
            self._ignore(len(data))
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_deaf = True  # the request stands; another protocol is not spoken here
        except httptools.HttpParserError:
            if not self._is_deaf:  # after "Connection: close" llhttp minds what follows, we do not
                self._break(self._broken or HTTPStatus.BAD_REQUEST)
        else:
            self._mind_the_head(len(data))
        self._go_on()

    # What llhttp says

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._step += 1
        self._target = b""
        self._head_bytes = self._headers = self._unfinished = 0
        if len(self._queue) >= self._limits.pipelined:
            self._is_deaf = True
            self._queue[-1].is_last = True
            raise _Refused
        self._coming = Exchange(self, client=self._client, most=self._limits.body_bytes)

    def on_url(self, part: bytes) -> None:
        """The target, or a part of it."""
        self._target += part
        if len(self._target) > self._limits.target_bytes:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, raw_name: bytes, raw_value: bytes) -> None:
        """A header, or a trailer, which is counted and forgotten."""
        self._headers += 1
        self._head_bytes += len(raw_name) + len(raw_value)
        limits = self._limits
        if self._headers > limits.headers or self._head_bytes > limits.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        coming = self._coming
        if coming is None or coming.method:
            return
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers = coming.headers
        if name not in headers:
            headers[name] = value
        elif name in ONCE:
            self._refuse(HTTPStatus.BAD_REQUEST)
        else:
            headers[name] += f"{'; ' if name == 'cookie' else ', '}{value}"

    def on_headers_complete(self) -> None:
        """The head is whole: the request takes its place in the line."""
        coming = self._coming
        if coming is None:
            return
        self._step += 1
        coming.version = self._parser.get_http_version()
        wrong = head_fault(coming.version, coming.headers)
        target = target_of(self._target)
        method = self._parser.get_method().decode("latin-1")
        if wrong is not None:
            self._refuse(wrong)
        if target is None and method != "CONNECT":
            self._refuse(HTTPStatus.BAD_REQUEST)
        coming.address(target or "")
        coming.method = method
        coming.expects = "expect" in coming.headers and coming.version == "1.1"
        self._queue.append(coming)

    def on_body(self, part: bytes) -> None:
        """A part of a body."""
        if self._coming is not None:
            self._coming.add(part)

    def on_message_complete(self) -> None:
        """The body is whole."""
        coming, self._coming = self._coming, None
        if coming is None:
            return
        if not self._parser.should_keep_alive():
            coming.is_last = self._is_deaf = True
        coming.complete()

    def _refuse(self, status: HTTPStatus) -> None:
        self._broken = status
        raise _Refused

    def _mind_the_head(self, came: int) -> None:
        """Count a head that does not end: llhttp keeps its unfinished line."""
        coming = self._coming
        if coming is None or coming.method:
            if coming is not None or len(self._queue) > 1:
                self._pause_when_full()
            return
        self._unfinished += came
        if self._unfinished > self._limits.head_bytes + self._limits.target_bytes:
            self._break(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _break(self, status: HTTPStatus) -> None:
        """Read no more: who came before is answered, then this is said, then it ends."""
        self._is_deaf = True
        self._broken = status
        coming, self._coming = self._coming, None
        if coming is not None and coming.method:  # it is in the line, and its body is broken
            coming.lose()
            coming.is_last = True

    # The line of requests

    def _go_on(self) -> None:
        """Begin the next request, or say what is wrong, unless one is at work."""
        transport = self._transport
        if transport is None or self._is_working or self._is_clogged or self._is_lingering:
            return
        if self._queue:
            self._is_working = True
            self._hall.work(self._hall.loop.create_task(self._serve(self._queue[0])))
        elif self._broken is not None:
            self._say(self._broken)
        elif self._is_deaf:
            self._end()

    async def _serve(self, exchange: Exchange) -> None:
        """One request, from beginning to end."""
        try:
            await self._hall.application(exchange, exchange)
        except SenderLeft:
            if self._broken is not None:
                self._say_to(exchange, self._broken)
        except BodyTooLarge:
            self._say_to(exchange, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except Exception:
            log.exception("an answer failed")
            self._say_to(exchange, HTTPStatus.INTERNAL_SERVER_ERROR)
        finally:
            self._finish(exchange)

    def answer(self, exchange: Exchange, status: int, headers: list[Header], body: bytes) -> None:
        """Write the answer of the request at work. One that left hears nothing."""
        transport = self._transport
        if transport is None or transport.is_closing() or exchange.is_answered:
            return
        is_last = exchange.is_last or self._hall.is_leaving or not exchange.is_whole
        extra = self._hall.date.line
        if is_last:
            extra += CLOSE
        elif exchange.version == "1.0":
            extra += KEEP
        length = None if exchange.method == "HEAD" else len(body)
        try:
            head, closes = head_of(status, headers, extra=extra, length=length)
        except HeaderBroken:
            log.exception("an answer had a line break in a header")  # never its value
            self._say_to(exchange, HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        if closes and not is_last:
            head = head[:-2] + b"connection: close\r\n\r\n"
        exchange.is_last = is_last or closes
        exchange.is_answered = True
        transport.write(head + body)
        self._step += 1

    def _finish(self, exchange: Exchange) -> None:
        """The request at work is done: the next one, or the end."""
        self._is_working = False
        self._queue.remove(exchange)
        if not exchange.is_answered:
            self._abort()  # nothing was said: a connection in this state is of no use
        elif not exchange.is_whole:
            self._linger()
        elif exchange.is_last:
            self._queue.clear()
            self._end()
        else:
            self._resume()
            self._go_on()

    def _say_to(self, exchange: Exchange, status: HTTPStatus) -> None:
        if not exchange.is_answered:
            exchange.is_last = True
            headers, body = own_answer(status)
            self.answer(exchange, status, list(headers), body)

    def _say(self, status: HTTPStatus) -> None:
        """Answer what is no request, and end."""
        headers, body = own_answer(status)
        head, _ = head_of(status, headers, extra=self._hall.date.line + CLOSE, length=len(body))
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head + body)
        self._linger()

    # Bodies, and their back-pressure

    def wants_body(self, exchange: Exchange) -> None:
        """Somebody waits for the body: read on, and tell a sender who waits for our word."""
        transport = self._transport
        if exchange.expects and transport is not None and not transport.is_closing():
            transport.write(CONTINUE)
        exchange.expects = False
        self._resume()

    def _pause_when_full(self) -> None:
        is_full = sum(each.kept for each in self._queue) > self._limits.body_bytes
        if is_full and not self._is_paused and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()

    # Ends

    def _end(self) -> None:
        if self._transport is not None:
            self._is_deaf = True
            self._step += 1
            self._transport.close()

    def _linger(self) -> None:
        """Say that no more comes, and throw away what its sender still sends.

        Closed at once, the kernel would answer what arrives with a reset, and the sender might
        never read what it was told.
        """
        self._is_deaf = self._is_lingering = True
        self._queue.clear()
        self._step += 1
        self._resume()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write_eof()

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _ignore(self, count: int) -> None:
        self._ignored += count
        if self._ignored > self._limits.ignored_bytes:
            self._abort()

    def look(self, now: float) -> None:
        """Once a second: end what has lasted too long."""
        if self._step != self._seen:
            self._seen, self._looked_at = self._step, now
            return
        lasted, limits = now - self._looked_at, self._limits
        if (
            self._is_lingering
            or self._is_clogged
            or (self._transport is not None and self._transport.is_closing())
        ):
            if lasted >= (limits.write_seconds if self._is_clogged else limits.linger_seconds):
                self._abort()
        elif self._queue:
            return  # somebody answers at this moment, within limits of the application
        elif self._coming is None:
            if lasted >= limits.idle_seconds:
                self.close_if_idle()
        elif lasted >= limits.head_seconds:
            self._break(HTTPStatus.REQUEST_TIMEOUT)
            self._go_on()

    def close_if_idle(self) -> None:
        """End unless a request is at work or on its way in."""
        transport = self._transport
        if transport is not None and not self._queue and self._coming is None:
            self.close_unless_at_work()

    def close_unless_at_work(self) -> None:
        """End unless a request is answered at this moment, however much of the next has come."""
        transport = self._transport
        if transport is None or self._queue:
            return
        if transport.get_write_buffer_size():
            transport.abort()
        else:
            transport.close()
