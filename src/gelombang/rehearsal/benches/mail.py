"""How many letters a second the outbox sends, from owed rows to a mail server of its own process.

Submissions are written as the front door writes them and admitted by the product's own worker, so
that the letters are real ones. Then workers deliver into the sink, which counts every mail.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from gelombang.kit.email import email_for_comparison
from gelombang.kit.ids import receipt_for, uuid7
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, derived_key, seal

PORTION = 5_000
WAIT_SECONDS = 600.0
_INSERT = b"""
    INSERT INTO registration_submission (
        idempotency_key, receipt, email_sealed, email_index, language, received_at, real_at
    )
    SELECT invented.*, 'id', %s, %s
    FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[])
        AS invented (idempotency_key, receipt, email_sealed, email_index)
"""


class MailBenchFailed(Exception):
    """Something did not come to its end; the text says what."""


@dataclass(frozen=True, slots=True)
class MailBench:
    """What the sink counted."""

    mails: int
    letters: int
    addresses: int
    repeated: int
    most_to_one_address: int
    seconds: float
    links: tuple[str, ...]

    @property
    def per_second(self) -> float:
        """Letters a second, from the first mail to the last."""
        return self.mails / self.seconds if self.seconds else 0.0


def submit(url: str, keyring: Keyring, *, people: int) -> None:
    """Write so many submissions into the intake, as a front door does."""
    at, secret = datetime.now(UTC), derived_key(keyring, purpose="receipt")
    with psycopg.connect(url) as connection:
        for start in range(0, people, PORTION):
            names = [f"orang{n}@example.id" for n in range(start, min(start + PORTION, people))]
            keys = [str(uuid7()) for _ in names]
            receipts = [receipt_for(key=secret, idempotency_key=each) for each in keys]
            indexes = [
                blind_index(keyring, email_for_comparison(each), purpose="email") for each in names
            ]
            sealed = [seal(keyring, each, purpose="email") for each in names]
            connection.execute(_INSERT, (at, at, keys, receipts, sealed, indexes))


@contextmanager
def worker(environment: Mapping[str, str], *sweeps: str) -> Iterator[None]:
    """A worker of its own that runs these sweeps only."""
    only = [word for sweep in sweeps for word in ("--only", sweep)]
    process = subprocess.Popen(
        [sys.executable, "-m", "gelombang", "worker", *only], env=dict(environment),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        finally:
            process.kill()


@contextmanager
def sink(port: int) -> Iterator[subprocess.Popen[str]]:
    """The counting mail server, listening."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gelombang.rehearsal.benches.mail_sink", str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        if process.stdout is None or process.stdout.readline().strip() != "ready":
            raise MailBenchFailed("the sink did not start")
        yield process
    finally:
        process.kill()
        process.wait(10)


def wait_until(url: str, question: bytes, wanted: int, what: str) -> None:
    """Ask the database until the answer is `wanted`. Raises MailBenchFailed."""
    until = time.monotonic() + WAIT_SECONDS
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(question).fetchone()
            if row is not None and row[0] == wanted:
                return
            if time.monotonic() > until:
                raise MailBenchFailed(f"{what}: {row and row[0]} of {wanted}")
            time.sleep(0.25)


def measure(
    *, environment: Mapping[str, str], keyring: Keyring, url: str, people: int, sink_port: int,
    workers: int,
) -> MailBench:  # fmt: skip
    """Owe `people` confirm letters, then deliver them all. Raises MailBenchFailed."""
    submit(url, keyring, people=people)
    with worker(environment, "registration"):
        wait_until(url, b"SELECT count(*) FROM notices_notice", people, "letters owed")
    with sink(sink_port) as process:
        with _workers(environment, workers):
            question = b"SELECT count(*) FROM notices_notice WHERE state = 'sent'"
            wait_until(url, question, people, "letters sent")
        words, _ = process.communicate(timeout=60)
    found = json.loads(words)
    return MailBench(**{**found, "links": tuple(found["links"])})


@contextmanager
def _workers(environment: Mapping[str, str], count: int) -> Iterator[None]:
    if count == 0:
        yield
        return
    with worker(environment, "notices.deliver"), _workers(environment, count - 1):
        yield
