"""The worker as a process: it outlives its database, leaves no half work, and stops quickly."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from gelombang.cli.demo import reader_url
from gelombang.cli.places import throwaway_directory
from gelombang.cli.postgres import Cluster, wait_until_ready
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import seal

PEOPLE = 12_000
STOPS_WITHIN = 8  # seconds: five are promised, and a test machine may be busy
NOW = datetime(2020, 4, 11, 12, tzinfo=UTC)

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def cluster():
    """A durable cluster of our own, since the others' must not be killed."""
    cluster = Cluster(place=throwaway_directory("worker") / "postgres")
    try:
        cluster.start()
        gelombang("migrate", cluster).communicate(timeout=180)
        yield cluster
    finally:
        cluster.stop()


def gelombang(command, cluster, *arguments):
    url = cluster.url()
    return subprocess.Popen(
        [sys.executable, "-m", "gelombang", command, *arguments],
        env={**os.environ, "DATABASE_URL": url,
             "GELOMBANG_DATABASE_READONLY_URL": reader_url(url, "only-for-tests")},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@contextmanager
def working(cluster, *sweeps):
    """A running worker; killed at the end if it is still there."""
    only = [word for sweep in sweeps for word in ("--only", sweep)]
    process = gelombang("worker", cluster, *only)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.stdout.close()
        process.wait(10)


def ask(cluster, sql):
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        return connection.execute(sql).fetchone()[0]


def submit(cluster, keyring, first):
    rows = [
        (f"key-{n}", f"R{n:023}", seal(keyring, f"orang{n}@example.id", purpose="email"),
         blind_index(keyring, f"orang{n}@example.id", purpose="email"))
        for n in range(first, first + PEOPLE)
    ]  # fmt: skip
    with psycopg.connect(cluster.url()) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO registration_submission (idempotency_key, receipt, email_sealed,"
            " email_index, language, received_at, real_at)"
            f" VALUES (%s, %s, %s, %s, 'id', '{NOW}', '{NOW}')",
            rows,
        )


def wait_for_words(worker, words):
    """Read what the worker says until it says this."""
    for line in worker.stdout:
        if words in line:
            return
    pytest.fail(f"it ended without saying: {words}")


def wait_for(question, *, seconds=120):
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def admitted(cluster):
    return ask(cluster, "SELECT count(*) FROM registration_admission")


def assert_whole(cluster, people):
    """Every receipt leads to one registration, every registration to one person and one letter."""
    assert ask(cluster, "SELECT count(*) FROM registration_admission") == people
    assert ask(cluster, "SELECT count(*) FROM registration_registration") == people
    assert ask(cluster, "SELECT count(*) FROM people_person") == people
    assert ask(cluster, "SELECT count(DISTINCT key) FROM notices_notice") == people


def test_a_killed_worker_and_a_killed_database_lose_nothing(cluster, keyring):
    submit(cluster, keyring, 0)
    with working(cluster, "registration") as worker:
        wait_for(lambda: admitted(cluster) > 0)
        worker.kill()
    with working(cluster, "registration") as worker:
        wait_for(lambda: admitted(cluster) == PEOPLE)
        assert_whole(cluster, PEOPLE)

        submit(cluster, keyring, PEOPLE)
        os.kill(cluster.postmaster(), signal.SIGKILL)
        time.sleep(1.0)
        cluster.start()
        wait_until_ready(cluster.url(), seconds=30)
        wait_for(lambda: admitted(cluster) == 2 * PEOPLE)

        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        words, _ = worker.communicate(timeout=30)
        assert worker.returncode == 0, words
        assert "outage" in words
        assert "@" not in words
    assert_whole(cluster, 2 * PEOPLE)


def test_it_stops_quickly_while_the_mail_server_is_away(cluster, keyring):
    submit(cluster, keyring, 5 * PEOPLE)  # letters to be owed and not to be sent
    with working(cluster, "notices", "registration") as worker:
        wait_for_words(worker, "outage")
        started = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        words, _ = worker.communicate(timeout=30)
        assert time.monotonic() - started < STOPS_WITHIN
        assert worker.returncode == 0, words
        assert "@" not in words


def test_a_sweep_that_does_not_exist_is_told(cluster):
    with working(cluster, "nonsense") as worker:
        words, _ = worker.communicate(timeout=120)
        assert worker.returncode != 0
        assert "no sweep is called nonsense" in words
