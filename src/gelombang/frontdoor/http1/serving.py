"""The server of one process: it accepts connections, looks after them, and ends in order."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Sequence

from gelombang.frontdoor.http1.connection import Connection
from gelombang.frontdoor.http1.hall import Application, Guest
from gelombang.frontdoor.http1.limits import WireLimits
from gelombang.frontdoor.http1.writing import Dateline

log = logging.getLogger(__name__)
AT_ONCE = 64  # connections accepted before anybody else of the loop has a turn
FULL_SECONDS = 0.5  # pause when the kernel has no more files for us


class Server:
    """Connections of one listening socket, no more than its limit: the others wait in the kernel.

    `application` is called with a scope and a protocol, as RSGI says.
    """

    def __init__(
        self, application: Application, listener: socket.socket, *,
        limits: WireLimits, loop: asyncio.AbstractEventLoop,
    ) -> None:  # fmt: skip
        self.application = application
        self.limits = limits
        self.loop = loop
        self.date = Dateline()
        self.is_leaving = False
        self._listener = listener
        self._connections: set[Guest] = set()
        self._entering = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_listening = False

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve until told to stop, then answer whom we accepted, and return."""
        self._listener.setblocking(False)
        self._listen()
        looking = self.loop.create_task(self._keep_looking())
        try:
            await stop.wait()
            await self._drain()
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking

    # What connections say

    def enter(self, connection: Guest) -> None:
        """Count a connection that begins."""
        self._connections.add(connection)

    def leave(self, connection: Guest) -> None:
        """Forget a connection that has ended; another may come in its place."""
        self._connections.discard(connection)
        self._listen()

    def work(self, task: asyncio.Task[None]) -> None:
        """Keep a task alive, and wait for it at the end."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def _held(self) -> int:
        return len(self._connections) + self._entering

    # Accepting

    def _listen(self) -> None:
        """Go on accepting, if there is room and we stay."""
        if not self._is_listening and not self.is_leaving and self._held < self.limits.connections:
            self._is_listening = True
            self.loop.add_reader(self._listener, self._accept)

    def _stop_listening(self) -> None:
        if self._is_listening:
            self._is_listening = False
            self.loop.remove_reader(self._listener)

    def _accept(self) -> bool:
        """Take whom the kernel has; whether there may be more."""
        for _ in range(AT_ONCE):
            if self._held >= self.limits.connections:
                self._stop_listening()
                return False
            try:
                arrived, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return False
            except OSError as problem:
                log.warning("no connection is accepted for a moment (%s)", problem.strerror)
                self._stop_listening()
                self.loop.call_later(FULL_SECONDS, self._listen)
                return False
            self._entering += 1
            self.work(self.loop.create_task(self._welcome(arrived)))
        return True

    async def _welcome(self, arrived: socket.socket) -> None:
        try:
            arrived.setblocking(False)
            await self.loop.connect_accepted_socket(lambda: Connection(self), arrived)
        except OSError:
            arrived.close()
        finally:
            self._entering -= 1  # counted twice for a moment, or in vain
            self._listen()

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self.limits.look_seconds)
            self.date.renew()
            now = self.loop.time()
            for each in tuple(self._connections):
                each.look(now)

    # Leaving

    async def _drain(self) -> None:
        """Take whom the kernel has let in already, answer everybody, and let all go."""
        until = self.loop.time() + self.limits.drain_seconds
        while self._accept():
            pass
        self._stop_listening()
        self.is_leaving = True
        self._listener.close()
        await asyncio.sleep(self.limits.last_call_seconds)
        patient_until = self.loop.time() + self.limits.linger_seconds
        while self._connections and (now := self.loop.time()) < until:
            for each in tuple(self._connections):
                if now < patient_until:
                    each.close_if_idle()
                else:
                    each.close_unless_at_work()
            await asyncio.sleep(0.05)
        if self._connections:
            log.warning("%d connections did not end in time", len(self._connections))
        await self._wait_for_work(until)

    async def _wait_for_work(self, until: float) -> None:
        """Whoever left without hearing an answer is registered all the same."""
        tasks: Sequence[asyncio.Task[None]] = tuple(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=max(0.0, until - self.loop.time()))
