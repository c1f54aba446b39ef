"""`gelombang serve`: the supervisor in the foreground, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from rich.table import Table

from gelombang.cli import say
from gelombang.cli.demo import Ports, kept_secrets, local_environment
from gelombang.cli.local import LocalSystem, foreign_environment, our_command
from gelombang.cli.parts import require_free_ports
from gelombang.cli.places import data_directory
from gelombang.cli.postgres import Cluster, PostgresError, free_port, port_is_free
from gelombang.cli.running import describe_running, forget_running
from gelombang.cli.supervisor import Part, PartFailedError
from gelombang.cli.translations import compile_translations
from gelombang.kit import clock
from gelombang.settings.environment import check

SECRETS = ("GELOMBANG_SECRET_KEY", "GELOMBANG_SEALING_KEYS", "GELOMBANG_INDEX_KEY",
           "GELOMBANG_TOKEN_KEYS")  # fmt: skip
PENDING = "postgresql://gelombang@127.0.0.1/gelombang"  # before our own database has its address
PROVIDERS = "GELOMBANG_PROVIDERS_PORT"
DEMO_BEGINS = datetime(2020, 4, 11, 17, 30, tzinfo=clock.WIB)  # an hour and a half before opening
ACCOUNTS_SECONDS = 60.0
ACCOUNTS_TRIES = 3


class Interrupted(Exception):
    """Somebody asked us to stop while we were still starting."""


def serve_everything() -> None:
    """Run all processes in the foreground, each restarted when it dies, until told to stop."""
    place = data_directory(_path("GELOMBANG_DATA_DIR"))
    with _only_one(place):
        compile_translations(Path(__file__).resolve().parents[1])
        host, ports = _listen_on()
        system = LocalSystem(say=say.line)
        stop = threading.Event()
        try:
            with _interruptible(stop) as started:
                _start(system, place=place, host=host, ports=ports)
                started()
                stop.wait()
        except Interrupted:
            pass
        finally:
            _stop(system, place)


def _stop(system: LocalSystem, place: Path) -> None:
    was_running = bool(system.supervisor.process_ids())
    if was_running:
        say.line("serve", "stopping …")
    system.stop()
    forget_running(place)
    if was_running:
        say.line("serve", "stopped")


def _start(system: LocalSystem, *, place: Path, host: str, ports: Ports) -> None:
    url = os.environ.get("DATABASE_URL")
    environment = _environment(place=place, host=host, ports=ports, database_url=url or PENDING)
    check(environment)
    if url is None:
        binaries = _path("GELOMBANG_POSTGRES_BIN")
        cluster = Cluster(place=place / "postgres", chosen_binaries=binaries)
        url = system.start_database(cluster)
        environment = _environment(place=place, host=host, ports=ports, database_url=url)
    is_demo = _is_demo(environment)
    if is_demo:
        environment[PROVIDERS] = str(_inner_port(PROVIDERS, 8091))
    system.start_servers(environment, ports=ports)
    describe_running(place, environment)
    if is_demo:
        _make_accounts(system, environment)
        sites = our_command("rehearse", "providers")
        system.supervisor.start(Part("providers", sites, environment))
    _show_addresses(environment, ports)
    if is_demo:
        people = our_command("demo-data")
        system.supervisor.start(Part("demo", people, environment, once=True))


def _make_accounts(system: LocalSystem, environment: Mapping[str, str]) -> None:
    """Make and print the demo's accounts, again when the database was away in between."""
    accounts = Part("accounts", our_command("operators", "demo"), environment)
    for _ in range(ACCOUNTS_TRIES):
        try:
            system.supervisor.run_to_its_end(accounts, seconds=ACCOUNTS_SECONDS)
        except PartFailedError as failure:
            say.line("serve", str(failure))
        else:
            return
    say.line("serve", "no demo accounts: make them with `gelombang operators demo`")


