"""A clean world in the database, once for all tests that plant something and roll it back."""

from collections.abc import Iterator

import psycopg
import pytest
from tests.auditor import world

from gelombang.auditor.chain import CHAIN
from gelombang.auditor.examine import ask, examine, read
from gelombang.auditor.findings import Finding
from gelombang.auditor.invariants import catalogue
from gelombang.auditor.lists import LISTS
from gelombang.auditor.snapshot import Snapshot

IN_SQL = {invariant.name: invariant for invariant in catalogue()}
IN_PYTHON = {reading.name: reading for reading in (*LISTS, *CHAIN)}


@pytest.fixture(scope="module")
def truth(postgres_server) -> Iterator[str]:
    """The address of a database in which everything is true."""
    url = postgres_server.copy_template("truth")
    with psycopg.connect(url) as connection:
        world.build(connection)
    seal(url)
    yield url
    postgres_server.execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name="truth")


def seal(url: str) -> None:
    """Note three deeds and chain them, with the product's own sealer."""
    import os
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-c", SEALING],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        timeout=60,
    )


SEALING = """
import django; django.setup()
from gelombang import store
from gelombang.records.audit import actions
from tests.auditor.world import NOW, REAL
for number in range(3):
    with store.transaction():
        actions.note(actor="staff:sari", action="waves.open", subject="wave:PKJ-2020-W01",
                     detail={"nomor": number, "alasan": "kuota – é", "berkas": ["a", None, True]},
                     now=NOW, real_now=REAL)
    assert actions.seal(now=NOW, limit=2) == 1
"""


@pytest.fixture
def doctor(truth) -> Iterator["Doctor"]:
    """A database administrator who can do anything; all of it is undone after the test."""
    with psycopg.connect(truth) as connection:
        yield Doctor(connection)
        connection.rollback()


class Doctor:
    """Plants what the product refuses: triggers and foreign keys are asleep."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def plant(self, *statements: str) -> None:
        self.connection.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            self.connection.execute(statement)
        self.connection.execute("SET LOCAL session_replication_role = origin")

    def examine(self, *readings) -> dict[str, Finding]:
        found = examine(Snapshot(self.connection), list(readings))
        return {finding.name: finding for finding in found}

    def find(self, name: str) -> Finding:
        """What one invariant of the catalogue finds."""
        snapshot = Snapshot(self.connection)
        if name in IN_SQL:
            return ask(snapshot, IN_SQL[name])
        return read(snapshot, IN_PYTHON[name])

    def value(self, query: str):
        return self.connection.execute(query).fetchone()[0]
