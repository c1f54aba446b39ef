from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from gelombang.rehearsal.cast import bring_together
from gelombang.rehearsal.expectation import expect
from gelombang.rehearsal.judging import Found, judge
from gelombang.rehearsal.progress import Progress
from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.publication import Publication
from gelombang.rehearsal.results import Told

NOWHERE = SimpleNamespace(
    base_url="http://127.0.0.1:9", mail_url="http://127.0.0.1:9", fakes_url="http://127.0.0.1:9",
    readonly_url="postgresql://127.0.0.1:9/nowhere", data_dir=Path("/nonexistent"),
)  # fmt: skip


@pytest.fixture
def played(population, programme):
    """What a faultless system leaves behind after this population."""
    expected = expect(population, programme)
    cast = bring_together(NOWHERE, population, walkers=3)
    cast.acknowledged.addresses.update(p.email for p in population.people)
    cast.acknowledged.joined.update(p.number for p in population.verified())
    tickets = [f"W01-{number:012d}" for number in range(expected.eligible)]
    outcomes = {t: "selected" if n < expected.winners else "waiting" for n, t in enumerate(tickets)}
    found = Found(
        funnel={
            "registered": expected.registered, "email_verified": expected.email_verified,
            "nik_verified": expected.nik_verified, "joined": expected.joined,
        },
        progress=Progress(
            registered=expected.registered, confirmed=expected.email_verified, stated=0,
            pending=0, verified=expected.nik_verified, joined=expected.entries,
        ),
        publication=Publication(cells=Counter(expected.cells), outcomes=outcomes),
        told=Told(refusals=Counter(expected.refused), agreeing=9, asked=9),
        audit=Audit(invariants=60, violations=0, lost=0, first_offender=""),
    )  # fmt: skip
    return found, cast, expected


def test_a_faultless_rehearsal_is_clean(played):
    found, cast, expected = played
    result = judge(found, cast, expected, phases={}, seconds=1.0)
    assert result.is_clean, [n for n, pair in result.pairs().items() if not pair.is_right]


@pytest.mark.parametrize(
    "field",
    ["registered", "email_verified", "nik_verified", "joined", "entries", "eligible", "winners"],
)
def test_an_expectation_that_is_off_by_one_is_not_clean(played, field):
    found, cast, expected = played
    off = replace(expected, **{field: getattr(expected, field) + 1})
    assert not judge(found, cast, off, phases={}, seconds=1.0).is_clean


def test_a_refusal_too_few_or_a_candidate_in_another_cell_is_noticed(played):
    found, cast, expected = played
    refused = {**expected.refused, "not_enrolled": expected.refused["not_enrolled"] - 1}
    assert not judge(
        found, cast, replace(expected, refused=refused), phases={}, seconds=1.0
    ).is_clean
    (area, tier), count = next(iter(expected.cells.items()))
    moved = {**expected.cells, (area, tier): count - 1, (area, "T9"): 1}
    assert not judge(found, cast, replace(expected, cells=moved), phases={}, seconds=1.0).is_clean


def test_twice_the_same_and_lost_are_counted(played):
    found, cast, expected = played
    found.progress = replace(found.progress, registered=expected.registered + 2)
    found.audit = replace(found.audit, lost=3)
    cast.acknowledged.given_twice = 1
    result = judge(found, cast, expected, phases={}, seconds=1.0)
    assert (result.lost, result.duplicated) == (3, 3)


def test_surprises_and_server_errors_become_complaints(played):
    found, cast, expected = played
    cast.surprises.note("join: 404 instead of 201")
    cast.meter.note_answer("status", 500)
    result = judge(found, cast, expected, phases={}, seconds=1.0)
    assert result.errors_5xx == 1
    assert result.complaints == ("1 x join: 404 instead of 201", "first server error: status: 500")
