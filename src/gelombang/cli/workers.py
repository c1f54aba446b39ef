"""The processes that answer the public, looked after so that nobody notices when one goes.

Granian's own manager gives every worker a socket that dies with it (whoever waits in its queue is
reset), sleeps a fixed time where it should wait for the new worker, and gives up when a worker
dies twice in six seconds. Here the listening sockets belong to the parent and are handed from
worker to worker; a dead one comes back with back-off, and meanwhile the others take its arrivals
(those of a single worker wait); SIGHUP rolls the workers one at a time:

1. a new worker loads the application, on the same socket, while the old one goes on;
2. the old one is told to leave (SIGUSR1): it answers with `Connection: close`, so that clients
   move on before their connection is taken away;
3. the old one stops (SIGTERM): it answers whom it has accepted, and ends.

A new worker that cannot load leaves the old one in place.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from typing import Any

import structlog
from granian._granian import SocketHolder
from granian.server.mp import MPServer, WorkerProcess

from gelombang.cli.supervisor import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, STEADY_SECONDS

log = structlog.get_logger("gelombang.cli")

LOAD_SECONDS = 60.0  # what a new worker may take to load the application
LEAVE_SECONDS = 3.0  # between "leave" and SIGTERM: a busy client sends again within it
FINISH_SECONDS = 30.0  # what it may take then to answer whom it has accepted: nobody waits for it
BACKLOG = 8192
"""Connections that wait for a worker, as far as the kernel lets them (`net.core.somaxconn`)."""


Serve = Callable[[Callable[[], Any], socket.socket, Callable[[], None]], None]
"""Serves an application: how to load it, its socket, and what to call when it may be reached."""


def _begin(
    loaded: Event,
    target: Callable[..., None],
    number: int,
    name: str | None,
    loader: Callable[[], Any],
    socket_of_slot: tuple[Any, socket.socket],
    *rest: Any,
) -> None:
    """The first function of a worker: its signals, its socket, then Granian's own loop."""
    _ignore_signals()
    listener = socket_of_slot[1]
    holder = SocketHolder(listener.fileno(), False, BACKLOG)  # type: ignore[call-arg] # its stub lacks them

    def load() -> Any:
        application = loader()
        listener.listen(BACKLOG)  # from here on the kernel gives it arrivals, not before
        loaded.set()
        return application

    target(number, name, load, ((None, holder), listener), *rest)


def _begin_ours(
    loaded: Event,
    serve: Serve,
    _number: int,
    _name: str | None,
    loader: Callable[[], Any],
    socket_of_slot: tuple[Any, socket.socket],
    *_of_granian: Any,
) -> None:
    """The same for a server that is none of Granian's."""
    _ignore_signals()
    listener = socket_of_slot[1]

    def is_loaded() -> None:
        listener.listen(BACKLOG)
        loaded.set()

    serve(loader, listener, is_loaded)


def _ignore_signals() -> None:
    for ignored in (signal.SIGHUP, signal.SIGUSR1):  # the front door takes SIGUSR1 when it starts
        signal.signal(ignored, signal.SIG_IGN)


class Slot:
    """A place for a worker: its socket, and when it may start again after a death."""

    def __init__(self) -> None:
        self.listener: socket.socket | None = None
        self.loaded: Event | None = None
        self.due_at: float | None = None
        self._backoff = FIRST_BACKOFF_SECONDS

    def note_death(self, *, lived: float, moment: float) -> float:
        """Decide when the next worker starts; the delay in seconds."""
        if lived > STEADY_SECONDS:
            self._backoff = FIRST_BACKOFF_SECONDS
        delay = self._backoff
        self._backoff = min(delay * 2, LONGEST_BACKOFF_SECONDS)
        self.due_at = moment + delay
        return delay

    def close(self) -> None:
        """Let the socket go, so that the kernel gives its arrivals to others."""
        if self.listener is not None:
            self.listener.close()
            self.listener = None


