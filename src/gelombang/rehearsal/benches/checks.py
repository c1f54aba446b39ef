"""How many checks a second the pipeline carries without a contract.

Claimed, asked over HTTP at the honest fake, judged, recorded in sets, letters owed. People and
their statements are written in sets, as registration and the identity pages would leave them;
workers of the product do the rest. Processor time is read from /proc: on a machine with other work
it tells more than the clock.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import psycopg

from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.rehearsal.benches.workers import worker_process
from gelombang.rehearsal.system import System

UNPACED = 100_000  # calls a second: a contract that limits nothing
SWEEP = "verification.civil_registry"
PORTION = 2_000
REFUTED_EVERY = 16  # one in so many is known by another name
WAIT_SECONDS = 300.0
TICKS = os.sysconf("SC_CLK_TCK")
_PEOPLE = b"COPY people_person (id, email_sealed, email_index, language, enrolled_at) FROM STDIN"
_STATED = """COPY verification_identity (
    person_id, version, state, nik_sealed, family_card_sealed, name_sealed, sex_sealed,
    birth_place_sealed, birth_date_sealed, province_sealed, person_index, nomination_index,
    lifetime_index, family_card_index, area, submitted_at
) FROM STDIN"""
_ANSWERED = b"SELECT count(*) FROM verification_attestation"
_LETTERS = b"SELECT count(*) FROM notices_notice WHERE kind LIKE 'verification.%'"


class ChecksBenchFailed(Exception):
    """Something did not come to its end; the text says what."""


@dataclass(frozen=True, slots=True)
class ChecksBench:
    """What was measured."""

    checks: int
    seconds: float
    worker_ms: float
    """Processor milliseconds a check, as the next two."""
    fake_ms: float
    database_ms: float
    worker_peak_mb: float
    backlog: int
    letters: int
    asked_twice: int

    @property
    def per_second(self) -> float:
        """Answered checks a second, from the first call to the last record."""
        return self.checks / self.seconds if self.seconds else 0.0

    @property
    def milliseconds(self) -> float:
        """Processor time a check, of everything together."""
        return self.worker_ms + self.fake_ms + self.database_ms


def unpaced(text: str) -> str:
    """A programme file without limits for the partners of verification."""
    pace = rf"\g<1>{UNPACED}\nburst = {UNPACED}"
    for code in ("civil_registry", "education", "social_aid"):
        block = rf'(code = "{code}"\nname = "[^"]*"\ncalls_per_second = )\d+\nburst = \d+'
        text, found = re.subn(block, pace, text)
        if not found:
            raise ChecksBenchFailed(f"the programme names no {code}")
    return text


def measure(
    system: System, *, keyring: Keyring, people: int, backlog: int, workers: int
) -> ChecksBench:
    """Answer the checks of `people`, the oldest of a queue of `backlog` more.

    Raises ChecksBenchFailed.
    """
    url, log = system.database_url, system.data_dir / "checks.log"
    _seed(url, keyring, system.fakes_url, people)
    if backlog:
        _seed_backlog(url, backlog)
    with ExitStack() as stack:
        start = partial(worker_process, system.environment, log, SWEEP)
        running = [stack.enter_context(start()) for _ in range(workers)]
        pids = [process.pid for process in running]
        try:
            begun = _wait(url, 1, running)
            before = _spent(system, pids)
            done = _wait(url, people, running)
        except ChecksBenchFailed as failed:
            raise ChecksBenchFailed(f"{failed}\n{log.read_text('utf-8')[-2000:]}") from None
        after = _spent(system, pids)
        peak = max(_peak_megabytes(pid) for pid in pids)
    meter = _get(f"{system.fakes_url}/_admin/meter")["dukcapil"]
    counted = done.answered - begun.answered
    each = {name: 1000 * (after[name] - before[name]) / counted for name in after}
    return ChecksBench(
        checks=counted, seconds=done.at - begun.at, worker_ms=each["worker"],
        fake_ms=each["fakes"], database_ms=each["database"], worker_peak_mb=peak,
        backlog=backlog, letters=_letters(url), asked_twice=meter["asked_twice"],
    )  # fmt: skip


def _seed(url: str, keyring: Keyring, fakes_url: str, people: int) -> None:
    with psycopg.connect(url) as connection:
        for start in range(0, people, PORTION):
            numbers = range(start, min(start + PORTION, people))
            _write(connection, keyring, [(uuid4(), number) for number in numbers])
            lines = "\n".join(json.dumps(_known(number)) for number in numbers)
            _send(f"{fakes_url}/dukcapil/_admin/people", lines.encode())
        connection.execute(_sql("due"))


def _write(
    connection: psycopg.Connection[Any], keyring: Keyring, people: Sequence[tuple[UUID, int]]
) -> None:
    at = datetime.now(UTC)
    with connection.cursor() as cursor:
        with cursor.copy(_PEOPLE) as copy:
            for person_id, number in people:
                email = f"orang{number}@example.id"
                sealed = seal(keyring, email, purpose="email")
                index = blind_index(keyring, email, purpose="email")
                copy.write_row((person_id, sealed, index, "id", at))
        with cursor.copy(_STATED.encode()) as copy:
            for person_id, number in people:
                copy.write_row((person_id, 1, "pending", *_statement(keyring, number), "", at))


def _statement(keyring: Keyring, number: int) -> Iterator[bytes]:
    stated = _stated(number)
    for purpose in (
        "nik", "family_card", "name", "sex", "birth_place", "birth_date", "province",
    ):  # fmt: skip
        yield seal(keyring, stated[purpose], purpose=purpose)
    for purpose in ("person", "nomination", "lifetime"):
        yield blind_index(keyring, stated["nik"], purpose=purpose)
    yield blind_index(keyring, stated["family_card"], purpose="family_card")


def _stated(number: int) -> dict[str, str]:
    born = date(1980, 1, 1) + timedelta(days=number % 9_000)
    return {
        "nik": f"31740117{number:08d}", "family_card": f"31740101{number:08d}",
        "name": f"WARGA PERCOBAAN {_spelt(number)}", "sex": ("male", "female")[number % 2],
        "birth_place": "JAKARTA PUSAT", "birth_date": born.isoformat(), "province": "31",
    }  # fmt: skip


def _spelt(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:08d}")


def _known(number: int) -> dict[str, str]:
    record = _stated(number)
    record["family_card_no"] = record.pop("family_card")
    if number % REFUTED_EVERY == 0:
        record["name"] = "ORANG LAIN SAMA SEKALI"
    return record


def _seed_backlog(url: str, backlog: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_sql("backlog"), {"people": backlog})
        connection.execute(b"VACUUM ANALYZE")


@dataclass(frozen=True, slots=True)
class _Seen:
    answered: int
    at: float


def _wait(url: str, wanted: int, running: Sequence[subprocess.Popen[bytes]]) -> _Seen:
    """When so many checks were answered. Raises ChecksBenchFailed."""
    until = time.monotonic() + WAIT_SECONDS
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(_ANSWERED).fetchone()
            seen = _Seen(row[0] if row else 0, time.monotonic())
            if seen.answered >= wanted:
                return seen
            if seen.at > until or any(process.poll() is not None for process in running):
                raise ChecksBenchFailed(f"{seen.answered} of {wanted} checks were answered")
            time.sleep(0.05)


def _letters(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(_LETTERS).fetchone()
    return row[0] if row else 0


def _sql(name: str) -> bytes:
    package = resources.files("gelombang.rehearsal.benches") / "sql"
    return (package / f"checks_{name}.sql").read_bytes()


def _spent(system: System, workers: Sequence[int]) -> dict[str, float]:
    """Processor seconds until now."""
    own = {name: _tree_seconds(system.pids()[name]) for name in ("fakes", "database")}
    return own | {"worker": sum(_tree_seconds(pid) for pid in workers)}


def _tree_seconds(pid: int) -> float:
    """Processor seconds of a process, its children and those that have ended."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return _cpu_seconds(pid) + sum(_tree_seconds(int(each)) for each in children)


def _cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(int(each) for each in words[11:15]) / TICKS


def _peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _get(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own fakes
        return json.loads(answer.read())


def _send(url: str, body: bytes) -> None:
    with urlopen(Request(url, data=body), timeout=60) as answer:  # noqa: S310 - our own fakes
        answer.read()
