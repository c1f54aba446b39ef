"""People in sets: enrolled once, one NIK each, one benefit in a lifetime."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from gelombang import store
from gelombang.kit.sealing import seal, unseal
from gelombang.records.people import actions, queries
from gelombang.records.people.rules import Newcomer, NikSettledOtherwise
from gelombang.settings.environment import load

NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def newcomer(name, *, phone=None, language="id", keyring=None):
    sealed = seal(keyring, f"{name}@example.id", purpose="email") if keyring else b"sealed"
    return Newcomer(email_index=name.encode(), email_sealed=sealed, phone_index=phone,
                    phone_sealed=phone, language=language, enrolled_at=NOW)  # fmt: skip


def enrol(*newcomers):
    with store.transaction():
        return actions.enrol(newcomers=newcomers)


def settle(niks):
    with store.transaction():
        return actions.settle_niks(niks=niks)


ANI = bytes(32)


def claim(*claims):
    with store.transaction():
        return actions.claim_lifetime(claims=claims, now=NOW)


def import_served(*claims):
    return actions.import_served(
        claims=claims,
        keyring=load().keyring,
        reason="an earlier programme",
        actor="cli:tests",
        now=NOW,
        real_now=REAL,
    )


def at_once(*calls):
    start = threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait(10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(30) for future in [pool.submit(run, call) for call in calls]]


@pytest.mark.django_db
class TestEnrol:
    def test_the_first_knowledge_of_somebody_stays(self):
        first = enrol(newcomer("ani", phone=b"1"), newcomer("ani", phone=b"2"), newcomer("budi"))
        again = enrol(newcomer("ani", phone=b"3", language="en"), newcomer("citra"))
        assert first[b"ani"] == again[b"ani"]
        assert len({*first.values(), *again.values()}) == 3
        row = store.fetch("SELECT * FROM people_person WHERE id = %s", [first[b"ani"]])[0]
        assert (row["phone_index"], row["language"], row["enrolled_at"]) == (b"1", "id", NOW)

    def test_nobody_is_nothing(self):
        assert enrol() == {}

    @pytest.mark.usefixtures("database_url")
    def test_it_insists_on_the_callers_transaction(self):
        with pytest.raises(store.TransactionMissing):
            actions.enrol(newcomers=[])

    def test_contacts_leave_out_who_was_erased(self, keyring):
        people = enrol(newcomer("ani", keyring=keyring, language="en"), newcomer("budi"))
        store.execute(
            "UPDATE people_person SET email_sealed = NULL WHERE email_index = %s", [b"budi"]
        )
        contacts = queries.contacts(person_ids=[*people.values(), uuid4()])
        assert list(contacts) == [people[b"ani"]]
        found = contacts[people[b"ani"]]
        assert found.language == "en"
        assert unseal(keyring, found.address_sealed, purpose="email") == "ani@example.id"
        assert queries.contacts(person_ids=[]) == {}

    def test_a_person_is_found_by_address(self):
        people = enrol(newcomer("ani"))
        assert queries.person_of_address(email_index=b"ani") == people[b"ani"]
        assert queries.person_of_address(email_index=b"nobody") is None


@pytest.mark.django_db
class TestSettleNiks:
    def test_the_first_claimer_holds_a_nik_and_the_others_hear_who_does(self):
        people = enrol(newcomer("ani"), newcomer("budi"), newcomer("citra"))
        ani, budi, citra = (people[name] for name in (b"ani", b"budi", b"citra"))
        outcome = settle({ani: b"nik-1", budi: b"nik-1", citra: b"nik-2"})
        assert outcome.settled == {ani, citra}
        assert outcome.taken == {budi: ani}
        later = settle({budi: b"nik-2"})
        assert (later.settled, later.taken) == (frozenset(), {budi: citra})
        assert settle({ani: b"nik-1"}).settled == {ani}

    def test_nobody_gets_a_second_nik(self):
        people = enrol(newcomer("ani"))
        settle({people[b"ani"]: b"nik-1"})
        with pytest.raises(NikSettledOtherwise), transaction.atomic():
            actions.settle_nik(person_id=people[b"ani"], person_index=b"nik-2")

    def test_the_database_itself_refuses_two_people_with_one_nik(self):
        enrol(newcomer("ani"), newcomer("budi"))
        with pytest.raises(IntegrityError, match="people_one_person_per_nik"), transaction.atomic():
            store.execute("UPDATE people_person SET nik_index = 'same'")

    @pytest.mark.usefixtures("database_url")
    def test_of_claimers_at_once_one_gets_the_nik(self):
        people = enrol(*(newcomer(f"orang{n}") for n in range(6)))
        outcomes = at_once(*(lambda p=p: settle({p: b"nik"}) for p in people.values()))
        winners = [next(iter(each.settled)) for each in outcomes if each.settled]
        assert len(winners) == 1
        assert all(holder == winners[0] for each in outcomes for holder in each.taken.values())
        assert sum(len(each.taken) for each in outcomes) == 5


claims = st.lists(
    st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.sampled_from(["1", "2", "3", "4"])),
    max_size=8,
)


@pytest.mark.django_db
class TestClaimLifetime:
    def test_one_claim_a_lifetime_and_the_same_set_again_is_the_same(self):
        first = claim((b"ani", "award:1"), (b"budi", "award:2"))
        assert (first.held, first.refused) == ({"award:1", "award:2"}, frozenset())
        again = claim((b"ani", "award:1"), (b"budi", "award:9"))
        assert (again.held, again.refused) == ({"award:1"}, {"award:9"})
        assert queries.lifetime_barred(indexes=[b"ani", b"citra"]) == {b"ani"}

    def test_a_released_claim_bars_nobody_and_a_used_one_for_ever(self):
        claim((b"ani", "award:1"))
        store.execute("UPDATE people_lifetimeclaim SET state = 'released'")
        assert claim((b"ani", "award:2")).held == {"award:2"}
        store.execute("UPDATE people_lifetimeclaim SET state = 'used' WHERE basis = 'award:2'")
        assert claim((b"ani", "award:3")).refused == {"award:3"}
        with pytest.raises(IntegrityError, match="may not become"), transaction.atomic():
            store.execute("UPDATE people_lifetimeclaim SET state = 'held' WHERE state = 'used'")

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(claims, max_size=4))
    def test_whatever_is_claimed_nobody_is_served_twice(self, sets):
        with transaction.atomic():
            for each in sets:
                outcome = actions.claim_lifetime(claims=each, now=NOW)
                assert outcome.held | outcome.refused == {basis for _, basis in each}
                assert not outcome.held & outcome.refused
            rows = store.fetch("SELECT lifetime_index, basis FROM people_lifetimeclaim")
            assert len({row["lifetime_index"] for row in rows}) == len(rows)
            wanted = {index for each in sets for index, _ in each}
            assert {row["lifetime_index"] for row in rows} <= wanted
            transaction.set_rollback(True)

    @pytest.mark.usefixtures("database_url")
    def test_of_awards_at_once_one_holds_the_claim(self):
        people = [f"orang{n}".encode() for n in range(50)]

        def award(name):
            order = people if name % 2 else people[::-1]
            return claim(*((index, f"award:{name}-{index.decode()}") for index in order))

        outcomes = at_once(*(lambda n=n: award(n) for n in range(6)))
        assert sum(len(each.held) for each in outcomes) == 50
        assert sum(len(each.refused) for each in outcomes) == 250
        assert store.fetch_value("SELECT count(*) FROM people_lifetimeclaim") == 50

    def test_people_served_before_are_barred_and_the_deed_is_in_the_trail(self):
        served = import_served((ANI, "import:abc:2"), (ANI, "import:abc:3"))
        assert (served.held, served.refused) == ({"import:abc:2"}, {"import:abc:3"})
        assert claim((ANI, "award:1")).refused == {"award:1"}
        assert import_served((ANI, "import:abc:2")).held == {"import:abc:2"}
        entry = store.fetch("SELECT * FROM audit_entry ORDER BY id")[0]
        assert (entry["actor"], entry["action"], entry["subject"]) == (
            "cli:tests", "people.import_served", "import:abc",
        )  # fmt: skip


def test_settling_is_decided_by_order_and_holders():
    from gelombang.records.people.rules import settle as decide

    a, b, c = UUID(int=1), UUID(int=2), UUID(int=3)
    outcome = decide({a: b"x", b: b"x", c: b"y"}, holders={b"y": b}, own={})
    assert outcome.settled == {a}
    assert outcome.taken == {b: a, c: b}


def states() -> dict[str, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT basis, state FROM people_lifetimeclaim")
        return dict(cursor.fetchall())


def end(action, *bases):
    with store.transaction():
        return action(bases=bases, now=NOW)


def test_held_claims_are_used_or_released_in_sets(database_url):
    claim(*((f"person-{n}".encode(), f"award:{n}") for n in range(4)))
    assert end(actions.use_claims, "award:0", "award:1", "award:1", "award:99") == 2
    assert end(actions.release_claims, "award:1", "award:2") == 1
    assert states() == {
        "award:0": "used",
        "award:1": "used",
        "award:2": "released",
        "award:3": "held",
    }
    assert end(actions.use_claims, "award:0", "award:2") == 0
    assert end(actions.use_claims) == 0
    assert queries.lifetime_barred(indexes=[b"person-0", b"person-2", b"person-3"]) == {
        b"person-0",
        b"person-3",
    }
    assert claim((b"person-2", "award:7")).held == {"award:7"}
    assert claim((b"person-0", "award:8")).refused == {"award:8"}


def test_claims_end_only_inside_a_transaction(database_url):
    with pytest.raises(store.TransactionMissing):
        actions.use_claims(bases=["award:1"], now=NOW)


def test_a_claim_that_is_used_and_released_at_once_ends_once(database_url):
    claim(*((f"person-{n}".encode(), f"award:{n}") for n in range(30)))
    bases = [f"award:{n}" for n in range(30)]
    moved = at_once(
        lambda: end(actions.use_claims, *bases),
        lambda: end(actions.release_claims, *reversed(bases)),
    )
    assert sorted(moved) == [0, 30]
    assert len(set(states().values())) == 1
