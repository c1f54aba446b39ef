"""Who is asked about next: the next close goes first, and nobody starves."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, strategies as st
from tests.journey.verification.world import (
    NOW,
    REAL,
    answer,
    claim,
    record,
    refute,
    register,
    somebody,
    state,
)

from gelombang import store
from gelombang.journey.verification import actions
from gelombang.journey.verification.models import Check
from gelombang.journey.verification.rules import (
    LEASE,
    OLDEST_PERCENT,
    CheckKind,
    Fact,
    Unknown,
    shares,
)

pytestmark = pytest.mark.usefixtures("database_url")
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=8)


@given(st.lists(st.integers(0, 50), max_size=40))
def test_the_oldest_have_their_share_over_many_small_batches(batches):
    before = oldest = 0
    for limit in batches:
        first, rest = shares(limit, before=before)
        assert first + rest == limit
        assert 0 <= rest <= limit
        before, oldest = before + limit, oldest + rest
    assert oldest == before * OLDEST_PERCENT // 100


def stand(keyring, count: int) -> list[int]:
    """So many people with a due check each, the oldest first."""
    for number in range(count):
        state(keyring, register(keyring, f"p{number}@example.id"), somebody(number))
    ids = list(Check.objects.order_by("id").values_list("id", flat=True))
    for place, check_id in enumerate(ids):
        due_at = REAL - timedelta(seconds=count - place)
        Check.objects.filter(id=check_id).update(due_at=due_at)
    return ids


def claimed(keyring, limit: int, before: int = 0, **when) -> set[int]:
    real_now = when.get("real_now", REAL)
    found = actions.claim_due(
        kind=CheckKind.CIVIL_REGISTRY, limit=limit, keyring=keyring, real_now=real_now,
        before=before,
    )  # fmt: skip
    return {each.check_id for each in found}


def test_the_next_close_goes_first_and_a_fixed_share_to_the_oldest(keyring):
    ids = stand(keyring, 20)
    needed = [(each, LATER) for each in ids[10:15]] + [(each, SOON) for each in ids[15:]]
    assert actions.need_by(needed=needed) == 10
    assert actions.need_by(needed=needed) == 0, "noted already"
    assert claimed(keyring, 5) == {*ids[15:19], ids[0]}
    assert claimed(keyring, 5, before=5) == {ids[19], *ids[10:13], ids[1]}
    assert claimed(keyring, 5, before=10) == {*ids[13:15], *ids[2:5]}, "places left over"
    assert claimed(keyring, 50, before=15) == set(ids[5:10])
    assert claimed(keyring, 50) == set()


def test_without_waves_the_oldest_go_first(keyring):
    ids = stand(keyring, 6)
    assert claimed(keyring, 4) == set(ids[:4])


def test_a_question_that_rests_or_is_asked_now_lets_the_next_go_first(keyring):
    ids = stand(keyring, 3)
    actions.need_by(needed=[(ids[1], SOON), (ids[2], SOON)])
    (question,) = claim(keyring, limit=1)
    assert question.check_id == ids[1]
    record(keyring, [answer(question, Unknown("time-out"))])
    assert claimed(keyring, 1) == {ids[2]}
    soon = REAL + timedelta(seconds=4)
    assert claimed(keyring, 1, real_now=soon) == {ids[1]}
    assert claimed(keyring, 1, real_now=soon) == {ids[0]}
    assert claimed(keyring, 2, real_now=REAL + LEASE) == {ids[2]}


def test_a_claim_reads_no_whole_table(keyring):
    """Among 20,000 people, as the planner sees it; at a million a claim of 200 takes 12 ms."""
    many = {"number": 20_000, "due_at": REAL, "soon": SOON}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # nobody of them is a person
        cursor.execute(
            "INSERT INTO verification_identity (person_id, version, state, nik_sealed,"
            " family_card_sealed, name_sealed, sex_sealed, birth_place_sealed, birth_date_sealed,"
            " province_sealed, person_index, nomination_index, lifetime_index, family_card_index,"
            " area, submitted_at) SELECT gen_random_uuid(), 1, 'pending', '', '', '', '', '', '',"
            " '', '', '', '', '', '', %(due_at)s FROM generate_series(1, %(number)s)",
            many,
        )
        cursor.execute(
            "INSERT INTO verification_check (identity_id, kind, state, due_at, attempts, needed_by)"
            " SELECT id, 'civil_registry', 'due', %(due_at)s, 0,"
            " CASE WHEN id %% 2 = 0 THEN %(soon)s::timestamptz END FROM verification_identity",
            many,
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE verification_identity, verification_check")
        statement = store.statement("gelombang.journey.verification", "claim_due")
        asked = {"kind": "civil_registry", "soonest": 160, "limit": 200}
        asked |= {"real_now": REAL, "leased_until": REAL + LEASE}
        cursor.execute(f"EXPLAIN {statement}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    for index in ("verification_check_needed", "verification_check_open"):
        assert index in plan


def test_further_questions_and_corrections_are_needed_as_soon(keyring):
    person = register(keyring)
    state(keyring, person)
    (question,) = claim(keyring, limit=1)
    actions.need_by(needed=[(question.check_id, SOON)])
    record(keyring, [answer(question, Fact("01"))])
    further = Check.objects.exclude(kind="civil_registry")
    assert {each.needed_by for each in further} == {SOON}
    assert further.count() >= 2

    other = register(keyring, "siti@example.id")
    identity = refute(keyring, other, somebody(7))
    Check.objects.filter(identity_id=identity).update(needed_by=LATER)
    corrected = state(keyring, other, somebody(8))
    assert Check.objects.get(identity_id=corrected).needed_by == LATER
