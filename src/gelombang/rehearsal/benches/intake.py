"""The intake table of a bench: emptied, or filled with as many registrations as a nation has."""

from importlib import resources

import psycopg

from gelombang.kit import clock

CHUNK = 500_000
_EMPTY = b"TRUNCATE registration_submission CASCADE"


def empty(url: str) -> None:
    """Take every registration away, as nobody may outside a bench, and settle the disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(b"SET session_replication_role = replica")  # its guard refuses this
        connection.execute(_EMPTY)
        connection.execute(b"CHECKPOINT")


def fill(url: str, rows: int) -> None:
    """Add `rows` registrations of the real shape, and settle table and disk."""
    text = (resources.files(__package__) / "sql" / "fill.sql").read_text("utf-8").encode()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(b"SET synchronous_commit = off")
        for begun in range(0, rows, CHUNK):
            count = min(CHUNK, rows - begun)
            connection.execute(text, {"rows": count, "now": clock.real_now()})
        connection.execute(b"VACUUM ANALYZE registration_submission")
        connection.execute(b"CHECKPOINT")


def settle(url: str) -> None:
    """Write what is due to disk now, so that it does not fall into the next measurement."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(b"CHECKPOINT")
