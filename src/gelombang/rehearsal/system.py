"""What a rehearsal must know of the system it tries; the command line raises the system."""

from collections.abc import Mapping
from pathlib import Path
from signal import Signals
from typing import Protocol

PROCESSES = ("database", "edge", "worker", "fakes", "mailbox")


class System(Protocol):
    """A running system: its addresses, its processes, and the environment its commands run in."""

    @property
    def base_url(self) -> str:
        """Where the edge answers, without a slash at the end."""
        ...

    @property
    def mail_url(self) -> str:
        """Where the mail catcher answers."""
        ...

    @property
    def fakes_url(self) -> str:
        """Where the invented partners answer."""
        ...

    @property
    def database_url(self) -> str:
        """The database as the product writes it. The rehearsal itself never does."""
        ...

    @property
    def readonly_url(self) -> str:
        """The database as the auditor reads it."""
        ...

    @property
    def clock_file(self) -> Path:
        """The virtual clock, shared by every process."""
        ...

    @property
    def data_dir(self) -> Path:
        """Where publications and the public funnel are written."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """Every variable that a `gelombang` command needs to work on this system."""
        ...

    def pids(self) -> Mapping[str, int]:
        """The process ids by name, as far as the processes are alive."""
        ...

    def kill(self, name: str, signal: Signals) -> None:
        """Send a signal to one process."""
        ...

    def restart(self, name: str) -> None:
        """Start one process again, after stopping it if it runs."""
        ...

    def wait_ready(self) -> None:
        """Return when every process answers; raises when that takes too long."""
        ...
