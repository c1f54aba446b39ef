from datetime import timedelta
from itertools import permutations

import pytest

from gelombang.jobs.readiness import rules
from gelombang.jobs.readiness.rules import Server, Stamp
from gelombang.records.programme.readiness import State

SOUND = Server(
    version=15, is_writable=True, fsync=True, synchronous_commit="on", connections_left=20
)
OK, WARNING, FAILED = State.OK, State.WARNING, State.FAILED


@pytest.mark.parametrize(
    ("server", "state", "word"),
    [
        (SOUND, OK, "15"),
        (Server(14, True, True, "on", 20), FAILED, "14"),
        (Server(15, False, True, "on", 20), FAILED, "dibaca"),
        (Server(15, True, False, "on", 20), FAILED, "fsync"),
        (Server(15, True, True, "off", 20), FAILED, "synchronous_commit"),
        (Server(15, True, True, "local", 20), FAILED, "synchronous_commit"),
        (Server(15, True, True, "remote_apply", 20), OK, "15"),
        (Server(15, True, True, "on", 19), WARNING, "19"),
    ],
)
def test_a_database_that_would_break_its_promise_fails(server, state, word):
    found = rules.judge_database(server)
    assert (found.state, word in found.sentence.id) == (state, True)


@pytest.mark.parametrize(
    ("free", "state"),
    [(10 << 30, OK), ((10 << 30) - 1, WARNING), (1 << 30, WARNING), ((1 << 30) - 1, FAILED)],
)
def test_a_disk_is_judged_by_what_is_free(free, state):
    assert rules.judge_disk("disk:data", free=free).state is state


def test_a_key_that_is_missing_or_broken_fails_and_is_named():
    assert rules.judge_keys(broken=[], missing=[], held=3).state is OK
    lost = rules.judge_keys(broken=[], missing=[7, 2], held=3)
    assert (lost.state, "2, 7" in lost.sentence.en) == (FAILED, True)
    broken = rules.judge_keys(broken=["token 4"], missing=[], held=3)
    assert (broken.state, "token 4" in broken.sentence.id) == (FAILED, True)


@pytest.mark.parametrize(("code", "state"), [(250, OK), (0, FAILED), (421, FAILED), (554, FAILED)])
def test_mail_goes_out_where_the_server_greets(code, state):
    assert rules.judge_mail(code=code).state is state


@pytest.mark.parametrize(
    ("answers", "stopped", "parked", "resting", "state"),
    [
        (True, False, False, False, OK),
        (True, False, False, True, WARNING),
        (True, True, False, False, FAILED),
        (True, False, True, True, FAILED),
        (False, False, False, False, FAILED),
    ],
)
def test_a_partner_must_be_asked_and_answer(answers, stopped, parked, resting, state):
    found = rules.judge_partner(
        "bni", answers=answers, stopped=stopped, parked=parked, resting=resting
    )
    assert (found.name, found.state) == ("partner:bni", state)


@pytest.mark.parametrize(
    ("apart", "rate", "is_demo", "state"),
    [
        (1.0, None, False, OK),
        (1.1, None, False, FAILED),
        (0.0, 1.0, True, OK),
        (0.0, 0.0, True, WARNING),
        (0.0, 1.0, False, FAILED),
    ],
)
def test_clocks_agree_and_a_deployment_runs_by_real_time(apart, rate, is_demo, state):
    assert rules.judge_clocks(apart=apart, virtual_rate=rate, is_demo=is_demo).state is state


def judge_rehearsals(*stamps, real_now, is_demo=False):
    """The verdict on what lies in the file, in any order."""
    found = {
        rules.judge_rehearsal(each, real_now=real_now, is_demo=is_demo)
        for each in permutations(stamps)
    }
    assert len(found) == 1
    return found.pop()


def judge_one(stamp, *, real_now, is_demo):
    return judge_rehearsals(*filter(None, [stamp]), real_now=real_now, is_demo=is_demo)


