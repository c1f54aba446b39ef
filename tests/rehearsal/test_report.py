from dataclasses import replace

import pytest
from rich.console import Console

from gelombang.rehearsal.report import (
    Money,
    Pair,
    Result,
    comparison_table,
    latency_table,
    phase_table,
)


@pytest.fixture
def clean() -> Result:
    latencies = {"p50": 1.0, "p99": 2.0, "p999": 3.0, "max": 4.0}
    return Result(
        funnel={
            name: Pair(9, 9) for name in ("registered", "email_verified", "nik_verified", "joined")
        },
        entries=Pair(8, 8),
        eligible=Pair(7, 7),
        winners=Pair(3, 3),
        comparisons={"refused by not_enrolled": Pair(1, 1)},
        complaints=(),
        latency_ms=latencies,
        step_latencies={"register": latencies},
        lost=0,
        duplicated=0,
        errors_5xx=0,
        resets=0,
        phases={"peak_minute": 60.0},
        seconds=61.234,
        audit={"invariants": 30, "violations": 0},
    )


def test_a_clean_result_is_clean(clean):
    assert clean.is_clean


@pytest.mark.parametrize(
    "planted",
    [
        {"funnel": {"registered": Pair(9, 8)}},
        {"entries": Pair(8, 9)},
        {"eligible": Pair(7, 6)},
        {"winners": Pair(3, 4)},
        {"comparisons": {"refused by not_enrolled": Pair(1, 0)}},
        {"complaints": ("1 x join: 404 instead of 201",)},
        {"lost": 1},
        {"duplicated": 1},
        {"errors_5xx": 1},
        {"audit": {"invariants": 30, "violations": 1}},
        {"audit": {"invariants": 0, "violations": 0}},
    ],
)
def test_one_thing_off_spoils_it(clean, planted):
    assert not replace(clean, **planted).is_clean


def test_the_document_has_exactly_the_promised_keys(clean):
    document = clean.as_json()
    assert set(document) == {
        "funnel", "entries", "eligible", "winners", "latency_ms", "lost", "duplicated",
        "errors_5xx", "phases", "seconds", "audit",
    }  # fmt: skip
    assert set(document["funnel"]) == {"registered", "email_verified", "nik_verified", "joined"}
    assert document["funnel"]["joined"] == {"expected": 9, "actual": 9}
    assert (document["entries"], document["winners"]) == (8, 3)
    assert document["eligible"] == {"expected": 7, "actual": 7}
    assert set(document["latency_ms"]) == {"p50", "p99", "p999", "max"}
    assert set(document["audit"]) == {"invariants", "violations"}


def test_the_tables_say_what_is_off(clean):
    console = Console(record=True, width=120)
    spoiled = replace(clean, funnel={**clean.funnel, "joined": Pair(9, 5)})
    for table in (comparison_table(spoiled), latency_table(spoiled), phase_table(spoiled)):
        console.print(table)
    text = console.export_text()
    assert text.count("OFF") == 1
    assert "peak minute" in text


@pytest.fixture
def whole(clean) -> Result:
    money = Money(
        paid_idr=Pair(2_550_000, 2_550_000), training_idr=Pair(500_000, 500_000),
        lapsed=Pair(1, 1), unknown_left=0,
    )  # fmt: skip
    return replace(clean, money=money)


def test_a_rehearsal_that_goes_on_adds_the_promised_keys(clean, whole):
    document = whole.as_json()
    added = {"paid_idr", "training_idr", "lapsed", "unknown_left"}
    assert set(document) - set(clean.as_json()) == added
    assert document["paid_idr"] == {"expected": 2_550_000, "actual": 2_550_000}
    assert document["training_idr"] == {"expected": 500_000, "actual": 500_000}
    assert (document["lapsed"], document["unknown_left"]) == (1, 0)
    assert whole.is_clean


@pytest.mark.parametrize(
    "planted",
    [
        {"paid_idr": Pair(2_550_000, 2_549_999)},
        {"training_idr": Pair(500_000, 0)},
        {"lapsed": Pair(1, 2)},
        {"unknown_left": 1},
    ],
)
def test_one_rupiah_off_spoils_it(whole, planted):
    assert not replace(whole, money=replace(whole.money, **planted)).is_clean
    console = Console(record=True, width=120)
    console.print(comparison_table(replace(whole, money=replace(whole.money, **planted))))
    assert console.export_text().count("OFF") == 1
