"""One process of the generator: sends every errand at its intended start, whatever happened before.

People are given to free connections in turn; when none is free another is opened, so that a slow
answer never holds back whoever comes next. Latency counts from the intended start.
"""

import asyncio
import contextlib
import json
import socket
import time
from array import array
from collections import Counter, deque
from itertools import cycle
from pathlib import Path
from random import Random

from gelombang.kit import clock
from gelombang.rehearsal.surge.connection import Connection, body_of, header_of
from gelombang.rehearsal.surge.sheet import Errand, Sheet, Tally, Times, read_errands
from gelombang.rehearsal.surge.waiting import Waiter, read_document, retry_after, waiter_of

POLL_PATH = "/antrean.json"
_AT_ONCE = 64  # connections that are being opened at a time
_TICK = 0.001  # seconds between two looks at the schedule
_USUAL_PAUSE = 1.0
_FAREWELL_SECONDS = 2.0
_RECEIPT = b'"receipt":"'
_RECEIPT_LETTERS = 24
_CREATED, _ACCEPTED, _UNPROVEN, _PACED, _SERVER_ERROR = 201, 202, 428, 429, 500
NEVER = -1.0


class Generator:
    """The errands of one sheet. Connect, wait for the start, `run`, and read what it holds."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._errands = list(read_errands(Path(sheet.errands)))
        proofs = Path(sheet.proofs)
        self._proofs = proofs.read_text("ascii").split() if proofs.is_file() else []
        count = len(self._errands)
        self._tickets: dict[int, str] = {}  # of people whose turn has come
        self._poll = self._head("GET", POLL_PATH) + b"\r\n"
        self._places: dict[int, Waiter] = {}
        self._idle: deque[Connection] = deque()
        self._queued: deque[int] = deque()  # visits without a connection, for a moment
        # Whoever comes again on a new connection comes from a new address too, as the others do.
        self._sources = cycle(sheet.addresses)
        self._opening = 0
        self._open = 0
        self._statuses: Counter[int] = Counter()
        self._chance = Random(sheet.seed)  # noqa: S311 repeatable on purpose
        self._start = 0.0
        self._left = count
        self._all_settled = asyncio.Event()
        if not count:
            self._all_settled.set()
        self._refused: set[int] = set()
        self._loop = asyncio.get_running_loop()
        self._opened: set[asyncio.Task[None]] = set()
        self._alive: set[Connection] = set()
        self._come: set[int] = set()
        """Who opened a connection of their own."""
        self._is_over = False
        self.receipts: dict[int, str] = {}
        self.tally = Tally(offered=count)
        empty = [NEVER] * count
        self.times = Times(
            array("d", [each.due for each in self._errands]),
            array("d", empty), array("d", empty), array("d", empty),
        )  # fmt: skip

    # Connections

    async def connect(self) -> None:
        """Open the connections that are there from the beginning."""
        wanted = self._sheet.connections
        while self._open < wanted:
            count = min(_AT_ONCE, wanted - self._open)
            await asyncio.gather(*(self._connect() for _ in range(count)))

    async def _connect(self) -> None:
        address = next(self._sources)
        self._open += 1
        connection = Connection(self, address)
        way = socket.socket()
        way.setblocking(False)
        # The port is chosen when the connection is made: many addresses share the range.
        way.setsockopt(socket.IPPROTO_IP, getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24), 1)
        way.bind((address, 0))
        await self._loop.sock_connect(way, (self._sheet.host, self._sheet.port))
        await self._loop.create_connection(lambda: connection, sock=way)
        self._alive.add(connection)
        self._idle.append(connection)

    @property
    def _may_open(self) -> bool:
        return self._opening < _AT_ONCE and self._open < self._sheet.most_connections

    def _open_another(self) -> None:
        if not self._may_open:
            return
        self._opening += 1
        task = self._loop.create_task(self._connect_later())
        self._opened.add(task)
        task.add_done_callback(self._opened.discard)

    async def _connect_later(self) -> None:
        try:
            await self._connect()
        except OSError:
            self._open -= 1
            self.tally.resets += 1
            await asyncio.sleep(_USUAL_PAUSE)
        finally:
            self._opening -= 1
        self._serve_the_queue()

    def gone(self, connection: Connection) -> None:
        """A connection was closed; another takes its place when somebody needs it."""
        self._open -= 1
        self._alive.discard(connection)

    # The run

    async def run(self, start: float) -> None:
        """Send everything that was asked for, from `start` (of the monotonic clock) on."""
        self._start = start
        dues, at, count = self.times.due, 0, len(self._errands)
        while at < count:
            now = time.monotonic() - start
            while at < count and dues[at] <= now:
                self._send(at)
                at += 1
            if at < count:
                await asyncio.sleep(_TICK)
        until = start + (dues[-1] if count else 0.0) + self._sheet.patience
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await self._all_settled.wait()
        self._sum_up()
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Let every connection go; whoever still waits on one is counted already."""
        self._is_over = True
        for task in self._opened:
            task.cancel()
        for connection in list(self._alive):
            connection.close()
        until = time.monotonic() + _FAREWELL_SECONDS
        while self._alive and time.monotonic() < until:  # noqa: ASYNC110 each closes by itself
            await asyncio.sleep(_TICK)

    def _sum_up(self) -> None:
        tally = self.tally
        tally.holding = sum(number not in self.receipts for number in self._places)
        tally.refused = len(self._refused)
        tally.accepted = len(self.receipts)
        tally.unsettled = tally.offered - tally.accepted - tally.holding - tally.refused
        tally.connections = self._open
        tally.statuses = {str(status): n for status, n in sorted(self._statuses.items())}

    def _send(self, visit: int) -> None:
        """A visit of 0 and more is an errand; below zero, `-1 - number` looks for that person."""
        if self._is_over:
            return
        if self._sheet.of_their_own and self._may_open and visit not in self._come:
            self._come.add(visit)
            self._queued.append(visit)
            self._open_another()
            return
        request = self._request(visit) if visit >= 0 else self._poll
        while self._idle:
            connection = self._idle.popleft()
            if connection.is_stale:
                connection.close()
                continue
            if connection.ask(request, visit):
                if visit >= 0 and self.times.late[visit] < 0:
                    self.times.late[visit] = time.monotonic() - self._start - self.times.due[visit]
                return
        self._queued.append(visit)
        self._open_another()

    def _serve_the_queue(self) -> None:
        while self._queued and self._idle:
            self._send(self._queued.popleft())

    def _again(self, visit: int, seconds: float) -> None:
        self._loop.call_later(seconds, self._send, visit)

    # Answers

    def answered(self, connection: Connection, visit: int, status: int, answer: bytes) -> None:
        """What an answer means for the person."""
        if b"connection: close" in answer[:400].lower():
            connection.close()
        else:
            self._idle.append(connection)
            if self._queued:
                self._serve_the_queue()
        self._statuses[status] += 1
        if visit < 0:
            self._looked(-1 - visit, status, answer)
        elif status == _CREATED:
            self._keep_receipt(visit, answer)
        elif status == _ACCEPTED:
            self._keep_ticket(visit, answer)
        else:
            self._sent_away(visit, status, answer)

    def lost(self, visit: int) -> None:
        """A connection broke under a person: they try again with the same key."""
        if self._is_over:
            return
        self.tally.resets += 1
        self._again(visit, _USUAL_PAUSE * self._chance.uniform(0.5, 1.5))

    def _settle(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._all_settled.set()

    def _keep_receipt(self, number: int, answer: bytes) -> None:
        at = answer.find(_RECEIPT) + len(_RECEIPT)
        waited = time.monotonic() - self._start - self.times.due[number]
        self.times.accepted[number] = waited
        if self.times.heard[number] < 0:
            self.times.heard[number] = waited
        if number not in self.receipts:
            self._settle()
        self.receipts[number] = answer[at : at + _RECEIPT_LETTERS].decode("ascii")

    def _keep_ticket(self, number: int, answer: bytes) -> None:
        waiter = waiter_of(read_document(body_of(answer)))
        if number not in self._places:
            self.tally.ticketed += 1
            self.times.heard[number] = time.monotonic() - self._start - self.times.due[number]
            if not self._sheet.waits:
                self._settle()
        self._places[number] = waiter
        if self._sheet.waits:
            announced = header_of(answer, "retry-after")
            pause = retry_after(announced, chance=self._chance, otherwise=_USUAL_PAUSE)
            self._again(-1 - number, pause)

    def _looked(self, number: int, status: int, answer: bytes) -> None:
        """The watermark: send the form again, or look later."""
        self.tally.polls += 1
        self.tally.errors_5xx += status >= _SERVER_ERROR
        document = read_document(body_of(answer))
        waiter = self._places[number]
        if waiter.is_called(document):
            self._tickets[number] = waiter.ticket
            self._send(number)
        else:
            self._again(
                -1 - number, waiter.pause(document, self._chance, real_now=clock.real_now())
            )

    def _sent_away(self, number: int, status: int, answer: bytes) -> None:
        if status == _UNPROVEN and self._proofs:
            self.tally.unproven += 1
            self._errands[number] = _with_proof(self._errands[number], self._proofs.pop())
            self._again(number, 0.0)
        elif status == _PACED or status >= _SERVER_ERROR:
            self.tally.paced += status == _PACED
            self.tally.errors_5xx += status >= _SERVER_ERROR
            announced = header_of(answer, "retry-after")
            pause = retry_after(announced, chance=self._chance, otherwise=_USUAL_PAUSE)
            self._again(number, pause)
        else:
            self.tally.unproven += status == _UNPROVEN
            self._refused.add(number)
            self._settle()

    # Bytes

    def write(self, *, cpu_seconds: float) -> None:
        """Leave what happened in the files of the sheet."""
        self.tally.cpu_seconds = cpu_seconds
        result = Path(self._sheet.result)
        self.times.write(result.with_suffix(".times"))
        lines = (f"{self._errands[n].key}\t{receipt}\n" for n, receipt in self.receipts.items())
        result.with_suffix(".receipts").write_text("".join(lines), encoding="ascii")
        result.write_text(json.dumps(self.tally.as_json()), encoding="ascii")

    def _request(self, number: int) -> bytes:
        errand, ticket = self._errands[number], self._tickets.get(number)
        body = with_member(errand.body, "ticket", ticket) if ticket else errand.body
        raw = (body + "}").encode("ascii")
        bearer = f"Authorization: Bearer {errand.authorization}\r\n" if errand.authorization else ""
        more = (
            f"Content-Type: application/json\r\nIdempotency-Key: {errand.key}\r\n{bearer}"
            f"Content-Length: {len(raw)}\r\n\r\n"
        )
        return self._head("POST", self._sheet.path) + more.encode("ascii") + raw

    def _head(self, method: str, path: str) -> bytes:
        sheet = self._sheet
        return f"{method} {path} HTTP/1.1\r\nHost: {sheet.host}:{sheet.port}\r\n".encode("ascii")


def with_member(body: str, name: str, value: str) -> str:
    """A JSON object without its closing brace, and one more member in it."""
    comma = "" if body.endswith("{") else ","
    return f'{body}{comma}"{name}":"{value}"'


def _with_proof(errand: Errand, proof: str) -> Errand:
    """The errand with another proof of work, which always stands last."""
    before = errand.body.partition('"altcha":"')[0].rstrip(",")
    body = with_member(before, "altcha", proof)
    return Errand(errand.due, errand.key, errand.authorization, body)
