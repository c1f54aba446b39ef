"""`gelombang migrate` and the roles of a deployment."""

import os
import subprocess
import sys
from threading import Timer
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.promises.test_sql_names import INTAKE

from gelombang.cli.database import SECRETIVE_TABLES
from gelombang.cli.places import clone, throwaway_directory
from gelombang.cli.postgres import throwaway_cluster


def test_the_auditor_reads_and_writes_nothing(readonly_url):
    with psycopg.connect(readonly_url) as connection:
        assert connection.execute("SELECT count(*) FROM people_person").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM people_person")
    with psycopg.connect(readonly_url) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM people_person")


@pytest.mark.parametrize("table", SECRETIVE_TABLES)
def test_the_auditor_sees_nobody_s_secrets(readonly_url, table):
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(readonly_url) as connection, refused:
        connection.execute(f"SELECT * FROM {table}")


@pytest.fixture(scope="module")
def deployment():
    """A database set up as deploy/ says: roles first, then the migrations as the owner."""
    place = throwaway_directory("roles-test")
    with throwaway_cluster(place / "postgres") as cluster:
        with psycopg.connect(cluster.url(), autocommit=True) as server:
            server.execute((clone() / "deploy" / "roles.sql").read_text())
            for role in ("owner", "house", "door", "auditor"):
                server.execute(f"ALTER ROLE gelombang_{role} PASSWORD 'only-for-tests'")
        urls = {
            role: _as(cluster.url(), f"gelombang_{role}")
            for role in ("owner", "house", "door", "auditor")
        }
        ask(urls, sys.executable, "-m", "gelombang", "migrate")
        with psycopg.connect(urls["owner"], autocommit=True) as owner:
            owner.execute((clone() / "deploy" / "door.sql").read_text())
        yield urls
    place.rmdir()


def ask(urls: dict[str, str], *command: str) -> str:
    """What a command of the owner says on its error output."""
    answer = subprocess.run(
        command,
        env=os.environ
        | {"DATABASE_URL": urls["owner"], "GELOMBANG_DATABASE_READONLY_URL": urls["auditor"],
           "DJANGO_SETTINGS_MODULE": "gelombang.settings.django"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stderr


def test_a_migration_of_a_busy_table_lets_writers_pass_and_tries_again(deployment):
    ask(deployment, sys.executable, "-m", "django", "migrate", "programme", "0005")
    with psycopg.connect(deployment["owner"]) as writer:
        writer.execute("LOCK TABLE queue_call IN ROW EXCLUSIVE MODE")
        release = Timer(9.0, writer.commit)
        release.start()
        said = ask(deployment, sys.executable, "-m", "gelombang", "migrate")
        release.join()
    assert "A table is busy" in said
    with psycopg.connect(deployment["door"]) as door:
        door.execute("SELECT spare FROM queue_call")


def _as(url: str, role: str) -> str:
    place = urlsplit(url).netloc.rpartition("@")[2]
    return urlsplit(url)._replace(netloc=f"{role}:only-for-tests@{place}").geturl()


def test_the_door_writes_intake_and_sees_no_people(deployment):
    with psycopg.connect(deployment["door"], autocommit=True) as door:
        for table in INTAKE:
            door.execute(f"SELECT count(*) FROM {table}")
        door.execute("SELECT * FROM door_facts")
        door.execute(
            "INSERT INTO email_confirmation (receipt, email_index, received_at, real_at) "
            "VALUES ('r', 'x', '2020-04-11', '2020-04-11')"
        )
        for table in ("people_person", "registration_registration", "auth_user"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                door.execute(f"SELECT * FROM {table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute("TRUNCATE email_confirmation")


def test_the_house_works_but_owns_nothing(deployment):
    with psycopg.connect(deployment["house"], autocommit=True) as house:
        house.execute("INSERT INTO auth_group (name) VALUES ('x')")
        for statement in ("DROP TABLE auth_group", "TRUNCATE ledger_transfer", "CREATE TABLE t ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                house.execute(statement)


def test_the_auditor_of_a_deployment_reads(deployment):
    with psycopg.connect(deployment["auditor"], autocommit=True) as auditor:
        auditor.execute("SELECT count(*) FROM ledger_transfer")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            auditor.execute("SELECT * FROM django_session")
