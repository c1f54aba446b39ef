"""Fixtures for every test: a PostgreSQL cluster, a migrated template and a copy of it a worker.

Each worker has a cluster of its own, since intake is pulled below the oldest transaction of the
whole cluster: the open transaction of one worker's test would hold back the other's. It starts only
when a test asks for the database and is removed when the run ends. DATABASE_URL, where it is set,
names a server to use instead (then with one worker, for the same reason).
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from psycopg import sql
from tests import environment
from tests.fresh_database import empty_again, fingerprint, keep_seeds

from gelombang.cli.demo import READER
from gelombang.cli.places import clone, throwaway_directory
from gelombang.cli.postgres import Cluster, PostgresError
from gelombang.cli.system import ThrowawaySystem
from gelombang.cli.translations import compile_translations
from gelombang.kit.sealing import Keyring

FINGERPRINT = "GELOMBANG_TEST_FINGERPRINT"  # of the schema of this worker's database
RUN = "GELOMBANG_TEST_RUN"  # the directory that all workers of one run share
SERVER = "GELOMBANG_TEST_SERVER"  # a PostgreSQL that the person running the tests named
TEMPLATE = "template"
CHROMIUM_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        if url := os.environ.get("DATABASE_URL"):
            os.environ[SERVER] = url
        run = throwaway_directory("tests")
        (run / "owner").write_text(str(os.getpid()))
        os.environ[RUN] = str(run)
        _remove_abandoned_runs(run.parent)
        compile_translations(clone() / "src")
    environment.provide()
    os.environ["DJANGO_SETTINGS_MODULE"] = "gelombang.settings.django"
    import django
    from django.test import TransactionTestCase

    django.setup()
    TransactionTestCase._fixture_teardown = _start_from_the_template_again


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and RUN in os.environ:
        _remove_run(Path(os.environ.pop(RUN)))


def _remove_abandoned_runs(directory: Path) -> None:
    """Clear what a killed run left: its cluster would go on for ever."""
    for owner in directory.glob("gelombang-tests-*/owner"):
        with contextlib.suppress(OSError, ValueError):
            if owner.stat().st_uid == os.geteuid() and not _is_alive(int(owner.read_text())):
                _remove_run(owner.parent)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove_run(run: Path) -> None:
    for place in run.glob("*-postgres"):
        if (place / "data" / "PG_VERSION").is_file():
            with contextlib.suppress(PostgresError):
                Cluster(place=place, durable=False).stop()
    if url := os.environ.get(SERVER):
        _drop_databases(url, prefix=run.name)
    shutil.rmtree(run, ignore_errors=True)


def _drop_databases(url: str, *, prefix: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        names = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ).fetchall()
        for (name,) in names:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            server.execute(drop)


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL of this run, with a migrated database called `template`."""

    url: str
    prefix: str

    def address(self, name: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{self.prefix}-{name}").geturl()

    def execute(self, statement: str, **names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as server:
            full = {key: sql.Identifier(f"{self.prefix}-{name}") for key, name in names.items()}
            server.execute(sql.SQL(statement).format(**full))

    def copy_template(self, name: str) -> str:
        """A database like the template, in the place of one of that name; its address."""
        self.execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)
        strategy = "STRATEGY file_copy"  # a quick copy of 10 MB, where nothing must be durable
        self.execute(f"CREATE DATABASE {{name}} TEMPLATE {{template}} {strategy}",
                     name=name, template=TEMPLATE)  # fmt: skip
        return self.address(name)


@pytest.fixture(scope="session")
def postgres_server() -> Server:
    """The server of this worker, with the template migrated; started by the first who asks."""
    run, worker = Path(os.environ[RUN]), _worker_name()
    url = os.environ.get(SERVER)
    if url is None:
        cluster = Cluster(place=run / f"{worker}-postgres", durable=False)
        cluster.start()
        url = cluster.url()
    server = Server(url=url, prefix=f"{run.name}-{worker}")
    _known_server().write_text(json.dumps({"url": url, "prefix": server.prefix}))
    server.execute("CREATE DATABASE {name}", name=TEMPLATE)
    _migrate(server.address(TEMPLATE))
    keep_seeds(server.address(TEMPLATE))
    return server


def _known_server() -> Path:
    return Path(os.environ[RUN]) / f"{_worker_name()}.json"


def _migrate(url: str) -> None:
    """Migrate in a process of its own, so that ours has no connection to the template."""
    answer = subprocess.run(
        [sys.executable, "-m", "gelombang", "migrate"],
        env={**os.environ, "DATABASE_URL": url,
             "GELOMBANG_DATABASE_READONLY_URL": _as_reader(url)},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if answer.returncode != 0:
        pytest.exit(f"the migrations failed:\n{answer.stdout}{answer.stderr}", returncode=1)


def _as_reader(url: str) -> str:
    place = urlsplit(url).netloc.rpartition("@")[2]
    netloc = f"{READER}:{environment.SECRETS['reader_password']}@{place}"
    return urlsplit(url)._replace(netloc=netloc).geturl()


def _worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def worker_database(postgres_server: Server) -> str:
    """The address of this worker's own copy of the template."""
    url = postgres_server.copy_template(_worker_name())
    os.environ[FINGERPRINT] = fingerprint(url)
    return url


@pytest.fixture(scope="session")
def django_db_setup(worker_database: str, django_db_blocker) -> Iterator[None]:
    """Point Django at this worker's database (instead of pytest-django making one)."""
    from django.db import connections

    parts = urlsplit(worker_database)
    connection = connections["default"]
    connection.settings_dict.update(
        NAME=parts.path.lstrip("/"),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
        HOST=parts.hostname,
        PORT=str(parts.port),
    )
    connection.settings_dict["OPTIONS"].pop("pool", None)  # a test may drop its database
    os.environ["DATABASE_URL"] = worker_database
    os.environ["GELOMBANG_DATABASE_READONLY_URL"] = _as_reader(worker_database)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _start_from_the_template_again(self) -> None:
    """After a transactional test: every row gone, or a fresh copy where the schema was altered."""
    from django.db import connections

    connections.close_all()
    server = Server(**json.loads(_known_server().read_text()))
    worker = _worker_name()
    if not empty_again(server.address(worker), as_it_was=os.environ[FINGERPRINT]):
        os.environ[FINGERPRINT] = fingerprint(server.copy_template(worker))


@pytest.fixture
def database_url(transactional_db, worker_database: str) -> str:
    """This worker's database for code with connections of its own; restored after the test."""
    return worker_database


@pytest.fixture
def readonly_url(database_url: str) -> str:
    """The same database as the auditor's role sees it."""
    return _as_reader(database_url)


@pytest.fixture
def now() -> datetime:
    """A virtual instant in the first wave: 13 April 2020, 10.00 WIB."""
    return datetime(2020, 4, 13, 3, tzinfo=UTC)


@pytest.fixture
def real_now() -> datetime:
    """A real instant of no meaning, different from the virtual one."""
    return datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The test environment's keys."""
    from gelombang.settings.environment import load

    return load().keyring


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; the test is skipped, or fails where one is required, without."""
    found = next((place for place in CHROMIUM_PLACES if Path(place).is_file()), None)
    if found is None:
        message = "no Chromium here: tests of pages in a real browser are skipped"
        if os.environ.get("GELOMBANG_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def a_system() -> Iterator[ThrowawaySystem]:
    """A complete system of processes for the tests of a module."""
    with ThrowawaySystem("tests-system", durable=False) as system:
        yield system


LONG = {"faults", "stories", "browser", "cli"}
LEFT_OUT = "it takes minutes: set GELOMBANG_LONG_TESTS=1 to try it"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the tests of a complete system, so that `-m "not system"` leaves them out.

    The longest files come first: two workers then end at about the same time.
    """
    items.sort(key=lambda item: not LONG.intersection(item.path.parts))
    if "GELOMBANG_LONG_TESTS" not in os.environ:
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason=LEFT_OUT))
    for item in items:
        if "a_system" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.system)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say loudly what was not tried."""
    skipped = [each for each in terminalreporter.stats.get("skipped", [])
               if "no Chromium here" in str(each.longrepr)]  # fmt: skip
    left = [each for each in terminalreporter.stats.get("skipped", [])
            if LEFT_OUT in str(each.longrepr)]  # fmt: skip
    if left:
        terminalreporter.write_sep("!", f"{len(left)} LONG TESTS LEFT OUT: {LEFT_OUT}")
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} BROWSER TESTS SKIPPED: no Chromium here")


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A directory for files that outlive one test."""
    with tempfile.TemporaryDirectory(prefix="gelombang-scratch-") as directory:
        yield Path(directory)
