"""Database manners hold at the database itself, not only in Python."""

import threading
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connection

from gelombang import store

MOVES = {"new": frozenset({"done"}), "done": frozenset()}


@pytest.fixture
def parcels(transactional_db: None) -> Iterator[str]:
    """A scratch table with a guarded state and an append-only twin."""
    store.execute("CREATE TABLE parcel (id int PRIMARY KEY, state text NOT NULL)")
    store.execute("CREATE TABLE parcel_note (id int PRIMARY KEY, text text)")
    store.execute(store.guard_moves("parcel", MOVES))
    store.execute(store.append_only("parcel_note"))
    store.execute("INSERT INTO parcel VALUES (1, 'new')")
    store.execute("INSERT INTO parcel_note VALUES (1, 'hello')")
    yield "parcel"
    store.execute("DROP TABLE parcel, parcel_note")


def test_a_listed_move_is_made_and_written_to_the_history(parcels: str) -> None:
    store.execute(f"UPDATE {parcels} SET state = 'done' WHERE id = 1")
    history = store.fetch(
        "SELECT row_key, from_state, to_state FROM audit_move WHERE table_name = %s", [parcels]
    )
    assert history == [{"row_key": "1", "from_state": "new", "to_state": "done"}]


def test_the_database_refuses_a_move_that_is_not_listed(parcels: str) -> None:
    store.execute(f"UPDATE {parcels} SET state = 'done' WHERE id = 1")
    with pytest.raises(IntegrityError, match="done may not become new"):
        store.execute(f"UPDATE {parcels} SET state = 'new' WHERE id = 1")


@pytest.mark.parametrize(
    "change",
    ["UPDATE parcel_note SET text = 'x'", "DELETE FROM parcel_note", "TRUNCATE parcel_note"],
)
def test_append_only_tables_refuse_every_change(parcels: str, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        store.execute(change)


def test_transaction_required_insists() -> None:
    with pytest.raises(store.TransactionMissing):
        store.transaction_required()


@pytest.mark.usefixtures("transactional_db")
def test_a_snapshot_does_not_see_what_is_committed_meanwhile(parcels: str) -> None:
    def write_elsewhere() -> None:
        store.execute(f"INSERT INTO {parcels} VALUES (2, 'new')")
        connection.close()

    with store.snapshot():
        before = store.fetch_value(f"SELECT count(*) FROM {parcels}")
        writer = threading.Thread(target=write_elsewhere)
        writer.start()
        writer.join()
        assert store.fetch_value(f"SELECT count(*) FROM {parcels}") == before
    assert store.fetch_value(f"SELECT count(*) FROM {parcels}") == before + 1


@pytest.mark.usefixtures("transactional_db")
def test_a_named_lock_is_left_alone_while_another_holds_it() -> None:
    found: list[bool] = []

    def try_elsewhere() -> None:
        with store.transaction():
            found.append(store.lock_or_leave("parcel:1"))
        connection.close()

    with store.transaction():
        store.lock("parcel:2", "parcel:1")
        other = threading.Thread(target=try_elsewhere)
        other.start()
        other.join()
    try_again = threading.Thread(target=try_elsewhere)
    try_again.start()
    try_again.join()
    assert found == [False, True]
