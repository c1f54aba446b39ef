"""How a test's database becomes as good as new.

Copying the template takes a second or more, since PostgreSQL checkpoints for it. Emptying the few
tables that a test wrote takes milliseconds. So the copy is made only after a test that changed the
schema itself (a planted violation, a scratch table); the fingerprint tells.
"""

from typing import Any

import psycopg
from psycopg import sql

KEPT = "kept"  # the schema that holds what migrations put into tables

FINGERPRINT = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT 'c' || oid || relname || relkind::text || relnatts AS line
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'k' || oid || conname || convalidated::text FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 't' || oid || tgname || tgenabled::text FROM pg_trigger
    UNION ALL SELECT 'f' || oid || md5(prosrc) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
) AS lines
"""
TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
BLOATED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
AND pg_relation_size(oid) > 1000000
"""
SEQUENCES = """
SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


def keep_seeds(url: str) -> None:
    """Set aside what the migrations wrote, in the template itself, so that every copy has it."""
    with psycopg.connect(url) as database:
        database.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(KEPT)))
        for table in _written(database):
            database.execute(
                sql.SQL("CREATE TABLE {} AS TABLE {}").format(
                    sql.Identifier(KEPT, table), sql.Identifier("public", table)
                )
            )


def fingerprint(url: str) -> str:
    """What changes when a test alters the schema."""
    with psycopg.connect(url) as database:
        return str(_one(database, FINGERPRINT))


def empty_again(url: str, *, as_it_was: str) -> bool:
    """Put every table back to what the migrations left; False when the schema was altered."""
    with psycopg.connect(url) as database:
        database.execute(OTHERS)
        if _one(database, FINGERPRINT) != as_it_was:
            return False
        database.execute("SET LOCAL session_replication_role = replica")  # no trigger refuses it
        seeds = {name for (name,) in database.execute(_kept_tables())}
        written = set(_written(database)) | seeds
        for table in written:
            public = sql.Identifier("public", table)
            database.execute(sql.SQL("DELETE FROM {}").format(public))
            if table in seeds:
                kept = sql.Identifier(KEPT, table)
                database.execute(sql.SQL("INSERT INTO {} TABLE {}").format(public, kept))
        for (sequence,) in database.execute(SEQUENCES).fetchall():
            if not _belongs_to_seed(sequence, seeds):
                database.execute("SELECT setval(%s::regclass, 1, false)", [f'public."{sequence}"'])
        database.commit()
        _give_room_back(database, sorted(written - seeds))
    return True


def _give_room_back(database: psycopg.Connection[Any], emptied: list[str]) -> None:
    """Cut off what dead rows of big tests fill: plans and samples of later tests count pages."""
    bloated = database.execute(BLOATED, [emptied]).fetchall()
    database.commit()
    database.autocommit = True
    for (table,) in bloated:
        database.execute(sql.SQL("VACUUM {}").format(sql.Identifier("public", table)))


def _written(database: psycopg.Connection[Any]) -> list[str]:
    """The tables that hold rows."""
    names = [name for (name,) in database.execute(TABLES)]
    each = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
            sql.Literal(name), sql.Identifier("public", name)
        )
        for name in names
    ]
    return [name for (name,) in database.execute(sql.SQL(" UNION ALL ").join(each))]


def _kept_tables() -> sql.Composed:
    return sql.SQL("SELECT relname FROM pg_class WHERE relnamespace = {}::regnamespace").format(
        sql.Literal(KEPT)
    )


def _belongs_to_seed(sequence: str, seeds: set[str]) -> bool:
    return any(sequence.startswith(f"{table}_") for table in seeds)


def _one(database: psycopg.Connection[Any], query: str) -> Any:
    row = database.execute(query).fetchone()
    return row[0] if row else None
