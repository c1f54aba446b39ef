"""Systems that a rehearsal, bench or test acts upon: a throwaway one of its own, or a running one.

Both satisfy the Protocol `gelombang.rehearsal.system.System`.
"""

from __future__ import annotations

import os
import shutil
import signal as signals
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from gelombang.cli.demo import Ports, kept_secrets, local_environment
from gelombang.cli.local import READY_SECONDS, LocalSystem, foreign_environment, our_command
from gelombang.cli.places import throwaway_directory
from gelombang.cli.postgres import Cluster, free_port
from gelombang.cli.running import running_environment
from gelombang.cli.small_disk import mount_small_disk, unmount
from gelombang.cli.supervisor import Part, PartFailedError
from gelombang.kit import clock
from gelombang.kit.errors import HindranceError

Handler = Callable[[int, FrameType | None], Any] | int | None
TAIL_LINES = 15


class NotOursError(HindranceError):
    """A running system may be used, but its processes are not ours to kill."""


@dataclass(slots=True)
class RunningSystem:
    """A system that is already there: `--against URL`."""

    base_url: str
    environment: Mapping[str, str]

    @classmethod
    def at(cls, url: str) -> RunningSystem:
        """The system at that address.

        If it is this clone's `gelombang serve`, we know it whole; of another we know what the
        environment variables of this process say.
        """
        known = running_environment()
        if known.get("GELOMBANG_BASE_URL", "").rstrip("/") != url.rstrip("/"):
            known = {}
        return cls(base_url=url.rstrip("/"), environment=foreign_environment() | known | os.environ)

    @property
    def mail_url(self) -> str:
        """The mail catcher's page and API."""
        return _local(self.environment, "GELOMBANG_MAIL_PORT")

    @property
    def fakes_url(self) -> str:
        """The invented partners."""
        return _local(self.environment, "GELOMBANG_FAKES_PORT")

    @property
    def database_url(self) -> str:
        """The database. Raises NotOursError where we do not know it."""
        return self._known("DATABASE_URL")

    @property
    def readonly_url(self) -> str:
        """The database as the auditor reads it. Raises NotOursError where we do not know it."""
        return self._known("GELOMBANG_DATABASE_READONLY_URL")

    @property
    def clock_file(self) -> Path:
        """The virtual clock's file. Raises NotOursError where we do not know it."""
        return Path(self._known(clock.CLOCK_VARIABLE))

    @property
    def data_dir(self) -> Path:
        """The data directory. Raises NotOursError where we do not know it."""
        return Path(self._known("GELOMBANG_DATA_DIR"))

    def pids(self) -> Mapping[str, int]:
        """Nothing: its processes belong to somebody else."""
        return {}

    def kill(self, name: str, signal: signals.Signals = signals.SIGKILL) -> None:
        """Refused with NotOursError."""
        raise NotOursError(f"{name} of {self.base_url} is not ours to send {signal.name}")

    def restart(self, name: str) -> None:
        """Refused with NotOursError."""
        raise NotOursError(f"{name} of {self.base_url} is not ours to restart")

    def wait_ready(self) -> None:
        """Nothing to wait for: it runs."""

    def _known(self, variable: str) -> str:
        if variable not in self.environment:
            raise NotOursError(f"{self.base_url} is not this clone's: set {variable}")
        return self.environment[variable]


