"""Medians and ratios of the rounds of a bench."""

from gelombang.rehearsal.benches.frontdoor import (
    CEILING,
    DOOR,
    PATHS,
    VIEW,
    Rounds,
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