def _is_demo(environment: Mapping[str, str]) -> bool:
    return environment.get("GELOMBANG_DEMO", "").lower() in {"1", "true", "yes", "on"}


def _environment(*, place: Path, host: str, ports: Ports, database_url: str) -> dict[str, str]:
    """What the processes learn: a demo's values, over them whatever this environment names.

    A deployment that brings secrets of its own gets none from us: what it forgot is reported.
    """
    own = {name: value for name, value in os.environ.items() if name.startswith("GELOMBANG_")}
    secret = kept_secrets(place)
    local = local_environment(
        secret=secret, ports=ports, database_url=database_url, data_dir=place, host=host
    )
    if any(name in own for name in SECRETS):
        local = {name: value for name, value in local.items() if name not in secret}
    elif clock.CLOCK_VARIABLE not in own:
        local[clock.CLOCK_VARIABLE] = str(_demo_clock(place))
    return foreign_environment() | local | own


def _demo_clock(place: Path) -> Path:
    path = place / "clock.json"
    if not path.is_file():
        clock.set_face(path, virtual=DEMO_BEGINS, rate=1)
    return path


def _listen_on() -> tuple[str, Ports]:
    host = os.environ.get("GELOMBANG_HOST", "127.0.0.1")
    edge, mail = _port("GELOMBANG_PORT", 8000), _port("GELOMBANG_MAIL_PORT", 8025)
    require_free_ports(host, [("GELOMBANG_PORT", edge)])
    require_free_ports("127.0.0.1", [("GELOMBANG_MAIL_PORT", mail)])
    return host, Ports(
        edge=edge,
        operator=_inner_port("GELOMBANG_OPERATOR_PORT", 8001),
        mail=mail,
        smtp=_inner_port("GELOMBANG_SMTP_PORT", 1025),
        fakes=_inner_port("GELOMBANG_FAKES_PORT", 8090),
    )


def _port(setting: str, usual: int) -> int:
    text = os.environ.get(setting, str(usual))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:  # noqa: PLR2004 the range of ports
        raise PostgresError(f"{setting} is not a port: {text}")
    return int(text)


def _inner_port(setting: str, usual: int) -> int:
    """A port that nobody types: the usual one, a free one when that is taken, unless it is set."""
    if setting in os.environ:
        port = _port(setting, usual)
        require_free_ports("127.0.0.1", [(setting, port)])
        return port
    return usual if port_is_free(usual) else free_port()


def _path(setting: str) -> Path | None:
    return Path(os.environ[setting]) if os.environ.get(setting) else None


@contextmanager
def _only_one(place: Path) -> Iterator[None]:
    """Hold the data directory, so that two supervisors never share one database."""
    with (place / "serve.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise PostgresError(
                f"Another `gelombang serve` (process {file.read().strip()}) uses {place}: "
                "stop it, or set GELOMBANG_DATA_DIR to another directory."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def _interruptible(stop: threading.Event) -> Iterator[Callable[[], None]]:
    """SIGTERM and Ctrl-C break off the start, and afterwards (`started`) end the wait."""
    running = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        first = not stop.is_set()
        stop.set()
        if first and not running.is_set():
            raise Interrupted

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    yield running.set


def _show_addresses(environment: Mapping[str, str], ports: Ports) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("pages", environment["GELOMBANG_BASE_URL"])
    table.add_row("mail", f"http://127.0.0.1:{ports.mail}")
    table.add_row("partners", f"http://127.0.0.1:{ports.fakes}")
    if PROVIDERS in environment:
        table.add_row("providers", f"http://127.0.0.1:{environment[PROVIDERS]}")
    table.add_row("database", urlsplit(environment["DATABASE_URL"]).netloc.rpartition("@")[2])
    table.add_row("data", environment["GELOMBANG_DATA_DIR"])
    say.console.print(table)
    say.console.print("Ctrl-C stops everything.")
    sys.stdout.flush()
