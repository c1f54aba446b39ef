"""One complete system on this machine: which processes, in which order, when it is ready."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from gelombang.cli.demo import Ports
from gelombang.cli.postgres import Cluster, wait_until_ready
from gelombang.cli.supervisor import Part, PartFailedError, Say, Supervisor

DATABASE = "gelombang"
MIGRATE_SECONDS = 120.0
READY_SECONDS = 120.0
SERVERS = ("fakes", "mailbox", "worker", "edge")


class LocalSystem:
    """Database, worker, edge, invented partners and mail catcher as supervised processes."""

    def __init__(self, *, say: Say, log_directory: Path | None = None) -> None:
        self.supervisor = Supervisor(say=say, log_directory=log_directory)
        self.cluster: Cluster | None = None
        self._say = say

    def start_database(self, cluster: Cluster) -> str:
        """Start a cluster of our own under supervision; the address of our database in it."""
        self.cluster = cluster
        cluster.prepare()
        self.supervisor.start(
            Part(
                name="database",
                command=cluster.command(),
                environment={},
                options=cluster.process_options(),
                stop_signal=signal.SIGINT,  # "fast shutdown" to a postmaster
                last=True,
            )
        )
        wait_until_ready(cluster.url(), seconds=READY_SECONDS)
        _create_database(cluster.url(), DATABASE)
        return cluster.url(DATABASE)

    def start_servers(
        self, environment: Mapping[str, str], *, ports: Ports, house: int | None = None
    ) -> None:
        """Migrate, start the other processes, and return when every one of them answers.

        With a port for the `house` the edge is the front door alone, as production serves it, and
        the house a process of its own. Raises PartFailedError when the migration fails or a
        process does not answer in time.
        """
        migrate = Part("migrate", our_command("migrate"), environment)
        self.supervisor.run_to_its_end(migrate, seconds=MIGRATE_SECONDS)
        for name in SERVERS:
            command = "frontdoor" if house and name == "edge" else name
            self.supervisor.start(Part(name, our_command(command), environment))
        if house:
            own = {"GELOMBANG_PORT": str(house), "GELOMBANG_EDGE_WORKERS": "1"}
            self.supervisor.start(Part("house", our_command("web"), {**environment, **own}))
        self.wait_ready(environment["GELOMBANG_HOST"], ports)

    def wait_ready(self, host: str, ports: Ports, *, seconds: float = READY_SECONDS) -> None:
        """Return when every process answers. Raises PartFailedError after that many seconds."""
        deadline = time.monotonic() + seconds
        waits = {
            "fakes": ("127.0.0.1", ports.fakes),
            "mailbox": ("127.0.0.1", ports.smtp),
            "mailbox's page": ("127.0.0.1", ports.mail),
        }
        for name, (address, port) in waits.items():
            while not _listens(address, port):
                _sleep_until(deadline, name)
        while not _is_ready(f"http://{_reachable(host)}:{ports.edge}/readyz"):
            _sleep_until(deadline, "edge")

    def stop(self) -> None:
        """Stop every process, the database last."""
        self.supervisor.stop()


def our_command(*arguments: str) -> list[str]:
    """The command line that runs `gelombang` with this very interpreter."""
    return [sys.executable, "-m", "gelombang", *arguments]


def foreign_environment() -> dict[str, str]:
    """The environment of this process without our own variables."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GELOMBANG_")
        and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }


def _create_database(url: str, name: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 only compared


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 our own address
            return bool(answer.status == 200)  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False


def _sleep_until(deadline: float, name: str) -> None:
    if time.monotonic() > deadline:
        raise PartFailedError(f"{name} does not answer; see its log")
    time.sleep(0.1)
