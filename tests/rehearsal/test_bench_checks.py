"""What the bench of checks rests on: a programme without limits, and processor time from /proc."""

import os
import time

import pytest

from gelombang.cli.places import clone
from gelombang.records.programme.rules import parse
from gelombang.rehearsal.benches import checks

TEXT = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")


def test_the_programme_without_limits_is_a_programme_that_differs_in_nothing_else():
    before, after = parse(TEXT), parse(checks.unpaced(TEXT))
    paces = {each.code: each.calls_per_second for each in after.partners}
    registries = ("civil_registry", "education", "social_aid")
    assert {paces[code] for code in registries} == {checks.UNPACED}
    for code in paces.keys() - set(registries):
        assert paces[code] == next(
            each.calls_per_second for each in before.partners if each.code == code
        )
    assert [each.batch_size for each in before.partners] == [
        each.batch_size for each in after.partners
    ]
    with pytest.raises(checks.ChecksBenchFailed, match="education"):
        checks.unpaced(TEXT.replace('code = "education"', 'code = "school"'))


def test_processor_time_and_memory_are_those_of_the_process():
    before, end = checks._tree_seconds(os.getpid()), time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert checks._tree_seconds(os.getpid()) > before
    assert 10 < checks._peak_megabytes(os.getpid()) < 10_000


def test_the_rate_is_of_the_time_between_the_answers():
    found = checks.ChecksBench(
        checks=300, seconds=2.0, worker_ms=0.5, fake_ms=0.25, database_ms=0.25,
        worker_peak_mb=100.0, backlog=0, letters=300, asked_twice=0,
    )  # fmt: skip
    assert (found.per_second, found.milliseconds) == (150.0, 1.0)
