"""How the database goes about the outbox, where the wrong way would cost what a queue is long."""

import json
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection
from psycopg import ClientCursor

from gelombang import store
from gelombang.records.notices import actions
from gelombang.records.notices.rules import Owed

PACKAGE = "gelombang.records.notices"
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
ONE = {"ids": [1], "real_now": REAL}
FINISH = ONE | {"states": ["sent"], "attempts": [1], "providers": [""]}
POSTPONE = ONE | {"claimed": [1], "counted": [1], "next_attempts": [REAL]}

CHANGES = """
    SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'notices_notice'
"""

pytestmark = pytest.mark.django_db


def owe(*names):
    owed = [
        Owed(key=name, person_id=None, kind="test", address_sealed=b"a", language="id",
             letter_sealed=b"l" * 900)
        for name in names
    ]  # fmt: skip
    with store.transaction():
        actions.owe(notices=owed, now=REAL, real_now=REAL)


def indexes_used(name, params):
    """The indexes of the plan that the database chooses for a statement of the outbox."""
    with connection.cursor(), ClientCursor(connection.connection) as cursor:
        sql = "EXPLAIN (FORMAT JSON) " + store.statement(PACKAGE, name)
        cursor.execute(sql, params)
        plan = cursor.fetchone()[0]
    return _indexes(plan if isinstance(plan, list) else json.loads(plan))


def _indexes(node):
    if isinstance(node, list):
        return set().union(*map(_indexes, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    mine = {node["Index Name"]} if "Index Name" in node else set()
    return mine | _indexes(list(node.values()))


@pytest.mark.parametrize(("name", "params"), [("finish", FINISH), ("postpone", POSTPONE)])
def test_an_answer_finds_its_letter_by_number_and_walks_no_queue(name, params):
    owe(*(f"orang{n}" for n in range(3_000)))
    store.execute("UPDATE notices_notice SET state = 'sent'")
    store.execute("ANALYZE notices_notice")  # from now on the planner takes queues to be short
    owe(*(f"lagi{n}" for n in range(50)))
    assert indexes_used(name, params) == {"notices_notice_pkey"}


def changes(url):
    """How many rows of the outbox were changed so far, and how many of them in their place."""
    store.execute("SELECT pg_stat_force_next_flush()")
    with psycopg.connect(url) as other:
        return other.execute(CHANGES).fetchone()


def test_a_claim_changes_letters_in_their_place_and_no_index(database_url):
    owe(*(f"orang{n}" for n in range(200)))
    rows, in_place = changes(database_url)
    assert len(actions.claim_batch(real_now=REAL, limit=200)) == 200
    assert changes(database_url) == (rows + 200, in_place + 200)


ROWS_READ = """
    SELECT pg_stat_get_xact_tuples_fetched(oid) + pg_stat_get_xact_tuples_returned(oid)
    FROM pg_class WHERE relname = 'notices_notice'
"""


def owe_many(count, *, channel):
    store.execute(
        """
        INSERT INTO notices_notice (
            key, kind, address_sealed, language, letter_sealed, channel, state, urgent,
            owed_at, attempts, next_attempt_at
        )
        SELECT 'orang' || n, 'test', 'a', 'id', decode(repeat('6c', 900), 'hex'), %(channel)s,
            'owed', FALSE, %(real)s, 0, %(real)s::timestamptz - n * interval '1 ms'
        FROM generate_series(1, %(count)s) AS n
        """,
        {"count": count, "channel": channel, "real": REAL},
    )


@pytest.mark.parametrize(
    ("claim", "channel"), [(actions.claim_batch, "email"), (actions.claim_texts, "sms")]
)
def test_a_claim_reads_the_head_of_a_queue_that_the_planner_knows_nothing_of(claim, channel):
    owe_many(20_000, channel=channel)
    before = store.fetch_value(ROWS_READ)
    assert len(claim(real_now=REAL, limit=10)) == 10
    assert store.fetch_value(ROWS_READ) - before < 100
