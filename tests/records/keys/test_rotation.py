"""Keys change while people register and claim, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, connections
from tests.records.keys import world
from tests.records.keys.world import NEW_INDEX, NEW_SEAL, NOW, REAL

from gelombang import store
from gelombang.cli.keys import RotationUnfinishedError, reseal_all, wrap_all
from gelombang.journey.registration import actions as registration, queries as registrations
from gelombang.kit.indexing import END, FIRST, Frontier, IndexKeyMissing, blind_index
from gelombang.kit.sealing import Keyring, unseal
from gelombang.kit.tokens import confirm_token, read_confirm_token
from gelombang.records.keys import actions, queries
from gelombang.records.keys.columns import keyed_tables

pytestmark = pytest.mark.usefixtures("database_url")
PEOPLE = 24


@pytest.fixture
def ring(keyring: Keyring) -> Keyring:
    """The ring that every process was started with before a rotation."""
    return world.rotated(keyring)


def keys_in_use(*, is_sealed: bool) -> set[int | None]:
    return {each.key_id for each in queries.counts() if each.is_sealed is is_sealed}


def everybody() -> list[dict]:
    return store.fetch("SELECT id FROM people_person ORDER BY id")


def opened(ring: Keyring) -> dict[tuple[str, str, str], str]:
    """Every sealed value of the database, open."""
    found = {}
    for table in keyed_tables():
        for column, purpose in table.sealed:
            rows = store.fetch(
                f"SELECT {table.key}::text AS key, {column} AS value FROM {table.name}"
                f" WHERE {column} IS NOT NULL"
            )
            for row in rows:
                found[table.name, column, row["key"]] = unseal(ring, row["value"], purpose=purpose)
    return found


def test_every_value_is_sealed_anew_and_opens_to_the_same(keyring, ring):
    world.plant(keyring, PEOPLE)
    before = opened(keyring)
    done = reseal_all(ring, batch=5)
    assert keys_in_use(is_sealed=True) == {NEW_SEAL}
    assert done.values >= PEOPLE * 5
    only_new = Keyring(
        sealing={NEW_SEAL: ring.sealing[NEW_SEAL]}, sealing_current=NEW_SEAL, index=ring.index,
        tokens=ring.tokens, tokens_current=ring.tokens_current,
    )  # fmt: skip
    assert opened(only_new) == before
    assert len(before) > PEOPLE * 9
    assert reseal_all(ring, batch=5).values == 0


def test_every_index_moves_with_what_it_holds_together(keyring, ring):
    world.plant(keyring, PEOPLE)
    people = everybody()
    wrap_all(ring, batch=7)
    assert keys_in_use(is_sealed=False) == {NEW_INDEX}
    assert queries.frontier() == Frontier(NEW_INDEX, NEW_INDEX, 0)

    world.submit(ring, range(PEOPLE), tag="again")
    world.submit(ring, range(PEOPLE), tag="door with the new key", key_id=NEW_INDEX)
    assert world.admit(ring) == 2 * PEOPLE
    assert everybody() == people
    assert world.claim(ring, range(PEOPLE), basis="second") == frozenset()
    assert store.fetch_value(
        "SELECT count(*) FROM disbursement_payoutaccount AS a"
        " JOIN disbursement_accountowner AS o ON o.account_index = a.held_index"
    ) == PEOPLE  # fmt: skip
    assert store.fetch_value(
        "SELECT count(*) FROM verification_identity AS i JOIN people_person AS p"
        " ON p.id = i.person_id AND p.nik_index = i.person_index"
        " JOIN people_lifetimeclaim AS c ON c.lifetime_index = i.lifetime_index"
    ) == PEOPLE  # fmt: skip


def test_nobody_gets_a_second_anything_at_any_step(keyring, ring):
    world.plant(keyring, PEOPLE)
    people, steps = everybody(), 0
    while (frontier := actions.wrap_next(keyring=ring, share=0.17)).settled == FIRST:
        steps += 1
        world.submit(ring, range(PEOPLE), tag=f"step {steps}")
        world.admit(ring)
        assert everybody() == people
        assert world.claim(ring, range(PEOPLE), basis=f"step{steps}") == frozenset()
        both = {each.key_id for each in queries.counts() if each.table == "people_lifetimeclaim"}
        assert both <= {FIRST, NEW_INDEX}
    assert steps == 5
    assert frontier.settled == NEW_INDEX


def test_a_claim_survives_erasure_and_two_rotations(keyring, ring):
    """All that is left of somebody is their claim: nobody could compute its index anew."""
    world.claim(keyring, [1], basis="served")
    wrap_all(ring, batch=100)
    later = Keyring(
        sealing=ring.sealing, sealing_current=NEW_SEAL, tokens=ring.tokens,
        index={**ring.index, 9: bytes(range(9, 41))}, tokens_current=ring.tokens_current,
    )  # fmt: skip
    wrap_all(later, batch=100)
    assert keys_in_use(is_sealed=False) == {9}
    assert world.claim(later, [1, 2], basis="again") == {"import:again:2"}


def test_the_database_refuses_an_index_that_has_moved(keyring, ring):
    world.plant(keyring, PEOPLE)
    actions.wrap_next(keyring=ring, share=0.5)
    held = [world.nik(number) for number in range(PEOPLE)]
    old = [blind_index(keyring, each, purpose="lifetime") for each in held]
    moved = [each for each in old if int.from_bytes(each[:4]) < END // 2]
    assert 0 < len(moved) < PEOPLE
    insert = (
        "INSERT INTO people_lifetimeclaim (lifetime_index, state, basis, claimed_at)"
        " VALUES (%s, 'held', 'x', %s)"
    )
    for index in moved:
        with pytest.raises(OperationalError, match="an index of a former key"):
            store.execute(insert, [index, NOW])
    for index in set(old) - set(moved):
        with pytest.raises(IntegrityError, match="people_one_lifetime_claim"):
            store.execute(insert, [index, NOW])
    with pytest.raises(OperationalError, match="an index of a former key"):
        store.execute("UPDATE verification_identity SET lifetime_index = %s", [moved[0]])


def test_a_process_with_an_old_ring_writes_nothing_wrong(keyring, ring):
    world.plant(keyring, 3)
    world.submit(keyring, range(3), tag="again")
    actions.wrap_next(keyring=ring, share=0.5)
    with pytest.raises(IndexKeyMissing):
        world.admit(keyring)
    other = Keyring(
        sealing=ring.sealing, sealing_current=NEW_SEAL, tokens=ring.tokens,
        index={**keyring.index, NEW_INDEX: bytes(32)}, tokens_current=ring.tokens_current,
    )  # fmt: skip
    for mistaken in (world.admit, lambda bad: actions.wrap_next(keyring=bad, share=0.5)):
        with pytest.raises(IndexKeyMissing, match="another one"):
            mistaken(other)
    assert world.admit(ring) == 3
    assert len(everybody()) == 3


def test_links_and_submissions_from_before_count_after(keyring, ring):
    receipts = world.submit(keyring, range(4), tag="early")
    world.admit(keyring)
    early = [
        confirm_token(
            keyring,
            receipt=receipts[number],
            email_index=blind_index(keyring, world.address(number), purpose="email"),
            expires_at=REAL.replace(year=2027),
        )
        for number in range(4)
    ]
    world.submit(keyring, range(4, 8), tag="waits")
    wrap_all(ring, batch=100)
    assert world.admit(ring) == 4
    assert len(everybody()) == 8
    for token in early:
        found = read_confirm_token(ring, token, real_now=REAL)
        store.execute(
            "INSERT INTO email_confirmation (receipt, email_index, received_at, real_at)"
            " VALUES (%s, %s, %s, %s)",
            [found.receipt, found.email_index, NOW, REAL],
        )
    stranger = blind_index(ring, "stranger@example.id", purpose="email", key_id=NEW_INDEX)
    assert registration.confirm(keyring=ring) == 4
    assert registrations.counts(as_of=NOW)[1] == 4
    late = world.submit(ring, [8], tag="late", key_id=NEW_INDEX)[0]
    world.admit(ring)
    store.execute(
        "INSERT INTO email_confirmation (receipt, email_index, received_at, real_at)"
        " VALUES (%s, %s, %s, %s)",
        [late, stranger, NOW, REAL],
    )
    assert registration.confirm(keyring=ring) == 1
    assert registrations.counts(as_of=NOW)[1] == 4


def until(done: threading.Event, act: Callable[[int], None]) -> int:
    """Act again and again as sweeps do: what the database or a rotation holds up comes later."""
    turn = 0
    try:
        while not done.is_set():
            turn += 1
            try:
                act(turn)
            except OperationalError:
                connection.close()
        return turn
    finally:
        connections.close_all()


def test_people_register_and_claim_while_both_rotations_run(keyring, ring):
    world.plant(keyring, 60)
    done = threading.Event()

    def register(turn: int) -> None:
        key_id = queries.frontier().settled  # as the front door learns it
        tag = f"turn {turn} {threading.get_ident()}"
        world.submit(ring, range(turn % 7, 90, 7), tag=tag, key_id=key_id)
        world.admit(ring)

    def serve(turn: int) -> None:
        world.claim(ring, range(turn % 5, 90, 5), basis=f"{turn}x{threading.get_ident()}")

    def rotate() -> None:
        try:
            wrap_all(ring, batch=10)
            reseal_all(ring, batch=50)
        finally:
            done.set()
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        others = [pool.submit(until, done, each) for each in (register, register, serve, serve)]
        pool.submit(rotate).result(120)
        turns = [each.result(30) for each in others]
    assert min(turns) > 1
    while world.admit(ring):
        pass
    world.claim(ring, range(90), basis="last")
    assert len(everybody()) == 90
    assert store.fetch_value("SELECT count(*) FROM people_lifetimeclaim") == 90
    assert store.fetch_value(
        "SELECT count(DISTINCT keys_of_index(email_index)) FROM people_person"
    ) == 1  # fmt: skip


KILLED = """
import django; django.setup()
from tests.records.keys import world
from gelombang.cli import keys
from gelombang.settings.environment import load
ring = world.rotated(load().keyring)
print("begins", flush=True)
keys.reseal_all(ring, batch=1)
keys.wrap_all(ring, batch=1)
"""


@pytest.mark.parametrize("seconds", [0.05, 0.4, 1.2])
def test_a_killed_rotation_goes_on_where_it_was(keyring, ring, seconds):
    world.plant(keyring, PEOPLE)
    before = opened(keyring)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout.readline() == b"begins\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert world.claim(ring, range(PEOPLE), basis="between") == frozenset()
    reseal_all(ring, batch=100)
    wrap_all(ring, batch=100)
    assert keys_in_use(is_sealed=True) == {NEW_SEAL}
    assert keys_in_use(is_sealed=False) == {NEW_INDEX}
    assert opened(ring).items() >= before.items()
    assert world.claim(ring, range(PEOPLE), basis="after") == frozenset()


def test_it_refuses_to_end_while_somebody_writes_with_an_old_key(keyring, ring):
    world.plant(keyring, 3)
    store.execute(
        "CREATE FUNCTION stubborn() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.phone_sealed := OLD.phone_sealed; RETURN NEW; END';"
        "CREATE TRIGGER stubborn BEFORE UPDATE ON people_person"
        " FOR EACH ROW EXECUTE FUNCTION stubborn()"
    )
    try:
        with pytest.raises(RotationUnfinishedError, match=r"people_person \(3\)"):
            reseal_all(ring, batch=100, grace=0)
    finally:
        store.execute("DROP TRIGGER stubborn ON people_person; DROP FUNCTION stubborn()")
    assert reseal_all(ring, batch=100).values == 3


def test_the_deed_is_in_the_trail(keyring, ring):
    world.plant(keyring, 2)
    reseal_all(ring, batch=100)
    wrap_all(ring, batch=100)
    rows = store.fetch("SELECT action, detail FROM audit_entry WHERE subject = 'keys' ORDER BY id")
    assert [row["action"] for row in rows] == ["keys.reseal", "keys.wrap"]
