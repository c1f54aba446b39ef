"""Fault scripts: files, phases by both clocks, latencies, and what is refused."""

from datetime import timedelta
from random import Random
from statistics import median, quantiles

import pytest
from tests.gateways.conftest import NOON

from gelombang.gateways.fault_script import (
    Faults,
    ScriptInvalidError,
    read_file,
    read_script,
    read_scripts,
)

TOML = """
[dukcapil]
calls_per_second = 8
latency_ms = 300
latency_p99_ms = 3000

[[dukcapil.phases]]
from = "2020-04-13T12:00:00+07:00"
until = 2020-04-13T18:00:00+07:00
outage = true

[[dukcapil.phases]]
after_seconds = 5
before_seconds = 10
too_many = 0.5

[pendidikan]
error_rate = 0.3
"""


def test_a_file_has_a_script_for_each_fake(tmp_path):
    file = tmp_path / "faults.toml"
    file.write_text(TOML)
    scripts = read_file(file)
    assert scripts.keys() == {"dukcapil", "pendidikan"}
    assert scripts["dukcapil"].calls_per_second == 8
    assert scripts["pendidikan"].at(now=NOON, seconds=0) == Faults(error_rate=0.3)


def test_phases_hold_by_virtual_and_by_real_time(tmp_path):
    file = tmp_path / "faults.toml"
    file.write_text(TOML)
    script = read_file(file)["dukcapil"]

    def at(hours: float, seconds: float) -> tuple[bool, float]:
        found = script.at(now=NOON + timedelta(hours=hours), seconds=seconds)
        return found.outage, found.too_many

    assert at(-0.1, 0) == (False, 0.0)
    assert at(0, 0) == (True, 0.0)
    assert at(5.9, 5) == (True, 0.5)
    assert at(6, 9.9) == (False, 0.5)
    assert at(6, 10) == (False, 0.0)


def test_json_says_the_same(tmp_path):
    file = tmp_path / "faults.json"
    file.write_text('{"bansos": {"hang": true, "hang_seconds": 10}}')
    assert read_file(file)["bansos"].faults == Faults(hang=True, hang_seconds=10)


def test_latencies_have_the_median_and_the_tail_that_were_said():
    faults, chance = Faults(latency_ms=200, latency_p99_ms=2000), Random(1)
    drawn = [faults.latency(chance) for _ in range(20_000)]
    assert 0.19 < median(drawn) < 0.21
    assert 1.7 < quantiles(drawn, n=100)[98] < 2.3
    assert Faults(latency_ms=200).latency(chance) == 0.2
    assert Faults().latency(chance) == 0.0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"x": {"latencyms": 1}}, "x: no switch is called latencyms"),
        ({"x": {"error_rate": 2}}, "x: error_rate is a share from 0 to 1"),
        ({"x": {"error_rate": "much"}}, "x: a switch has a value of another kind"),
        ({"x": {"calls_per_second": "8"}}, "x: calls_per_second is a whole number"),
        ({"x": {"phases": {}}}, "x: phases are a list of tables"),
        ({"x": {"phases": [{"form": "2020"}]}}, "x: no switch is called form"),
        ({"x": {"phases": [{"from": "noon"}]}}, "x: from is an instant, RFC 3339"),
        ({"x": {"phases": [{"until": "2020-04-13T12:00:00"}]}}, "x: until has no zone"),
        ({"x": {"outage_until": "later"}}, "x: outage_until is an instant, RFC 3339"),
        ({"x": 1}, "x: a table of switches"),
    ],
)
def test_what_does_not_exist_is_refused_with_its_place(said, words):
    with pytest.raises(ScriptInvalidError) as refused:
        read_scripts(said)
    assert str(refused.value) == words


def test_a_file_that_is_none_is_refused(tmp_path):
    file = tmp_path / "faults.toml"
    for text in ("[", "x = 1"):
        file.write_text(text)
        with pytest.raises(ScriptInvalidError):
            read_file(file)


def test_an_empty_script_is_an_honest_day():
    assert read_script({}).at(now=NOON, seconds=1e9) == Faults()