@dataclass(slots=True)
class ThrowawaySystem:
    """A complete system with ports, data, clock and logs of its own, removed on leaving.

    `with ThrowawaySystem("launch-day", begins=…) as system:` starts it and returns when it is
    ready. `keep` leaves its directory behind (its processes end in any case).
    """

    name: str
    begins: datetime = datetime(2020, 4, 11, 18, 45, tzinfo=clock.WIB)
    """The virtual instant that its clock starts at."""
    rate: float = 1.0
    durable: bool = True
    """False switches the database's fsync off: for tests, never for a bench."""
    keep: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    """Variables over the usual ones, e.g. {"GELOMBANG_EDGE_WORKERS": "2"}."""
    split: bool = False
    """The front door by its own server at the edge, the house beside it, as in production."""
    disk_megabytes: int = 0
    """Where it is not 0, the database lies on a file system of its own of that size (root only)."""
    place: Path = field(init=False)
    environment: Mapping[str, str] = field(init=False, default_factory=dict)
    _ports: Ports = field(init=False)
    _local: LocalSystem = field(init=False)
    _before: Handler = field(init=False, default=None)
    _house: int | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        """Start everything. Raises PartFailedError with the ends of the logs."""
        self._end_politely()
        self.place = throwaway_directory(self.name)
        for directory in (self.data_dir, self.log_dir):
            directory.mkdir()
        self._ports = Ports(
            edge=free_port(), operator=free_port(), mail=free_port(), smtp=free_port(),
            fakes=free_port(),
        )  # fmt: skip
        self._local = LocalSystem(say=self._note, log_directory=self.log_dir)
        try:
            self._start()
        except BaseException as error:
            words = self._ends_of_logs()
            self._remove()
            if isinstance(error, PartFailedError):
                raise PartFailedError(f"{error}\n{words}") from None
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything and remove its directory (unless it is to be kept)."""
        self._remove()

    @property
    def base_url(self) -> str:
        """The edge: front door and house."""
        return self.environment["GELOMBANG_BASE_URL"]

    @property
    def house_url(self) -> str:
        """The house by itself; of a system that is not split, the edge."""
        return f"http://127.0.0.1:{self._house}" if self._house else self.base_url

    @property
    def small_disk(self) -> Path | None:
        """The directory that the database's own small file system is mounted on, if it has one."""
        return self._database_place if self.disk_megabytes else None

    @property
    def mail_url(self) -> str:
        """The mail catcher's page and API."""
        return _local(self.environment, "GELOMBANG_MAIL_PORT")

    @property
    def fakes_url(self) -> str:
        """The invented partners."""
        return _local(self.environment, "GELOMBANG_FAKES_PORT")

    @property
    def database_url(self) -> str:
        """The database, with every right."""
        return self.environment["DATABASE_URL"]

    @property
    def readonly_url(self) -> str:
        """The database as the auditor reads it."""
        return self.environment["GELOMBANG_DATABASE_READONLY_URL"]

    @property
    def clock_file(self) -> Path:
        """The virtual clock that all its processes share."""
        return self.data_dir / "clock.json"

    @property
    def data_dir(self) -> Path:
        """Publications, the public funnel, the fakes' books."""
        return self.place / "data"

    @property
    def log_dir(self) -> Path:
        """One file a process."""
        return self.place / "logs"

    def pids(self) -> Mapping[str, int]:
        """The process ids of what runs at this moment, by name."""
        return self._local.supervisor.process_ids()

    def kill(self, name: str, signal: signals.Signals = signals.SIGKILL) -> None:
        """Send a process (with its own children) a signal; what dies is started again."""
        self._local.supervisor.send(name, signal)

    def roll(self, name: str) -> None:
        """Ask a process that serves the public to replace its workers one by one."""
        self._local.supervisor.roll(name)

    def restart(self, name: str) -> None:
        """Stop a process politely and start it again at once."""
        self._local.supervisor.restart(name)

    def add(self, name: str, *command: str, settings: Mapping[str, str] | None = None) -> None:
        """Start one more process of ours, looked after like the others."""
        own = {**self.environment, **(settings or {})}
        self._local.supervisor.start(Part(name, our_command(*command), own))

    def end(self, name: str) -> None:
        """Stop a process for good: what a bench does not measure must not take its cores."""
        self._local.supervisor.end(name)

    def wait_ready(self) -> None:
        """Return when every process answers. Raises PartFailedError."""
        self._local.wait_ready(
            self.environment["GELOMBANG_HOST"], self._ports, seconds=READY_SECONDS
        )

    def _start(self) -> None:
        clock.set_face(self.clock_file, virtual=self.begins, rate=self.rate)
        if self.disk_megabytes:
            mount_small_disk(self._database_place, megabytes=self.disk_megabytes)
        cluster = Cluster(place=self._database_place, durable=self.durable)
        url = self._local.start_database(cluster)
        local = local_environment(
            secret=kept_secrets(self.place), ports=self._ports, database_url=url,
            data_dir=self.data_dir, host="127.0.0.1",
        )  # fmt: skip
        shared = {clock.CLOCK_VARIABLE: str(self.clock_file)}
        self.environment = foreign_environment() | local | shared | dict(self.settings)
        self._house = free_port() if self.split else None
        self._local.start_servers(self.environment, ports=self._ports, house=self._house)

    @property
    def _database_place(self) -> Path:
        return self.place / "postgres"

    def _remove(self) -> None:
        self._local.stop()
        if self.disk_megabytes:
            unmount(self._database_place)
        if not self.keep:
            shutil.rmtree(self.place, ignore_errors=True)
        if self._before is not None:
            signals.signal(signals.SIGTERM, self._before)

    def _end_politely(self) -> None:
        """SIGTERM ends us like Ctrl-C, so that everything is removed then too."""
        if threading.current_thread() is not threading.main_thread():
            return

        def end(_number: int, _frame: FrameType | None) -> None:
            raise KeyboardInterrupt

        self._before = signals.signal(signals.SIGTERM, end)

    def _note(self, name: str, words: str) -> None:
        with (self.log_dir / "supervisor.log").open("a") as file:
            file.write(f"{name}: {words}\n")

    def _ends_of_logs(self) -> str:
        parts = []
        for path in sorted(self.log_dir.glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()[-TAIL_LINES:]
            parts.append("\n".join([f"--- {path.stem}", *lines]))
        return "\n".join(parts)


def _local(environment: Mapping[str, str], variable: str) -> str:
    if variable not in environment:
        raise NotOursError(f"set {variable}")
    return f"http://127.0.0.1:{environment[variable]}"
