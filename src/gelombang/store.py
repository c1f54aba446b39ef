"""Database manners: transactions, locks, base row, moves, and SQL kept in files.

Say which transaction you mean: `transaction()` starts one, `transaction_required()` insists that
one is open, `snapshot()` is one consistent read. No domain word lives here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any, Self, TypeVar, cast

import psycopg
from django.db import connection, models, transaction as django_transaction
from psycopg.types.array import ListBinaryDumper

Moves = Mapping[str, frozenset[str]]
RowT = TypeVar("RowT", bound=models.Model)


class MoveRefused(RuntimeError):
    """Code asked for a move that the transition table does not have: a bug, not an answer."""


class TransactionMissing(RuntimeError):
    """A function that must run inside its caller's transaction was called outside one."""


class TransactionIdField(models.Field):  # type: ignore[type-arg] # not subscriptable at run time
    """The 64-bit id of the transaction that wrote the row (`xid8`), set by the database.

    Rows become visible in commit order, not in order of their numbers. A puller that reads only
    rows whose transaction lies below `pg_snapshot_xmin(pg_current_snapshot())`, ordered by
    (xid, id), therefore never skips a row that commits late.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_default"] = models.Func(function="pg_current_xact_id")
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """The column type in PostgreSQL."""
        return "xid8"

    def deconstruct(self) -> Any:
        """What a migration needs to make the field again: nothing but its name."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_default", None)
        kwargs.pop("editable", None)
        return name, path, args, kwargs


class _KeyedField(models.BinaryField):  # type: ignore[type-arg] # not subscriptable at run time
    """Bytes that a key of ours made; migrations know it as the BinaryField that it is."""

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def clone(self) -> Self:
        """A copy, as Django asks for it: the purpose is no part of `deconstruct`."""
        _, _, args, kwargs = self.deconstruct()
        kind: Any = type(self)  # mypy's plugin knows fields of models only
        return cast("Self", kind(*args, purpose=self.purpose, **kwargs))

    def deconstruct(self) -> Any:
        """What a migration needs to make the column again."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


class SealedField(_KeyedField):
    """A value sealed for one purpose (kit.sealing). `gelombang keys rotate` re-seals it."""


class IndexField(_KeyedField):
    """A blind index of one purpose (kit.indexing). `gelombang keys rotate` wraps it.

    `at_once`: equal values are looked up or must be unique, so every one of them has the
    representation of the frontier (`records.keys`) and the table is guarded by `guard_indexes`.
    Others are wrapped when the frontier has passed, and compared by `kit.indexing.same_index`.
    """

    def __init__(self, *args: Any, purpose: str, at_once: bool = True, **kwargs: Any) -> None:
        self.at_once = at_once
        super().__init__(*args, purpose=purpose, **kwargs)

    def clone(self) -> Self:
        """A copy, as Django asks for it."""
        _, _, args, kwargs = self.deconstruct()
        kind: Any = type(self)
        made = kind(*args, purpose=self.purpose, at_once=self.at_once, **kwargs)
        return cast("Self", made)


class Row(models.Model):
    """The base of tables whose rows are made once and named by a growing number."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        """Every table of its own."""

        abstract = True


@contextmanager
def transaction() -> Iterator[None]:
    """Start a transaction of its own; an error if one is already open (durable, as it says)."""
    with django_transaction.atomic(durable=True):
        yield


def transaction_required() -> None:
    """Insist on the caller's transaction. Raises TransactionMissing."""
    if not connection.in_atomic_block:
        raise TransactionMissing("this must run inside its caller's transaction")


@contextmanager
def kept_only_if(wanted: bool) -> Iterator[None]:  # noqa: FBT001 - reads as a sentence
    """Do the work inside in full, and take it back at its end unless it is wanted.

    So that nobody can tell by the time it takes. Raises TransactionMissing outside a transaction.
    """
    transaction_required()
    place = django_transaction.savepoint()
    yield
    if wanted:
        django_transaction.savepoint_commit(place)
    else:
        django_transaction.savepoint_rollback(place)


@contextmanager
def snapshot() -> Iterator[None]:
    """One consistent read over several queries (REPEATABLE READ, READ ONLY)."""
    with django_transaction.atomic(durable=True):
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def after_commit(call: Callable[[], None]) -> None:
    """Run `call` once the present transaction is committed, never when it is rolled back."""
    django_transaction.on_commit(call)


