"""Medians and ratios of the rounds of a bench."""

import pytest

from gelombang.rehearsal.benches.frontdoor import (
    CEILING,
    DOOR,
    PATHS,
    VIEW,
    Rounds,
    complaints,
    document,
    take_turns,
)


def rounds(rows: int, door, ceiling, view) -> Rounds:
    found = Rounds(rows)
    found.rates = {DOOR: door, CEILING: ceiling, VIEW: view}
    return found


def test_figures_are_medians_and_ratios_are_taken_round_by_round():
    fresh = rounds(0, [100.0, 300.0, 200.0], [200.0, 300.0, 400.0], [10.0, 20.0, 5.0])
    full = rounds(5_000_000, [180.0], [240.0], [9.0])
    found = document([fresh, full])
    assert found["frontdoor_per_second"] == 200.0
    assert found["pgbench_per_second"] == 300.0
    assert found["django_orm_per_second"] == 10.0
    assert found["frontdoor_over_pgbench"] == 0.5
    assert found["frontdoor_over_django_orm"] == 15.0
    assert found["frontdoor_over_pgbench_at_5m"] == 0.75
    assert found["frontdoor_over_django_orm_at_5m"] == 20.0
    assert found["frontdoor_at_5m_over_fresh"] == 0.9


@pytest.mark.parametrize(
    ("door", "full", "off"),
    [
        (140.0, 112.0, []),
        (139.0, 112.0, ["pgbench"]),
        (119.0, 119.0, ["pgbench", "Django"]),
        (140.0, 111.0, ["5,000,000"]),
    ],
)
def test_a_ratio_below_its_floor_is_told_after_a_run_of_full_length(door, full, off):
    tables = [rounds(0, [door], [200.0], [6.0]), rounds(5_000_000, [full], [500.0], [9.0])]
    found = complaints(tables, seconds=5, rounds=3)
    assert len(found) == len(off)
    assert all(word in said for word, said in zip(off, found, strict=True))
    assert complaints(tables, seconds=4, rounds=3) == complaints(tables, seconds=8, rounds=2) == []


def test_each_round_begins_with_another_path_and_a_settled_table():
    order, measured = [], Rounds(0)
    take_turns(
        measured, 3,
        {path: lambda path=path: order.append(path) or 1.0 for path in PATHS},
        before=lambda: order.append("settle"),
    )  # fmt: skip
    assert order.count("settle") == 9
    assert [order[1], order[7], order[13]] == list(PATHS)
    assert measured.rates == {path: [1.0, 1.0, 1.0] for path in PATHS}
