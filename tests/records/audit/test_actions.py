import json
import threading
import time
from datetime import UTC, datetime
from hashlib import sha256

import psycopg
import pytest

from gelombang import store
from gelombang.records.audit import actions, queries

WRITERS = 8
NOTES_EACH = 30


def _note(now, real_now, *, subject="wave:W01", actor="staff:sari", detail=None):
    actions.note(
        actor=actor, action="waves.open", subject=subject, detail=detail, now=now, real_now=real_now
    )


def _links():
    return store.fetch(
        "SELECT position, previous_hash, hash, e.id, e.xid::text AS xid, at, real_at, actor, "
        "action, subject, detail::text AS detail "
        "FROM audit_link JOIN audit_entry e ON e.id = entry_id ORDER BY position"
    )


def _written_by_hand(link):
    """The documented form again, in words of the test's own."""
    members = {
        "action": link["action"],
        "actor": link["actor"],
        "at": link["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "detail": json.loads(link["detail"]),
        "id": link["id"],
        "position": link["position"],
        "real_at": link["real_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "subject": link["subject"],
        "xid": link["xid"],
    }
    text = json.dumps(members, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return bytes(link["previous_hash"]) + text.encode()


def test_a_note_needs_the_transaction_of_its_deed(database_url, now, real_now):
    with pytest.raises(store.TransactionMissing):
        _note(now, real_now)


def test_a_note_falls_with_the_deed(database_url, now, real_now):
    with pytest.raises(ZeroDivisionError), store.transaction():
        _note(now, real_now)
        1 / 0  # noqa: B018
    assert queries.trail() == []


def test_entries_and_links_refuse_to_be_changed(database_url, now, real_now):
    with store.transaction():
        _note(now, real_now)
    actions.seal(now=now)
    for statement in (
        "UPDATE audit_entry SET actor = 'staff:budi'",
        "DELETE FROM audit_link",
        "TRUNCATE audit_head",
    ):
        with pytest.raises(Exception, match="append-only"), store.transaction():
            store.execute(statement)


def test_the_chain_links_every_entry_to_the_one_before(database_url, now, real_now):
    for number in range(5):
        with store.transaction():
            _note(now, real_now, detail={"number": number, "kata": "selesai – é"})
    assert actions.seal(now=now) == 5
    links = _links()
    assert [link["position"] for link in links] == [1, 2, 3, 4, 5]
    previous = bytes(32)
    for link in links:
        assert bytes(link["previous_hash"]) == previous
        previous = sha256(_written_by_hand(link)).digest()
        assert bytes(link["hash"]) == previous
    head = queries.latest_head()
    assert (head.position, head.hash, head.published_at) == (5, previous.hex(), now)


def test_sealing_goes_on_in_bounded_batches(database_url, now, real_now):
    with store.transaction():
        for _ in range(7):
            _note(now, real_now)
    assert queries.backlog() == 7
    assert [actions.seal(now=now, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert [link["position"] for link in _links()] == list(range(1, 8))
    assert queries.backlog() == 0


def test_an_entry_waits_for_every_transaction_before_it(database_url, now, real_now):
    with psycopg.connect(database_url) as early:
        early.execute("SELECT pg_current_xact_id()")
        with store.transaction():
            _note(now, real_now, subject="wave:late")
        assert actions.seal(now=now) == 0
        early.execute(
            "INSERT INTO audit_entry (at, real_at, actor, action, subject, detail, xid) "
            "VALUES (%s, %s, 'job:early', 'waves.open', 'wave:early', '{}', pg_current_xact_id())",
            [now, real_now],
        )
        early.commit()
    assert actions.seal(now=now) == 2
    assert [link["subject"] for link in _links()] == ["wave:early", "wave:late"]


def test_a_second_sealer_leaves_the_work_to_the_first(database_url, now, real_now):
    with store.transaction():
        _note(now, real_now)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [actions.SEALER])
        assert actions.seal(now=now) == 0
    assert actions.seal(now=now) == 1


def _write_notes(name, now, real_now, failures):
    from django.db import connection

    try:
        for number in range(NOTES_EACH):
            with store.transaction():
                _note(now, real_now, actor=f"job:{name}", detail={"number": number})
                if number % 3 == 0:  # some transactions note two deeds and stay open longer
                    store.execute("SELECT pg_sleep(0.003)")
                    _note(now, real_now, actor=f"job:{name}", detail={"number": number})
    except Exception as problem:  # noqa: BLE001 the test reports it
        failures.append(problem)
    finally:
        connection.close()


def _seal_until(finished, now, failures):
    from django.db import connection

    try:
        while not finished.is_set():
            actions.seal(now=now, limit=7)
    except Exception as problem:  # noqa: BLE001 the test reports it
        failures.append(problem)
    finally:
        connection.close()


def test_many_writers_while_sealing(database_url, now, real_now):
    finished, failures = threading.Event(), []
    writers = [
        threading.Thread(target=_write_notes, args=(f"w{i}", now, real_now, failures))
        for i in range(WRITERS)
    ]
    sealers = [
        threading.Thread(target=_seal_until, args=(finished, now, failures)) for _ in range(2)
    ]
    for thread in (*sealers, *writers):
        thread.start()
    for thread in writers:
        thread.join(timeout=60)
    finished.set()
    for thread in sealers:
        thread.join(timeout=60)
    _seal_the_rest(now)
    assert failures == []
    links = _links()
    assert len(links) == WRITERS * (NOTES_EACH + NOTES_EACH // 3)
    assert len({link["id"] for link in links}) == len(links)
    order = [(int(link["xid"]), link["id"]) for link in links]
    assert order == sorted(order)
    assert _follows_the_order_of_commits(links)


def _seal_the_rest(now):
    """A transaction of the database itself (statistics) may hold the last entries for a moment."""
    until = time.monotonic() + 20
    while queries.backlog():
        assert time.monotonic() < until, "entries were skipped"
        actions.seal(now=now)


def _follows_the_order_of_commits(links):
    """Each writer's deeds stand in the order in which that writer committed them."""
    by_writer = {}
    for link in links:
        by_writer.setdefault(link["actor"], []).append(json.loads(link["detail"])["number"])
    return all(numbers == sorted(numbers) for numbers in by_writer.values())


def test_the_trail_is_asked_by_subject_and_actor_page_by_page(database_url, now, real_now):
    with store.transaction():
        for number in range(4):
            _note(now, real_now, subject="wave:W01", detail={"number": number})
        _note(now, real_now, subject="wave:W02", actor="job:waves")
    actions.seal(now=now, limit=4)
    first = queries.trail(subject="wave:W01", limit=3)
    assert [entry.detail["number"] for entry in first] == [3, 2, 1]
    rest = queries.trail(subject="wave:W01", before=first[-1].id, limit=3)
    assert [(entry.detail["number"], entry.position) for entry in rest] == [(0, 1)]
    only = queries.trail(actor="job:waves")
    assert [(entry.subject, entry.position) for entry in only] == [("wave:W02", None)]


def test_nothing_sealed_has_no_head(database_url):
    assert queries.latest_head() is None
    assert actions.seal(now=datetime(2020, 4, 11, tzinfo=UTC)) == 0
    assert queries.latest_head() is None