@pytest.mark.parametrize("judge", [rules.judge_backup, judge_one])
@pytest.mark.parametrize(("is_demo", "lacking"), [(False, FAILED), (True, WARNING)])
def test_what_is_a_day_old_or_unknown_stops_only_a_real_opening(judge, is_demo, lacking, real_now):
    def state(stamp):
        return judge(stamp, real_now=real_now, is_demo=is_demo).state

    day = timedelta(hours=24)
    assert state(None) is lacking
    assert state(Stamp(real_now - day, people=1_000)) is OK
    assert state(Stamp(real_now - day - timedelta(seconds=1), people=1_000)) is lacking


def test_a_rehearsal_that_ended_badly_is_no_rehearsal(real_now):
    bad = Stamp(real_now, clean=False, people=80_000)
    assert judge_rehearsals(bad, real_now=real_now).state is FAILED


@pytest.mark.parametrize(("is_demo", "lacking"), [(False, FAILED), (True, WARNING)])
def test_a_rehearsal_of_a_handful_is_no_rehearsal(is_demo, lacking, real_now):
    small = Stamp(real_now, name="surge", people=999)
    found = judge_rehearsals(small, real_now=real_now, is_demo=is_demo)
    assert found.state is lacking
    assert found.sentence.en == (
        "The rehearsal surge of 999 people, 0 hours ago, was too small: "
        "it takes 1,000 people or more."
    )


def test_a_rehearsal_says_how_large_it_was(real_now):
    whole = Stamp(real_now - timedelta(hours=3), name="launch-day", people=14_321)
    found = judge_rehearsals(whole, real_now=real_now)
    assert (found.state, found.sentence.id) == (
        OK, "Gladi launch-day dengan 14.321 orang, 3 jam yang lalu, berakhir bersih."
    )  # fmt: skip


def ago(real_now, hours, *, name="surge", people=80_000, clean=True):
    return Stamp(real_now - timedelta(hours=hours), name=name, people=people, clean=clean)


def test_a_later_handful_or_another_kind_takes_nothing_from_a_good_rehearsal(real_now):
    whole = ago(real_now, 5)
    for clean in (True, False):
        others = (
            ago(real_now, 1, people=10, clean=clean),
            ago(real_now, 1, name="launch-day", people=90_000, clean=False),
        )
        found = judge_rehearsals(whole, *others, real_now=real_now)
        assert found.state is OK
        assert "surge dengan 80.000 orang, 5 jam yang lalu" in found.sentence.id


@pytest.mark.parametrize("people", [80_000, 100_000])
def test_a_later_one_as_large_that_went_wrong_counts_against_it(people, real_now):
    wrong = ago(real_now, 2, people=people, clean=False)
    found = judge_rehearsals(
        ago(real_now, 5), wrong, ago(real_now, 1, people=10), real_now=real_now
    )
    assert (found.state, "2 hours ago, ended with something off" in found.sentence.en) == (
        FAILED, True
    )  # fmt: skip
    assert judge_rehearsals(wrong, ago(real_now, 1), real_now=real_now).state is OK
    smaller = ago(real_now, 1, people=5_000)
    found = judge_rehearsals(ago(real_now, 5), wrong, smaller, real_now=real_now)
    assert (found.state, "5,000 people" in found.sentence.en) == (OK, True)


def test_of_several_good_ones_the_largest_that_is_fresh_is_named(real_now):
    old, fresh = ago(real_now, 30, people=1_400_000), ago(real_now, 20)
    small = ago(real_now, 1, name="launch-day", people=14_321)
    found = judge_rehearsals(old, fresh, small, real_now=real_now)
    assert (found.state, "80,000 people, 20 hours ago" in found.sentence.en) == (OK, True)
    found = judge_rehearsals(old, ago(real_now, 26), real_now=real_now)
    assert (found.state, "26 hours ago" in found.sentence.en) == (FAILED, True)


@pytest.mark.parametrize(("seconds", "state"), [(-3, OK), (60, OK), (61, FAILED)])
def test_a_worker_that_writes_nothing_is_none(seconds, state, real_now):
    stamp = Stamp(real_now - timedelta(seconds=seconds))
    assert rules.judge_workers(stamp, real_now=real_now).state is state
    assert rules.judge_workers(None, real_now=real_now).state is FAILED
