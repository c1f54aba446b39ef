"""The worker as a process: it outlives its database, leaves no half work, and stops quickly."""

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from tests.jobs.text_provider import Running

from gelombang.cli.demo import reader_url
from gelombang.cli.places import throwaway_directory
from gelombang.cli.postgres import Cluster, wait_until_ready
from gelombang.jobs import notices
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import seal
from gelombang.records.notices.rules import ADDRESS, seal_letter

PEOPLE = 12_000
STOPS_WITHIN = 8  # seconds: five are promised, and a test machine may be busy
NOW = datetime(2020, 4, 11, 12, tzinfo=UTC)

log = logging.getLogger(__name__)
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


def owe_texts(cluster, keyring, count):
    """So many codes to numbers of their own, as the action owes them."""
    letter = seal_letter(keyring, "Kode", "Kode Anda 204816.")
    rows = [
        (f"registration.phone_code:{n}", seal(keyring, f"+62811{n:07}", purpose=ADDRESS), letter)
        for n in range(count)
    ]
    with psycopg.connect(cluster.url()) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO notices_notice (key, kind, address_sealed, letter_sealed, language, state,"
            " urgent, channel, owed_at, attempts, next_attempt_at) VALUES"
            f" (%s, 'registration.phone_code', %s, %s, 'id', 'owed', true, 'sms', '{NOW}', 0,"
            " now())",
            rows,
        )


@pytest.mark.long
def test_a_worker_killed_again_and_again_texts_everybody_and_few_of_them_twice(
    cluster, keyring, monkeypatch
):
    """What its death leaves unrecorded goes out again under its reference, and is taken once.

    Where a second provider takes over in that moment, it knows nothing of the first's: at most what
    was under way goes out twice.
    """
    texts, kills = 400, 5
    most_under_way = kills * 2 * 4 * notices.CHUNK
    with Running() as first, Running() as second:
        for name, value in (
            ("SMS_URL", f"http://127.0.0.1:{first.port}"), ("SMS_KEY", "kunci"),
            ("SMS2_URL", f"http://127.0.0.1:{second.port}"), ("SMS2_KEY", "kunci"),
            ("SMS_PER_SECOND", "100"),
        ):  # fmt: skip
            monkeypatch.setenv(f"GELOMBANG_{name}", value)
        owe_texts(cluster, keyring, texts)
        left = "SELECT count(*) FROM notices_notice WHERE channel = 'sms' AND state = 'owed'"
        for kill in range(kills + 1):
            with working(cluster, "notices") as worker:
                wanted = 0 if kill == kills else ask(cluster, left) - texts // (2 * kills)
                wait_for(lambda wanted=wanted: ask(cluster, left) <= max(wanted, 0))
                worker.send_signal(signal.SIGKILL)
                worker.wait(10)
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute("UPDATE notices_notice SET next_attempt_at = now()"
                                   " WHERE channel = 'sms' AND state = 'owed'")  # fmt: skip
        numbers = [
            each["to"] for running in (first, second) for each in running.fake.messages.values()
        ]
        asked = sum(running.fake.partner.meter.calls for running in (first, second))
    assert set(numbers) == {f"+62811{n:07}" for n in range(texts)}, "everybody got theirs"
    twice = len(numbers) - len(set(numbers))
    log.info("%d texts, %d kills: %d sent, %d twice", texts, kills, asked, twice)
    assert twice <= asked - texts <= most_under_way