def lock(*keys: str) -> None:
    """Hold named locks until the transaction ends, taken in key order so that nobody deadlocks."""
    transaction_required()
    for key in sorted(keys):
        execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def lock_or_leave(key: str) -> bool:
    """Take a named lock if it is free; False when another process works on the same thing."""
    transaction_required()
    return bool(fetch_value("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key]))


def move(row: RowT, *, to: Enum | str, allowed: Moves) -> RowT:
    """Move one row to another state by its transition table and save its `state` alone.

    Raises MoveRefused when the table lacks the move. The database checks again by trigger and
    writes the history.
    """
    target = str(to.value) if isinstance(to, Enum) else to
    present = getattr(row, "state")  # noqa: B009 - mypy knows no state on Model
    if target not in allowed.get(present, frozenset()):
        raise MoveRefused(f"{row._meta.label}: {present} may not become {target}")  # noqa: SLF001
    setattr(row, "state", target)  # noqa: B010
    row.save(update_fields=["state"])
    return row


def read_in_index_order() -> None:
    """Have the statements of this transaction walk an index from its head and sort nothing.

    For who takes the next few of a queue. In the first minute of a surge the planner's figures are
    those of an empty table: it would read and sort the whole queue for every few.
    Raises TransactionMissing.
    """
    transaction_required()
    for way in ("enable_sort", "enable_bitmapscan"):
        execute("SELECT set_config(%s, 'off', true)", [way])


@cache
def statement(package: str, name: str) -> str:
    """The text of `sql/<name>.sql` beside a module: `statement(__package__, "admit")`."""
    return (resources.files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def execute(sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def fetch(
    sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """All rows of a bounded query, as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fetch_value(sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
    """The first column of the first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
        return row[0] if row else None


@contextmanager
def _set_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor that binds on the server and sends lists, and reads rows, in binary form.

    Django's own cursor writes every parameter into the text of the statement, which for a list of
    five thousand sealed letters takes ten times as long.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        cursor.format = psycopg.pq.Format.BINARY
        cursor.adapters.register_dumper(list, ListBinaryDumper)
        yield cursor


def execute_set(sql: str, params: Mapping[str, Any]) -> int:
    """Run a statement over large lists; the number of rows it touched.

    Lists stand in the SQL as `unnest(%(name)s::type[])`; every other parameter whose type does not
    follow from its place has a cast too.
    """
    with _set_cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def fetch_set(sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All rows of a bounded query over large lists, as dictionaries; see `execute_set`."""
    with _set_cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def guard_moves(table: str, allowed: Moves) -> str:
    """SQL for a migration: refuse other moves of `table.state` and write each to the history.

    The trigger's arguments are the allowed pairs `from>to`, so that a test can hold them against
    the transition table in `rules.py`.
    """
    pairs = sorted(f"{start}>{end}" for start, ends in allowed.items() for end in ends)
    arguments = ", ".join(f"'{pair}'" for pair in pairs)
    return (
        f"CREATE TRIGGER {table}_guard_state BEFORE UPDATE OF state ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_move({arguments})"
    )


def unguard_moves(table: str) -> str:
    """SQL that takes the guard of `guard_moves` away again."""
    return f"DROP TRIGGER IF EXISTS {table}_guard_state ON {table}"


def guard_indexes(table: str, *columns: str) -> str:
    """SQL for a migration: `table` refuses blind indexes of a former key (`records.keys`).

    Rows that are inserted are looked at together; an update only where it changes an index.
    """
    held = "held.settled, held.coming, held.reached"
    made = " OR ".join(f"keys_is_former(made.{column}, {held})" for column in columns)
    new = " OR ".join(f"keys_is_former(NEW.{column}, {held})" for column in columns)
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return f"""
        CREATE FUNCTION {table}_check_inserted_indexes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM keys_refuse_former(TG_TABLE_NAME) FROM made, keys_hold_frontier() AS held
            WHERE {made};
            RETURN NULL;
        END $$;
        CREATE FUNCTION {table}_check_updated_indexes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM keys_refuse_former(TG_TABLE_NAME) FROM keys_hold_frontier() AS held
            WHERE {new};
            RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_inserted_indexes AFTER INSERT ON {table}
            REFERENCING NEW TABLE AS made
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_check_inserted_indexes();
        CREATE TRIGGER {table}_updated_indexes BEFORE UPDATE ON {table}
            FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_check_updated_indexes();
    """


def unguard_indexes(table: str) -> str:
    """SQL that takes the guard of `guard_indexes` away again."""
    return f"""
        DROP TRIGGER {table}_inserted_indexes ON {table};
        DROP TRIGGER {table}_updated_indexes ON {table};
        DROP FUNCTION {table}_check_inserted_indexes();
        DROP FUNCTION {table}_check_updated_indexes();
    """


def append_only_but_new_keys(table: str, *columns: str) -> str:
    """SQL for a migration: `table`, append-only already, lets `columns` get new keys, nothing else.

    An update is looked at row by row: only these columns differ, and each that does holds the same
    kind of value by another key. Outside a rotation (`records.keys`) it is refused as before.
    """
    arguments = ", ".join(f"'{column}'" for column in columns)
    return f"""
        DROP TRIGGER {table}_append_only ON {table};
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('new keys');
        CREATE TRIGGER {table}_new_keys_only BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_all_but_new_keys({arguments});
    """


def append_only_again(table: str) -> str:
    """SQL that takes the exception of `append_only_but_new_keys` away again."""
    drop = f"DROP TRIGGER {table}_new_keys_only ON {table}; DROP TRIGGER {table}_append_only"
    return f"{drop} ON {table}; {append_only(table)}"


def append_only(table: str) -> str:
    """SQL for a migration: `table` refuses UPDATE, DELETE and TRUNCATE."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def not_append_only(table: str) -> str:
    """SQL that takes the guard of `append_only` away again."""
    return f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"
