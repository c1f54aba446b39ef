"""Sketches of all front doors become one count a day."""

from datetime import date, timedelta
from hashlib import blake2b

import pytest

from gelombang.kit import sketch
from gelombang.records.programme import actions, queries
from gelombang.records.programme.models import VisitorSketch

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2020, 4, 13)


def put(people: range, *, process: str, now, day: date = TODAY) -> None:
    registers = bytearray(sketch.REGISTERS)
    for each in people:
        digest = blake2b(each.to_bytes(8), digest_size=8).digest()
        sketch.note(registers, int.from_bytes(digest))
    VisitorSketch.objects.create(
        day=day, registers=bytes(registers), recorded_at=now, process=process
    )


def test_processes_are_merged_and_their_latest_rows_count(now):
    put(range(10), process="a", now=now)
    put(range(100), process="a", now=now)
    put(range(50, 150), process="b", now=now)
    put(range(20), process="a", now=now, day=TODAY - timedelta(days=1))
    assert actions.fold_visitors(now=now) == 2
    today, yesterday = queries.visitors_by_day()
    assert (today.day, yesterday.day) == (TODAY, TODAY - timedelta(days=1))
    assert today.visitors == pytest.approx(150, rel=0.05)
    assert yesterday.visitors == pytest.approx(20, abs=1)


def test_folding_again_counts_anew_and_forgets_old_sketches_but_no_count(now):
    put(range(10), process="a", now=now, day=TODAY - timedelta(days=9))
    put(range(10), process="a", now=now)
    actions.fold_visitors(now=now)
    put(range(30), process="a", now=now)
    assert actions.fold_visitors(now=now) == 1
    days = queries.visitors_by_day()
    assert [each.day for each in days] == [TODAY, TODAY - timedelta(days=9)]
    assert days[0].visitors == pytest.approx(30, abs=1)
    assert VisitorSketch.objects.filter(day__lt=TODAY).count() == 0
    assert [each.day for each in queries.visitors_by_day(limit=1)] == [TODAY]


def test_without_visitors_there_is_nothing_to_fold(now):
    assert actions.fold_visitors(now=now) == 0
    assert queries.visitors_by_day() == []
