"""The supervisor: keeps our processes running, each restarted with back-off when it dies.

Every process leads a session of its own, so that Ctrl-C reaches only the supervisor and a dead
process takes its own children with it. On Linux the kernel ends the processes when the supervisor
itself is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from gelombang.kit.errors import HindranceError

Say = Callable[[str, str], None]
"""Receives the name of a part and one line of its output."""

POLL_SECONDS = 0.1
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 10.0
STEADY_SECONDS = 20.0  # a part that ran this long starts again without delay
GRACE_SECONDS = 12.0  # what a part may take to stop before it is killed

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class PartFailedError(HindranceError):
    """A part that the others need did not do its work; the text names it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the system, and how to start and stop it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    """More arguments of `subprocess.Popen`, e.g. the account to run as."""
    stop_signal: signal.Signals = signal.SIGTERM
    last: bool = False
    """Stopped after all others: the database."""
    once: bool = False
    """Runs to its end and is not started again."""


class _Running:
    """A part with its present process."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.process: subprocess.Popen[str] | None = None
        self.wanted = not part.once
        self.started_at = 0.0
        self.due_at = 0.0
        self.backoff = FIRST_BACKOFF_SECONDS

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def note_death(self, moment: float) -> float:
        """Decide when it starts again; the delay in seconds."""
        delay = self.backoff
        self.backoff = min(self.backoff * 2, LONGEST_BACKOFF_SECONDS)
        if moment - self.started_at > STEADY_SECONDS:
            delay, self.backoff = 0.0, FIRST_BACKOFF_SECONDS
        self.due_at = moment + delay
        self.process = None
        return delay


class Supervisor:
    """Starts parts, watches them from a thread of its own, and stops them all."""

    def __init__(self, *, say: Say, log_directory: Path | None = None) -> None:
        self._say = say
        self._logs = log_directory
        self._parts: dict[str, _Running] = {}
        self._lock = threading.RLock()
        self._ending = threading.Event()
        # The kernel ends a child when the *thread* that started it ends, so one thread that
        # lives as long as the supervisor starts them all.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")
        self._watch = threading.Thread(target=self._watch_parts, name="watch", daemon=True)

    def start(self, part: Part) -> None:
        """Start a part; unless it runs only once, keep it running from now on."""
        with self._lock:
            running = self._parts[part.name] = _Running(part)
            self._spawn(running)
        if not self._watch.is_alive():
            self._watch.start()

    def run_to_its_end(self, part: Part, *, seconds: float) -> None:
        """Run a part that does one thing. Raises PartFailedError when it fails or takes longer."""
        self.start(replace(part, once=True))
        with self._lock:
            process = self._parts[part.name].process
        if process is None:
            raise PartFailedError(f"{part.name} could not be started")
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            raise PartFailedError(f"{part.name} took longer than {seconds:.0f} s") from None
        if code != 0:
            raise PartFailedError(f"{part.name} failed with status {code}")

    def process_ids(self) -> dict[str, int]:
        """The process ids of the parts that run at this moment."""
        with self._lock:
            return {
                name: running.process.pid
                for name, running in self._parts.items()
                if running.process is not None and running.is_alive()
            }

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a part and its children a signal; what dies of it is restarted."""
        with self._lock:
            process = self._parts[name].process
            if process is not None and process.poll() is None:
                os.killpg(process.pid, number)

    def roll(self, name: str) -> None:
        """Ask a part that serves the public to replace its workers one by one (SIGHUP)."""
        with self._lock:
            process = self._parts[name].process
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGHUP)

    def restart(self, name: str) -> None:
        """Stop a part if it runs, and start it without delay."""
        with self._lock:
            running = self._parts[name]
            _stop([running])
            running.wanted = True
            self._spawn(running)

    def end(self, name: str) -> None:
        """Stop a part, and do not start it again."""
        with self._lock:
            running = self._parts[name]
            running.wanted = False
            _stop([running])

    def stop(self) -> None:
        """Stop everything, what others need last; nothing is left running. May be repeated."""
        self._ending.set()
        with self._lock:
            _stop([running for running in self._parts.values() if not running.part.last])
            _stop([running for running in self._parts.values() if running.part.last])
        if self._watch.is_alive():
            self._watch.join()
        self._starter.shutdown(wait=True)

    def _spawn(self, running: _Running) -> None:
        try:
            running.process = self._starter.submit(self._open, running.part).result()
        except OSError as error:
            self._say(running.part.name, f"could not be started: {error}")
            running.note_death(time.monotonic())
            return
        running.started_at = time.monotonic()

    def _open(self, part: Part) -> subprocess.Popen[str]:
        output: int | IO[bytes] = subprocess.PIPE
        if self._logs is not None:
            output = (self._logs / f"{part.name}.log").open("ab")
        process = subprocess.Popen(
            part.command,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True,
            preexec_fn=_die_with_parent(part.stop_signal),  # noqa: PLW1509 only a system call
            **{"env": dict(part.environment), **part.options},
        )  # fmt: skip
        if isinstance(output, int):
            threading.Thread(target=self._relay, args=(part.name, process), daemon=True).start()
        else:
            output.close()
        return process

    def _relay(self, name: str, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self._say(name, line.rstrip("\n"))

    def _watch_parts(self) -> None:
        while not self._ending.wait(POLL_SECONDS):
            with self._lock:
                for running in self._parts.values():
                    if running.wanted and not self._ending.is_set():
                        self._look_after(running)

    def _look_after(self, running: _Running) -> None:
        if running.is_alive():
            return
        moment = time.monotonic()
        if running.process is not None:
            code = running.process.returncode
            _kill_group(running.process)  # what it left behind would hold its port
            delay = running.note_death(moment)
            self._say(running.part.name, f"ended with status {code}; starts again in {delay:g} s")
        elif moment >= running.due_at:
            self._spawn(running)


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    libc = _libc
    if libc is None:
        return None
    return lambda: libc.prctl(_SET_PARENT_DEATH_SIGNAL, int(stop_signal))


def _stop(parts: Sequence[_Running]) -> None:
    """Ask all to stop, wait for their grace, kill what remains with its children."""
    alive = [(each.part, each.process) for each in parts if each.process and each.is_alive()]
    for part, process in alive:
        process.send_signal(part.stop_signal)
    deadline = time.monotonic() + GRACE_SECONDS
    for _, process in alive:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
    for _, process in alive:
        _kill_group(process)
        process.wait()
    for each in parts:
        each.process = None


def _kill_group(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
