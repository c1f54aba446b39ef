"""What a fault's figures complain about, and what is only late."""

from dataclasses import replace

import pytest

from gelombang.rehearsal.faults.report import Figures, Wanted, table

GOOD = Figures(
    name="fault", wanted=Wanted(), offered=10, acknowledged=15, paused_after=0.4,
    recovered_after=3.0, longest_wait=1.0, missing=0, duplicated=0, violations=0, errors_5xx=0,
    broken=0, unsettled=0, not_live=0,
)  # fmt: skip


def test_nothing_off_says_nothing():
    assert GOOD.complaints() == GOOD.late() == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"missing": 1}, "have no row"),
        ({"duplicated": 1}, "twice"),
        ({"violations": 1, "first_offender": "books"}, "books"),
        ({"errors_5xx": 1}, "5xx"),
        ({"unsettled": 1}, "no receipt"),
        ({"not_live": 1}, "always stands"),
        ({"broken": 1}, "connections broke"),
        ({"paused_after": None}, "nobody heard"),
        ({"recovered_after": None}, "recover"),
        ({"unexpected": ("odd",)}, "odd"),
    ],
)
def test_everything_off_has_a_sentence(found, words):
    (complaint,) = replace(GOOD, **found).complaints()
    assert words in complaint


def test_connections_may_break_where_their_process_was_killed_and_not_everything_pauses():
    wanted = Wanted(pause=False, breaks=True)
    assert replace(GOOD, wanted=wanted, broken=3, paused_after=None).complaints() == []


@pytest.mark.parametrize(
    "found",
    [
        {"paused_after": 1.1},
        {"recovered_after": 15.1},
        {"longest_wait": 3.1, "wanted": Wanted(answer_within=3.0)},
    ],
)
def test_what_is_late_is_told_apart_from_what_is_wrong(found):
    late = replace(GOOD, **found)
    assert late.complaints() == []
    assert len(late.late()) == 1


def test_the_longest_wait_counts_only_where_one_is_promised():
    assert replace(GOOD, longest_wait=60.0).late() == []


def test_programs_and_people_are_told_the_same():
    document = replace(GOOD, notes={"worker_back_after": 1.23456}).as_json()
    assert document["notes"] == {"worker_back_after": 1.235}
    assert "wanted" not in document
    assert table([GOOD]).row_count == 1