class Workers(MPServer):
    """Granian, or our own server in its place, with workers replaced without a failed request."""

    def __init__(self, target: str, *, serve: Serve | None = None, **options: Any) -> None:
        """Serve `target` by `serve`, a function that can be pickled, or by Granian."""
        # A worker made afresh has nothing of the parent's threads, locks and sockets in it.
        multiprocessing.set_start_method("spawn", force=True)
        super().__init__(target, backlog=BACKLOG, **options)
        self._serve_by = serve
        self._slots = [Slot() for _ in range(self.workers)]

    def _init_shared_socket(self) -> None:
        for slot in self._slots:
            slot.listener = self._listen()

    def _drop_shared_socket(self) -> None:
        for slot in self._slots:
            slot.close()

    def _listen(self) -> socket.socket:
        """A socket beside the others of this port; its worker listens once it has loaded."""
        family = socket.AF_INET6 if ":" in self.bind_addr else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((self.bind_addr, self.bind_port))
        return listener

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> WorkerProcess:  # type: ignore[override] # as in MPServer
        slot = self._slots[idx]
        slot.listener = slot.listener or self._listen()
        slot.loaded = multiprocessing.Event()
        slot.due_at = None
        self._ssp, self._shd, self._sso = None, None, slot.listener
        ours = self._serve_by
        begin = (
            partial(_begin_ours, slot.loaded, ours)
            if ours is not None
            else partial(_begin, slot.loaded, target)
        )
        return super()._spawn_worker(idx=idx, target=begin, callback_loader=callback_loader)

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """Look after the workers until told to stop."""
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(self._until_due())
            self.main_loop_interrupt.clear()
            while self.interrupt_children:
                self._note_death(self.interrupt_children.pop())
            for index, slot in enumerate(self._slots):
                is_due = slot.due_at is not None and time.monotonic() >= slot.due_at
                if is_due and not self.interrupt_signal:
                    self.wrks[index] = self._start(index, spawn_target, target_loader)
            if self.reload_signal:
                self.reload_signal = False
                self._roll(spawn_target, target_loader)

    def _until_due(self) -> float | None:
        due = [slot.due_at for slot in self._slots if slot.due_at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _note_death(self, index: int) -> None:
        moment = time.monotonic()
        slot = self._slots[index]
        delay = slot.note_death(lived=moment - self.wrks[index].birth, moment=moment)
        log.warning("a worker died", worker=index + 1, starts_again_in_seconds=delay)
        if self.workers > 1:
            slot.close()  # else its share of the arrivals would wait for the next worker

    def _start(self, index: int, target: Any, loader: Any) -> WorkerProcess:
        worker = self._spawn_worker(idx=index, target=target, callback_loader=loader)
        worker.start()  # type: ignore[no-untyped-call]
        return worker

    def _roll(self, target: Any, loader: Any) -> None:
        """Replace every worker, one after the other; the first that cannot load ends it."""
        log.info("rolling", workers=self.workers)
        for index, old in enumerate(list(self.wrks)):
            if self.interrupt_signal:
                return
            new = self._start(index, target, loader)
            if not self._has_loaded(index, new):
                _end(new, seconds=0)
                log.error("a new worker did not load; the old ones stay", worker=index + 1)
                return
            self.wrks[index] = new
            self._replace(old)
        log.info("rolled", workers=self.workers)

    def _has_loaded(self, index: int, new: WorkerProcess) -> bool:
        loaded = self._slots[index].loaded
        deadline = time.monotonic() + LOAD_SECONDS
        while loaded is not None and new.inner.is_alive() and not self.interrupt_signal:
            if loaded.wait(0.1):
                return True
            if time.monotonic() > deadline:
                break
        return False

    def _replace(self, old: WorkerProcess) -> None:
        """Let the old worker lead its clients away, then end it."""
        old.interrupt_by_parent = True
        process: SpawnProcess = old.inner
        if process.is_alive() and process.pid is not None:
            os.kill(process.pid, signal.SIGUSR1)
            deadline = time.monotonic() + LEAVE_SECONDS
            while time.monotonic() < deadline and not self.interrupt_signal:
                time.sleep(0.1)
        _end(old, seconds=FINISH_SECONDS)


def _end(worker: WorkerProcess, *, seconds: float) -> None:
    """Stop a worker; insist when it takes longer."""
    worker.interrupt_by_parent = True
    process: SpawnProcess = worker.inner
    process.terminate()
    process.join(seconds)
    if process.is_alive():
        log.warning("a worker did not stop in time", worker=worker.idx + 1)
        process.kill()
        process.join()
