"""The place that people are shown, held against the order in which questions are really claimed."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection
from tests.journey.verification.world import NOW, REAL, claim, register, somebody, state

from gelombang import store
from gelombang.journey.verification import actions, places, queries, sampling
from gelombang.journey.verification.models import Check
from gelombang.journey.verification.rules import (
    CheckKind,
    Counted,
    WavePart,
    asked_before,
    shares,
)
from gelombang.records.partners import actions as partners
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract

PACKAGE = "gelombang.journey.verification"
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=8)
WAVES = (0, 1, None)  # by their close


def turns(queue: Sequence[int | None], *, at_once: int) -> dict[int, int]:
    """After how many questions each of a queue, by age, is asked: as `claim_due` takes them."""
    by_age = list(range(len(queue)))
    by_close = sorted((n for n in by_age if queue[n] is not None), key=lambda n: (queue[n], n))
    found: dict[int, int] = {}
    heads = {"age": 0, "close": 0}

    def take(order: list[int], head: str, most: int) -> int:
        taken = 0
        while taken < most and heads[head] < len(order):
            number = order[heads[head]]
            heads[head] += 1
            if number not in found:
                found[number] = len(found)
                taken += 1
        return taken

    while len(found) < len(queue):
        soonest, _ = shares(at_once, before=len(found))
        taken = take(by_close, "close", soonest)
        take(by_age, "age", at_once - taken)
    return found


def foretold(queue: Sequence[int | None], number: int) -> int:
    own = queue[number]
    ahead = [close for close in (0, 1) if own is None or close <= own]
    parts = [
        WavePart(
            older=sum(each == close for each in queue[:number]),
            younger=0 if close == own else sum(each == close for each in queue[number:]),
        )
        for close in ahead
    ]
    outside = number - sum(part.older for part in parts)
    return asked_before(parts, outside=outside, in_wave=own is not None)


@pytest.mark.parametrize("weights", [(8, 1, 1), (1, 1, 8), (3, 3, 3), (0, 5, 5), (0, 0, 1)])
def test_the_place_is_what_the_shares_make_of_the_queue(weights):
    chance = random.Random(sum(weights) * 7)
    queue = chance.choices(WAVES, weights, k=3_000)
    found = turns(queue, at_once=50)
    for number in chance.sample(range(len(queue)), 60):
        error = foretold(queue, number) - found[number]
        assert abs(error) <= 50 + len(queue) * 0.03, (number, queue[number], error)


def test_waves_that_came_one_after_the_other_are_foretold_too():
    """Age and wave hang together here: nobody knows who of the older the share by age takes."""
    queue = [0] * 800 + [1] * 800 + [None] * 800
    found = turns(queue, at_once=50)
    for number in (0, 400, 799, 800, 1_200, 1_599, 1_600, 2_000, 2_399):
        assert abs(foretold(queue, number) - found[number]) <= 0.1 * len(queue)


def test_with_nobody_ahead_or_no_wave_it_is_the_plain_count():
    assert asked_before([], outside=0, in_wave=True) == 0
    assert asked_before([], outside=700, in_wave=False) == 700
    assert asked_before([WavePart(older=30, younger=0)], outside=0, in_wave=True) == 30
    assert asked_before([WavePart(older=30, younger=0)], outside=20, in_wave=False) == 50


@pytest.mark.usefixtures("database_url")
def test_who_is_asked_later_is_shown_so(keyring):
    terms = PartnerContract("civil_registry", "Dukcapil", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)
    people = [register(keyring, f"p{number}@example.id") for number in range(40)]
    for number, person in enumerate(people):
        state(keyring, person, somebody(number))
    ids = list(Check.objects.order_by("id").values_list("id", flat=True))
    actions.need_by(needed=[(each, SOON) for each in ids[20:]])

    def shown(number: int) -> tuple[int, Counted]:
        wait = queries.wait_of(person_id=people[number], now=NOW, real_now=REAL)
        return wait.before, wait.counted

    assert shown(0) == (0, Counted.EXACT)
    assert shown(20) == (0, Counted.EXACT), "first of the wave, whoever is older"
    assert shown(19)[0] > 35, "the older without a wave wait for most of it"
    assert 10 <= shown(30)[0] <= 13
    claim(keyring, limit=10)  # eight of the wave, and the two oldest
    assert shown(28)[0] == 0


@pytest.mark.usefixtures("database_url")
def test_beyond_what_a_page_counts_each_part_begins_at_a_mark(keyring, monkeypatch):
    for module in (places, sampling):
        monkeypatch.setattr(module, "MOST_COUNTED", 7)
    terms = PartnerContract("civil_registry", "Dukcapil", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)
    people = [register(keyring, f"p{number}@example.id") for number in range(60)]
    for number, person in enumerate(people):
        state(keyring, person, somebody(number))
    ids = list(Check.objects.order_by("id").values_list("id", flat=True))
    actions.need_by(needed=[(each, (SOON, LATER)[place % 2]) for place, each in enumerate(ids)])
    wait = {"now": NOW, "real_now": REAL}
    assert queries.wait_of(person_id=people[59], **wait).counted is Counted.AT_LEAST
    exact = {}
    with monkeypatch.context() as patch:
        patch.setattr(places, "MOST_COUNTED", 100)
        exact = {each: queries.wait_of(person_id=each, **wait).before for each in people}
    assert actions.sample_backlogs(**wait) == 1
    found = {each: queries.wait_of(person_id=each, **wait) for each in people}
    assert {each: wait.before for each, wait in found.items()} == exact
    assert Counted.AT_LEAST not in {wait.counted for wait in found.values()}


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize(
    ("close", "index"), [(None, "verification_check_open"), (SOON, "verification_check_needed")]
)
def test_each_part_is_counted_along_an_index(close, index):
    many = {"number": 20_000, "due_at": REAL, "soon": SOON, "later": LATER}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # nobody of them is a person
        cursor.execute(
            "INSERT INTO verification_check (identity_id, kind, state, due_at, attempts, needed_by)"
            " SELECT n, 'civil_registry', 'due', %(due_at)s::timestamptz + n * interval '1 ms', 0,"
            " CASE n %% 3 WHEN 0 THEN %(soon)s::timestamptz WHEN 1 THEN %(later)s::timestamptz END"
            " FROM generate_series(1, %(number)s) AS n",
            many,
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE verification_check")
        # Nothing is vacuumed within a test, so the planner thinks badly of an index alone.
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_bitmapscan = off")
        kind = {"kind": "civil_registry"}
        asked = kind | {
            "close": close, "after_due_at": REAL + timedelta(seconds=10), "after_id": 1,
            "due_at": REAL + timedelta(seconds=11), "check_id": 9, "limit": 5_001,
        }  # fmt: skip
        plans = []
        for name, values in (
            ("people_before", asked),
            ("marks", kind | {"step": 5_000, "close": close}),
        ):
            cursor.execute(f"EXPLAIN {store.statement(PACKAGE, name)}", values)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
        cursor.execute(f"EXPLAIN {store.statement(PACKAGE, 'closes')}", kind)
        plans.append("\n".join(line for (line,) in cursor.fetchall()))
        cursor.execute("RESET enable_seqscan")
        cursor.execute("RESET enable_bitmapscan")
    for plan in plans[:2]:
        assert index in plan, plan
    assert "Seq Scan" not in "".join(plans)
    assert places.closes(kind=CheckKind.CIVIL_REGISTRY) == [SOON, LATER]
