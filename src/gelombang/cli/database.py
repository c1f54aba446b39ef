"""`gelombang migrate`: the schema, and the role that the auditor reads with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable

from gelombang.cli.say import console, warn
from gelombang.settings.environment import Environment, load

MIGRATION_LOCK = 8_417_001  # one number that every migrating process asks for
LOCK_PAUSE = 0.2  # real seconds between two looks whether another process still migrates
TABLE_LOCK, NO_LIMIT = "SET lock_timeout = '2s'", "SET lock_timeout = 0"
"""Whoever writes to a table waits behind a migration that waits for it: for each lock, much shorter
than a commit may take at the front door, so that nobody there is told to come again. An index that
is built concurrently holds no writer up, and waits for as long as it has to."""
TABLE_LOCK_TRIES = 30
TABLE_LOCK_PAUSE = 3.0  # real seconds in which writers pass, before the next try
SECRETIVE_TABLES = (
    "auth_user",
    "django_session",
    "otp_static_staticdevice",
    "otp_static_statictoken",
    "otp_totp_totpdevice",
)


def set_up_django() -> None:
    """Make the models usable in this process, with the settings of its environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gelombang.settings.django")
    import django

    django.setup()


def migrate() -> None:
    """Bring the schema up to date; several processes may ask at once and one does it."""
    environment = load()
    set_up_django()
    from django.core.management import call_command
    from django.db import connections

    with _alone(environment) as server:
        before = _applied()
        _patiently(lambda: call_command("migrate", interactive=False, verbosity=0))
        console.print(f"the schema is up to date ({_applied() - before} migrations applied)")
        connections.close_all()
        _provide_reader(server, environment)


def _patiently(migrates: Callable[[], object]) -> None:
    """Migrate, and go on where a table was busy: what is one transaction left nothing behind.

    Raises OperationalError when a table stays busy for all tries, or the migration that met it has
    no transaction of its own.
    """
    from django.db import OperationalError, connection

    for left in reversed(range(TABLE_LOCK_TRIES)):
        with connection.cursor() as cursor:
            cursor.execute(TABLE_LOCK)
        try:
            with connection.execute_wrapper(_unhurried):
                migrates()
        except OperationalError as busy:
            if left == 0 or not isinstance(busy.__cause__, LockNotAvailable) or not _is_atomic():
                raise
            warn("A table is busy: its migration tries again.")
            time.sleep(TABLE_LOCK_PAUSE)
        else:
            return


def _unhurried(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 Django's own
    context: dict[str, Any],
) -> Any:
    """Run a statement of a migration; one that builds an index concurrently has no limit."""
    if "CONCURRENTLY" not in str(sql):
        return execute(sql, params, many, context)
    cursor = context["cursor"]
    cursor.execute(NO_LIMIT)
    done = execute(sql, params, many, context)
    cursor.execute(TABLE_LOCK)
    return done


def _is_atomic() -> bool:
    """Whether the migration that comes next is one transaction."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return bool(plan) and bool(plan[0][0].atomic)


def _applied() -> int:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return len(MigrationRecorder(connection).applied_migrations())


@contextmanager
def _alone(environment: Environment) -> Iterator[psycopg.Connection]:
    url = environment.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True) as server:
        # Asked for again and again: a statement that waits for it would hold up an index that is
        # built concurrently, for ever.
        question = "SELECT pg_try_advisory_lock(%s)"
        while server.execute(question, [MIGRATION_LOCK]).fetchone() != (True,):
            time.sleep(LOCK_PAUSE)
        yield server


def _provide_reader(server: psycopg.Connection, environment: Environment) -> None:
    """Make the auditor's role if we may, and let it read what is not a secret of somebody.

    On a server of our own we also set its password; a deployment's operators do that themselves.
    """
    parts = urlsplit(environment.database_readonly_url.get_secret_value())
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    role = sql.Identifier(name)
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    is_superuser, may_create = server.execute(
        "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).fetchone() or (False, False)
    if is_superuser or (may_create and not exists):
        verb = sql.SQL("ALTER" if exists else "CREATE")
        clause = sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role, sql.Literal(password))
        server.execute(clause)
        read_only = "ALTER ROLE {} SET default_transaction_read_only = on"
        server.execute(sql.SQL(read_only).format(role))
    elif not exists:
        warn(f"the auditor's role {name} does not exist and we may not make it: deploy/roles.sql")
        return
    _let_read(server, role)


def _let_read(server: psycopg.Connection, role: sql.Identifier) -> None:
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {}",
    ):
        server.execute(sql.SQL(statement).format(role))
    for table in SECRETIVE_TABLES:
        server.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table), role))
